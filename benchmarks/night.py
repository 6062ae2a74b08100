"""A night of 10,000 pages: CPU of the whole process tree by stage, against the sum of its bare parts; its memory.

    python -m benchmarks.night [--repeat 26] [--sites 500] [--port 8973] [--news-please PYTHON] [--sample 150]

Serves the newsroom of ../shared on loopback and runs `breachwire run` as a process of its own: one full night, one in
which no feed has changed, and `--help`. The parts (night_parts.py) then do the same work in this process with nothing
of ours around it: fetch the same pages, search them, parse the same feeds, reduce to text and extract the pages that
the night reduced and extracted, read the facts of the articles that it kept. Last, a sample of the night's pages is
read from bytes to verdict and claims, by us, by plain trafilatura and by news-please, which is asked of the Python that
--news-please names (it is no dependency of ours). Ends with 1 where a bar is not met. A night of 100,000 pages, for its
memory, is `--repeat 286 --only-night`.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import night_parts, polling
from benchmarks.truth.scorer import SHARED
from benchmarks.truth.sets import ROOT

OUT = ROOT / "build" / "night"
TOLD = """
import logging
logging.basicConfig(level=logging.WARNING, format="%(name)s %(message)s")
logging.getLogger("flows.house").setLevel(logging.INFO)
from breachwire.cli import main
main()
"""
_STAGE = re.compile(r"^flows\.house (.+?): .*\(([\d.]+) s, ([\d.]+) s of CPU\)$", re.MULTILINE)
PARTS_BAR, MEMORY_BAR_MB, QUIET_BAR_S, HELP_BAR_S = 1.5, 600.0, 3.0, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command took, all its processes together: `peak_mb` counts shared memory once (MB of 2^20 bytes)."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    stages: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.cpu_s:.1f} s CPU, {self.wall_s:.1f} s wall, {self.peak_mb:.0f} MB at most"


def main() -> None:
    """Measures, prints, and says which bars are not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=26)
    parser.add_argument("--sites", type=int, default=500)
    parser.add_argument("--port", type=int, default=8973)
    parser.add_argument("--news-please", type=Path, help="a Python that can import newsplease")
    parser.add_argument("--sample", type=int, default=150, help="pages that are read by everybody")
    parser.add_argument("--only-night", action="store_true", help="one full night, nothing to compare it with")
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: this benchmark needs the newsroom beside the repository")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with served(args.repeat, args.sites, args.port) as feeds:
        polling.write_config(OUT, {url: f"{title} {n}" for n, (url, title) in enumerate(feeds.items())})
        night = run("run")
        made = night_parts.of_night(OUT)
        show_stages(night, made.pages)
        if args.only_night:
            sys.exit(f"not met: {night.peak_mb:.0f} MB" if night.peak_mb > MEMORY_BAR_MB else 0)
        missed = compare_parts(night, made)
        missed += light_ones()
        missed += night_parts.per_page(OUT, made, args.sample, args.news_please)
    if missed:
        sys.exit("not met: " + "; ".join(missed))


@contextmanager
def served(repeat: int, sites: int, port: int) -> Iterator[dict[str, str]]:
    """The newsroom with all its articles in one night; gives its feeds, address to title."""
    command = [sys.executable, str(SHARED / "newsroom" / "newsroom.py"), "serve", f"--out={OUT / 'newsroom'}"]
    command += [f"--page-repeat={repeat}", f"--sites={sites}", "--window=400", "--nights=1", f"--port={port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            print(server.stdout.readline().strip(), flush=True)
            yield polling.listed(OUT / "newsroom" / "feeds.txt")
        finally:
            server.terminate()


def run(*words: str) -> Cost:
    """One command of breachwire."""
    env = os.environ | {
        "BREACHWIRE_FETCH__ALLOW_NETWORKS": f'["{polling.SERVED}"]',
        "BREACHWIRE_FETCH__PER_HOST_DELAY_S": "0",
        "PYTHONPATH": str(ROOT),
    }
    folders = ["--config", str(OUT / "config"), "--data", str(OUT / "data")]
    log = OUT / f"{words[0].strip('-')}.log"
    with log.open("w") as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", TOLD, *folders, *words], env=env, stdout=out, stderr=out, cwd=ROOT
        )
        memory = Memory(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        memory.over.set()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(log.read_text()[-3000:])
    memory.join()
    stages = {name: float(cpu_s) for name, _, cpu_s in _STAGE.findall(log.read_text())}
    return Cost(wall_s=wall_s, cpu_s=used.ru_utime + used.ru_stime, peak_mb=memory.peak_mb, stages=stages)


class Memory(threading.Thread):
    """Looks four times a second at what a process and all below it hold; pages that they share count once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak_mb, self.over = pid, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        """Until it is told that the process is over."""
        while not self.over.wait(0.25):
            self.peak_mb = max(self.peak_mb, sum(_held_kb(pid) for pid in tree(self.pid)) / 1024)


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    below = list[int]()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return [pid, *(each for child in below for each in tree(child))]


def _held_kb(pid: int) -> int:
    """The proportional set size of one process; 0 for one that has just ended."""
    try:
        held = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", held, re.MULTILINE)
    return int(found[1]) if found else 0


def show_stages(night: Cost, pages: int) -> None:
    """The night's CPU by stage; what no stage has is starting Python, loading and ending."""
    print(f"\na night of {pages} pages: {night}\n\n| stage | CPU s | ms a page |\n|---|---|---|")
    rest = night.cpu_s - sum(night.stages.values())
    for name, cpu_s in {**night.stages, "start and end": rest, "all": night.cpu_s}.items():
        print(f"| {name} | {cpu_s:.1f} | {1000 * cpu_s / pages:.2f} |", flush=True)


def compare_parts(night: Cost, made: night_parts.Made) -> list[str]:
    """The bare parts and the ratio to them; the bars that are not met."""
    print("\n| bare part | CPU s | of | ms each |\n|---|---|---|---|")
    parts = []
    for part in night_parts.measure(OUT, made):
        parts.append(part)
        print(f"| {part.name} | {part.cpu_s:.1f} | {part.of} | {1000 * part.cpu_s / max(part.of, 1):.2f} |", flush=True)
    total = sum(part.cpu_s for part in parts)
    ratio = night.cpu_s / total
    print(
        f"| all | {total:.1f} | | |\n\nthe night is {ratio:.2f} times its bare parts (at most {PARTS_BAR})", flush=True
    )
    missed = [f"{ratio:.2f} times the bare parts"] if ratio > PARTS_BAR else []
    return missed + ([f"{night.peak_mb:.0f} MB"] if night.peak_mb > MEMORY_BAR_MB else [])


def light_ones() -> list[str]:
    """A night in which nothing has changed, and `--help`; the bars that are not met."""
    quiet = [run("run") for _ in range(3)]
    helps = [run("--help") for _ in range(5)]
    told = min(quiet, key=lambda cost: cost.wall_s), min(helps, key=lambda cost: cost.wall_s)
    print(
        f"\nquiet night (best of 3): {told[0]}\n--help (best of 5): {told[1].cpu_s:.2f} s CPU, {told[1].wall_s:.2f} s"
    )
    print({name: cpu_s for name, cpu_s in told[0].stages.items() if cpu_s})
    missed = [f"quiet night {told[0].wall_s:.1f} s"] if told[0].wall_s > QUIET_BAR_S else []
    return missed + ([f"--help {told[1].wall_s:.2f} s"] if told[1].wall_s > HELP_BAR_S else [])


if __name__ == "__main__":
    main()
