"""Whole nights over the sample newsroom, with real sockets and real DuckDB files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pytest

from breachwire.errors import ConfigError, LockedError
from breachwire.incidents.evidencing import TEXT_BORNE
from breachwire.store.lock import only_one
from flows.engines import Direct, choose
from flows.night import night
from flows.understanding import BATCHES

ROOT = Path(__file__).parents[2]
Clock = Callable[[], datetime]
T = TypeVar("T")


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


# What an incident says, without what differs from run to run: ids of runs and the clock's own times.
SAYS = """
SELECT incident_id, revision, title, summary, victim, victim_names, sector, country, attack_type, claim_status,
    threat_actor, malware, cves, records_min, records_max, records_unit, data_types, ransom_amount, began_on,
    disclosed_on, article_count, source_count, languages, source_urls, changed
FROM incident_revisions ORDER BY incident_id, revision
"""


def three_nights(desk: Any, data: Path, clock: Clock) -> None:
    for number in (1, 2, 3):
        desk.newsroom.turn_to(number)
        night(desk.settings(data), clock=clock)


@pytest.mark.slow
def test_three_nights_and_a_fourth_that_changes_nothing(desk: Any, tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "data"
    three_nights(desk, data, clock)
    before = query(data, "FROM incident_revisions ORDER BY ALL"), query(data, "FROM evidence ORDER BY ALL")
    report = night(desk.settings(data), clock=clock)
    assert (report.new, report.changed, report.failures) == ((), (), ())
    assert report.counts["feeds_unchanged"] == len(desk.newsroom.feeds)
    assert (query(data, "FROM incident_revisions ORDER BY ALL"), query(data, "FROM evidence ORDER BY ALL")) == before
    assert query(data, "SELECT count(*) FROM incidents")[0][0] >= 15


@pytest.mark.slow
def test_every_value_has_its_sentence_and_every_article_its_decision(desk: Any, tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "data"
    three_nights(desk, data, clock)
    wrong = query(
        data,
        "SELECT e.* FROM evidence e JOIN articles a USING (article_id) "
        "WHERE substr(CASE zone WHEN 'title' THEN a.title ELSE a.body END, char_start + 1, char_end - char_start) "
        "<> quote",
    )
    assert wrong == []
    for column in TEXT_BORNE:
        bare = query(
            data,
            f"SELECT i.incident_id, i.{column} FROM incidents i ANTI JOIN "
            f"(SELECT incident_id FROM evidence WHERE field = '{column}' AND accepted) e USING (incident_id) "
            f"WHERE i.{column} IS NOT NULL",
        )
        assert bare == [], column
    urls = {row["url"] for row in desk.newsroom.truth()}
    assert urls <= {row[0] for row in query(data, "SELECT url FROM decisions")}
    assert query(data, "SELECT count(*) FROM alerts WHERE state <> 'sent'")[0][0] == 0


@pytest.mark.slow
def test_a_faulty_feed_costs_one_line_and_nothing_else(desk: Any, tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "data"
    desk.poll_also({url: f"Fault {name}" for name, url in desk.newsroom.fault_urls.items()})
    report = night(desk.settings(data), clock=clock)
    for name in ("500", "404", "slow", "hang", "reset", "bomb", "endless", "loop", "internal", "html", "empty"):
        url = desk.newsroom.fault_urls[name]
        lines = [line for line in (*report.failures, *report.notices) if f"feed {url}:" in line]
        assert len(lines) == 1, name
        assert "\n" not in lines[0]
    assert query(data, "SELECT count(*) FROM incidents")[0][0] > 3
    failing = dict(query(data, "SELECT url, last_error FROM feeds WHERE state <> 'active'"))
    assert "169.254.169.254" in failing[desk.newsroom.fault_urls["internal"]]


def test_a_second_night_at_once_is_told_who_holds_the_lock(desk: Any, tmp_path: Path, clock: Clock) -> None:
    with only_one(tmp_path, clock()), pytest.raises(LockedError, match=rf"process {os.getpid()} on "):
        night(desk.settings(tmp_path), clock=clock)


def start(desk: Any, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "breachwire", "--config", str(desk.config), "--data", str(data), "run"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.slow
def test_killed_at_any_instant_and_started_again_ends_in_the_same_rows(desk: Any, tmp_path: Path, clock: Clock) -> None:
    desk.newsroom.turn_to(3)
    whole = tmp_path / "whole"
    started = time.monotonic()
    with start(desk, whole) as process:
        out = process.communicate()[0]
    assert process.returncode == 0, out
    took = time.monotonic() - started
    for share in (0.3, 0.6, 0.85):
        data = tmp_path / f"killed-{share}"
        with start(desk, data) as process:
            time.sleep(took * share)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        assert process.returncode in (-signal.SIGKILL, 0)
        with start(desk, data) as process:
            out = process.communicate()[0]
        assert process.returncode == 0, out
        assert query(data, SAYS) == query(whole, SAYS), f"killed after {share:.0%} of the night"
        assert query(data, "SELECT count(*), count(DISTINCT article_id) FROM articles") == query(
            whole, "SELECT count(*), count(DISTINCT article_id) FROM articles"
        )
        lines = (data / "alerts.jsonl").read_text().splitlines()
        sent = [json.loads(line)["alert_id"] for line in lines]
        assert len(sent) == len(set(sent))


@pytest.mark.slow
def test_a_reader_that_holds_the_published_file_neither_fails_nor_blocks(
    desk: Any, tmp_path: Path, clock: Clock
) -> None:
    data = tmp_path / "data"
    night(desk.settings(data), clock=clock)
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as reader:
        first = reader.execute("SELECT count(*) FROM incidents").fetchall()
        desk.newsroom.turn_to(2)
        report = night(desk.settings(data), clock=clock)
        assert report.new
        assert reader.execute("SELECT count(*) FROM incidents").fetchall() == first
    assert query(data, "SELECT count(*) FROM incidents") > first


class Noting(Direct):
    """Runs the stages, and notes what each was called."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def run(self, title: str, stage: Callable[[], T], *, retries: int) -> T:
        self.titles.append(title)
        return super().run(title, stage, retries=retries)


def test_pages_asked_for_together_are_read_batch_by_batch(desk: Any, tmp_path: Path, clock: Clock) -> None:
    settings = desk.settings(tmp_path / "data")
    small = settings.model_copy(update={"run": settings.run.model_copy(update={"batch_size": 2})})
    engine = Noting()
    read = night(small, clock=clock, engine=engine).counts["pages_read"]
    assert read > 2 * BATCHES, "they are asked for more than once"
    starts = range(1, read + 1, 2)
    batches = [f"read pages {start} to {min(start + 1, read)}" for start in starts]
    assert [title for title in engine.titles if title.startswith("read pages")] == batches


def test_prefect_without_an_api_says_what_to_set(desk: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PREFECT_API_URL"):
        choose("prefect")
    assert choose("auto") == "direct"
