"""What only the published file has: tables made from the others, views, macros, vocabularies, and their meanings.

In: a connection to a file that `migrate` has been through. Out: the same file, as docs/published-file.md describes it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import duckdb

from breachwire import __version__
from breachwire.store.database import insert, migrations, private_tables
from breachwire.vocabulary import VOCABULARIES

FILE_VERSION = 1
"""Rises when a query that worked may no longer work: docs/published-file.md."""

PIECE = 122_880
"""Rows of articles whose words are taken together: a row group, and about a gigabyte of memory where texts are long."""

LAYOUT = Path(__file__).parent / "published"
_FROM_TABLES = {  # a view, and the table whose comments its columns have
    "incidents": "incident_revisions",
    "incidents_with_sources": "incident_revisions",
    "open_claims": "incident_revisions",
    "biggest": "incident_revisions",
    "largest": "incident_revisions",
    "rows": "incident_revisions",
    "incident_relations": "relation_revisions",
    "copied": "copies",
}
_OWN = {
    ("rows", "number"): "Counts the incidents, oldest first.",
    ("rows", "source_urls"): "As in incidents, one a line.",
    ("rows", "sources"): "The articles behind it.",
    ("schema_migrations", "version"): "From 1.",
    ("schema_migrations", "name"): "What it brought.",
    ("schema_migrations", "applied_at"): "When, UTC.",
}


def layout() -> str:
    """Digest of everything that a published file is made by, apart from what it holds."""
    known = [*(sql for _, sql in migrations().values()), *_scripts().values(), repr(VOCABULARIES), __version__]
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:16]


@cache
def _scripts() -> dict[str, str]:
    """File name to SQL, in order."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(LAYOUT.glob("[0-9]_*.sql"))}


def lay_out(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the tables, views, macros and vocabularies, all with comments; the private tables go."""
    for table in private_tables():
        con.execute(f"DROP TABLE IF EXISTS {table}")
    for name in ("1_shelves.sql", "2_views.sql", "3_macros.sql", "8_read_me.sql"):
        con.execute(_scripts()[name])
    _write_vocabularies(con)
    _comment(con)


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Fills the inside tables for the incidents in the temporary table `wanted` (incident_id), and all sums.

    The sums of copies are made anew for the texts in the temporary table `retold` (story_id).
    """
    con.execute(_scripts()["4_fill.sql"])
    row = con.execute("SELECT count(*), coalesce(min(place), 0), coalesce(max(place), 0) + 1 FROM leads").fetchone()
    assert row is not None
    many, first, end = (int(value) for value in row)
    for above in range(first, end, PIECE if many > PIECE else end - first):
        con.execute(f"SET VARIABLE above = {above}")
        con.execute(f"SET VARIABLE upto = {min(above + PIECE, end) if many > PIECE else end}")
        con.execute(_scripts()["5_words.sql"])
    con.execute(_scripts()["6_lay_down.sql"])
    sum_up(con)


def sum_up(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the sums anew, those of copies for the texts in the temporary table `retold` (story_id)."""
    con.execute(_scripts()["7_sums.sql"])


def take_out(con: duckdb.DuckDBPyConnection) -> None:
    """Takes the incidents in the temporary table `wanted` out of the inside tables."""
    con.execute("INSERT INTO inside.gone SELECT number FROM inside.rows WHERE incident_id IN (FROM wanted)")
    con.execute("DELETE FROM inside.rows WHERE incident_id IN (FROM wanted)")


def _write_vocabularies(con: duckdb.DuckDBPyConnection) -> None:
    for name, terms in VOCABULARIES.items():
        con.execute(f"""
            CREATE TABLE vocab_{name} (term VARCHAR NOT NULL, meaning VARCHAR NOT NULL);
            COMMENT ON TABLE vocab_{name} IS 'What {name.replace("_", " ")} may hold.';
            COMMENT ON COLUMN vocab_{name}.term IS 'The value.';
            COMMENT ON COLUMN vocab_{name}.meaning IS 'What it means.'""")
        insert(con, f"vocab_{name}", [{"term": term, "meaning": meaning} for term, meaning in terms.items()])


def _comment(con: duckdb.DuckDBPyConnection) -> None:
    """Comments on what would have none: columns of views that are columns of tables, and the list of migrations."""
    found = con.execute(
        "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal"
    ).fetchall()
    known = {(table, column): comment for _, table, column, comment in found if comment}
    script = ["COMMENT ON TABLE schema_migrations IS 'Which versions of the schema this file went through.'"]
    for schema, table, column, comment in found:
        meaning = _OWN.get((table, column)) or known.get((_FROM_TABLES.get(table, table), column))
        if meaning and not comment:
            quoted = meaning.replace("'", "''")
            script.append(f'COMMENT ON COLUMN {schema}."{table}"."{column}" IS \'{quoted}\'')
    con.execute(";\n".join(script))
