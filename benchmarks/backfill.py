"""WARC files of several sizes back-filled: CPU a page, what two workers gain, memory, and what is stored of a file.

    python -m benchmarks.backfill [--pages 3000 30000] [--workers 1 2]       # 100000: 5.4 GB

The files are made by benchmarks/warc.py, once. Each back-fill is a process of its own with an empty data folder; CPU is
that of all its processes. What two workers gain is told by the clock, and, since a machine may be busy with other work,
by CPU seconds: those of one worker's back-fill by those of the busiest of the processes that ran side by side (a worker
with the fork that reads for it, which take turns). What starting, settling and publishing cost whatever the size is
measured with a file of thirty pages; whether a page costs the same at every size is told without it. Beside it the bare
parts, in this process: records unpacked by fastwarc, pages searched for the broad list by ahocorasick, the mean of 300.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick, Implementation
from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks import warc
from benchmarks.night import Memory, tree
from benchmarks.truth.scorer import SHARED
from benchmarks.truth.sets import ROOT
from breachwire.settings import load

OUT = ROOT / "build" / "backfill"
SAMPLE = 300
FEW = 30
PAGE_BAR_MS, GAIN_BAR, SPREAD_BAR, MEMORY_BAR_MB = 4.0, 1.7, 0.10, 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What one back-fill took, and what is stored of it."""

    pages: int
    workers: int
    cpu_s: float
    busiest_s: float
    wall_s: float
    peak_mb: float
    kept: int
    stored_mb: float

    @property
    def page_ms(self) -> float:
        """CPU milliseconds a page, all in."""
        return 1000 * self.cpu_s / self.pages

    def bare_ms(self, start_s: float) -> float:
        """CPU milliseconds a page beside what starting, settling and publishing few pages cost (CPU seconds)."""
        return 1000 * (self.cpu_s - start_s) / (self.pages - FEW)


class Busiest(threading.Thread):
    """Looks twice a second at the CPU of a process, and of each of its children with all below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.seen, self.over = pid, dict[int, float](), threading.Event()
        self.start()

    def run(self) -> None:
        """Until it is told that the process is over."""
        while not self.over.wait(0.5):
            self.seen[self.pid] = max(cpu_s(self.pid, 2), self.seen.get(self.pid, 0.0))
            for child in tree(self.pid)[1:]:
                parent = next((p for p in self.seen if p != self.pid and child in tree(p)), child)
                used = sum(cpu_s(pid, 4) for pid in tree(parent))
                self.seen[parent] = max(used, self.seen.get(parent, 0.0))


def cpu_s(pid: int, fields_told: int) -> float:
    """CPU seconds of one process (2 fields), with those of its children that have ended (4); 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 11 + fields_told])) / os.sysconf("SC_CLK_TCK")


def fill(path: Path, pages: int, workers: int) -> Filled:
    """One back-fill into an empty folder."""
    data = OUT / "data"
    shutil.rmtree(data, ignore_errors=True)
    command = [sys.executable, "-m", "breachwire", "--config", str(ROOT / "config"), "--data", str(data)]
    command += ["backfill", str(path), f"--workers={workers}", "--format=json"]
    began = time.perf_counter()
    with (OUT / "out.json").open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, env=os.environ | {"PYTHONPATH": str(ROOT)})
        memory, busiest = Memory(process.pid), Busiest(process.pid)
        _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began
    for watcher in (memory, busiest):
        watcher.over.set()
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"backfill ended with {process.returncode}")
    counts = json.loads((OUT / "out.json").read_text())["counts"]
    assert counts["pages"] == pages
    stored = sum(p.stat().st_size for p in data.glob("*.duckdb")) / 1e6
    return Filled(
        pages=pages,
        workers=workers,
        cpu_s=used.ru_utime + used.ru_stime,
        busiest_s=max(busiest.seen.values()) if workers > 1 else used.ru_utime + used.ru_stime,
        wall_s=wall_s,
        peak_mb=memory.peak_mb,
        kept=counts["articles_kept"],
        stored_mb=stored,
    )


