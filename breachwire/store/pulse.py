"""How the feeds and the last runs are: what the pulse is taken from. Works on the store and on the published file."""

from __future__ import annotations

import json

import duckdb

from breachwire.records import FeedTrouble, RunState

RUNS_LOOKED_AT = 400


def troubled_feeds(con: duckdb.DuckDBPyConnection) -> list[FeedTrouble]:
    """Feeds that a person should look at, those that are silent apart."""
    rows = con.execute(
        "SELECT feed_id, title, silent_since, last_new_at, drifted_since, last_ok_at, last_error, advice, state, "
        "consecutive_failures FROM feed_health WHERE needs_look ORDER BY lower(title), feed_id"
    ).fetchall()
    found = []
    for feed_id, title, silent, last_new, drifted, last_ok, error, advice, state, failures in rows:
        if failures or state == "gone" or drifted:
            words = f"{error}; {advice}" if error and advice else error or "its pages lost their text"
            since = last_ok if failures or state == "gone" else drifted
            kind = "feed_failing"
        else:
            words = f"nothing new since {last_new:%Y-%m-%d}" if last_new else "nothing new"
            kind, since = "feed_silent", silent
        day = f"{since:%Y-%m-%d}" if since else "the beginning"
        found.append(FeedTrouble(feed_id=feed_id, title=title, kind=kind, since=day, words=words))
    return found


def last_runs(con: duckdb.DuckDBPyConnection) -> list[RunState]:
    """The last runs, newest first, the present one included, back-fills not."""
    rows = con.execute(
        "SELECT run_id, started_at, ended_at, outcome, counts['entries_new'], counts['feeds_polled'] FROM runs "
        f"WHERE engine <> 'backfill' ORDER BY started_at DESC, run_id DESC LIMIT {RUNS_LOOKED_AT}"
    ).fetchall()
    return [
        RunState(
            run_id=row[0],
            started_at=row[1],
            ended_at=row[2],
            outcome=row[3],
            entries_new=int(row[4] or 0),
            feeds_polled=int(row[5] or 0),
        )
        for row in rows
    ]


def told_beats(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(event, mark) of every alert about breachwire itself that was queued before."""
    rows = con.execute("SELECT event, payload ->> '$.marks' FROM alerts WHERE incident_id IS NULL").fetchall()
    return {(row[0], str(mark)) for row in rows for mark in json.loads(row[1] or "[]")}
