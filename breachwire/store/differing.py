"""What a table of the store holds that a copy of it does not, told by hashes of rows.

Every row is hashed with all its columns, so that nothing needs to be remembered about who wrote what; what a copy then
must hold is known beforehand, as a number of rows and a sum of hashes, and anything else is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many rows a table holds, and the sum of their hashes."""

    rows: int
    fingerprint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`gone` and `new` are temporary tables (h, r): hash and rowid of rows to delete here and to take from there."""

    gone: str
    new: str
    rows: int


def columns(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a public table, quoted, in their order here."""
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'main' "
        "AND table_name = $table ORDER BY column_index",
        {"table": table},
    ).fetchall()
    return ", ".join(f'"{row[0]}"' for row in rows)


def hash_rows(con: duckdb.DuckDBPyConnection, table: str, source: str, into: str) -> Held:
    """Hashes every row of `source` by the columns of `table` into the temporary table `into` (h, r)."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT hash({columns(con, table)}) AS h, rowid AS r FROM {source}"
    )
    row = con.execute(f"SELECT count(*), coalesce(sum(h), 0) FROM {into}").fetchone()
    assert row is not None
    return Held(rows=int(row[0]), fingerprint=int(row[1]))


def difference(con: duckdb.DuckDBPyConnection, here: str, there: str) -> Difference:
    """What two tables of hashes do not share."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT * FROM {here} WHERE h NOT IN (SELECT h FROM {there})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE new AS SELECT * FROM {there} WHERE h NOT IN (SELECT h FROM {here})")
    row = con.execute("SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM new)").fetchone()
    return Difference(gone="gone", new="new", rows=int(row[0]) if row else 0)


def leads_to(con: duckdb.DuckDBPyConnection, here: Held, found: Difference, there: Held) -> bool:
    """Whether taking that difference makes the one table the other: it does not where rows stand twice."""
    row = con.execute(
        "SELECT $rows - g.rows + n.rows, $sum::HUGEINT - g.total + n.total FROM "
        f"(SELECT count(*) AS rows, coalesce(sum(h), 0) AS total FROM {found.gone}) AS g, "
        f"(SELECT count(*) AS rows, coalesce(sum(h), 0) AS total FROM {found.new}) AS n",
        {"rows": here.rows, "sum": here.fingerprint},
    ).fetchone()
    return row is not None and (int(row[0]), int(row[1])) == (there.rows, there.fingerprint)
