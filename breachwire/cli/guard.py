"""Other people's SQL on the published file: a guard rail, not a sandbox.

Read-only, one statement that reads, no files or network (`enable_external_access` off), configuration locked, DuckDB's
memory and the process's address space limited, a timer that interrupts, and a second that ends the process where
DuckDB does not listen (some functions on single huge values do not).
"""

from __future__ import annotations

import os
import re
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from breachwire.cli.folders import complain
from breachwire.cli.refusals import kind_refused, refusal
from breachwire.errors import BreachwireError, ConfigError
from breachwire.store.database import connect

MEMORY = "1GB"
SPACE = 2 << 30
"""Bytes of address space that a query may take beyond what the process has."""
GRACE_S = 3.0
LONGEST = 100_000
"""Characters of SQL: DuckDB parses brackets in brackets in quadratic time, and no timer reaches it there."""
_READS = frozenset(["SELECT", "EXPLAIN", "MULTI"])  # MULTI: what PIVOT is made of
# What was once matched is kept (*+, ?>): a row of comments would else be tried in all its parts.
_EXPLAIN = re.compile(
    r"(?:[\s;\ufeff]|--[^\n]*\n|(?>/\*.*?\*/))*+EXPLAIN\b(?:\s|ANALYZE\b|VERBOSE\b|\([^)]*\))*",
    re.IGNORECASE | re.DOTALL,
)
# In this order: the last ones lock the first.
_SETTINGS = (
    "SET memory_limit = '{memory}'",
    "SET temp_directory = ''",
    "SET python_enable_replacements = false",  # FROM name would look at variables of this program
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class QueryError(BreachwireError):
    """A query was refused or failed: one line, and where in the SQL."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Columns and rows; `more` where there were more rows than wanted."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    more: bool


def guarded(path: Path, sql: str, *, seconds: float, max_rows: int) -> Answer:
    """The answer of one reading statement. Raises QueryError, StoreError or LockedError."""
    con = connect(path, read_only=True)
    try:
        for setting in _SETTINGS:
            con.execute(setting.format(memory=MEMORY))
        with _timed(con, seconds), _bounded():
            return _answer(con, sql, max_rows)
    except duckdb.InterruptException:
        raise QueryError(f"stopped after {seconds:g} s (see --limit-seconds)") from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise QueryError(f"needs more memory than the {MEMORY} that a query may take") from None
    except (duckdb.Error, RuntimeError, UnicodeError) as error:
        raise QueryError(refusal(error, sql, _known_names(con))) from None
    finally:
        con.close()


def _known_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Views, tables and macros of the file, views first; none where the connection is past answering."""
    sql = """
        SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'
        UNION ALL SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'
        UNION ALL SELECT function_name FROM duckdb_functions()
        WHERE function_type = 'table_macro' AND NOT internal AND schema_name = 'main'
    """
    try:
        return [str(row[0]) for row in con.execute(sql).fetchall()]
    except duckdb.Error:
        return []


def _answer(con: duckdb.DuckDBPyConnection, sql: str, max_rows: int) -> Answer:
    statement = _only_reading(con, sql)
    cursor = con.execute(statement)
    rows = cursor.fetchmany(max_rows + 1)
    return Answer(
        columns=tuple(column[0] for column in cursor.description or ()),
        rows=tuple(rows[:max_rows]),
        more=len(rows) > max_rows,
    )


def _only_reading(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one statement, if it reads; of an EXPLAIN, what is explained must read too. Raises QueryError."""
    if re.search(r"[\0\ud800-\udfff]", sql):
        raise QueryError("holds bytes that are no text: is it SQL?")
    if len(sql) > LONGEST:
        raise QueryError(f"has {len(sql):,} characters: {LONGEST:,} are the most")
    statements = con.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError("is empty" if not statements else f"holds {len(statements)} statements: give one at a time")
    try:
        kind = statements[0].type.name
    except ValueError:  # one that the Python package has no name for, such as UPDATE EXTENSIONS
        kind = " ".join(re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql[:1000], flags=re.DOTALL).split()[:2]).upper()[:60]
    if kind not in _READS:
        raise QueryError(kind_refused(kind))
    if kind == "EXPLAIN":
        head = _EXPLAIN.match(sql)
        if head is None:
            raise QueryError("begin with EXPLAIN itself, and a query behind it")
        _only_reading(con, sql[head.end() :])
    return statements[0]


@contextmanager
def _timed(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timers = [threading.Timer(seconds, con.interrupt), threading.Timer(seconds + GRACE_S, _give_up, [seconds])]
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()


def _give_up(seconds: float) -> None:
    complain(f"stopped after {seconds:g} s (see --limit-seconds)")
    sys.stderr.flush()
    os._exit(QueryError.exit_code)


@contextmanager
def _bounded() -> Iterator[None]:
    """Limits the address space where the system lets us."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        wanted = pages * resource.getpagesize() + SPACE
        resource.setrlimit(resource.RLIMIT_AS, (wanted, before[1]))
    except (OSError, ValueError):  # no /proc, or a lower limit is already set
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def sql_from(file: str, sql: str | None) -> str:
    """The SQL given as an argument, or in a file, `-` for stdin; an argument may name either. Raises ConfigError."""
    if not file and sql and (sql == "-" or re.fullmatch(r"\S+\.sql", sql)):
        file = sql
    if not file:
        return sql or ""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(file, f"cannot be read: {error}") from None
