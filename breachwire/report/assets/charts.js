// Draws each chart from the table that stands beside it, so both always say the same. The table is what a keyboard and
// a screen reader use; a click on a bar goes where its row leads.
"use strict";
(() => {
  const number = new Intl.NumberFormat("en");

  function rowsOf(figure) {
    const rows = figure.closest("section").querySelectorAll(".figures tbody tr");
    return Array.from(rows, (row) => {
      const cells = Array.from(row.querySelectorAll("td"), (cell) => Number(cell.textContent.replace(/,/g, "")));
      const link = row.querySelector("a");
      return { words: link.textContent, href: link.getAttribute("href"), cells, from: row.dataset.from, to: row.dataset.to };
    });
  }

  function bars(rows, width) {
    const named = 132;
    const cut = (words) => (words.length > 17 ? words.slice(0, 16).trimEnd() + "…" : words);
    return Plot.plot({
      width,
      height: Math.max(60, rows.length * 27 + 8),
      marginLeft: named, marginRight: 44, marginTop: 4, marginBottom: 4,
      style: { fontSize: "13px", background: "none" },
      x: { axis: null, domain: [0, Math.max(1, ...rows.map((row) => row.cells[0]))] },
      y: { axis: null, domain: rows.map((row) => row.words), padding: 0.28 },
      marks: [
        Plot.text(rows, { x: 0, y: "words", text: (row) => cut(row.words), textAnchor: "start", dx: -named, fill: "currentColor" }),
        Plot.barX(rows, { x: (row) => row.cells[0], y: "words", fill: "var(--bar)" }),
        Plot.text(rows, { x: (row) => row.cells[0], y: "words", text: (row) => number.format(row.cells[0]), textAnchor: "start", dx: 6, fill: "currentColor" }),
      ],
    });
  }

  function columns(rows, width, unit) {
    const parts = rows.flatMap((row) => [
      { ...row, kind: "Ransomware", count: row.cells[0] },
      { ...row, kind: "All others", count: row.cells[1] },
    ]);
    const start = (row) => new Date(row.from);
    const end = (row) => new Date(row.to);
    const middle = (row) => new Date((start(row).getTime() + end(row).getTime()) / 2);
    const few = rows.length <= width / 60; // each bar has room for its own name
    const gap = Math.min(1.5, (width / rows.length) * 0.12);
    return Plot.plot({
      width,
      height: width < 500 ? 220 : 280,
      marginLeft: 36, marginRight: 8, marginTop: 12, marginBottom: 28,
      style: { fontSize: "13px", background: "none" },
      x: { type: "utc", label: null, axis: few ? null : "bottom", ticks: width < 500 ? 4 : 8, tickSize: 0 },
      y: { label: null, grid: true, ticks: 4, tickSize: 0, tickFormat: (n) => (Number.isInteger(n) ? number.format(n) : "") },
      color: { domain: ["Ransomware", "All others"], range: ["var(--one)", "var(--two)"] },
      marks: [
        Plot.rectY(parts, Plot.stackY({ x1: start, x2: end, y: "count", fill: "kind", order: ["Ransomware", "All others"], insetLeft: gap, insetRight: gap })),
        Plot.ruleY([0], { stroke: "currentColor" }),
        few ? Plot.axisX(rows.map(middle), { tickFormat: d3.utcFormat(unit === "month" ? "%b %Y" : "%-d %b"), tickSize: 0 }) : null,
        Plot.tip(rows, Plot.pointerX({
          x: middle,
          y: (row) => row.cells[0] + row.cells[1],
          title: (row) => `${row.words}\n${number.format(row.cells[0] + row.cells[1])} incidents, ${number.format(row.cells[0])} ransomware`,
          fill: "var(--paper)", stroke: "var(--soft)",
        })),
      ],
    });
  }

  function draw(figure) {
    const width = Math.floor(figure.clientWidth);
    if (!width || figure.drawn === width) return;
    figure.drawn = width;
    const across = figure.dataset.kind === "columns";
    const rows = rowsOf(figure);
    if (across) rows.reverse();
    const svg = across ? columns(rows, Math.min(width, rows.length * 96 + 44), figure.dataset.unit) : bars(rows, width);
    const title = figure.closest("section").querySelector("h2").textContent;
    const all = rows.map((row) => row.cells.reduce((a, b) => a + b, 0));
    const most = rows[all.indexOf(Math.max(...all))];
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${title}: ${rows.length} bars, most ${number.format(Math.max(...all))} for ${most.words}. The table below has the figures.`);
    svg.removeAttribute("tabindex");
    for (const inner of svg.querySelectorAll("[aria-label], [role]")) {
      inner.removeAttribute("aria-label"); // a label is not allowed on a plain group, and the picture has its own
      inner.removeAttribute("role");
    }
    svg.querySelectorAll("rect").forEach((rect) => {
      const row = rows[across ? Math.floor(rect.__data__ / 2) : rect.__data__];
      if (!row) return;
      rect.addEventListener("click", () => { location.href = row.href; });
      if (across) return;
      const hint = document.createElementNS("http://www.w3.org/2000/svg", "title");
      hint.textContent = `${row.words}: ${number.format(row.cells[0])}`;
      rect.append(hint);
    });
    figure.replaceChildren(svg);
  }

  const figures = document.querySelectorAll("figure.chart");
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => draw(entry.target)));
  figures.forEach((figure) => { draw(figure); watch.observe(figure); });
})();
