"""What one feed or page costs when it fails: a line that says what to do, an attempts row, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import understanding
from flows.night import night


@pytest.mark.slow
def test_a_bug_over_one_page_costs_that_page(
    desk: Any, tmp_path: Path, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_facts = understanding.read_facts

    def stumble(article: Any) -> Any:
        if "Brenndorf" in article.title:
            raise ZeroDivisionError("by a name")
        return read_facts(article)

    monkeypatch.setattr(understanding, "read_facts", stumble)
    report = night(desk.settings(tmp_path / "data"), clock=clock)
    assert report.failures
    assert all("a bug, please report it: ZeroDivisionError: by a name" in line for line in report.failures)
    assert report.new
    with duckdb.connect(str(tmp_path / "data" / "store.duckdb"), read_only=True) as con:
        failed = con.execute("SELECT count(*) FROM attempts WHERE stage = 'read' AND outcome = 'failed'").fetchone()
    assert failed == (len(report.failures),)


@pytest.mark.slow
def test_a_page_that_cannot_be_fetched_leaves_an_attempt_and_the_feeds_text(
    desk: Any, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    served = dict(desk.newsroom._pages)
    lost = {key: page for key, page in served.items() if page.is_incident}
    for key in lost:
        del desk.newsroom._pages[key]
    report = night(desk.settings(tmp_path / "data"), clock=clock)
    with duckdb.connect(str(tmp_path / "data" / "store.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT outcome, error FROM attempts WHERE stage = 'fetch' AND outcome <> 'ok'").fetchall()
        statuses = con.execute(
            "SELECT DISTINCT body_status FROM articles JOIN attempts ON subject = article_id AND outcome = 'failed'"
        ).fetchall()
        reasons = con.execute("SELECT reason FROM decisions WHERE stage = 'look' AND reason LIKE '%404%'").fetchall()
    assert rows
    assert set(rows) == {("failed", "answered 404")}
    assert len([line for line in report.notices if line.startswith("page ")]) == len(rows)
    assert len(reasons) == len(rows)
    assert statuses
    assert set(statuses) <= {("feed",), ("short",)}


@pytest.mark.slow
def test_pages_that_robots_txt_closes_are_read_from_the_feed(
    desk: Any, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    desk.newsroom.robots_txt = b"User-agent: breachwire\nDisallow: /\n"
    report = night(desk.settings(tmp_path / "data"), clock=clock)
    asked = desk.newsroom.requests
    assert (asked["page"], asked["robots"]) == (0, len(desk.newsroom.feeds))
    assert asked["feed"] == len(desk.newsroom.feeds)
    assert report.counts["pages_closed_by_robots"] == report.counts["entries_new"]
    assert len([line for line in report.notices if "robots.txt closes" in line]) == len(desk.newsroom.feeds)
    with duckdb.connect(str(tmp_path / "data" / "incidents.duckdb"), read_only=True) as con:
        reasons = con.execute(
            "SELECT DISTINCT reason LIKE '%closed to programs by its site''s robots.txt%' "
            "FROM decisions WHERE stage = 'look'"
        ).fetchall()
        statuses = con.execute("SELECT DISTINCT body_status FROM articles").fetchall()
    assert reasons == [(True,)]
    assert statuses
    assert set(statuses) <= {("feed",), ("short",)}


def test_a_night_without_feeds_says_so(desk: Any, tmp_path: Path, clock: Callable[[], datetime]) -> None:
    (desk.config / "feeds.toml").write_text("")
    report = night(desk.settings(tmp_path / "data"), clock=clock)
    assert len(report.failures) == 1
    assert "feeds.toml lists no feed" in report.failures[0]
