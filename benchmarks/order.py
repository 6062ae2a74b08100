"""Whether the order in which the news came decides what is one incident.

    python -m benchmarks.order [--store build/accept/data/store.duckdb] [--truth build/accept/newsroom/truth.jsonl]

Takes the stories of a store that a few nights have filled (`python -m benchmarks.newsroom` leaves one) and settles them
anew in a copy: night by night, the nights in reverse, and all in one night. Prints for each two ways the share of pairs
that differ, of all pairs of stories that either puts into one incident; with `--truth` also B-cubed of each way.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.truth.grouping import b_cubed
from benchmarks.truth.sets import ROOT
from breachwire.settings import Settings, load
from breachwire.store.database import Database, insert
from flows.settling import settle

STORE = ROOT / "build" / "accept" / "data" / "store.duckdb"
TRUTH = ROOT / "build" / "accept" / "newsroom" / "truth.jsonl"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FORGOTTEN = ("incident_revisions", "incident_articles", "evidence", "profiles", "unsettled", "alerts", "watch_hits")

Pair = tuple[str, str]


def nights_of(con: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """The stories by the run that read their first article, in the order of the runs."""
    rows = con.execute(
        "SELECT a.story_id, min(r.started_at) AS night FROM articles AS a JOIN pages AS p USING (article_id) "
        "JOIN runs AS r ON r.run_id = p.run_id WHERE a.story_id IS NOT NULL GROUP BY ALL ORDER BY night, story_id"
    ).fetchall()
    return [[story for story, _ in group] for _, group in itertools.groupby(rows, key=lambda row: row[1])]


def settled(store: Path, nights: Sequence[Sequence[str]], settings: Settings) -> dict[str, str]:
    """Article id to incident id, once those nights were settled one after the other in a store without incidents."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.duckdb"
        shutil.copyfile(store, copy)
        database = Database(copy)
        with database.session() as con:
            for table in FORGOTTEN:
                con.execute(f"DELETE FROM {table}")
        for number, stories in enumerate(nights):
            with database.session() as con:
                insert(con, "unsettled", [{"story_id": s} for s in stories])
                settle(con, settings, now=NOW + timedelta(days=number), run_id=f"night {number}")
        with database.session() as con:
            rows = con.execute("SELECT article_id, incident_id FROM incident_articles WHERE role = 'main'").fetchall()
    return dict(rows)


def pairs(found: dict[str, str], stories: dict[str, str]) -> set[Pair]:
    """Pairs of stories in one incident."""
    told: dict[str, set[str]] = defaultdict(set)
    for article, incident in found.items():
        told[incident].add(stories[article])
    return {pair for members in told.values() for pair in itertools.combinations(sorted(members), 2)}


def differing(one: set[Pair], other: set[Pair]) -> float:
    """The share of pairs that only one of them has."""
    return len(one ^ other) / len(one | other) if one | other else 0.0


def truth_of(path: Path, urls: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Article id to the incident that its label names; an article that was not kept stands there under its URL."""
    known = {url.partition("?")[0]: article for article, url in urls}
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    real = [t for t in labels if t["is_incident"] and not t.get("borderline")]
    return {known.get(t["url"].partition("?")[0], t["url"]): t["cluster"] for t in real}


def main() -> None:
    """Settles in three ways and compares them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, default=STORE)
    parser.add_argument("--truth", type=Path, default=TRUTH)
    args = parser.parse_args()
    if not args.store.is_file():
        print(f"  {args.store} is not there (python -m benchmarks.newsroom makes it), passed over")
        return
    settings = load(ROOT / "config", args.store.parent)
    with duckdb.connect(str(args.store), read_only=True) as con:
        nights = nights_of(con)
        stories = dict(con.execute("SELECT article_id, story_id FROM articles").fetchall())
        urls = con.execute("SELECT article_id, url FROM articles").fetchall()
    ways = {
        "night by night": nights,
        "nights in reverse": nights[::-1],
        "all in one night": [[s for night in nights for s in night]],
    }
    found = {name: settled(args.store, way, settings) for name, way in ways.items()}
    gold = truth_of(args.truth, urls) if args.truth.is_file() else {}
    for name, way in found.items():
        print(f"  {name:20}{len(set(way.values())):5} incidents", end="")
        if gold:
            score = b_cubed(gold, {a: i for a, i in way.items() if a in gold})
            print(f"   B-cubed P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}", end="")
        print()
    together = {name: pairs(way, stories) for name, way in found.items()}
    for one, other in itertools.combinations(together, 2):
        share = differing(together[one], together[other])
        print(f"  {one} against {other}: {share:.1%} of {len(together[one] | together[other])} pairs differ")


if __name__ == "__main__":
    main()
