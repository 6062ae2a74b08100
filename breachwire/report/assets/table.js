// The table of all incidents: searched, filtered, sorted, a page at a time. What is asked stands in the address behind
// the #, so a view can be kept and passed on. Texts are only ever set as text.
"use strict";
(() => {
  const SIZE = 50;
  const { columns: C, terms, words } = globalThis.BREACHWIRE;
  const total = C.id.length;
  const $ = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");
  const body = document.querySelector("#incidents tbody");
  const heads = Array.from(document.querySelectorAll("#incidents th[data-key]"));
  const chosen = ["attack", "sector", "country", "status"];
  const plain = ["q", "least", "from", "to"];
  const state = { key: "day", down: true, page: 0 };
  let texts = null;
  let order = null;

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // One folded text an incident, made when the first letter is typed.
  function searchable() {
    texts ??= C.id.map((id, at) => fold([C.victim[at], C.title[at], C.also[at], said("threat_actor", at), said("country", at), said("sector", at), said("attack_type", at), id].join(" ")));
    return texts;
  }

  function said(column, at) {
    return C[column][at] < 0 ? "" : words[column][C[column][at]];
  }

  function sortKeys(key) {
    if (key === "day" || key === "affected") return C[key];
    const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });
    const all = key === "victim" ? C.victim.map((name, at) => name || C.title[at]) : C[key].map((_, at) => said(key, at));
    const distinct = Array.from(new Set(all)).sort(collator.compare);
    const rank = new Map(distinct.map((word, at) => [word, word ? at : -1]));
    return all.map((word) => rank.get(word));
  }

  function sorted() {
    if (order) return order;
    const keys = sortKeys(state.key);
    const empty = (key) => key === "" || key === -1;
    const way = state.down ? -1 : 1;
    order = Array.from({ length: total }, (_, at) => at);
    order.sort((a, b) => {
      const [x, y] = [keys[a], keys[b]];
      if (x === y) return a - b;
      if (empty(x) || empty(y)) return empty(x) ? 1 : -1; // what is not stated comes last either way
      return x < y ? -way : way;
    });
    return order;
  }

  function tests() {
    const made = [];
    for (const id of chosen) {
      const value = $(id).value;
      if (!value) continue;
      const column = C[$(id).dataset.column];
      const wanted = value === "-" ? -1 : terms[$(id).dataset.column].indexOf(value);
      made.push((at) => column[at] === wanted);
    }
    const least = Number($("least").value);
    if (least) made.push((at) => C.affected[at] >= least);
    const [from, to] = [$("from").value, $("to").value];
    if (from) made.push((at) => C.day[at] >= from);
    if (to) made.push((at) => C.day[at] !== "" && C.day[at] <= to);
    if ($("watched").checked) made.push((at) => C.watched[at] === 1);
    const asked = fold($("q").value).split(/\s+/).filter(Boolean);
    if (asked.length) {
      const held = searchable();
      made.push((at) => asked.every((word) => held[at].includes(word)));
    }
    return made;
  }

  function cell(tag, text, name) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function row(at) {
    const line = document.createElement("tr");
    const day = cell("td", "", "d");
    if (C.day[at]) day.append(cell("time", C.day[at]));
    const head = cell("th");
    head.scope = "row";
    const link = cell("a");
    const id = C.id[at];
    link.href = C.page[at] || `incidents/${id.slice(-1)}/${id}.html`;
    link.append(cell("bdi", C.victim[at] || C.title[at] || id));
    head.append(link);
    if (C.watched[at]) head.append(" ", cell("span", "Watched", "watched"));
    const headline = cell("span", "", "headline");
    headline.append(cell("bdi", C.title[at]));
    head.append(headline);
    const status = cell("td", "", "wide");
    if (C.claim_status[at] >= 0) status.append(cell("span", said("claim_status", at), `status ${terms.claim_status[C.claim_status[at]]}`));
    line.append(day, head, cell("td", said("attack_type", at), "wide"), cell("td", C.figure[at], "n"), status, cell("td", said("sector", at), "wide"), cell("td", said("country", at), "wide"));
    return line;
  }

  function show() {
    const asked = tests();
    const found = sorted().filter((at) => asked.every((test) => test(at)));
    const pages = Math.max(1, Math.ceil(found.length / SIZE));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * SIZE;
    body.replaceChildren(...found.slice(first, first + SIZE).map(row));
    const one = total === 1 ? "incident" : "incidents";
    $("count").textContent = asked.length ? `${number.format(found.length)} of ${number.format(total)} ${one}` : `${number.format(total)} ${one}`;
    $("clear").hidden = asked.length === 0;
    $("none").hidden = found.length > 0;
    document.querySelector(".pages").hidden = pages === 1;
    $("which").textContent = `Page ${number.format(state.page + 1)} of ${number.format(pages)}`;
    $("back").disabled = state.page === 0;
    $("on").disabled = state.page === pages - 1;
    for (const head of heads) {
      if (head.dataset.key === state.key) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function keep() {
    const asked = new URLSearchParams();
    for (const id of [...plain, ...chosen]) if ($(id).value) asked.set(id, $(id).value);
    if ($("watched").checked) asked.set("watched", "1");
    if (state.key !== "day" || !state.down) asked.set("sort", (state.down ? "-" : "") + state.key);
    if (state.page) asked.set("page", String(state.page + 1));
    history.replaceState(null, "", `#${asked}`);
  }

  function recall() {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const id of [...plain, ...chosen]) $(id).value = asked.get(id) ?? "";
    $("watched").checked = asked.has("watched");
    const sort = asked.get("sort") ?? "-day";
    const key = sort.replace(/^-/, "");
    if (heads.some((head) => head.dataset.key === key)) Object.assign(state, { key, down: sort.startsWith("-") });
    state.page = Math.max(0, (Number.parseInt(asked.get("page") ?? "1", 10) || 1) - 1);
    order = null;
  }

  function turn(page) {
    state.page = page;
    show();
    keep();
  }

  for (const head of heads) {
    const button = cell("button", head.textContent);
    button.type = "button";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const again = state.key === head.dataset.key;
      state.down = again ? !state.down : ["day", "affected"].includes(head.dataset.key);
      state.key = head.dataset.key;
      order = null;
      turn(0);
    });
  }
  let waiting = 0;
  $("filters").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => turn(0), 60);
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("clear").addEventListener("click", () => {
    $("filters").reset();
    turn(0);
    $("q").focus();
  });
  $("back").addEventListener("click", () => turn(state.page - 1));
  $("on").addEventListener("click", () => turn(state.page + 1));
  addEventListener("hashchange", () => { recall(); show(); });
  if (matchMedia("(max-width: 46rem)").matches) document.querySelector(".narrow").open = false;
  $("filters").hidden = false;
  recall();
  show();
})();
