"""What an accepted replay tells: nothing by itself. Hits on the watchlist are noted, alerts queued if asked for."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from breachwire.records import Change
from breachwire.store import regrouping
from flows.announcing import queue, save_hits
from flows.house import House


def news_of(con: duckdb.DuckDBPyConnection) -> list[Change]:
    """The changes that somebody may want to hear of: incidents that are there, with the evidence for them."""
    fates = regrouping.changes_and_fates(con)
    standing = [c for c, _ in fates if c.incident.article_count and not c.withdrawn and c.merged_into is None]
    evidence = regrouping.evidence_of(con, [change.incident.incident_id for change in standing])
    return [replace(change, evidence=evidence.get(change.incident.incident_id, ())) for change in standing]


def alert(con: duckdb.DuckDBPyConnection, house: House) -> int:
    """Queues the alerts that the changes call for. Returns how many."""
    return queue(con, house.settings, news_of(con), now=house.clock(), run_id=house.run_id)


def note_hits(con: duckdb.DuckDBPyConnection, house: House) -> int:
    """Notes which incidents hit a watched name: no later night takes it for news. Returns 0, for nothing is queued."""
    save_hits(con, house.settings, news_of(con), now=house.clock(), run_id=house.run_id)
    return 0
