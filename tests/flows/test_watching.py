"""What nights over the sample newsroom teach of its feeds, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.night import night

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def at(hours: float) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(hours=hours)


def rows(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "store.duckdb")) as con:
        return con.execute(sql).fetchall()


@pytest.mark.slow
def test_habits_are_learnt_and_silence_is_told_once(desk: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    night(desk.settings(data), clock=at(0))
    feeds = len(desk.newsroom.feeds)
    learnt = rows(
        data, "SELECT count(*), min(last_new_at), min(len(news_days)), max(len(body_lengths)) FROM feed_habits"
    )
    assert learnt == [(feeds, NOW, 1, 1)]
    assert rows(data, "SELECT count(*) FROM feed_habits WHERE list_min(body_lengths) > 200") == [(feeds,)]
    # Nine days with news would take nine nights: let two feeds have had them, one of them without text since.
    url = desk.newsroom.feeds[0][0]
    rows(
        data,
        f"UPDATE feed_habits SET usual_gap_days = 1 WHERE feed_id IN (SELECT feed_id FROM feeds WHERE url = '{url}')",
    )
    told = [night(desk.settings(data), clock=at(24 * day)).failures for day in (2, 4, 5)]
    assert told[0] == told[2] == ()
    assert len(told[1]) == 1
    assert told[1][0].startswith(f"feed {url}: silent: nothing new since 2026-11-22 (4 days; a day at most is usual)")
    desk.newsroom.turn_to(2)
    assert night(desk.settings(data), clock=at(24 * 6)).failures == ()
    assert rows(data, "SELECT count(*) FROM feed_health WHERE needs_look") == [(0,)]


@pytest.mark.slow
def test_pages_that_lose_their_text_are_told_of(desk: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    night(desk.settings(data), clock=at(0))
    before = ", ".join(["9000"] * 20 + ["10"] * 8)
    rows(data, f"UPDATE feed_habits SET body_lengths = [{before}]")
    desk.newsroom.turn_to(2)
    desk.newsroom._pages.clear()
    lines = night(desk.settings(data), clock=at(24)).failures
    assert lines
    assert all("characters of text of late, 9000 before; open one" in line for line in lines)
    assert rows(data, "SELECT max(len(body_lengths)) FROM feed_habits") == [(28 + 3,)]
    assert night(desk.settings(data), clock=at(48)).failures == ()


@pytest.mark.slow
def test_runs_every_hour_leave_feeds_alone_that_ask_for_more(desk: Any, tmp_path: Path) -> None:
    data, feeds = tmp_path / "data", len(desk.newsroom.feeds)
    settings = desk.settings(data)
    night(settings, clock=at(0))
    rows(data, "UPDATE feed_habits SET ttl_s = 4 * 3600, entries_a_week = NULL")
    assert night(settings, clock=at(1)).counts["feeds_polled"] == feeds
    rows(
        data,
        "INSERT INTO runs BY NAME SELECT run_id || hours AS run_id, started_at - to_hours(hours) AS started_at, "
        "* EXCLUDE (run_id, started_at, hours) FROM (FROM runs ORDER BY started_at LIMIT 1), range(1, 7) AS r(hours)",
    )
    polled = [night(settings, clock=at(hour)).counts["feeds_polled"] for hour in (2, 3, 6)]
    assert polled == [feeds, 0, feeds]
