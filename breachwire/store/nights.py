"""What one run changed, as it stands in the published file: for `alerts preview`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire.records import Change, Evidence, WatchHit
from breachwire.store.database import fetch
from breachwire.store.values import incident_from


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNight:
    """A run that came to its end."""

    run_id: str
    started_at: datetime
    ended_at: datetime


def nights(con: duckdb.DuckDBPyConnection, *, named: str = "", since: datetime | None = None) -> list[PastNight]:
    """Runs that ended, oldest first: those whose id begins with `named`, those since then, or the last one alone."""
    rows = fetch(
        con,
        "SELECT run_id, started_at, ended_at FROM runs WHERE ended_at IS NOT NULL AND starts_with(run_id, $named) "
        "AND ($since IS NULL OR started_at >= $since) ORDER BY started_at DESC, run_id DESC LIMIT $limit",
        {"named": named, "since": since, "limit": 10_000 if since else 1},
    )
    return [PastNight(**row) for row in reversed(rows)]


def changes_of(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Change]:
    """The revisions that a run wrote because articles came, with those before them and the evidence as it is now."""
    rows = fetch(
        con,
        "SELECT * FROM incident_revisions WHERE run_id = $run AND merged_into IS NULL AND NOT withdrawn "
        "AND (revision = 1 OR list_contains(changed, 'article_count') OR list_contains(changed, 'last_published_at')) "
        "ORDER BY incident_id",
        {"run": run_id},
    )
    ids = {"ids": [row["incident_id"] for row in rows]}
    before = {
        (row["incident_id"], row["revision"]): incident_from(row)
        for row in fetch(con, "SELECT * FROM incident_revisions WHERE incident_id IN (SELECT unnest($ids))", ids)
    }
    columns = ", ".join(f'"{name}"' for name in Evidence.__slots__)
    evidence: dict[str, list[Evidence]] = {}
    for row in fetch(
        con, f"SELECT {columns} FROM evidence WHERE accepted AND incident_id IN (SELECT unnest($ids))", ids
    ):
        evidence.setdefault(row["incident_id"], []).append(Evidence(**row))
    return [
        Change(
            incident=incident_from(row),
            revision=row["revision"],
            changed=tuple(row["changed"]),
            previous=before.get((row["incident_id"], row["revision"] - 1)),
            evidence=tuple(evidence.get(row["incident_id"], ())),
        )
        for row in rows
    ]


def hits_until(
    con: duckdb.DuckDBPyConnection, incident_ids: Sequence[str], night: PastNight
) -> tuple[list[WatchHit], set[tuple[str, str]]]:
    """Hits known when a night ended, and which (incident, name) of them were known when it began."""
    columns = ", ".join(WatchHit.__slots__)
    rows = fetch(
        con,
        f"SELECT {columns}, run_id, found_at FROM watch_hits "
        "WHERE incident_id IN (SELECT unnest($ids)) AND found_at <= $until",
        {"ids": list(incident_ids), "until": night.ended_at},
    )
    known = {
        (row["incident_id"], row["name"])
        for row in rows
        if row["run_id"] != night.run_id and row["found_at"] < night.started_at
    }
    return [WatchHit(**{name: row[name] for name in WatchHit.__slots__}) for row in rows], known
