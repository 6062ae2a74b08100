"""Two stored incidents that turn out to be one: the younger id goes, and nobody is told."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from breachwire.records import Article, Claim, Decision, Entry, Page, Reading, Story, Verdict
from breachwire.settings import Settings, load
from breachwire.store import by_hand, grouping
from breachwire.store.database import Database
from breachwire.store.reading import Outcome, save_readings
from flows.deciding import Wish, decide
from flows.settling import settle

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
TOLD = {
    "a_1": ("Barges wait as grain elevators of a river town stand still", "Weighing software was attacked.", None),
    "a_2": ("Ostrell Grain pays 41,300 farmers late", "A ransomware gang was in its books.", "Ostrell Grain"),
    "a_3": (
        "Grain elevators of river town were Ostrell Grain's",
        "Barges wait: weighing software of Ostrell Grain was attacked, 41,300 farmers are paid late.",
        "Ostrell Grain",
    ),
}


def read(article_id: str) -> Outcome:
    title, body, victim = TOLD[article_id]
    url = f"http://127.0.0.1/{article_id}"
    at = NOW - timedelta(days=5 - int(article_id[-1]))
    article = Article(
        article_id=article_id,
        url=url,
        canonical_url=url,
        feed_id=None,
        source="Desk",
        title=title,
        body=body,
        body_status="full",
        fetched_at=NOW,
        published_at=at,
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
    claims = [
        Claim(
            article_id=article_id,
            field="victim",
            value=victim,
            zone="title",
            start=title.index(victim),
            end=title.index(victim) + len(victim),
            quote=victim,
            rule="r",
            confidence=0.9,
        )
        for victim in [victim]
        if victim
    ]
    entry = Entry(article_id=article_id, feed_id="f", url=url, canonical_url=url, title=title)
    page = Page(entry=entry, source="Desk", final_url=url, body=None, content_type=None, fetched_at=NOW)
    return Outcome(
        page=page, verdicts=(verdict,), reading=Reading(article=article, verdict=verdict, claims=tuple(claims))
    )


def night(con: duckdb.DuckDBPyConnection, settings: Settings, day: int, *articles: str) -> int:
    """One night with those articles, each a story of its own; returns how many alerts were queued."""
    now = NOW + timedelta(days=day)
    save_readings(con, [read(a) for a in articles], rule_version="1", now=now, run_id=f"r{day}")
    grouping.save_stories(con, [Story(story_id=f"s{a}", canonical_id=a, article_ids=(a,)) for a in articles])
    _, alerts = settle(con, settings, now=now, run_id=f"r{day}")
    return alerts


def standing(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    return con.execute("SELECT incident_id, article_count FROM incidents ORDER BY ALL").fetchall()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(ROOT / "config", tmp_path)


def test_a_story_that_tells_of_two_incidents_joins_them_under_the_older_id(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, 0, "a_1")
        ((older, _),) = standing(con)
        night(con, settings, 1, "a_2")
        (younger,) = {i for i, _ in standing(con)} - {older}
        assert night(con, settings, 2, "a_3") == 0
        assert standing(con) == [(older, 3)]
        last = con.execute(
            "SELECT revision, merged_into, changed FROM incident_revisions WHERE incident_id = ? "
            "ORDER BY revision DESC LIMIT 1",
            [younger],
        ).fetchall()
        assert last[0][:2] == (2, older)
        assert "merged_into" in last[0][2]
        links = con.execute("SELECT article_id, incident_id, reason FROM incident_articles ORDER BY ALL").fetchall()
        assert [(a, i) for a, i, _ in links] == [("a_1", older), ("a_2", older), ("a_3", older)]
        assert [reason == "first" for *_, reason in links] == [True, False, False]
        for table in ("profiles", "profile_words", "evidence"):
            assert con.execute(f"SELECT DISTINCT incident_id FROM {table}").fetchall() == [(older,)]
        assert settle(con, settings, now=NOW, run_id="r9") == ([], 0)


def test_who_names_an_id_that_was_merged_away_means_the_one_that_stays(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, 0, "a_1")
        ((older, _),) = standing(con)
        night(con, settings, 1, "a_2")
        (younger,) = {i for i, _ in standing(con)} - {older}
        night(con, settings, 2, "a_3")
    wish = Wish(kind="set", incident=younger, field="sector", value="retail", who="ines")
    outcome = decide(settings, [wish], clock=lambda: NOW)
    assert [(d.incident_id, d.value) for d in outcome.decisions] == [(older, "retail")]
    assert any(younger in note and older in note for note in outcome.notes)
    with Database(tmp_path / "store.duckdb").session() as con:
        assert con.execute("SELECT incident_id, sector FROM incidents").fetchall() == [(older, "retail")]


def test_what_a_person_decided_about_is_left_to_people(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, 0, "a_1")
        night(con, settings, 1, "a_2")
        pair = frozenset(i for i, _ in standing(con))
        said = Decision(
            decision=1, kind="set", incident_id=min(pair), field="sector", value="retail", who="ines", decided_at=NOW
        )
        by_hand.save(con, [said])
        night(con, settings, 2, "a_3")
        assert {i for i, _ in standing(con)} == pair


def test_mentions_and_hits_go_along(tmp_path: Path, settings: Settings) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, 0, "a_1")
        ((older, _),) = standing(con)
        night(con, settings, 1, "a_2")
        (younger,) = {i for i, _ in standing(con)} - {older}
        con.execute(
            "INSERT INTO incident_articles BY NAME SELECT ? AS incident_id, 'a_9' AS article_id, 'mention' AS role, "
            "0.5 AS score, 'names it' AS reason",
            [younger],
        )
        con.execute(
            "INSERT INTO watch_hits VALUES (?, 'Ostrell', 'Ostrell Grain', 99, 'r', now(), 'r1', 'victim', false)",
            [younger],
        )
        night(con, settings, 2, "a_3")
        mentions = con.execute("SELECT incident_id FROM incident_articles WHERE role = 'mention'").fetchall()
        assert mentions == [(older,)]
        assert con.execute("SELECT count(*) FROM watch_hits WHERE incident_id = ?", [older]).fetchone() == (1,)


def test_every_order_of_nights_ends_in_the_same_incidents(tmp_path: Path, settings: Settings) -> None:
    found = set()
    orders = [["a_1", "a_2", "a_3"], ["a_3", "a_2", "a_1"], ["a_2", "a_3", "a_1"], ["a_1", "a_3", "a_2"]]
    random.Random(4).shuffle(orders)
    for number, order in enumerate(orders):
        with Database(tmp_path / f"{number}.duckdb").session() as con:
            for day, article in enumerate(order):
                night(con, settings, day, article)
            found.add(tuple(count for _, count in standing(con)))
    assert found == {(3,)}


def test_a_store_from_before_the_list_of_words_is_listed_at_the_first_settling(
    tmp_path: Path, settings: Settings
) -> None:
    with Database(tmp_path / "store.duckdb").session() as con:
        night(con, settings, 0, "a_2")
        listed = con.execute("SELECT * FROM profile_words ORDER BY ALL").fetchall()
        assert listed
        con.execute("DELETE FROM profile_words")
        con.execute("UPDATE profiles SET words_version = NULL")
        night(con, settings, 1, "a_3")
        assert [count for _, count in standing(con)] == [2]
