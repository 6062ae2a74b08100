"""Pairs of stories and incidents with the right answer, as the matcher sees them.

In: a store that the newsroom's nights have filled with the newsroom's labels, and the golden pairs of
tests/cases/incidents/pairs. Out: what speaks for and against each pair, by the names of `breachwire.settings.weights`.
"""

from __future__ import annotations

import importlib.util
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import duckdb

from benchmarks.order import truth_of
from benchmarks.truth.sets import ROOT
from breachwire.incidents import Telling, joins, match, profile
from breachwire.incidents.board import Board
from breachwire.incidents.sights import Sight, sight
from breachwire.incidents.tellings import in_order
from breachwire.incidents.weighing import reasons
from breachwire.settings.models import Incidents
from breachwire.store import grouping
from flows.placing import tellings_of

PAIRS = ROOT / "tests" / "incidents" / "test_pairs.py"
NEWS = ROOT / "tests" / "incidents" / "conftest.py"


@dataclass(frozen=True, slots=True)
class Pair:
    """A story and an incident that were held against each other: what speaks for and against, and the label."""

    kind: str
    groups: frozenset[str]
    features: Mapping[str, float]
    together: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Golden:
    """A pair with a right answer."""

    name: str
    one: Telling
    other: Telling
    together: bool


def features_of(one: Sight, other: Sight, board: Board) -> dict[str, float]:
    """How much of each reason there is, names included: below this threshold no reason is left out."""
    found: dict[str, float] = defaultdict(float)
    for reason in reasons(one, other, board.rarity, Incidents(threshold=-9)):
        found[reason.name] += reason.value
    return dict(found)


def stories_of(store: Path, truth: Path) -> tuple[list[Telling], dict[str, str], dict[str, str]]:
    """All tellings of a store; the labelled incident of each article; and of each telling whose articles agree."""
    with duckdb.connect(str(store), read_only=True) as con:
        ids = [
            i for (i,) in con.execute("SELECT DISTINCT story_id FROM articles WHERE story_id IS NOT NULL").fetchall()
        ]
        tellings = [t for story in grouping.stories_by_id(con, ids) for t in tellings_of(story)]
        urls = con.execute("SELECT article_id, url FROM articles").fetchall()
    gold = truth_of(truth, urls)
    told = {}
    for telling in tellings:
        clusters = {gold.get(a.article_id, "") for a in telling.articles}
        if len(clusters) == 1 and (cluster := clusters.pop()) and not telling.part:
            told[telling.key] = cluster
    return in_order(tellings), gold, told


def pairs_of(tellings: Sequence[Telling], told: Mapping[str, str]) -> Iterator[Pair]:
    """Each labelled story against what the search finds among the stories before it, each at its labelled place."""
    alone = [profile("", [t]) for t in tellings]
    sizes = Counter(told.values())
    board = Board([], alone)
    truth: dict[int, str] = {}
    for telling, its in zip(tellings, alone, strict=True):
        cluster = told.get(telling.key)
        seen = sight(its, board.rarity)
        for place in board._candidates(seen) if cluster else ():
            if cluster and (other := truth.get(place)):
                weight = 0.5 * (sizes[cluster] * sizes[other]) ** -0.25
                features = features_of(seen, board.sight(place), board)
                yield Pair("newsroom", frozenset((cluster, other)), features, cluster == other, weight)
        home = next((place for place, other in truth.items() if other == cluster), None)
        if home is None:
            home = board.add(its)
        else:
            board.grow(home, its)
        if cluster:
            truth[home] = cluster


def golden() -> list[Golden]:
    """The pairs of tests/cases/incidents/pairs."""
    reader, news = _module(PAIRS), _module(NEWS)
    found = []
    for case in reader.cases():
        one, other, together = reader.read(case.values[0], news.make_telling)
        found.append(Golden(str(case.id), one, other, together))
    return found


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def golden_pair(case: Golden) -> Pair:
    """What speaks for and against, seen from the first story."""
    alone = [profile("", [t]) for t in (case.one, case.other)]
    board = Board([], alone)
    one, other = (sight(p, board.rarity) for p in alone)
    return Pair("golden", frozenset((case.name,)), features_of(one, other, board), case.together, 1.0)


def is_right(case: Golden, rules: Incidents) -> bool:
    """Whether one night, two nights in either order, and two stored incidents all give the right answer."""
    found = {len({m.group for m in match([case.one, case.other], (), rules)}) == 1}
    for first, second in ((case.one, case.other), (case.other, case.one)):
        found.add(match([second], [profile("i", [first])], rules)[0].incident_id == "i")
    stored = [profile("i_1", [case.one]), profile("i_2", [case.other])]
    found.add(bool(joins(stored[:1], stored[1:], rules)))
    return found == {case.together}
