"""One DuckDB file: opened briefly, migrated on the way, every change in a transaction."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from breachwire.errors import LockedError, StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
FORMAT = "v1.5.0"  # readable by DuckDB 1.5 and later
LOCK_TRIES, LOCK_WAIT_S = 40, 0.25  # ten seconds: somebody's glance at the private store should not end a night
_RESTORE = (
    "put a copy of it back, or make it anew: `breachwire archive rebuild --into NEWFOLDER`; "
    "the published file and the archive are untouched"
)

Row = dict[str, Any]


class Database:
    """The private store at `path`. Sessions are short, one after the other: between them the file is free.

    What stays is DuckDB without a file, for to begin it takes 20 ms of CPU, and to attach one takes 4.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._migrated = False

    @contextmanager
    def session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection inside one transaction: committed at the end, rolled back by any exception.

        Raises LockedError where another process keeps the file open, StoreError where it cannot be used or written.
        """
        try:
            with self._attached() as con:
                con.begin()
                yield con
                con.commit()
        except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException) as error:
            raise StoreError(
                str(self.path), _first_line(error), "make room, and run again: what was stored before is safe"
            ) from error
        except duckdb.FatalException as error:
            raise StoreError(str(self.path), _first_line(error), _RESTORE) from error

    @contextmanager
    def _attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the file, which is let go at the end; after any exception DuckDB goes too, for a clean start.

        A transaction that was not committed is rolled back.
        """
        _make_folder(self.path.parent)
        engine = self._engine = self._engine or begin()
        con = engine.cursor()
        try:
            _patiently(self.path, lambda: con.execute(f"ATTACH {_quoted(self.path)} AS store"))
            con.execute("USE store")
            if not self._migrated:
                migrate(con, str(self.path))
                self._migrated = True
            yield con
            con.close()
            engine.execute("DETACH store")
        except BaseException:
            con.close()
            engine.close()
            self._engine = None
            raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(str(folder), f"cannot be made: {error.strerror}", "choose another with --data") from None


def begin() -> duckdb.DuckDBPyConnection:
    """DuckDB in UTC, with no file yet; those that it attaches and makes have our format."""
    con = duckdb.connect(":memory:", config={"storage_compatibility_version": FORMAT})
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    return con


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection in UTC. Waits up to ten seconds for another process to let go.

    Raises LockedError or StoreError.
    """
    config: dict[str, str | bool | int | float | list[str]] = {}
    if not read_only:
        config["storage_compatibility_version"] = FORMAT
    con = _patiently(path, lambda: duckdb.connect(str(path), read_only=read_only, config=config))
    con.execute("SET TimeZone = 'UTC'")
    return con


def beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A second connection to the same file, for rows that are read while others are written. Close it when done."""
    where = con.execute("SELECT current_database()").fetchone()
    assert where
    second = con.cursor()  # which begins where DuckDB did, without any file
    second.execute(f'USE "{where[0]}"')
    return second


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attaches another file for reading. Waits, and raises, as `connect` does."""
    _patiently(path, lambda: con.execute(f"ATTACH {_quoted(path)} AS {name} (READ_ONLY)"))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _patiently(path: Path, open_file: Callable[[], duckdb.DuckDBPyConnection]) -> duckdb.DuckDBPyConnection:
    for attempt in range(LOCK_TRIES):
        try:
            return open_file()
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                damaged = "not a valid" in str(error) or "orrupt" in str(error)
                hint = _RESTORE if damaged else "is the disk full, or the folder not writable?"
                raise StoreError(str(path), _first_line(error), hint) from None
            if attempt == LOCK_TRIES - 1:
                raise LockedError(str(path), _holder(str(error))) from None
            time.sleep(LOCK_WAIT_S)
        except duckdb.Error as error:
            raise StoreError(str(path), _first_line(error), _RESTORE) from None
    raise AssertionError("unreachable")


def migrate(con: duckdb.DuckDBPyConnection, where: str) -> None:
    """Brings the schema up to date: each `migrations/NNN_name.sql` runs once, in its own transaction.

    Raises StoreError where the file was written by a later version.
    """
    con.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations "
        "(version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
    )
    done = {row[0] for row in con.execute("SELECT version FROM schema_migrations").fetchall()}
    known = migrations()
    if done and max(done) > max(known):
        raise StoreError(
            where, f"has schema version {max(done)}, this program knows {max(known)}", "use the newer version"
        )
    for version in sorted(known.keys() - done):
        name, sql = known[version]
        con.begin()
        con.execute(sql)
        con.execute("INSERT INTO schema_migrations VALUES (?, ?, ?)", [version, name, datetime.now(UTC)])
        con.commit()


@cache
def migrations() -> dict[int, tuple[str, str]]:
    """Version to (name, SQL) of every file in migrations/."""
    found = {}
    for path in sorted(MIGRATIONS.glob("[0-9][0-9][0-9]_*.sql")):
        found[int(path.name[:3])] = (path.stem[4:], path.read_text(encoding="utf-8"))
    return found


def private_tables() -> list[str]:
    """The tables that are left out of the published file."""
    private = "\n".join(sql for name, sql in migrations().values() if name.startswith("private"))
    dropped = re.findall(r"^DROP TABLE (\w+)", private, re.MULTILINE)
    return [t for t in re.findall(r"^CREATE TABLE (\w+)", private, re.MULTILINE) if t not in dropped]


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Appends rows (column name to value) by name; columns that are left out are NULL or their default."""
    if not rows:
        return
    names = tuple(rows[0])
    if any(tuple(row) != names for row in rows):
        con.execute(f"INSERT INTO {table} BY NAME SELECT unnest($rows, max_depth := 2)", {"rows": list(rows)})
        return
    columns = ", ".join(f'unnest(${name}) AS "{name}"' for name in names)  # five times as fast as rows are
    values = {name: [row[name] for row in rows] for name in names}
    con.execute(f"INSERT INTO {table} BY NAME SELECT {columns}", values)


def row_of(record: Any) -> Row:
    """The fields of a flat record by name: `dataclasses.asdict` copies every value, and takes ten times as long."""
    return {name: getattr(record, name) for name in record.__slots__}


def fetch(con: duckdb.DuckDBPyConnection, sql: str, values: Row | None = None) -> list[Row]:
    """The answer as rows, column name to value."""
    cursor = con.execute(sql, values) if values else con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _holder(text: str) -> str:
    match = re.search(r"held in (.+?)(?:\. |$)", text)
    return match[1] if match else "another process"
