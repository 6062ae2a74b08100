"""Runs the first nights against ../shared/newsroom and scores what was published.

    python -m benchmarks.newsroom [--nights 3] [--port 8808] [--show 40] [--json FILE]

Serves the newsroom on loopback, runs `breachwire run` once a night and once more, which must change no row, and prints
what ../shared/eval/score.py says, with intervals. Works only where ../shared stands beside the repository, and says so
otherwise.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import duckdb

from benchmarks.truth import tables
from benchmarks.truth.scorer import SHARED, newsrooms_score
from benchmarks.truth.sets import ROOT

OUT = ROOT / "build" / "accept"
ROWS = "SELECT incident_id, revision, revised_at FROM incident_revisions ORDER BY ALL"


def write_config(newsroom: Path, out: Path) -> None:
    """config/ with the newsroom's feeds, in `out`."""
    config = out / "config"
    shutil.copytree(ROOT / "config", config)
    lines = [line.split("\t") for line in (newsroom / "feeds.txt").read_text().splitlines()]
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n\n' for url, name in lines)
    (config / "feeds.toml").write_text(feeds)


def run_night(night: int, out: Path) -> None:
    """One `breachwire run` with the config and data of `out`; prints its wall and CPU seconds."""
    env = os.environ | {
        "BREACHWIRE_FETCH__ALLOW_NETWORKS": '["127.1.0.0/16"]',
        "BREACHWIRE_FETCH__PER_HOST_DELAY_S": "0",
    }
    command = [sys.executable, "-m", "breachwire", "--config", str(out / "config"), "--data", str(out / "data"), "run"]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with (out / f"night-{night}.log").open("w") as log:
        code = subprocess.run(command, env=env, stdout=log, stderr=subprocess.STDOUT, check=False, cwd=ROOT).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"run {night}: exit {code}, {time.perf_counter() - started:.1f} s wall, {cpu:.1f} s CPU", flush=True)
    if code not in (0, 1):
        sys.exit((out / f"night-{night}.log").read_text()[-3000:])


def rows() -> list[tuple[object, ...]]:
    """The identity of every revision that is published."""
    with duckdb.connect(str(OUT / "data" / "incidents.duckdb"), read_only=True) as con:
        return con.execute(ROWS).fetchall()


def main() -> None:
    """Serves, runs, scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=3)
    parser.add_argument("--port", type=int, default=8808)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file that the scorer's own JSON is written to")
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: this benchmark needs the newsroom beside the repository")
    shutil.rmtree(OUT, ignore_errors=True)
    newsroom = OUT / "newsroom"
    newsroom.mkdir(parents=True)
    server = subprocess.Popen(
        [
            sys.executable,
            str(SHARED / "newsroom" / "newsroom.py"),
            "serve",
            f"--nights={args.nights}",
            f"--port={args.port}",
            f"--out={newsroom}",
            "--seconds=1500",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        print(server.stdout.readline().strip(), flush=True)
        write_config(newsroom, OUT)
        for night in range(1, args.nights + 1):
            urllib.request.urlopen(f"http://127.1.0.0:{args.port}/night/{night}").read()
            run_night(night, OUT)
        before = rows()
        run_night(args.nights + 1, OUT)
        print("the run after the last night changed", "no row" if rows() == before else "rows: WRONG")
    finally:
        server.terminate()
        server.wait()
    result = args.json or OUT / "score.json"
    score = newsrooms_score(OUT / "data" / "incidents.duckdb", newsroom / "truth.jsonl", result, show=args.show)
    print(f"\n{tables.night(score)}")


if __name__ == "__main__":
    main()
