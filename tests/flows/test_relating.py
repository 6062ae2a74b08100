"""Related incidents on a real store: a provider and its customers, one campaign; whatever came first, and by hand."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.records import Article, Entry, Page, Reading, Story, Verdict
from breachwire.settings import Settings, load
from breachwire.store import grouping
from breachwire.store.database import Database
from breachwire.store.publish import publish
from breachwire.store.reading import Outcome, save_readings
from breachwire.store.replaying import Stamp
from extractors.facts import read_facts
from flows.deciding import Wish, decide
from flows.regrouping import before, settle_anew
from flows.relating import relate
from flows.settling import settle

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
TOLD = {
    "tally": (
        0,
        "Tallyworks hit by ransomware",
        "Tallyworks, which keeps payrolls for bakers and carpenters, was hit by a ransomware attack on Friday.",
    ),
    "corvane": (
        20,
        "Corvane tells 15,900 workers of a data breach",
        "Corvane said that data of 15,900 workers was stolen in a breach at its payroll provider Tallyworks.",
    ),
    "halvard": (
        -2,
        "Halvard & Sons: carpenters' wages stolen",
        "Halvard & Sons confirmed a data breach on Monday. The hackers came in through a supplier, Tallyworks.",
    ),
    "worm": (
        3,
        "Marzipan worm halts factories on four continents",
        "Ports and mills stand still. The ransomware attack spreads through a bookkeeping update, experts said.",
    ),
    "dormel": (
        4,
        "Dormel Telecom cannot send bills after ransomware attack",
        "Dormel Telecom said on Tuesday that the ransomware attack on its billing was part of the Marzipan campaign.",
    ),
    "vellane": (
        6,
        "Vellane Port turns ships away",
        "Vellane Port was hit by a ransomware attack. The port is among the victims of the Marzipan campaign.",
    ),
    "pramvik": (
        9,
        "Pramvik Lifts hit by ransomware attack",
        "Pramvik Lifts said that its cable cars stopped when intruders used CVE-2026-41112 in its gateway.",
    ),
    "orlo": (
        12,
        "Orlo Freight confirms a data breach",
        "Orlo Freight said hackers stole drivers' licences. They had used CVE-2026-41112, the company said.",
    ),
    "later": (
        900,
        "Zanbridge tells shoppers of a data breach",
        "Zanbridge said that shopping carts were stolen in a breach at its payroll provider Tallyworks.",
    ),
}
HELD = "SELECT incident_id, related_id, kind, name, quote FROM incident_relations ORDER BY ALL"


def read(name: str) -> Outcome:
    """An article of TOLD with the claims that the rules make of it."""
    days, title, body = TOLD[name]
    url, own, at = f"http://127.0.0.1/{name}", f"a_{name}", NOW + timedelta(days=days)
    common: dict[str, Any] = {"article_id": own, "url": url, "canonical_url": url, "title": title}
    article = Article(
        **common,
        feed_id=None,
        source="Desk",
        body=body,
        body_status="full",
        fetched_at=NOW,
        published_at=at,
        language="en",
    )
    verdict = Verdict(
        url=url,
        stage="judge",
        kept=True,
        score=9.0,
        threshold=5.0,
        terms=(),
        negatives=(),
        reason="",
        rule_version="1",
    )
    page = Page(
        entry=Entry(**common, feed_id="f"), source="Desk", final_url=url, body=None, content_type=None, fetched_at=NOW
    )
    reading = Reading(article=article, verdict=verdict, claims=read_facts(article))
    return Outcome(page=page, verdicts=(verdict,), reading=reading)


def night(con: duckdb.DuckDBPyConnection, settings: Settings, names: Iterable[str], run: str = "r") -> int:
    """One night with those articles, each a story of its own; returns how many relations changed."""
    listed = list(names)
    save_readings(con, [read(n) for n in listed], rule_version="1", now=NOW, run_id=run)
    stories = [Story(story_id=f"s_{n}", canonical_id=f"a_{n}", article_ids=(f"a_{n}",)) for n in listed]
    grouping.save_stories(con, stories)
    settle(con, settings, now=NOW, run_id=run)
    return relate(con, settings, now=NOW, run_id=run)


def by_article(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Article to the incident that it reports."""
    rows = con.execute("SELECT article_id, incident_id FROM incident_articles WHERE role = 'main'").fetchall()
    return {a.removeprefix("a_"): i for a, i in rows}


