"""`breachwire feeds check`, on a published file made by the real migrations."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from breachwire.store.database import Database, insert
from breachwire.store.publish import publish

Desk = Any
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TRICK = "\x1b[31mred\x1b[0m\nline [bold]two[/]"


def add(con: Any, name: str, habits: dict[str, Any] | None = None, **more: Any) -> None:
    row: dict[str, Any] = {
        "feed_id": f"f_{name}",
        "url": f"https://{name}.example/feed",
        "title": name,
        "state": "active",
        "last_polled_at": NOW,
        "last_ok_at": NOW,
        "consecutive_failures": 0,
    }
    insert(con, "feeds", [row | more])
    if habits is not None:
        insert(con, "feed_habits", [{"feed_id": f"f_{name}", "needs_look": False} | habits])


@pytest.fixture
def checked(empty_desk: Desk) -> Desk:
    """A published file with feeds in every condition."""
    store = Database(empty_desk.data / "store.duckdb")
    with store.session() as con:
        add(
            con,
            "Well",
            {"entries_a_week": 12.5, "body_median": 2400, "bodies_empty": 0.1, "news_days": [date(2026, 1, 1)]},
        )
        add(con, "Gone", {"needs_look": True}, state="gone", consecutive_failures=1, last_error="answered 410")
        failing = {"state": "failing", "last_error": "answered 404", "next_due_at": NOW + DAY}
        add(con, "Lost", {"needs_look": True, "advice": "look for it"}, consecutive_failures=7, **failing)
        add(con, "Hiccup", {"advice": "asked again"}, consecutive_failures=1, **failing | {"last_error": TRICK})
        add(con, "Mute", {"last_new_at": NOW - 30 * DAY, "usual_gap_days": 2, "silent_since": NOW - DAY})
        add(con, "Thin", {"body_median": 80, "body_median_before": 3000, "drifted_since": NOW})
        add(con, "Fresh", None, last_polled_at=None, last_ok_at=None)
        add(con, "Left", None, state="removed")
    publish(store.path, empty_desk.data / "incidents.duckdb")
    return empty_desk


def test_those_that_need_a_person_come_first_and_say_why(checked: Desk) -> None:
    result = checked("feeds", "check")
    assert result.exit_code == 1
    _, *lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["Lost", "Gone", "Mute", "Thin", "Hiccup", "Fresh", "Well"]
    said = {line.split()[0]: line for line in lines}
    assert said["Lost"].endswith("failed 7 times in a row, last good 2026-11-22: answered 404; look for it")
    assert "never" in said["Gone"]
    assert "gone for good (answered 410); not asked again" in said["Gone"]
    assert "nothing new since 2026-10-23 (30 days; 2 days at most is usual)" in said["Mute"]
    assert "80 characters of text of late, 3000 before" in said["Thin"]
    assert said["Hiccup"].endswith("red line [bold]two[/]; asked again")
    assert said["Fresh"].endswith("not polled yet")
    assert said["Well"].split()[-4:] == ["12.5", "2400", "10%", "nothing"]
    assert result.stderr == "7 feeds; 5 with something wrong, 4 of them for a person to look at\n"


def test_only_what_is_wrong(checked: Desk) -> None:
    rows = json.loads(checked("feeds", "check", "--wrong", "--format", "json").stdout)
    assert [row["title"] for row in rows] == ["Lost", "Gone", "Mute", "Thin", "Hiccup"]
    assert [row["needs_person"] for row in rows] == [True] * 4 + [False]
    assert rows[0]["wrong"] == "failed 7 times in a row, last good 2026-11-22: answered 404"
    assert rows[0]["what_to_do"] == "look for it"


@pytest.mark.parametrize("form", ["csv", "json", "md"])
def test_every_form_has_every_feed(checked: Desk, form: str) -> None:
    shown = checked("feeds", "check", "--format", form).stdout
    if form == "csv":
        assert len(list(csv.DictReader(io.StringIO(shown)))) == 7
    assert "\x1b" not in shown
    for name in ("Well", "Gone", "Lost", "Hiccup", "Mute", "Thin", "Fresh"):
        assert name in shown


def test_where_all_is_well_it_ends_well(empty_desk: Desk) -> None:
    store = Database(empty_desk.data / "store.duckdb")
    with store.session() as con:
        add(con, "Well", {})
    publish(store.path, empty_desk.data / "incidents.duckdb")
    result = empty_desk("feeds", "check")
    assert (result.exit_code, result.stderr) == (0, "1 feeds, nothing wrong with any\n")
    assert empty_desk("feeds", "check", "--wrong").exit_code == 0


def test_before_the_first_night_there_is_nothing_to_check(empty_desk: Desk) -> None:
    result = empty_desk("feeds", "check")
    assert result.exit_code == 2
    assert "run `breachwire run` first" in result.stderr


def test_a_file_of_an_earlier_version_says_so(empty_desk: Desk) -> None:
    path: Path = empty_desk.data / "incidents.duckdb"
    store = Database(empty_desk.data / "store.duckdb")
    with store.session():
        pass
    publish(store.path, path)
    import duckdb

    with duckdb.connect(str(path)) as con:
        con.execute("DROP VIEW feed_health")
    result = empty_desk("feeds", "check")
    assert result.exit_code == 4
    assert "run `breachwire run`" in result.stderr
