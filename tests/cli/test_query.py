"""`query` answers questions and refuses everything else in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

Desk = Any


def test_an_answer_in_every_form(desk: Desk) -> None:
    sql = (
        "SELECT 1 AS n, 2 AS n, NULL AS nothing, [DATE '2026-01-02'] AS days, 1.50::DECIMAL(9, 2) AS sum, {'a': 1} AS s"
    )
    assert desk("query", sql).stdout.splitlines() == [
        "n  n  nothing  days         sum  s",
        "1  2           2026-01-02  1.50  a=1",
    ]
    assert json.loads(desk("query", sql, "--format", "json").stdout) == [
        {"n": 1, "n_2": 2, "nothing": None, "days": ["2026-01-02"], "sum": 1.5, "s": {"a": 1}}
    ]
    assert desk("query", sql, "--format", "csv").stdout == (
        'n,n,nothing,days,sum,s\n1,2,,"[""2026-01-02""]",1.50,"{""a"": 1}"\n'
    )


@pytest.mark.parametrize(
    "sql",
    ["FROM incidents", "FROM search('ransomware')", "DESCRIBE incidents", "SHOW TABLES", "SUMMARIZE feeds",
     "EXPLAIN SELECT 1",
     "PIVOT incidents ON country USING count(*)", "FROM incidents_since('7 days')",
     "SELECT now(), INTERVAL 1 DAY, 'x'::BLOB"],
)  # fmt: skip
def test_reading_statements_are_answered(desk: Desk, sql: str) -> None:
    result = desk("query", sql)
    assert (result.exit_code, result.stderr) == (0, ""), result.stderr


@pytest.mark.parametrize("sql", ["SELEC 1", "FROM nosuch", "SELECT error('no')", "COPY incidents TO '/dev/stdout'"])
def test_what_is_refused_takes_one_line_on_stderr(desk: Desk, sql: str) -> None:
    result = desk("query", sql)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1, result.stderr


def test_time_is_limited(desk: Desk) -> None:
    started = time.monotonic()
    result = desk(
        "query", "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", "--limit-seconds", "0.3"
    )
    assert result.exit_code == 2
    assert "stopped after 0.3 s (see --limit-seconds)" in result.stderr
    assert time.monotonic() - started < 5


def test_rows_are_limited_and_said_to_be(desk: Desk) -> None:
    result = desk("query", "FROM range(1000000000)", "--max-rows", "3", "--format", "csv")
    assert result.stdout == "range\n0\n1\n2\n"
    assert "the first 3 rows" in result.stderr


def test_sql_from_a_file_and_from_stdin(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ask.sql").write_text("SELECT count(*) AS n FROM incidents;")
    assert desk("query", "--file", str(tmp_path / "ask.sql")).stdout == "n\n2\n"
    assert desk("query", "--file", "-", stdin="SELECT 7 AS n").stdout == "n\n7\n"
    assert desk("query", "-", stdin="SELECT 8 AS n").stdout == "n\n8\n"
    assert desk("query", str(tmp_path / "ask.sql")).stdout == "n\n2\n"
    assert desk("query", "--file", str(tmp_path / "none.sql")).exit_code == 2
    assert desk("query", "SELECT 1", "--file", "-").exit_code == 2


def test_an_error_names_the_place(desk: Desk) -> None:
    result = desk("query", "SELECT victim, nosuch FROM incidents")
    assert "nosuch" in result.stderr
    assert "(line 1, column 16: “nosuch FROM incidents”)" in result.stderr


def test_a_query_that_does_not_listen_is_ended(desk: Desk) -> None:
    command = [sys.executable, "-m", "breachwire.cli", "--data", str(desk.data), "query", "--limit-seconds", "0.2"]
    deaf = (
        "import threading, time; from breachwire.cli import guard; guard.GRACE_S = 0.3\n"
        "guard._answer = lambda *a: time.sleep(30)\n"
        f"from breachwire.cli import main; main({[*command[3:], 'SELECT 1']!r})"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", deaf], capture_output=True, text=True, timeout=20, env=os.environ, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "stopped after 0.2 s" in done.stderr
    assert time.monotonic() - started < 10
