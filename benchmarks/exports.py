"""`breachwire export` of very many incidents: CPU seconds, peak memory and size, a process of its own each.

    python -m benchmarks.exports --incidents 100000 --folder build/exports [--keep]

The published file is made as benchmarks/published.py makes it: three articles an incident.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.published import generate
from breachwire.settings.models import Publish
from breachwire.store.publish import publish

FORMS = ("csv", "json", "parquet", "atom", "veris", "misp", "stix")


def make(folder: Path, incidents: int) -> None:
    """A published file of that many incidents."""
    generate(folder / "store.duckdb", incidents, words=20)
    publish(folder / "store.duckdb", folder / "incidents.duckdb", Publish())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path("build/exports"))
    parser.add_argument("--keep", action="store_true", help="leave the files, and use those that are there")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if not (asked.folder / "incidents.duckdb").is_file():
        # In a process of its own: the peak of a child is never below what its parent held when it was forked.
        maker = multiprocessing.get_context("spawn").Process(target=make, args=(asked.folder, asked.incidents))
        maker.start()
        maker.join()
    print("| format | CPU s | peak MB | file MB |\n|---|---|---|---|")
    for form in FORMS:
        out = asked.folder / f"x.{form}"
        command = [sys.executable, "-m", "breachwire", "--data", str(asked.folder), "export", form, "--out", str(out)]
        child = subprocess.Popen([*command, "--limit", str(asked.incidents)])
        _, status, used = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{form} failed")
        size, peak = out.stat().st_size / 1e6, used.ru_maxrss / 1024
        print(f"| {form} | {used.ru_utime + used.ru_stime:.1f} | {peak:.0f} | {size:.1f} |", flush=True)
        if not asked.keep:
            out.unlink()
    if not asked.keep:
        shutil.rmtree(asked.folder)


if __name__ == "__main__":
    main()
