"""What a watchlist is compared with, which of its names were looked for in everything stored, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import duckdb

from breachwire.records import Sighting, WatchHit
from breachwire.store.database import insert

ROWS = 10_000
_SIGHTINGS = """
    WITH wanted AS (
        SELECT incident_id, victim, victim_names, victim_domain, sector, country, title, summary FROM {incidents}
    ), others AS (
        SELECT l.incident_id,
            list_sort(list_distinct(list(c."value" ->> '$') FILTER (c.field = 'victim'))) AS mentions,
            list_sort(list_distinct(list(c."value" ->> '$') FILTER (c.field = 'provider'))) AS providers
        FROM claims AS c
        JOIN incident_articles AS l ON l.article_id = c.article_id AND l.part = c.part AND l.role = 'main'
        WHERE ((c.field = 'victim' AND c.mention) OR (c.field = 'provider' AND NOT c.mention))
            AND l.incident_id IN (SELECT incident_id FROM wanted)
        GROUP BY l.incident_id
    )
    SELECT w.*, o.mentions, o.providers FROM wanted AS w LEFT JOIN others AS o USING (incident_id) ORDER BY incident_id
"""
_OF_SOME = """(
    FROM incident_revisions
    WHERE rowid IN (SELECT rowid FROM incident_revisions WHERE incident_id IN (SELECT unnest($ids::VARCHAR[])))
    QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY revision DESC) = 1
        AND merged_into IS NULL AND NOT withdrawn)
"""
"""What the view `incidents` says of a few: asked itself, it ranks all revisions that are stored."""


def sightings(con: duckdb.DuckDBPyConnection, ids: Iterable[str] | None = None) -> Iterator[Sighting]:
    """What the incidents of the view `incidents`, or those with these ids, can be recognised by.

    The connection is busy until the last one is taken.
    """
    if ids is None:
        cursor = con.execute(_SIGHTINGS.format(incidents="incidents"))
    else:
        cursor = con.execute(_SIGHTINGS.format(incidents=_OF_SOME), {"ids": list(ids)})
    while rows := cursor.fetchmany(ROWS):
        for incident_id, victim, names, domain, sector, country, title, summary, mentions, providers in rows:
            yield Sighting(
                incident_id=incident_id,
                names=tuple(dict.fromkeys(filter(None, (victim, *(names or ()))))),
                domain=domain,
                sector=sector,
                country=country,
                text=f"{title}\n{summary}" if summary else title,
                mentions=tuple(mentions or ()),
                providers=tuple(providers or ()),
            )


def looked_for(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Watched name to the digest of the entry under which it was looked for last."""
    return dict(con.execute("SELECT name, entry FROM watched").fetchall())


def note_looked_for(
    con: duckdb.DuckDBPyConnection, entries: Mapping[str, str], *, gone: Iterable[str], now: datetime, run_id: str
) -> None:
    """Notes under which digest names were looked for; those in `gone` are watched no longer, and lose their hits."""
    left = list(gone)
    con.execute("DELETE FROM watched WHERE name IN (SELECT unnest($names::VARCHAR[]))", {"names": [*entries, *left]})
    con.execute("DELETE FROM watch_hits WHERE name IN (SELECT unnest($names::VARCHAR[]))", {"names": left})
    rows = [{"name": name, "entry": entry, "checked_at": now, "run_id": run_id} for name, entry in entries.items()]
    insert(con, "watched", rows)


def hits_of(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[tuple[str, str], WatchHit]:
    """The hits that are stored of those watched names, by incident and name."""
    rows = con.execute(
        "SELECT incident_id, name, matched, score, reason, role FROM watch_hits "
        "WHERE name IN (SELECT unnest($names::VARCHAR[]))",
        {"names": list(names)},
    ).fetchall()
    fields = ("incident_id", "name", "matched", "score", "reason", "role")
    return {(row[0], row[1]): WatchHit(**dict(zip(fields, row, strict=True))) for row in rows}


def drop_hits(con: duckdb.DuckDBPyConnection, stale: Sequence[tuple[str, str]]) -> None:
    """Takes back hits, by incident and name, that under today's watchlist are none; those of merged incidents stay."""
    con.execute(
        "DELETE FROM watch_hits USING (SELECT unnest($ids::VARCHAR[]) AS i, unnest($names::VARCHAR[]) AS n) AS s "
        "WHERE watch_hits.incident_id = s.i AND watch_hits.name = s.n",
        {"ids": [incident_id for incident_id, _ in stale], "names": [name for _, name in stale]},
    )