def related(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """(article, article, kind) of the relations that hold."""
    names = {incident: article for article, incident in by_article(con).items()}
    return {(names[i], names[j], kind) for i, j, kind, *_ in con.execute(HELD).fetchall()}


WANTED = {
    ("corvane", "tally", "through"),
    ("halvard", "tally", "through"),
    ("dormel", "worm", "campaign"),
    ("vellane", "worm", "campaign"),
    ("orlo", "pramvik", "vulnerability"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(ROOT / "config", tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_came_first_the_same_incidents_are_related_and_none_is_merged(
    tmp_path: Path, settings: Settings, seed: int
) -> None:
    dice = random.Random(seed)
    names = sorted(TOLD)
    dice.shuffle(names)
    cuts = sorted(dice.sample(range(1, len(names)), seed % 4))
    with Database(tmp_path / "store.duckdb").session() as con:
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(names)], strict=True)):
            night(con, settings, names[start:end], f"r{number}")
        assert related(con) == WANTED
        assert len(set(by_article(con).values())) == len(TOLD), "related is not the same"
        assert relate(con, settings, now=NOW, run_id="again") == 0


def test_every_relation_has_the_words_that_state_it(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, TOLD)
        rows = con.execute(
            "SELECT r.quote, if(zone = 'title', title, body)[char_start + 1:char_end], name, r.incident_id, "
            "l.incident_id FROM incident_relations AS r JOIN articles USING (article_id) "
            "JOIN incident_articles AS l USING (article_id)"
        ).fetchall()
    assert len(rows) == len(WANTED)
    for quote, cut, name, incident, reported in rows:
        assert quote == cut
        assert quote
        assert name
        assert incident == reported, "the words stand in an article about the incident that they relate"
    assert "in a breach at its payroll provider Tallyworks" in {f"in a {row[0]}" for row in rows}


def test_a_campaign_without_an_article_of_its_own_relates_its_victims_to_the_first(
    tmp_path: Path, settings: Settings
) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, ["vellane", "dormel"])
        assert related(con) == {("vellane", "dormel", "campaign")}
        night(con, settings, ["worm"], "r2")
        assert related(con) == {("vellane", "worm", "campaign"), ("dormel", "worm", "campaign")}
        history = con.execute("SELECT holds, run_id FROM relation_revisions ORDER BY ALL").fetchall()
    assert history == [(False, "r2"), (True, "r"), (True, "r2"), (True, "r2")]


def test_customers_of_a_provider_without_an_incident_are_related_to_the_first(
    tmp_path: Path, settings: Settings
) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, ["corvane", "halvard"])
        assert related(con) == {("corvane", "halvard", "same_provider")}


def test_an_article_that_no_longer_says_so_ends_the_relation(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, ["tally", "corvane"])
        con.execute("DELETE FROM claims WHERE field = 'provider'")
        assert relate(con, settings, now=NOW, run_id="r2") == 1
        assert related(con) == set()
        rows = con.execute("SELECT revision, holds, run_id FROM relation_revisions ORDER BY ALL").fetchall()
    assert rows == [(1, True, "r"), (2, False, "r2")]


def decided(settings: Settings, **wish: Any) -> int:
    return decide(settings, [Wish(who="ada", **wish)], clock=lambda: NOW).decisions[0].decision


def seen(settings: Settings, sql: str = HELD) -> list[tuple[Any, ...]]:
    """What the published file says."""
    with duckdb.connect(str(settings.data_dir / "incidents.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.slow
def test_relations_follow_what_people_decide_and_come_back_when_it_is_taken_back(
    tmp_path: Path, settings: Settings
) -> None:
    store = Database(tmp_path / "store.duckdb")
    with store.session() as con:
        night(con, settings, TOLD)
        ids = by_article(con)
    publish(store.path, tmp_path / "incidents.duckdb")
    first = seen(settings)
    assert len(first) == len(WANTED)

    merge = decided(settings, kind="merge", incident=ids["orlo"], other=ids["tally"])
    through = {(i, j) for i, j, kind, *_ in seen(settings) if kind == "through"}
    assert through == {(ids["corvane"], ids["orlo"]), (ids["halvard"], ids["orlo"])}
    away = decided(settings, kind="withdraw", incident=ids["corvane"])
    assert ids["corvane"] not in {i for row in seen(settings) for i in row[:2]}
    named = decided(settings, kind="merge", incident=ids["dormel"], other=ids["worm"])
    assert {(i, j) for i, j, kind, *_ in seen(settings) if kind == "campaign"} == {(ids["vellane"], ids["dormel"])}
    rows = len(seen(settings, "FROM relation_revisions"))
    for decision in (merge, named, away):
        decided(settings, kind="undo", undoes=decision)
    assert seen(settings) == first
    assert len(seen(settings, "FROM relation_revisions")) > rows, "nothing is taken out of the history"
    live = {i for (i,) in seen(settings, "SELECT incident_id FROM incidents")}
    assert {i for row in first for i in row[:2]} <= live


def test_a_replay_of_the_same_finds_the_same_relations(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        for name in TOLD:
            night(con, settings, [name])
        held = con.execute(HELD).fetchall()
        rows = con.execute("SELECT count(*) FROM relation_revisions").fetchone()
        for run in ("p1", "p2"):
            stamp = Stamp(rule_version="1", facts_version="1", now=NOW, run_id=run)
            settle_anew(con, settings, before(con), stamp)
        assert con.execute(HELD).fetchall() == held
        assert con.execute("SELECT count(*) FROM relation_revisions").fetchone() == rows
