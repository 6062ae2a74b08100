"""Rows laid down in the order of the usual filters, so that a filter reads few blocks.

In: a connection to the file that is written, with the store attached as `store`. Out: its tables, filled.
"""

from __future__ import annotations

from itertools import pairwise

import duckdb

ORDER = {
    "incident_revisions": "disclosed_on DESC NULLS LAST, incident_id, revision",
    "articles": "published_at DESC NULLS LAST, article_id",
    "evidence": "incident_id, field, accepted DESC, article_id, char_start",
    "incident_articles": "incident_id, article_id, part",
    "article_sections": "article_id, part",
    "decisions": "decided_at, url",
    "by_hand": "decision",
    "relation_revisions": "incident_id, related_id, revised_at",
}
SLICE = 250_000
"""Articles sorted at once: their texts fit into memory, where all of them would be sorted on disk."""


def take(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Appends the rows of a query, in the order of the table."""
    order = f" ORDER BY {ORDER[table]}" if table in ORDER else ""
    con.execute(f"INSERT INTO {table} BY NAME {rows}{order}")


def take_all(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Appends all rows that the store has of a table, in its order; articles slice by slice, newest first."""
    source = f"SELECT * FROM store.{table}"
    if table != "articles":
        take(con, table, source)
        return
    for later, earlier in pairwise([None, *_bounds(con), None]):
        parts = [f"published_at >= TIMESTAMPTZ '{earlier}'"] if earlier else ["true"]
        parts += [f"published_at < TIMESTAMPTZ '{later}'"] if later else []
        take(con, table, f"{source} WHERE published_at IS NOT NULL AND {' AND '.join(parts)}")
    take(con, table, f"{source} WHERE published_at IS NULL")


def _bounds(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Times between the slices, latest first."""
    row = con.execute("SELECT count(published_at) FROM store.articles").fetchone()
    slices = int(row[0]) // SLICE + 1 if row else 1
    if slices == 1:
        return []
    shares = [at / slices for at in range(slices - 1, 0, -1)]
    row = con.execute(f"SELECT quantile_disc(published_at, {shares})::VARCHAR[] FROM store.articles").fetchone()
    return list(dict.fromkeys(row[0])) if row else []