def bare(path: Path) -> tuple[float, float]:
    """CPU milliseconds that unpacking a page and searching it take with nothing of ours around, now and here."""
    keywords = load(ROOT / "config", OUT / "none").keywords
    phrases = sorted({p.lower().encode() for p in (*keywords.look.phrases, *keywords.other_languages.phrases)})
    automaton = BytesAhoCorasick(phrases, implementation=Implementation.DFA)
    bodies: list[bytes] = []
    began = time.process_time()
    for record in ArchiveIterator(str(path), record_types=WarcRecordType.response, parse_http=True):
        bodies.append(record.reader.read())
        if len(bodies) == SAMPLE:
            break
    unpacked = time.process_time()
    for body in bodies:
        automaton.find_matches_as_indexes(body.lower(), overlapping=True)
    searched = time.process_time()
    return 1000 * (unpacked - began) / SAMPLE, 1000 * (searched - unpacked) / SAMPLE


def main() -> None:
    """Makes the files, fills, prints, and says which bars are not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[3000, 30_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: this benchmark needs the newsroom beside the repository")
    OUT.mkdir(parents=True, exist_ok=True)
    start_s = fill(made(FEW), FEW, 1).cpu_s
    print(f"{FEW} pages: {start_s:.1f} s CPU, most of it for starting and publishing")
    done: list[Filled] = []
    for pages in args.pages:
        path = made(pages)
        unpack_ms, search_ms = bare(path)
        size_mb = path.stat().st_size / 1e6
        print(f"{pages:,} pages, {size_mb:,.0f} MB; bare: unpack {unpack_ms:.2f}, search {search_ms:.2f} ms a page")
        for workers in args.workers:
            filled = fill(path, pages, workers)
            done.append(filled)
            words = f"{filled.cpu_s:.0f} s CPU, {filled.page_ms:.2f} ms a page"
            words += f" ({filled.bare_ms(start_s):.2f} without start); {filled.wall_s:.0f} s wall"
            stored = f"{filled.kept:,} kept, {filled.stored_mb:.1f} MB stored"
            print(f"  workers {workers}: {words}; {filled.peak_mb:.0f} MB; {stored}", flush=True)
    missed = judged(done, start_s)
    if missed:
        sys.exit("not met: " + "; ".join(missed))


def made(pages: int) -> Path:
    """The file of so many pages, made where it is not there yet."""
    path = OUT / f"{pages}.warc.gz"
    if not path.is_file():
        with path.with_suffix(".new").open("wb") as out:
            warc.write(out, pages, 7)
        path.with_suffix(".new").rename(path)
    return path


def judged(done: list[Filled], start_s: float) -> list[str]:
    """The bars that are not met."""
    ones = [f for f in done if f.workers == 1]
    missed = []
    if ones and ones[-1].page_ms > PAGE_BAR_MS:
        missed.append(f"{ones[-1].page_ms:.2f} ms a page, wanted {PAGE_BAR_MS}")
    each = [f.bare_ms(start_s) for f in ones]
    if each and max(each) > (1 + SPREAD_BAR) * min(each):
        missed.append("CPU a page is not the same at all sizes")
    for two in (f for f in done if f.workers == 2):
        for one in (f for f in ones if f.pages == two.pages):
            gain = one.cpu_s / two.busiest_s
            print(
                f"{two.pages:,} pages: two workers gain {gain:.2f} by CPU, {one.wall_s / two.wall_s:.2f} by the clock"
            )
            missed += [f"two workers gain {gain:.2f}, wanted {GAIN_BAR}"] if gain < GAIN_BAR else []
    missed += [f"{f.peak_mb:.0f} MB" for f in done if f.peak_mb > MEMORY_BAR_MB]
    return missed


if __name__ == "__main__":
    main()
