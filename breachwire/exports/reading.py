"""Items out of a published file, a thousand at a time: memory does not grow with the export.

In: a read-only connection, and the ids that were chosen. `choose` puts them into a temporary table in their order, with
the place of each row in its own table: DuckDB then reads those rows alone, however long the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from breachwire.exports.items import Gone, Item, Party, Telling, Tie
from breachwire.records import Incident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 1000
_FIELDS = tuple(f.name for f in fields(Incident))
_SPAN = "c.place BETWEEN $first AND $last"


def choose(con: DuckDBPyConnection, select: str, values: dict[str, Any]) -> int:
    """Notes the incidents that are exported: `select` gives incident_id in order. Returns how many there are."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE chosen AS
        SELECT c.place, c.incident_id, r."at", r.made_at
        FROM (SELECT (row_number() OVER ())::BIGINT AS place, incident_id FROM ({select})) AS c JOIN (
            SELECT incident_id, arg_max(rowid, revision) AS "at", min(revised_at) AS made_at
            FROM incident_revisions GROUP BY incident_id
        ) AS r USING (incident_id) ORDER BY c.place
        """,
        values,
    )
    return _number(con, "SELECT count(*) FROM chosen")


def items(con: DuckDBPyConnection) -> Iterator[Item]:
    """The incidents that were chosen, in their order, with their articles and their ties to each other."""
    for statement in _BEHIND:
        con.execute(statement)
    for span in _spans(con):
        tellings, ties = _tellings(con, span), _ties(con, span)
        for row in _rows(
            con,
            f"""
            SELECT i.*, c.made_at, p.name AS party_name, p."names" AS party_names, p.sector AS party_sector,
                p."domain" AS party_domain, p.made_at AS party_made_at, p.revised_at AS party_revised_at
            FROM chosen AS c JOIN incident_revisions AS i ON i.rowid = c."at"
            LEFT JOIN parties AS p ON p.victim_key = i.victim_key AND p.country IS NOT DISTINCT FROM i.country
            WHERE {_SPAN} ORDER BY c.place
            """,
            span,
        ):
            yield Item(
                incident=_incident(row),
                revision=row["revision"],
                made_at=row["made_at"],
                revised_at=row["revised_at"],
                victim=_party(row),
                tellings=tuple(tellings.get(row["incident_id"], ())),
                ties=tuple(ties.get(row["incident_id"], ())),
            )


# What stands behind the incidents that were chosen: their victims, their articles, their ties to one another.
_BEHIND = (
    """
    CREATE OR REPLACE TEMP TABLE parties AS
    SELECT i.victim_key, i.country, arg_max(i.victim, i.revised_at) AS name,
        list_sort(list_distinct(flatten(list(i.victim_names)))) AS "names",
        arg_max(i.sector, i.revised_at) AS sector, arg_max(i.victim_domain, i.revised_at) AS "domain",
        min(r.made_at) AS made_at, max(i.revised_at) AS revised_at
    FROM incidents AS i JOIN (
        SELECT incident_id, min(revised_at) AS made_at FROM incident_revisions GROUP BY ALL
    ) AS r USING (incident_id)
    WHERE i.victim_key IS NOT NULL AND i.victim IS NOT NULL AND i.victim_key IN (
        SELECT victim_key FROM incidents JOIN chosen USING (incident_id)
    ) GROUP BY ALL
    """,
    """
    CREATE OR REPLACE TEMP TABLE told AS
    SELECT c.place, c.incident_id, a.rowid AS "at"
    FROM chosen AS c JOIN incident_articles AS l USING (incident_id) JOIN articles AS a USING (article_id)
    WHERE l.role = 'main' GROUP BY ALL ORDER BY c.place
    """,
    """
    CREATE OR REPLACE TEMP TABLE tied AS
    SELECT c.place, c.incident_id, r.towards, r.other_id, r.kind, r.name
    FROM (
        SELECT incident_id, related_id AS other_id, true AS towards, kind, name FROM incident_relations
        UNION ALL SELECT related_id, incident_id, false, kind, name FROM incident_relations
    ) AS r JOIN chosen AS c USING (incident_id) SEMI JOIN chosen AS o ON o.incident_id = r.other_id
    ORDER BY c.place
    """,
)


def gone(con: DuckDBPyConnection) -> Iterator[Gone]:
    """The incidents that were merged away or withdrawn."""
    for row in _rows(
        con,
        """
        SELECT incident_id, arg_max(title, revision) AS title, min(revised_at) AS made_at, max(revised_at) AS revised_at
        FROM incident_revisions ANTI JOIN incidents USING (incident_id) GROUP BY incident_id ORDER BY incident_id
        """,
        {},
    ):
        yield Gone(**row)


def columns(con: DuckDBPyConnection) -> list[str]:
    """The columns of the view `incidents`, in order."""
    cursor = con.execute("SELECT * FROM incidents LIMIT 0")
    return [str(column[0]) for column in cursor.description or ()]


def rows(con: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of the view `incidents` that were chosen, as they are."""
    names = ", ".join(f'i."{name}"' for name in columns(con))
    for span in _spans(con):
        yield from con.execute(
            f'SELECT {names} FROM chosen AS c JOIN incident_revisions AS i ON i.rowid = c."at"'
            f" WHERE {_SPAN} ORDER BY c.place",
            span,
        ).fetchall()


def _spans(con: DuckDBPyConnection) -> Iterator[dict[str, int]]:
    total = _number(con, "SELECT count(*) FROM chosen")
    for first in range(1, total + 1, BATCH):
        yield {"first": first, "last": first + BATCH - 1}


def _tellings(con: DuckDBPyConnection, span: dict[str, int]) -> dict[str, list[Telling]]:
    found: dict[str, list[Telling]] = defaultdict(list)
    for row in _rows(
        con,
        f"""
        SELECT c.incident_id, a.article_id, a.url, a.title, a.source, a.published_at, a.fetched_at, a."language"
        FROM told AS c JOIN articles AS a ON a.rowid = c."at"
        WHERE {_SPAN} ORDER BY c.incident_id, a.published_at NULLS LAST, a.article_id
        """,
        span,
    ):
        found[row.pop("incident_id")].append(Telling(**row | {"source": row["source"] or row["url"]}))
    return found


def _ties(con: DuckDBPyConnection, span: dict[str, int]) -> dict[str, list[Tie]]:
    found: dict[str, list[Tie]] = defaultdict(list)
    for row in _rows(
        con,
        "SELECT c.incident_id, c.towards, c.other_id, c.kind, c.name FROM tied AS c"
        f" WHERE {_SPAN} ORDER BY c.place, c.other_id, c.kind",
        span,
    ):
        found[row.pop("incident_id")].append(Tie(**row))
    return found


def _incident(row: dict[str, Any]) -> Incident:
    stated: dict[str, Any] = {name: row[name] for name in _FIELDS if row[name] is not None}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stated.items()
    }
    return Incident(**values)


def _party(row: dict[str, Any]) -> Party | None:
    if row["party_name"] is None:
        return None
    return Party(
        key=row["victim_key"],
        name=row["party_name"],
        names=tuple(row["party_names"] or ()),
        sector=row["party_sector"],
        country=row["country"],
        domain=row["party_domain"],
        made_at=row["party_made_at"],
        revised_at=row["party_revised_at"],
    )


def _rows(con: DuckDBPyConnection, sql: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = con.execute(sql, values) if values else con.execute(sql)
    names = [str(column[0]) for column in cursor.description or ()]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _number(con: DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
