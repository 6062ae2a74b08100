"""The private store to the published file: written beside it, checked, put in place in one step.

A reader that has the old file open keeps it; the next open sees the new one.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from breachwire.errors import StoreError
from breachwire.store.database import attach, connect, insert, migrate, private_tables
from breachwire.vocabulary import VOCABULARIES

# Rows are laid down in the order of the usual filters, so that a filter reads few blocks.
ORDER = {
    "incident_revisions": "disclosed_on, incident_id, revision",
    "articles": "published_at, article_id",
    "evidence": "incident_id, field, accepted DESC, article_id, char_start",
    "incident_articles": "incident_id, article_id, part",
    "article_sections": "article_id, part",
    "decisions": "decided_at, url",
    "by_hand": "decision",
    "relation_revisions": "incident_id, related_id, revised_at",
}


def publish(store: Path, target: Path) -> int:
    """Writes `target` from the private `store`; returns the number of incidents in it. One caller at a time.

    Raises StoreError, or LockedError where another process keeps the store open, and leaves the old file in place.
    """
    beside = target.with_name(f".{target.name}.new")
    _discard(beside)
    try:
        con = connect(beside)
        try:
            migrate(con, str(beside))
            attach(con, store, "store")
            _copy(con)
            con.execute("DETACH store")
            write_vocabularies(con)
            comment_views(con)
            con.execute("CHECKPOINT")
        finally:
            con.close()
        count = _check(beside)
        beside.replace(target)
    except (duckdb.Error, OSError) as error:
        raise StoreError(str(target), f"could not be published: {error}", "the old file is still in place") from error
    finally:
        _discard(beside)
    return count


def _discard(path: Path) -> None:
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _copy(con: duckdb.DuckDBPyConnection) -> None:
    private = private_tables()
    tables = [
        row[0]
        for row in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND schema_name = 'main' ORDER BY 1"
        ).fetchall()
    ]
    con.execute("DELETE FROM schema_migrations")
    for table in tables:
        if table in private:
            continue
        order = f" ORDER BY {ORDER[table]}" if table in ORDER else ""
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM store.{table}{order}")
        copied, held = (_count(con, name) for name in (table, f"store.{table}"))
        if copied != held:
            raise StoreError(table, f"{held} rows in the store, {copied} copied")
    for table in private:
        con.execute(f"DROP TABLE {table}")


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def write_vocabularies(con: duckdb.DuckDBPyConnection) -> None:
    """One table `vocab_NAME` (term, meaning) for each coded column."""
    for name, terms in VOCABULARIES.items():
        con.execute(f"CREATE OR REPLACE TABLE vocab_{name} (term VARCHAR NOT NULL, meaning VARCHAR NOT NULL)")
        con.execute(f"COMMENT ON TABLE vocab_{name} IS 'What {name.replace('_', ' ')} may hold.'")
        con.execute(f"COMMENT ON COLUMN vocab_{name}.term IS 'The value.'")
        con.execute(f"COMMENT ON COLUMN vocab_{name}.meaning IS 'What it means.'")
        insert(con, f"vocab_{name}", [{"term": term, "meaning": meaning} for term, meaning in terms.items()])
    con.execute("COMMENT ON TABLE schema_migrations IS 'Which versions of the schema this file went through.'")
    for column, meaning in {"version": "From 1.", "name": "What it brought.", "applied_at": "When, UTC."}.items():
        con.execute(f"COMMENT ON COLUMN schema_migrations.{column} IS '{meaning}'")


def comment_views(con: duckdb.DuckDBPyConnection) -> None:
    """Gives the columns of the views the comments of the tables behind them."""
    for view, table in (("incidents", "incident_revisions"), ("incident_relations", "relation_revisions")):
        rows = con.execute(
            "SELECT v.column_name, t.comment FROM duckdb_columns() AS v JOIN duckdb_columns() AS t USING (column_name) "
            "WHERE v.table_name = $view AND t.table_name = $table AND t.comment IS NOT NULL",
            {"view": view, "table": table},
        ).fetchall()
        for column, comment in rows:
            con.execute(f"COMMENT ON COLUMN {view}.{column} IS '{comment.replace(chr(39), chr(39) * 2)}'")


def _check(path: Path) -> int:
    """Opens the new file as a reader would. Returns the number of incidents."""
    con = connect(path, read_only=True)
    try:
        for table in ("articles", "evidence", "decisions"):
            _count(con, table)
        return _count(con, "incidents")
    finally:
        con.close()
