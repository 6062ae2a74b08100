"""The report at scale: 20,000 generated incidents to pages, and what a browser takes to show them.

    python -m benchmarks.report [--incidents N] [--keep]

Writes a published file with N incidents of the last three years, 25 rows of evidence, three articles and a revision or
two each; then a report of it, the same again with nothing changed, and opens its pages in headless Chromium. Times of
pages are the browser's own (Navigation Timing and Paint Timing), files on a local disk. CPU seconds are those of this
process and the ones it starts; a loop of ten million turns is timed with them, since machines are noisy.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.reported import fill
from breachwire.report.folder import Folder
from breachwire.report.writing import write_report
from breachwire.store.database import connect, migrate
from flows.reporting import order_of

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("index.html", "incidents.html", "watchlist.html", "feeds.html")


def main() -> None:
    """Builds, writes twice, opens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=20_000, metavar="N", help="how many; 20,000 unless told")
    parser.add_argument("--keep", action="store_true", help="leave the report in build/report")
    args = parser.parse_args()
    home = ROOT / "build" / "report"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    cpu = time.process_time()
    for _ in range(10_000_000):
        pass
    print(f"ten million turns of an empty loop: {time.process_time() - cpu:.2f} s CPU")
    con = connect(home / "incidents.duckdb")
    migrate(con, "benchmark")
    fill(con, args.incidents)
    con.close()
    con = connect(home / "incidents.duckdb", read_only=True)
    for words in ("written", "again, nothing changed"):
        _write(con, home / "pages", words)
    con.close()
    size = sum(p.stat().st_size for p in (home / "pages").rglob("*") if p.is_file())
    print(f"{size / 1e6:.0f} MB, data/incidents.js {(home / 'pages/data/incidents.js').stat().st_size / 1e6:.1f} MB")
    _open(home / "pages")
    if not args.keep:
        shutil.rmtree(home)


def _write(con: duckdb.DuckDBPyConnection, into: Path, words: str) -> None:
    wall, cpu = time.perf_counter(), _cpu()
    order = order_of(con, now=datetime.now(UTC), since=None, watched=("Barova", "Nowhere Ltd"))
    order = replace(order, processes=min(os.cpu_count() or 1, 4))
    done = write_report(con, Folder(into), order, advance=lambda _: None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{words}: {done.incidents} incidents, {done.changed} of {done.files} files, "
        f"{_cpu() - cpu:.1f} s CPU, {time.perf_counter() - wall:.1f} s wall, peak {peak:.0f} MB"
    )


def _cpu() -> float:
    """CPU seconds of this process and of those that it started and that are over."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _open(pages: Path) -> None:
    sys.path.insert(0, str(ROOT / "tests" / "report"))
    from chromium import PROGRAM, Chromium

    if PROGRAM is None:
        print("no Chromium here: pages were not opened")
        return
    case = max(pages.glob("incidents/*/*.html"), key=lambda p: p.stat().st_size).relative_to(pages)
    with tempfile.TemporaryDirectory() as profile, Chromium(Path(profile)) as browser:
        browser.screen(1280, 900)
        for name in (*PAGES, str(case)):
            browser.open(pages / name)
            browser.until("performance.getEntriesByName('first-contentful-paint').length > 0")
            paint, ready, loaded = browser.ask(
                "(() => { const n = performance.getEntriesByType('navigation')[0];"
                " const p = performance.getEntriesByName('first-contentful-paint')[0];"
                " return [p ? p.startTime : -1, n.domContentLoadedEventEnd, n.loadEventEnd]; })()"
            )
            print(f"{name}: first paint {paint:.0f} ms, scripts run {ready:.0f} ms, loaded {loaded:.0f} ms")
        browser.open(pages / "incidents.html")
        for words, act in (
            ("search", "document.getElementById('q').value = 'bar credit'; document.getElementById('filters')"),
            ("search again", "document.getElementById('q').value = 'bar credits'; document.getElementById('filters')"),
        ):
            script = (
                f"(async () => {{ {act}.dispatchEvent(new Event('input', {{bubbles: true}}));"
                " const t = performance.now(); const c = document.getElementById('count'); const was = c.textContent;"
                " while (c.textContent === was && performance.now() - t < 5000)"
                " await new Promise(requestAnimationFrame);"
                " return performance.now() - t; })()"
            )
            print(f"{words}: {browser.ask(script):.0f} ms, 60 of them waiting for the next letter")
        took = browser.ask(
            "(() => { const t = performance.now(); document.querySelector('th[data-key=victim] button').click();"
            " return performance.now() - t; })()"
        )
        print(f"sorted by victim: {took:.0f} ms")


if __name__ == "__main__":
    main()
