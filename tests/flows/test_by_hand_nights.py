"""Decisions by hand between whole nights over the sample newsroom, and nights that are killed around them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.incidents.evidencing import TEXT_BORNE
from flows.deciding import Wish, decide
from flows.night import night

ROOT = Path(__file__).parents[2]
Clock = Callable[[], datetime]
BARE = """
SELECT i.incident_id FROM incidents AS i
ANTI JOIN (SELECT incident_id FROM evidence WHERE field = '{0}' AND accepted) AS e USING (incident_id)
ANTI JOIN (SELECT incident_id FROM by_hand WHERE kind = 'set' AND field = '{0}') AS h USING (incident_id)
WHERE i.{0} IS NOT NULL
"""
ROWS = ("incident_revisions", "evidence", "incident_articles", "by_hand", "alerts", "watch_hits")


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def stored(data: Path) -> list[list[tuple[Any, ...]]]:
    return [query(data, f"FROM {table} ORDER BY ALL") for table in ROWS]


def do(desk: Any, data: Path, clock: Clock, *wishes: dict[str, Any]) -> tuple[Any, ...]:
    asked = [Wish(who="ada", because="seen", **wish) for wish in wishes]
    return decide(desk.settings(data), asked, clock=clock).decisions


@pytest.mark.slow
def test_what_was_decided_after_the_first_night_holds_after_the_third(desk: Any, tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "data"
    night(desk.settings(data), clock=clock)
    known = query(data, "SELECT incident_id FROM incidents ORDER BY source_count DESC, incident_id")
    (into, other, drill, named) = (row[0] for row in known[:4])
    parted = query(
        data,
        "SELECT l.incident_id, min(article_id) FROM incident_articles AS l JOIN articles USING (article_id) "
        "WHERE role = 'main' AND l.incident_id = (SELECT incident_id FROM incident_articles JOIN articles "
        "USING (article_id) WHERE role = 'main' GROUP BY 1 HAVING count(DISTINCT story_id) > 1 ORDER BY 1 LIMIT 1) "
        "GROUP BY 1",
    )
    told = query(data, "SELECT count(*) FROM alerts")
    do(
        desk,
        data,
        clock,
        {"kind": "merge", "incident": into, "other": other},
        {"kind": "withdraw", "incident": drill},
        {"kind": "set", "incident": named, "field": "country", "value": "NZ"},
        {"kind": "set", "incident": named, "field": "threat_actor", "value": ""},
    )
    split = do(desk, data, clock, *({"kind": "split", "incident": i, "articles": (a,)} for i, a in parted))
    assert query(data, "SELECT count(*) FROM alerts") == told
    for number in (2, 3):
        desk.newsroom.turn_to(number)
        report = night(desk.settings(data), clock=clock)
        assert {c.incident.incident_id for c in report.new}.isdisjoint(row[0] for row in known)
    assert query(data, f"SELECT count(*) FROM incidents WHERE incident_id IN ('{other}', '{drill}')") == [(0,)]
    assert query(data, f"SELECT country, threat_actor FROM incidents WHERE incident_id = '{named}'") == [("NZ", None)]
    for decision in split:
        where = query(data, f"SELECT incident_id FROM incident_articles WHERE article_id = '{decision.article_ids[0]}'")
        assert (decision.other_id,) in where
    twice = "SELECT incident_id FROM alerts WHERE event = 'new_incident' GROUP BY incident_id, rule, channel"
    assert query(data, f"{twice} HAVING count(*) > 1") == []
    for column in TEXT_BORNE:
        assert query(data, BARE.format(column)) == [], column
    before = stored(data)
    assert night(desk.settings(data), clock=clock).changed == ()
    assert stored(data) == before


@pytest.mark.slow
def test_a_night_that_is_killed_after_a_merge_ends_in_the_same_rows(desk: Any, tmp_path: Path, clock: Clock) -> None:
    data, whole = tmp_path / "data", tmp_path / "whole"
    night(desk.settings(data), clock=clock)
    into, other = (r[0] for r in query(data, "SELECT incident_id FROM incidents ORDER BY source_count DESC, 1 LIMIT 2"))
    do(desk, data, clock, {"kind": "merge", "incident": into, "other": other})
    shutil.copytree(data, whole)
    desk.newsroom.turn_to(2)
    night(desk.settings(whole), clock=clock)
    command = [sys.executable, "-m", "breachwire", "--config", str(desk.config), "--data", str(data), "run"]
    for seconds in (1.0, 2.5):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    night(desk.settings(data), clock=clock)
    says = "SELECT incident_id, article_id, role, by_rules FROM incident_articles ORDER BY ALL"
    assert query(data, says) == query(whole, says)
    shown = "SELECT incident_id, title, victim, sector, article_count, source_urls FROM incidents ORDER BY ALL"
    assert query(data, shown) == query(whole, shown)
