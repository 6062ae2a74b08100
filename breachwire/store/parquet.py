"""The published file as Parquet, one file a table: parquet/TABLE.parquet, with the comments in the file's metadata.

DuckDB writes metadata of a file, not of its columns: the key `comment` holds what the table is, `columns` a JSON object
with what each column means.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from breachwire.store.database import connect

_VIEWS = ("incidents", "feed_health", "incident_relations")
_STAMP = "published.parquet"


def write(published: Path, folder: Path) -> None:
    """Writes every public table, and the views that are tables to a reader, compressed with zstd.

    All files are exchanged at once, so that a reader finds those of one night; nothing is written where they are of
    this very file.
    """
    con = connect(published, read_only=True)
    try:
        if _is_of(con, folder / _STAMP):
            return
        beside = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        for table in _names(con):
            _write_table(con, table, beside / f"{table}.parquet")
    finally:
        con.close()
    before = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        folder.replace(before)
    beside.replace(folder)
    shutil.rmtree(before, ignore_errors=True)


def _is_of(con: duckdb.DuckDBPyConnection, stamp: Path) -> bool:
    if not stamp.is_file():
        return False
    try:
        there = con.execute("SELECT published_at FROM read_parquet($path)", {"path": str(stamp)}).fetchone()
    except duckdb.Error:
        return False  # another version's, or damaged: written anew
    return there == con.execute("SELECT published_at FROM published").fetchone()


def _names(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1").fetchall()
    return [*(str(row[0]) for row in rows if row[0] != "schema_migrations"), *_VIEWS]


def _write_table(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    about = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = $name UNION ALL "
        "SELECT comment FROM duckdb_views() WHERE schema_name = 'main' AND view_name = $name",
        {"name": table},
    ).fetchone()
    meanings = con.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = $name "
        "ORDER BY column_index",
        {"name": table},
    ).fetchall()
    comment, columns = (
        text.replace("'", "''")
        for text in (str(about[0]) if about else "", json.dumps(dict(meanings), ensure_ascii=False))
    )
    target = str(path).replace("'", "''")
    con.execute(
        f"COPY (FROM {table}) TO '{target}' "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{comment: '{comment}', columns: '{columns}'}})"
    )
