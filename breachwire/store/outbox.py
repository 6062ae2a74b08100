"""Alerts that wait to be sent, and hits on the watchlist."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire.records import Alert, WatchHit
from breachwire.store.database import Row, fetch, insert

MAX_TRIES = 10  # nights; after that an alert is dead and stands in `alerts list --state dead`
_COLUMNS = tuple(name for name in Alert.__slots__ if name not in ("delivery", "not_before"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How one try to send one alert ended: `error` is None where the channel took it."""

    alert_id: str
    tried_at: datetime
    error: str | None


def queue_alerts(con: duckdb.DuckDBPyConnection, alerts: Sequence[Alert], *, now: datetime, run_id: str) -> int:
    """Queues alerts that were never queued before; returns how many."""
    sql = "SELECT alert_id FROM alerts WHERE alert_id IN (SELECT unnest($ids))"
    known = {row[0] for row in con.execute(sql, {"ids": [a.alert_id for a in alerts]}).fetchall()}
    fresh = {a.alert_id: a for a in alerts if a.alert_id not in known}
    insert(con, "alerts", [_row(a) | {"created_at": now, "run_id": run_id} for a in fresh.values()])
    return len(fresh)


def _row(alert: Alert) -> Row:
    row: Row = {name: getattr(alert, name) for name in _COLUMNS}
    return row | {"payload": json.dumps(alert.payload, ensure_ascii=False, default=str), "state": "pending", "tries": 0}


def pending_alerts(con: duckdb.DuckDBPyConnection) -> list[Alert]:
    """Alerts that no channel took yet, oldest first."""
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = fetch(
        con,
        f"SELECT {columns} FROM alerts WHERE state IN ('pending', 'failed') ORDER BY created_at, incident_id, alert_id",
    )
    return [Alert(**(row | {"payload": json.loads(row["payload"])})) for row in rows]


def save_sendings(con: duckdb.DuckDBPyConnection, sendings: Sequence[Sending]) -> None:
    """Stores how sending ended; after MAX_TRIES failures an alert is dead."""
    for s in sendings:
        con.execute(
            "UPDATE alerts SET tries = tries + 1, last_tried_at = $at, last_error = $error, "
            "sent_at = CASE WHEN $error IS NULL THEN $at END, "
            f"state = CASE WHEN $error IS NULL THEN 'sent' WHEN tries + 1 >= {MAX_TRIES} THEN 'dead' ELSE 'failed' END "
            "WHERE alert_id = $id",
            {"at": s.tried_at, "error": s.error, "id": s.alert_id},
        )


def known_hits(con: duckdb.DuckDBPyConnection, incident_ids: Iterable[str]) -> set[tuple[str, str]]:
    """(incident, watched name) of the hits that earlier runs found."""
    sql = "SELECT incident_id, name FROM watch_hits WHERE incident_id IN (SELECT unnest($ids))"
    return {(row[0], row[1]) for row in con.execute(sql, {"ids": list(incident_ids)}).fetchall()}


def save_hits(con: duckdb.DuckDBPyConnection, hits: Sequence[WatchHit], *, now: datetime, run_id: str) -> None:
    """Adds hits on the watchlist."""
    rows = [{name: getattr(hit, name) for name in WatchHit.__slots__} for hit in hits]
    insert(con, "watch_hits", [row | {"found_at": now, "run_id": run_id} for row in rows])


def copy_hits(con: duckdb.DuckDBPyConnection, merged: Mapping[str, str]) -> None:
    """What was told of incidents that were merged away counts as told of those that stayed."""
    for gone, into in merged.items():
        con.execute(
            "INSERT INTO watch_hits BY NAME SELECT * REPLACE ($into AS incident_id) FROM watch_hits "
            "WHERE incident_id = $gone AND name NOT IN (SELECT name FROM watch_hits WHERE incident_id = $into)",
            {"gone": gone, "into": into},
        )
