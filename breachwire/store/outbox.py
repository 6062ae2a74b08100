"""Alerts that wait to be sent, what became of those that were, and hits on the watchlist."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import duckdb

from breachwire.records import Alert, Queued, WatchHit
from breachwire.store.database import Row, fetch, insert

MAX_TRIES = 10
"""Runs after which an alert that its channel did not take is dead, and stands in `alerts list --failed`."""
MIN_AGE = timedelta(days=3)
"""Age that a dead alert has at least, however often a night is run: a weekend's outage loses nothing."""
_FIRST_WAIT, _MOST_WAIT, _MOST_ASKED = timedelta(minutes=5), timedelta(hours=6), timedelta(hours=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How one run's attempt at one message ended: `error` is None where the channel took it.

    `tries` counts the runs that failed, this one included; `final` means that no further run will try.
    """

    message_id: str
    channel: str
    tried_at: datetime
    error: str | None
    receipt: str = ""
    tries: int = 1
    final: bool = False
    next_try_at: datetime | None = None


def queue_alerts(con: duckdb.DuckDBPyConnection, alerts: Sequence[Alert], *, now: datetime, run_id: str) -> int:
    """Queues alerts that were never queued before; returns how many."""
    sql = "SELECT alert_id FROM alerts WHERE alert_id IN (SELECT unnest($ids))"
    known = {row[0] for row in con.execute(sql, {"ids": [a.alert_id for a in alerts]}).fetchall()}
    fresh = {a.alert_id: a for a in alerts if a.alert_id not in known}
    last = con.execute("SELECT coalesce(max(position), 0) FROM alerts").fetchone()
    first = (last[0] if last else 0) + 1
    about = {"created_at": now, "run_id": run_id}
    insert(con, "alerts", [_row(a) | about | {"position": first + at} for at, a in enumerate(fresh.values())])
    return len(fresh)


def _row(alert: Alert) -> Row:
    row: Row = {name: getattr(alert, name) for name in Alert.__slots__}
    if not alert.incident_id:  # it is about a feed or a night
        row |= {"incident_id": None, "revision": None}
    return row | {"payload": json.dumps(alert.payload, ensure_ascii=False, default=str), "state": "pending", "tries": 0}


_MADE = ("payload", "delivery", "incident_id", "revision")


def pending_alerts(con: duckdb.DuckDBPyConnection, now: datetime | None = None) -> list[Queued]:
    """Alerts that no channel took yet, in order. With `now`, without those whose next try is later."""
    columns = ", ".join(f'"{name}"' for name in Alert.__slots__)
    rows = fetch(
        con,
        f"SELECT {columns}, created_at AS queued_at, tries, message_id FROM alerts "
        "WHERE state IN ('pending', 'failed') AND ($now IS NULL OR next_try_at IS NULL OR next_try_at <= $now) "
        "ORDER BY position, alert_id",
        {"now": now},
    )
    about = ("queued_at", "tries", "message_id")
    return [
        Queued(
            alert=Alert(
                **{name: row[name] for name in Alert.__slots__ if name not in _MADE},
                incident_id=row["incident_id"] or "",
                revision=row["revision"] or 0,
                payload=json.loads(row["payload"]),
                delivery=row["delivery"] or "at_once",
            ),
            **{name: row[name] for name in about},
        )
        for row in rows
    ]


def not_taken(con: duckdb.DuckDBPyConnection, asked: Sequence[str], channel: str | None) -> list[tuple[str, str, str]]:
    """(alert, channel, title) of the failed and the dead, in order: all, or those whose id or incident's id begins so.

    An alert of a digest brings the others of that digest along.
    """
    rows = con.execute(
        "WITH lost AS (SELECT *, coalesce(message_id, alert_id) AS message FROM alerts "
        "WHERE state IN ('failed', 'dead') AND ($channel IS NULL OR channel = $channel)) "
        "SELECT alert_id, channel, title FROM lost WHERE message IN (SELECT message FROM lost WHERE len($asked) = 0 "
        "OR list_bool_or([starts_with(alert_id, a) OR starts_with(incident_id, a) FOR a IN $asked])) "
        "ORDER BY position, alert_id",
        {"channel": channel, "asked": list(asked)},
    ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def revive(con: duckdb.DuckDBPyConnection, alerts: Sequence[str]) -> None:
    """Makes failed and dead alerts wait as if nothing had been tried; they keep the message that they go out in."""
    con.execute(
        "UPDATE alerts SET state = 'pending', tries = 0, next_try_at = NULL "
        "WHERE state IN ('failed', 'dead') AND alert_id IN (SELECT unnest($ids))",
        {"ids": list(alerts)},
    )


def assign_messages(con: duckdb.DuckDBPyConnection, message_of: Mapping[str, str]) -> None:
    """Notes, before the first try, in which message each alert goes out; one that has a message keeps it."""
    if message_of:
        rows = [{"alert": alert, "message": message} for alert, message in message_of.items()]
        con.execute(
            "UPDATE alerts SET message_id = m.message FROM (SELECT unnest($rows, max_depth := 2)) AS m "
            "WHERE alerts.alert_id = m.alert AND alerts.message_id IS NULL",
            {"rows": rows},
        )


def save_sendings(con: duckdb.DuckDBPyConnection, sendings: Sequence[Sending]) -> None:
    """Stores how sending ended. What was sent stays sent, and saving the same again changes nothing.

    After MAX_TRIES runs, and MIN_AGE, an alert is dead; one that its channel will never take is dead at once.
    """
    for taken in (False, True):  # a yes that came late wins over the no that was noted first
        last = {s.message_id: s for s in sendings if (s.error is None) is taken}
        if last:
            con.execute(_TAKEN if taken else _NOT_TAKEN, {"rows": [asdict(s) for s in last.values()]})


_SAID = "FROM (SELECT unnest($rows, max_depth := 2)) AS s WHERE alerts.message_id = s.message_id AND state <> 'sent'"
_TAKEN = (
    "UPDATE alerts SET state = 'sent', sent_at = s.tried_at, last_tried_at = s.tried_at, last_error = NULL, "
    f"next_try_at = NULL, receipt = nullif(s.receipt, '') {_SAID}"
)
_NOT_TAKEN = (
    "UPDATE alerts SET tries = greatest(alerts.tries, s.tries), last_tried_at = s.tried_at, last_error = s.error, "
    "state = CASE WHEN s.final OR (greatest(alerts.tries, s.tries) >= "
    f"{MAX_TRIES} AND alerts.created_at <= s.tried_at - INTERVAL {MIN_AGE.days} DAY) THEN 'dead' ELSE 'failed' END, "
    f"next_try_at = s.next_try_at {_SAID}"
)


def next_try(tried_at: datetime, tries: int, *, luck: float, asked_s: float | None = None) -> datetime:
    """When an alert that `tries` runs could not send is tried again at the earliest.

    Five minutes, doubled each time, six hours at most, so that a nightly run always tries; spread by `luck` (0 to 1)
    over the upper half. What the receiver asked for is not undercut, but bounded: the next night should be due.
    """
    usual = min(_MOST_WAIT, _FIRST_WAIT * 2.0 ** min(tries - 1, 20)) * (0.5 + luck / 2)
    return tried_at + max(usual, min(timedelta(seconds=asked_s or 0), _MOST_ASKED))


def known_hits(con: duckdb.DuckDBPyConnection, incident_ids: Iterable[str]) -> set[tuple[str, str]]:
    """(incident, watched name) of the hits that earlier runs found."""
    sql = "SELECT incident_id, name FROM watch_hits WHERE incident_id IN (SELECT unnest($ids))"
    return {(row[0], row[1]) for row in con.execute(sql, {"ids": list(incident_ids)}).fetchall()}


def save_hits(
    con: duckdb.DuckDBPyConnection, hits: Sequence[WatchHit], *, now: datetime, run_id: str, past: bool = False
) -> None:
    """Adds hits on the watchlist; `past` ones are of incidents that were stored before their name was watched."""
    rows = [{name: getattr(hit, name) for name in WatchHit.__slots__} for hit in hits]
    insert(con, "watch_hits", [row | {"found_at": now, "run_id": run_id, "past": past} for row in rows])


def copy_hits(con: duckdb.DuckDBPyConnection, merged: Mapping[str, str]) -> None:
    """What was told of incidents that were merged away counts as told of those that stayed."""
    for gone, into in merged.items():
        con.execute(
            "INSERT INTO watch_hits BY NAME SELECT * REPLACE ($into AS incident_id) FROM watch_hits "
            "WHERE incident_id = $gone AND name NOT IN (SELECT name FROM watch_hits WHERE incident_id = $into)",
            {"gone": gone, "into": into},
        )
