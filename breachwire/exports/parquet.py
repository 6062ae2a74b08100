"""Parquet: the columns of the view `incidents`, written by DuckDB itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_parquet(con: DuckDBPyConnection, path: Path) -> int:
    """The incidents that `reading.choose` chose, in their order, zstd; returns how many. Raises duckdb.Error."""
    row = con.execute(
        "COPY (SELECT i.* FROM chosen AS c JOIN incidents AS i USING (incident_id) ORDER BY c.place) "
        f"TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)"
    ).fetchone()
    return int(row[0]) if row else 0
