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


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1; SELECT 2",
        "SELEC 1",
        "FROM nosuch",
        "SELECT error('no')",
        "FROM read_csv('/etc/passwd')",
        "FROM read_text('/etc/passwd')",
        "FROM glob('/etc/*')",
        "FROM '/etc/hosts.csv'",
        "FROM read_blob('https://dawn.example/')",
        "FROM sniff_csv('/etc/passwd')",
        "COPY incidents TO '/dev/stdout'",
        "COPY (SELECT 1) TO 'out.csv'",
        "EXPORT DATABASE 'out'",
        "IMPORT DATABASE 'out'",
        "ATTACH 'other.duckdb'",
        "ATTACH ':memory:' AS m",
        "INSTALL fts",
        "LOAD fts",
        "CREATE TABLE t (i INTEGER)",
        "CREATE TEMP TABLE t AS SELECT 1",
        "CREATE SECRET (TYPE s3)",
        "INSERT INTO feeds SELECT * FROM feeds",
        "DELETE FROM feeds",
        "UPDATE feeds SET title = 'x'",
        "DROP TABLE feeds",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "RESET lock_configuration",
        "PRAGMA threads = 64",
        "CALL enable_logging()",
        "USE memory",
        "CHECKPOINT",
        "VACUUM",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'",
    ],
)
def test_everything_else_is_refused_in_one_line(
    desk: Desk, sql: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    result = desk("query", sql)
    assert result.exit_code == 2, result.stdout
    assert result.stdout == ""
    # Usage errors of click take three lines.
    assert len(result.stderr.splitlines()) == (1 if sql else 4), result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["config", "data"]


@pytest.mark.parametrize(
    "sql", ["SELECT list(range) FROM range(2000000000)", "SELECT * FROM range(300000000) ORDER BY hash(range)"]
)
def test_memory_is_limited(desk: Desk, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breachwire.cli.guard.MEMORY", "64MB")
    result = desk("query", sql)
    assert result.exit_code == 2
    assert "needs more memory than the 64MB" in result.stderr


def test_a_single_huge_value_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breachwire.cli.guard.SPACE", 256 << 20)
    result = desk("query", "SELECT length(repeat('x', 500000000))")
    assert result.exit_code == 2
    assert "needs more memory" in result.stderr


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
    assert desk("query", "--file", str(tmp_path / "none.sql")).exit_code == 2
    assert desk("query", "SELECT 1", "--file", "-").exit_code == 2


def test_an_error_names_the_place(desk: Desk) -> None:
    result = desk("query", "SELECT victim, nosuch FROM incidents")
    assert "nosuch" in result.stderr
    assert "at “nosuch FROM incidents”" in result.stderr


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
