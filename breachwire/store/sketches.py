"""Sketches as they are stored, and the join that finds which bodies share several hashes.

In: readings with their sketches. Out: pairs of article ids that are worth reading side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date

import duckdb

from breachwire.records import Reading
from breachwire.settings.models import Stories
from breachwire.store.database import insert

LOWER_HALF = 0xFFFF_FFFF
"""Half a hash is kept. Two of 36 million are alike by chance once in a hundred lookups, and one alike makes no pair."""

_FRESH = """
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT article, hash, published_on FROM sketch_hashes
WHERE article IN (SELECT article FROM sketched_articles WHERE article_id IN (SELECT unnest(CAST($ids AS VARCHAR[]))))
"""
_FOUND = """
CREATE OR REPLACE TEMP TABLE found AS
SELECT article, hash FROM sketch_hashes
WHERE published_on BETWEEN $since AND $until
  AND hash IN (SELECT hash FROM fresh ANTI JOIN (FROM boilerplate WHERE held > $common_share) USING (hash))
"""
_COUNTED = "CREATE OR REPLACE TEMP TABLE counted AS SELECT hash, count(*) AS held FROM found GROUP BY hash"
_PAIRS = """
WITH telling AS (
    SELECT hash FROM counted WHERE held BETWEEN 2 AND $common_share
), pairs AS (
    SELECT f.article AS new, h.article AS other, count(*) AS shared
    FROM fresh AS f JOIN telling USING (hash) JOIN found AS h USING (hash)
    WHERE f.article <> h.article
    GROUP BY f.article, h.article
), named AS (
    SELECT n.article_id AS new_id, o.article_id AS other_id, shared, least(n.size, o.size) AS size,
        other IN (SELECT article FROM fresh) AS both_new
    FROM pairs JOIN sketched_articles AS n ON n.article = new JOIN sketched_articles AS o ON o.article = other
    WHERE shared >= least($min_shared, ceil(least(n.size, o.size) * $min_shared / $sketch_size))
)
SELECT new_id, other_id, shared FROM named WHERE new_id < other_id OR NOT both_new ORDER BY new_id, other_id
"""


def save_sketches(con: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> None:
    """Stores the sketches of those articles, which have none yet, under numbers of their own."""
    made = [(r.article, sorted(as_stored(r.sketch))) for r in readings if r.sketch]
    if not made:
        return
    last = con.execute("SELECT coalesce(max(article), 0) FROM sketched_articles").fetchone()
    first = (int(last[0]) if last else 0) + 1
    rows = [{"article": n, "article_id": a.article_id, "size": len(hs)} for n, (a, hs) in enumerate(made, first)]
    insert(con, "sketched_articles", rows)
    days = [(a.published_at or a.fetched_at).astimezone(UTC).date() for a, _ in made]
    con.execute(
        "INSERT INTO sketch_hashes BY NAME SELECT article, unnest(hashes) AS hash, published_on "
        "FROM (SELECT unnest($articles) AS article, unnest($hashes) AS hashes, unnest($days) AS published_on)",
        {"articles": [row["article"] for row in rows], "hashes": [hs for _, hs in made], "days": days},
    )


def as_stored(sketch: Iterable[int]) -> frozenset[int]:
    """The hashes of a sketch as the table keeps them."""
    return frozenset(h & LOWER_HALF for h in sketch)


def sketches_of(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, frozenset[int]]:
    """Article id to its stored hashes; articles without a sketch are left out."""
    sql = (
        "SELECT article_id, list(hash) FROM sketched_articles JOIN sketch_hashes USING (article) "
        "WHERE article_id IN (SELECT unnest($ids)) GROUP BY article_id"
    )
    return {own: frozenset(hashes) for own, hashes in con.execute(sql, {"ids": list(ids)}).fetchall()}


def forget_boilerplate(con: duckdb.DuckDBPyConnection) -> None:
    """What is boilerplate is counted anew."""
    con.execute("DELETE FROM boilerplate")


def forget_sketches(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Deletes the sketches of those articles; ids without one are passed over."""
    known = "SELECT article FROM sketched_articles WHERE article_id IN (SELECT unnest($ids))"
    numbers = [row[0] for row in con.execute(known, {"ids": list(ids)}).fetchall()]
    if numbers:
        for table in ("sketch_hashes", "sketched_articles"):
            con.execute(f"DELETE FROM {table} WHERE article IN (SELECT unnest($numbers))", {"numbers": numbers})


def candidate_pairs(con: duckdb.DuckDBPyConnection, ids: Sequence[str], rules: Stories) -> list[tuple[str, str, int]]:
    """(new article, other article, hashes shared) of bodies that share enough to be read side by side, by ids.

    The sketches of the new ones are stored already. A pair of two new ones is given once. Where a sketch is smaller
    than `sketch_size`, proportionally fewer hashes than `min_shared` are needed. Only what was published within the
    window of the new ones is read: rows stand in the order in which they came, so DuckDB passes over whole groups of
    them by their days. There is no index: one over 36 million hashes would cost more to keep than it saves.

    A hash that more than `common_share` of these bodies hold is boilerplate and left out. It is remembered, so that
    later nights need not read its rows to count them.
    """
    con.execute(_FRESH, {"ids": list(ids)})
    days = con.execute("SELECT min(published_on), max(published_on) FROM fresh").fetchone()
    if days is None or days[0] is None:
        return []
    share = {"common_share": rules.common_share}
    reach = rules.window.days + 1
    con.execute(_FOUND, {"since": _days_from(days[0], -reach), "until": _days_from(days[1], reach)} | share)
    con.execute(_COUNTED)
    values = {"min_shared": rules.min_shared, "sketch_size": rules.sketch_size}
    pairs = con.execute(_PAIRS, values | share).fetchall()
    _remember_boilerplate(con, rules.common_share)
    return [(str(a), str(b), int(n)) for a, b, n in pairs]


def _days_from(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def _remember_boilerplate(con: duckdb.DuckDBPyConnection, common_share: int) -> None:
    common = "SELECT hash, held FROM counted WHERE held > $common_share"
    con.execute(f"DELETE FROM boilerplate WHERE hash IN (SELECT hash FROM ({common}))", {"common_share": common_share})
    con.execute(f"INSERT INTO boilerplate {common}", {"common_share": common_share})
    for table in ("counted", "found", "fresh"):
        con.execute(f"DROP TABLE {table}")
