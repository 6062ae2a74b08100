"""Settling on a real store: what becomes of incidents when their stories turn out to be one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from breachwire.records import Article, Claim, Entry, Page, Reading, Story, Verdict
from breachwire.settings import load
from breachwire.store import grouping
from breachwire.store.database import Database
from breachwire.store.reading import Outcome, save_readings
from flows.settling import settle

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
TITLE = {"a_1": "Velmark Foods hacked", "a_2": "Orlo Freight hacked"}


def read(article_id: str) -> Outcome:
    url = f"http://127.0.0.1/{article_id}"
    title = TITLE[article_id]
    article = Article(
        article_id=article_id,
        url=url,
        canonical_url=url,
        feed_id=None,
        source="Desk",
        title=title,
        body=f"{title}, it said.",
        body_status="full",
        fetched_at=NOW,
        published_at=NOW,
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
    name = title.removesuffix(" hacked")
    claim = Claim(
        article_id=article_id,
        field="victim",
        value=name,
        zone="title",
        start=0,
        end=len(name),
        quote=name,
        rule="r",
        confidence=0.9,
    )
    entry = Entry(article_id=article_id, feed_id="f", url=url, canonical_url=url, title=title)
    page = Page(entry=entry, source="Desk", final_url=url, body=None, content_type=None, fetched_at=NOW)
    return Outcome(page=page, verdicts=(verdict,), reading=Reading(article=article, verdict=verdict, claims=(claim,)))


def standing(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    return con.execute("SELECT victim, article_count FROM incidents ORDER BY victim").fetchall()


def test_an_incident_whose_only_story_joins_another_is_withdrawn_and_not_told_again(tmp_path: Path) -> None:
    settings = load(ROOT / "config", tmp_path)
    with Database(tmp_path / "store.duckdb").session() as con:
        save_readings(con, [read("a_1"), read("a_2")], rule_version="1", now=NOW, run_id="r1")
        alone = [Story(story_id=f"s_{n}", canonical_id=f"a_{n}", article_ids=(f"a_{n}",)) for n in (1, 2)]
        grouping.save_stories(con, alone)
        changes, _ = settle(con, settings, now=NOW, run_id="r1")
        assert len(changes) == 2
        assert standing(con) == [("Orlo Freight", 1), ("Velmark Foods", 1)]

        grouping.save_stories(con, [Story(story_id="s_1", canonical_id="a_1", article_ids=("a_1", "a_2"))])
        changes, alerts = settle(con, settings, now=NOW, run_id="r2")
        assert alerts == 0
        assert [count for _, count in standing(con)] == [2]
        links = con.execute("SELECT article_id, count(*) FROM incident_articles GROUP BY ALL ORDER BY ALL").fetchall()
        assert links == [("a_1", 1), ("a_2", 1)]
        assert settle(con, settings, now=NOW, run_id="r3") == ([], 0)
