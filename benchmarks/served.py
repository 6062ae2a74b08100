"""Whether the order in which nights are served decides what is one story, and what is one incident: whole nights.

    python -m benchmarks.served [--nights 3] [--port 8830] [--out build/served]

Runs `breachwire run` against ../shared/newsroom in three ways, each into a store of its own: night by night; the last
night first, where a night's feeds show that night's articles alone; and all nights in one. Prints for each two ways the
share of pairs of articles that only one of them puts into one story, or into one incident, of all pairs that either
does; and B-cubed of each way. `python -m benchmarks.order` settles stored stories in other orders, and is quicker.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import importlib.util
import itertools
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import newsroom
from benchmarks.order import differing, pairs, truth_of
from benchmarks.truth.grouping import b_cubed
from benchmarks.truth.scorer import SHARED
from benchmarks.truth.sets import ROOT

OUT = ROOT / "build" / "served"
SCRIPT = SHARED / "newsroom" / "newsroom.py"
WAYS = ("night by night", "nights in reverse", "all in one night")


@dataclass(frozen=True, slots=True)
class Told:
    """What one way ended in: article id to story id, and to the incident that it reports."""

    stories: Mapping[str, str]
    incidents: Mapping[str, str]


def serve_single_nights(arguments: list[str]) -> None:
    """The newsroom's own server, but a feed shows the articles of one night, not of all nights before it."""
    spec = importlib.util.spec_from_file_location("newsrooms_server", SCRIPT)
    assert spec
    assert spec.loader
    server: Any = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = server
    spec.loader.exec_module(server)
    whole = server.feed

    def one_night(site: Any, night: int, window: int) -> Any:
        alone = copy.copy(site)
        alone.articles = [a for a in site.articles if a.night == night]
        return whole(alone, night, window)

    server.feed = one_night
    sys.argv = [str(SCRIPT), *arguments]
    server.main()


@contextlib.contextmanager
def serving(way: str, out: Path, nights: int, port: int) -> Iterator[list[int]]:
    """The server for one way, and the nights to turn to."""
    order = {WAYS[0]: [*range(1, nights + 1)], WAYS[1]: [*range(nights, 0, -1)], WAYS[2]: [nights]}[way]
    arguments = ["serve", f"--nights={nights}", f"--port={port}", f"--out={out}", "--window=400", "--seconds=1500"]
    front = [str(SCRIPT)] if way == WAYS[2] else ["-m", "benchmarks.served", "--serve"]
    process = subprocess.Popen([sys.executable, *front, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout
        print(f"{way}: {process.stdout.readline().strip()}", flush=True)
        yield order
    finally:
        process.terminate()
        process.wait()


def told(way: str, folder: Path, nights: int, port: int) -> Told:
    """Runs one way in an empty folder, and reads what was published."""
    shutil.rmtree(folder, ignore_errors=True)
    served = folder / "newsroom"
    served.mkdir(parents=True)
    with serving(way, served, nights, port) as order:
        newsroom.write_config(served, folder)
        for night in order:
            urllib.request.urlopen(f"http://127.1.0.0:{port}/night/{night}").read()
            newsroom.run_night(night, folder)
    with duckdb.connect(str(folder / "data" / "incidents.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT article_id, url, story_id FROM articles").fetchall()
        links = con.execute("SELECT article_id, incident_id FROM incident_articles WHERE role = 'main'").fetchall()
    gold = truth_of(served / "truth.jsonl", [(article, url) for article, url, _ in rows])
    found = dict(links)
    score = b_cubed(gold, {a: i for a, i in found.items() if a in gold})
    print(f"  {len(rows)} articles, {len(set(found.values()))} incidents, ", end="")
    print(f"B-cubed P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}", flush=True)
    return Told({article: story for article, _, story in rows if story}, found)


def main() -> None:
    """Serves, runs, compares."""
    if sys.argv[1:2] == ["--serve"]:
        serve_single_nights(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=3)
    parser.add_argument("--port", type=int, default=8830)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: this benchmark needs the newsroom beside the repository")
    found = {way: told(way, args.out / way.replace(" ", "-"), args.nights, args.port) for way in WAYS}
    for one, other in itertools.combinations(WAYS, 2):
        a, b = found[one], found[other]
        print(f"{one} against {other}: {len(a.stories.keys() ^ b.stories.keys())} articles kept by one alone;", end=" ")
        for what, mine, its in (("stories", a.stories, b.stories), ("incidents", a.incidents, b.incidents)):
            each = {article: article for article in (*mine, *its)}
            first, second = pairs(dict(mine), each), pairs(dict(its), each)
            print(f"{what}: {differing(first, second):.2%} of {len(first | second)} pairs differ", end="; ")
        print()


if __name__ == "__main__":
    main()
