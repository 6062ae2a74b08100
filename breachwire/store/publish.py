"""The private store to the published file: written beside it, checked, put in place in one step.

A reader that has the old file open keeps it; the next open sees the new one. Where the old file is of the same making,
it is copied and only what differs is exchanged; where nothing differs, it stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from breachwire import __version__
from breachwire.errors import BreachwireError, StoreError
from breachwire.settings.models import Publish
from breachwire.store import differing, ordering, parquet, shelving, snapshots
from breachwire.store.database import attach, connect, migrate, private_tables
from breachwire.store.differing import Held

REFRESHES = 30
"""Times that a file is brought up to date before it is written whole again, in order and without gaps."""
GAPS, WORTH = 0.25, 400
"""Share of free blocks from which a file is written whole, and blocks (of 256 kB) of a file where that matters."""
SHARE = 0.2
"""Share of a table's rows that may differ; above it, writing the file whole costs less."""
SMALL = 20_000
"""Rows of a table that is copied whole rather than compared."""
MEMORY = "3GB"
"""What DuckDB may take while it writes: it sorts on disk beyond that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of it. `late` are incidents of earlier runs that no file held until now: publishing had failed."""

    incidents: int
    how: Literal["written", "refreshed", "unchanged"]
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """The file that is in place: the runs that it holds, and what its tables held, where it is of the same making."""

    runs: frozenset[str] = frozenset()
    held: Mapping[str, Held] = field(default_factory=dict)
    refreshed: int = 0


class _TooDifferentError(Exception):
    """Exchanging rows is not worth it, or does not lead there."""


def publish(store: Path, target: Path, wishes: Publish | None = None, *, whole: bool = False) -> Published:
    """Makes `target` say what the private `store` holds. One caller at a time. `whole` writes it anew in any case.

    Raises StoreError, or LockedError where another process keeps the store open, and leaves the old file in place.
    """
    wishes = wishes or Publish()
    beside = target.with_name(f".{target.name}.new")
    old = _Old() if whole else _look_at(target)
    try:
        _discard(beside)
        done = _refresh(store, target, beside, old) if old.held and old.refreshed < REFRESHES else None
        done = done or _write(store, beside, old)
        if done.how != "unchanged":
            _check(beside)
            beside.replace(target)
        if wishes.parquet:
            parquet.write(target, target.with_name("parquet"))
        snapshots.keep(target, wishes.keep_snapshots)
    except (duckdb.Error, OSError) as error:
        raise StoreError(str(target), f"could not be published: {error}", "the old file is still in place") from error
    finally:
        _discard(beside)
    return done


def _look_at(target: Path) -> _Old:
    """What stands there now; nothing, where it cannot be read: then it is written whole."""
    if not target.is_file():
        return _Old()
    try:
        con = connect(target, read_only=True)
    except BreachwireError:
        return _Old()
    try:
        runs = frozenset(str(row[0]) for row in con.execute("SELECT run_id FROM runs").fetchall())
        row = con.execute("SELECT layout, refreshed FROM published").fetchone()
        free, blocks = con.execute("SELECT free_blocks, total_blocks FROM pragma_database_size()").fetchall()[0]
        if row is None or row[0] != shelving.layout() or (blocks > WORTH and free > GAPS * blocks):
            return _Old(runs=runs)
        held = {
            str(name): Held(rows=rows, fingerprint=fingerprint)
            for name, rows, fingerprint in con.execute("FROM inside.held").fetchall()
        }
        return _Old(runs=runs, held=held, refreshed=row[1])
    except duckdb.Error:
        return _Old()
    finally:
        con.close()


def _write(store: Path, beside: Path, old: _Old) -> Published:
    """Writes the whole file."""
    _discard(beside)
    con = connect(beside)
    try:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        migrate(con, str(beside))
        shelving.lay_out(con)
        attach(con, store, "store")
        for table in _tables(con):
            con.execute(f"DELETE FROM {table}")
            ordering.take_all(con, table)
            held = differing.hash_rows(con, table, f"store.{table}", "there")
            copied = _count(con, table)
            if copied != held.rows:
                raise StoreError(table, f"{held.rows} rows in the store, {copied} copied")
            _hold(con, table, held)
        con.execute("CREATE TEMP TABLE wanted AS SELECT DISTINCT incident_id FROM incident_revisions")
        con.execute("CREATE TEMP TABLE retold AS SELECT DISTINCT story_id FROM articles WHERE story_id IS NOT NULL")
        shelving.fill(con)
        return _seal(con, old, "written")
    finally:
        con.close()


