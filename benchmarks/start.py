"""How long commands take to start: CPU seconds of a whole process, and which modules cost most.

    python -m benchmarks.start [--published FILE] [--runs 5] [--imports]

Three states of Python's cache of compiled modules. warm: all are there. ours cold: those of breachwire are not, as at
the first start of a new version (its sources are copied to a folder without any, and PYTHONDONTWRITEBYTECODE keeps it
so). all cold: none are there, the libraries' neither (PYTHONPYCACHEPREFIX is an empty folder each time). The median of
the runs is shown; the system's cache of files is warm throughout. The last rows are what click and DuckDB take with
nothing of ours.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.truth.sets import ROOT

BUDGETS = {"--help": 0.3, "incidents": 0.6, "show": 0.6, "search": 0.6, "query": 0.6}
"""CPU seconds; those of `--help` and `incidents` are DESIGN section 6's, the others are held to the same."""
LIBRARIES = ("import click", "import click, duckdb")


def main() -> None:
    """Prints a table; with --imports the dearest modules of `incidents` too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", type=Path, default=ROOT / "build/demo/data/incidents.duckdb")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--imports", action="store_true")
    wanted = parser.parse_args()
    if not wanted.published.is_file():
        sys.exit(f"{wanted.published} is not there: run `breachwire demo` first, or name a file with --published")
    program = ["-m", "breachwire", "--data", str(wanted.published.parent)]
    (first,) = re.findall(r'"incident_id": "(\w+)"', _output(*program, "incidents", "--limit", "1", "--format", "json"))
    commands = {
        "--help": ["--help"],
        "incidents": ["incidents"],
        "show": ["show", first],
        "search": ["search", "ransomware"],
        "query": ["query", "FROM incidents LIMIT 5"],
    }
    print("| | wanted | warm | ours cold | all cold |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder)
        shutil.copytree(ROOT / "breachwire", bare / "breachwire", ignore=shutil.ignore_patterns("__pycache__"))
        for name, args in commands.items():
            _row(f"`breachwire {name}`", f"{BUDGETS[name]} s", [*program, *args], wanted.runs, bare)
        for code in LIBRARIES:
            _row(f"`{code}`", "", ["-c", code], wanted.runs, bare)
    if wanted.imports:
        _show_imports([*program, "incidents"])


def _row(name: str, budget: str, args: Sequence[str], runs: int, bare: Path) -> None:
    warm = _median(args, runs, ROOT)
    ours = _median(args, runs, bare)
    cold = _median(args, runs, ROOT, cold=True)
    print(f"| {name} | {budget} | {warm:.2f} s | {ours:.2f} s | {cold:.2f} s |", flush=True)


def _median(args: Sequence[str], runs: int, sources: Path, *, cold: bool = False) -> float:
    """CPU seconds, user and system, of one Python with those arguments and its children."""
    seconds = []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as empty:
            more = {"PYTHONPYCACHEPREFIX": empty} if cold else {}
            more |= {"PYTHONDONTWRITEBYTECODE": "1"} if cold or sources != ROOT else {}
            before = os.times()
            subprocess.run(
                [sys.executable, *args],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(sources, **more),
                cwd=empty,
            )
            after = os.times()
        seconds.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return statistics.median(seconds[1:])  # the first filled the caches


def _show_imports(args: Sequence[str]) -> None:
    command = [sys.executable, "-X", "importtime", *args]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment(ROOT))
    rows = re.findall(r"import time:\s+(\d+) \|\s+(\d+) \| +(\S+)", done.stderr)
    print("\nms of itself, ms with what it imports, module\n")
    for own, whole, name in sorted(rows, key=lambda row: -int(row[0]))[:20]:
        print(f"{int(own) / 1000:8.1f} {int(whole) / 1000:8.1f}  {name}")


def _output(*args: str) -> str:
    return subprocess.run(
        [sys.executable, *args], check=True, capture_output=True, text=True, env=_environment(ROOT)
    ).stdout


def _environment(sources: Path, **more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(sources)} | more


if __name__ == "__main__":
    main()
