"""From changes to rows of the outbox: what they hit on the watchlist, what was told before, and what the rules want."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from breachwire.alerts.quoting import in_sentence, wanted
from breachwire.alerts.rules import Desk, Told, alerts_for
from breachwire.records import Change, WatchHit
from breachwire.settings import Settings
from breachwire.store import outbox, retold, watching
from breachwire.watching.watcher import Watcher


def queue(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    news: Sequence[Change],
    *,
    now: datetime,
    run_id: str,
) -> int:
    """Queues the alerts that those changes call for. Returns how many."""
    if not news:
        return 0
    ids = [c.incident.incident_id for c in news]
    told = Told(
        hits=outbox.known_hits(con, ids), marks=retold.told_marks(con, ids), figures=retold.told_figures(con, ids)
    )
    hits = save_hits(con, settings, news, now=now, run_id=run_id)
    desk = Desk(rules=settings.alerts, watchlist=settings.watchlist, now=now)
    alerts = alerts_for(in_sentences(con, news), hits, desk, told, retold.outlets_of(con, ids))
    return outbox.queue_alerts(con, alerts, now=now, run_id=run_id)


def in_sentences(con: duckdb.DuckDBPyConnection, changes: Sequence[Change]) -> list[Change]:
    """Those changes, with short quotes as the sentences that they stand in."""
    texts = retold.texts_of(con, [item.article_id for change in changes for item in wanted(change)])
    return [in_sentence(change, texts) for change in changes]


def save_hits(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    changes: Sequence[Change],
    *,
    now: datetime,
    run_id: str,
) -> list[WatchHit]:
    """Notes which watched names the changed incidents hit as they are stored, and returns all of them; tells nobody."""
    live = [c.incident.incident_id for c in changes if c.merged_into is None and not c.withdrawn]
    if not live or not settings.watchlist.names:
        return []
    told = outbox.known_hits(con, live)
    watcher = Watcher(settings.watchlist)
    hits = [hit for sighting in watching.sightings(con, live) for hit in watcher.hits(sighting)]
    outbox.save_hits(con, [h for h in hits if (h.incident_id, h.name) not in told], now=now, run_id=run_id)
    return hits
