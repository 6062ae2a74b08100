"""Other people's SQL on the published file: a guard rail, not a sandbox.

Read-only, one statement that reads, no files or network (`enable_external_access` off), configuration locked, DuckDB's
memory and the process's address space limited, a timer that interrupts, and a second that ends the process where
DuckDB does not listen (some functions on single huge values do not).
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb

from breachwire.cli.folders import complain
from breachwire.errors import BreachwireError, ConfigError
from breachwire.store.database import connect

MEMORY = "1GB"
SPACE = 2 << 30
"""Bytes of address space that a query may take beyond what the process has."""
GRACE_S = 3.0
_READS = frozenset(["SELECT", "EXPLAIN", "MULTI"])  # MULTI: what PIVOT is made of


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
        for setting in (
            f"SET memory_limit = '{MEMORY}'",
            "SET temp_directory = ''",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            con.execute(setting)
        with _timed(con, seconds), _bounded():
            return _answer(con, sql, max_rows)
    except duckdb.InterruptException:
        raise QueryError(f"stopped after {seconds:g} s (see --limit-seconds)") from None
    except duckdb.OutOfMemoryException:
        raise QueryError(f"needs more memory than the {MEMORY} that a query may take") from None
    except (duckdb.Error, MemoryError, RuntimeError) as error:
        raise QueryError(_one_line(error)) from None
    finally:
        con.close()


def _answer(con: duckdb.DuckDBPyConnection, sql: str, max_rows: int) -> Answer:
    statements = con.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError("is empty" if not statements else f"holds {len(statements)} statements: give one at a time")
    kind = statements[0].type.name
    if kind not in _READS:
        raise QueryError(f"{kind.replace('_', ' ')} is not answered here: queries only read")
    cursor = con.execute(statements[0])
    rows = cursor.fetchmany(max_rows + 1)
    return Answer(
        columns=tuple(column[0] for column in cursor.description or ()),
        rows=tuple(rows[:max_rows]),
        more=len(rows) > max_rows,
    )


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
    complain(f"query: stopped after {seconds:g} s (see --limit-seconds)")
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


def _one_line(error: BaseException) -> str:
    """DuckDB's first paragraph, and the word that its caret points at."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    words = " ".join(line.strip() for line in lines if not line.startswith(("LINE ", " ")))
    for above, below in pairwise(lines):
        if above.startswith("LINE ") and below.strip().startswith("^"):
            words += f", at “{above[below.index('^') :][:40].strip()}”"
    return words or type(error).__name__


def sql_from(file: str, sql: str | None) -> str:
    """The SQL given as an argument, or in a file, `-` for stdin. Raises ConfigError."""
    if not file:
        return sql or ""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(file, f"cannot be read: {error}") from None
