"""Is all well, and what would have been sent."""

from __future__ import annotations

import fcntl
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from breachwire.store.database import Database, insert
from breachwire.store.publish import publish

NOW = datetime.now(UTC).replace(microsecond=0)


def row(run_id: str, hours_ago: float, *, ended: bool = True) -> dict[str, Any]:
    began = NOW - timedelta(hours=hours_ago)
    ending = {"ended_at": began + timedelta(minutes=6), "outcome": "ok"} if ended else {"outcome": "running"}
    return {"run_id": run_id, "started_at": began, "engine": "direct", "version": "0", "rule_version": "1", **ending}


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file whose last good night began thirty hours ago; one since then has no end."""
    folder = tmp_path_factory.mktemp("nights")
    store = Database(folder / "store.duckdb")
    with store.session() as con:
        for run in (row("r1", 54), row("r2", 30), row("r3", 6, ended=False)):
            insert(con, "runs", [run])
        feed = {"feed_id": "f_1", "url": "http://a.example/", "title": "Dawn", "tags": [], "consecutive_failures": 6}
        insert(con, "feeds", [feed | {"state": "failing", "last_error": "answers 403"}])
        habits = {"feed_id": "f_1", "advice": "it refuses programs: ask its owner", "needs_look": True}
        insert(con, "feed_habits", [habits])
    publish(store.path, folder / "incidents.duckdb")
    return folder / "incidents.duckdb"


@pytest.fixture
def watched(empty_desk: Any, two_nights: Path) -> Any:
    """A data folder with that file."""
    (empty_desk.data / "incidents.duckdb").hardlink_to(two_nights)
    return empty_desk


def test_status_says_when_the_last_good_night_was(watched: Any) -> None:
    result = watched("status")
    assert result.exit_code == 0
    assert re.search(r"(29\.9|30\.\d) hours ago", result.output)
    for words in ("r2", "Feeds in trouble: 1 of 1", "answers 403", "Alerts not sent: none"):
        assert words in result.output, words


@pytest.mark.parametrize(("age", "code"), [("26h", 1), ("2d", 0), ("1800m", 0), ("29h", 1)])
def test_status_is_a_watchdog(watched: Any, age: str, code: int) -> None:
    assert watched("status", "--max-age", age).exit_code == code
    found = json.loads(watched("status", "--max-age", age, "--format", "json").output)
    assert found["late"] is bool(code)
    assert found["stopped_since"] == ["r3"]
    assert found["last_good_night"]["run_id"] == "r2"
    assert found["feeds"]["in_trouble"][0]["kind"] == "feed_failing"


def test_status_where_nothing_was_run(empty_desk: Any) -> None:
    assert empty_desk("status").exit_code == 0
    assert "No good night yet" in empty_desk("status").output
    assert empty_desk("status", "--max-age", "26h").exit_code == 1
    assert empty_desk("status", "--max-age", "soon").exit_code == 2


def test_status_says_who_is_at_work_and_waits_for_nobody(watched: Any) -> None:
    with (watched.data / "run.lock").open("w") as file:
        file.write("process 7 on desk")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "under way: process 7 on desk" in watched("status").output
    assert "under way" not in watched("status").output


ALERTS = """
[channels.desk]
kind = "terminal"
[[rules]]
name = "big"
events = ["new_incident", "material_change"]
min_records = 10000
channels = ["desk"]
[[rules]]
name = "germany"
events = ["new_incident"]
when = "digest"
countries = ["DE"]
channels = ["desk"]
"""


@pytest.fixture
def night(desk: Any) -> Any:
    """The published file of all CLI tests, its one run ended, with rules."""
    published: Path = desk.data / "incidents.duckdb"
    copy = published.read_bytes()
    published.unlink()  # it is a hard link to what other tests read
    published.write_bytes(copy)
    from breachwire.store.database import connect

    con = connect(published)
    con.execute("UPDATE runs SET ended_at = started_at + INTERVAL 5 MINUTE")
    con.execute("UPDATE incident_revisions SET changed = ['article_count', 'records_min'] WHERE revision = 2")
    con.close()
    (desk.config / "alerts.toml").write_text(ALERTS)
    return desk


def test_preview_shows_what_would_have_been_sent_and_why_not(night: Any) -> None:
    shown = json.loads(night("alerts", "preview", "--format", "json").output.partition("\n]")[0] + "\n]")
    assert [(row["rule"], row["when"]) for row in shown] == [("big", "at once"), ("germany", "digest")]
    assert shown[0]["subject"].startswith("Fernhill Robotics 1: ")
    why = night("alerts", "preview", "--why").output
    assert "country is NL, not DE" in why
    assert "no records, wants 10,000" in why
    assert "Copper Lantern" in night("alerts", "preview", "--full").output


def test_preview_writes_a_page_and_knows_only_nights_that_ended(night: Any, tmp_path: Path) -> None:
    page = tmp_path / "digest.html"
    assert night("alerts", "preview", "--since", "7d", "--html", str(page)).exit_code == 0
    assert "Fernhill Robotics 1" in page.read_text(encoding="utf-8")
    assert night("alerts", "preview", "--night", "1999").exit_code == 2
    assert night("alerts", "preview", "--since", "yesterday-ish").exit_code == 2