def _refresh(store: Path, target: Path, beside: Path, old: _Old) -> Published | None:
    """Copies the old file and exchanges what differs. None where it is better written whole."""
    con = duckdb.connect(":memory:")  # what the store holds now, before anything is copied
    try:
        attach(con, store, "store")
        attach(con, target, "target")
        con.execute("USE target")
        if set(_tables(con)) != set(old.held):
            return None
        if all(differing.hash_rows(con, t, f"store.{t}", "there") == old.held[t] for t in _by_size(old)):
            return Published(incidents=_count(con, "incidents"), how="unchanged")
    finally:
        con.close()
    shutil.copyfile(target, beside)
    con = connect(beside)
    try:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        attach(con, store, "store")
        con.begin()
        con.execute("CREATE TEMP TABLE touched (incident_id VARCHAR)")
        con.execute("CREATE TEMP TABLE told (story_id VARCHAR)")
        for table in old.held:
            _exchange(con, table, old.held[table])
        con.execute("CREATE TEMP TABLE wanted AS SELECT DISTINCT incident_id FROM touched")
        con.execute("""
            CREATE TEMP TABLE retold AS
            SELECT story_id FROM told WHERE story_id IS NOT NULL
            UNION SELECT a.story_id FROM articles AS a JOIN incident_articles AS l USING (article_id)
            WHERE l.incident_id IN (FROM wanted) AND a.story_id IS NOT NULL""")
        if _count(con, "wanted"):
            shelving.take_out(con)
            shelving.fill(con)
        elif _count(con, "retold"):
            shelving.sum_up(con)
        done = _seal(con, old, "refreshed")
    except _TooDifferentError:
        return None
    finally:
        con.close()
    return done


def _by_size(old: _Old) -> list[str]:
    """The tables, smallest first: `runs` tells most nights that something differs."""
    return sorted(old.held, key=lambda table: old.held[table].rows)


def _exchange(con: duckdb.DuckDBPyConnection, table: str, held: Held) -> None:
    """Makes a table that of the store. Raises _TooDifferentError."""
    there = differing.hash_rows(con, table, f"store.{table}", "there")
    if there == held:
        return
    here = differing.hash_rows(con, table, table, "here")
    found = differing.difference(con, "here", "there")
    exact = differing.leads_to(con, here, found, there)
    if (not exact or found.rows > SHARE * there.rows) and max(here.rows, there.rows) > SMALL:
        raise _TooDifferentError
    _note_touched(con, table, exact=exact)
    if exact:
        con.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT r FROM {found.gone})")
        ordering.take(con, table, f"SELECT * FROM store.{table} WHERE rowid IN (SELECT r FROM {found.new})")
    else:
        con.execute(f"DELETE FROM {table}")
        ordering.take(con, table, f"SELECT * FROM store.{table}")
    _hold(con, table, there)


def _note_touched(con: duckdb.DuckDBPyConnection, table: str, *, exact: bool) -> None:
    """Notes the incidents and texts whose rows in the inside tables are no longer right."""
    for side, rows in ((table, "gone"), (f"store.{table}", "new")):
        which = f" WHERE rowid IN (SELECT r FROM {rows})" if exact else ""
        if table in ("incident_revisions", "incident_articles", "evidence"):
            con.execute(f"INSERT INTO touched SELECT incident_id FROM {side}{which}")
        if table == "articles":
            con.execute(f"INSERT INTO told SELECT story_id FROM {side}{which}")
            con.execute(
                "INSERT INTO touched SELECT incident_id FROM store.incident_articles "
                f"WHERE article_id IN (SELECT article_id FROM {side}{which})"
            )


def _tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the store that are published."""
    private = {*private_tables(), "schema_migrations"}
    rows = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND schema_name = 'main' ORDER BY 1"
    ).fetchall()
    return [str(row[0]) for row in rows if row[0] not in private]


def _hold(con: duckdb.DuckDBPyConnection, table: str, held: Held) -> None:
    con.execute("DELETE FROM inside.held WHERE table_name = $table", {"table": table})
    con.execute("INSERT INTO inside.held VALUES (?, ?, ?)", [table, held.rows, held.fingerprint])


def _seal(con: duckdb.DuckDBPyConnection, old: _Old, how: Literal["written", "refreshed"]) -> Published:
    """Writes the row that says what the file is, lets go of the store, and puts everything on disk."""
    newest = con.execute("SELECT run_id FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1").fetchone()
    run_id = newest[0] if newest else None
    late = con.execute(
        "SELECT count(DISTINCT incident_id) FROM incident_revisions WHERE run_id <> $run AND run_id IN "
        "(SELECT run_id FROM runs WHERE NOT list_contains($old::VARCHAR[], run_id))",
        {"run": run_id, "old": sorted(old.runs)},
    ).fetchone()
    incidents = _count(con, "incidents")
    con.execute("DELETE FROM published")
    con.execute(
        "INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            shelving.FILE_VERSION,
            datetime.now(UTC),
            run_id,
            __version__,
            incidents,
            _count(con, "articles"),
            old.refreshed + 1 if how == "refreshed" else 0,
            shelving.layout(),
        ],
    )
    if how == "refreshed":
        con.commit()
    con.execute("DETACH store")
    con.execute("CHECKPOINT")
    return Published(incidents=incidents, how=how, late=int(late[0]) if late else 0)


def _discard(path: Path) -> None:
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _check(path: Path) -> None:
    """Opens the new file as a reader would, and asks it something."""
    con = connect(path, read_only=True)
    try:
        for table in ("articles", "evidence", "decisions", "incidents"):
            _count(con, table)
        con.execute("FROM timeline('year')").fetchall()
        con.execute("FROM search('check') LIMIT 1").fetchall()
    finally:
        con.close()
