"""Pages read again from the archive under new rules: ids stay, nobody is told twice, nothing stored is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.settings import Settings
from flows import understanding
from flows.night import night

Clock = Callable[[], datetime]
pytestmark = pytest.mark.slow

WRONG_SPANS = """
SELECT e.* FROM evidence AS e LEFT JOIN articles AS a USING (article_id) WHERE a.article_id IS NULL
    OR substr(CASE zone WHEN 'title' THEN a.title ELSE a.body END, char_start + 1, char_end - char_start) <> quote
"""
DANGLING = "SELECT * FROM incident_articles ANTI JOIN articles USING (article_id)"


def query(data: Path, sql: str, file: str = "incidents.duckdb") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / file), read_only=True) as con:
        return con.execute(sql).fetchall()


def under_new_rules(settings: Settings, *, keep: float | None = None) -> Settings:
    """The settings with the next version of keywords.toml, and another threshold where one is given."""
    keywords = settings.keywords.model_copy(update={"version": settings.keywords.version + ".next"})
    if keep is not None:
        keywords = keywords.model_copy(update={"thresholds": keywords.thresholds.model_copy(update={"keep": keep})})
    return settings.model_copy(update={"keywords": keywords})


@pytest.fixture
def told(desk: Any, tmp_path: Path, clock: Clock) -> Path:
    """The data of a night that read all of the sample's articles."""
    desk.newsroom.turn_to(3)
    night(desk.settings(tmp_path / "data"), clock=clock)
    return tmp_path / "data"


def test_the_same_rules_under_another_version_change_nothing(desk: Any, told: Path, clock: Clock) -> None:
    tables = ("incident_revisions", "evidence", "incident_articles", "alerts")
    before = [query(told, f"FROM {table} ORDER BY ALL") for table in tables]
    report = night(under_new_rules(desk.settings(told)), clock=clock)
    assert report.counts["pages_read"] > 50
    assert (report.new, report.changed, report.failures) == ((), (), ())
    assert [query(told, f"FROM {table} ORDER BY ALL") for table in tables] == before


def test_a_damaged_archive_takes_nothing_away(desk: Any, told: Path, clock: Clock) -> None:
    tables = ("articles", "incident_revisions", "evidence", "incident_articles")
    before = [query(told, f"FROM {table} ORDER BY ALL") for table in tables]
    for path in (told / "archive").glob("*/*.warc.gz"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    report = night(under_new_rules(desk.settings(told)), clock=clock)
    assert any(".warc.gz" in line for line in report.failures)
    assert (report.new, report.changed) == ((), ())
    assert [query(told, f"FROM {table} ORDER BY ALL") for table in tables] == before


def test_evidence_moves_with_the_text(desk: Any, told: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    read_article = understanding.read_article

    def with_a_line_more(*args: Any) -> Any:
        article = read_article(*args)
        return replace(article, body=f"By our own desk.\n{article.body}")

    monkeypatch.setattr(understanding, "read_article", with_a_line_more)
    before = query(told, "SELECT incident_id FROM incidents ORDER BY 1")
    night(under_new_rules(desk.settings(told)), clock=clock)
    assert query(told, "SELECT incident_id FROM incidents ORDER BY 1") == before
    assert query(told, WRONG_SPANS) == []


def test_what_is_no_longer_kept_leaves_its_incident(desk: Any, told: Path, clock: Clock) -> None:
    before = query(told, "SELECT incident_id, revision FROM incidents ORDER BY 1")
    alerts = query(told, "SELECT alert_id FROM alerts ORDER BY 1")
    stricter = under_new_rules(desk.settings(told), keep=14.0)
    report = night(stricter, clock=clock)
    withdrawn = {row[0] for row in query(told, "SELECT incident_id FROM incident_revisions WHERE withdrawn")}
    assert withdrawn
    assert {i for i, _ in before} - withdrawn == {row[0] for row in query(told, "SELECT incident_id FROM incidents")}
    assert report.new == ()
    assert query(told, DANGLING) == []
    assert query(told, WRONG_SPANS) == []
    assert query(told, "SELECT alert_id FROM alerts ORDER BY 1") == alerts
    again = night(stricter, clock=clock)
    assert (again.new, again.changed) == ((), ())
    assert query(told, "SELECT incident_id FROM incident_revisions WHERE withdrawn AND len(changed) = 0") == []
