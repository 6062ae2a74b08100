"""Names that are new on the watchlist, or changed there, are looked for in everything stored, once.

What is found is noted as seen: nobody is alerted of it, unless the entry says `tell_past`. Hits that an entry no longer
makes are taken back. A night without a change of the watchlist costs a comparison of digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from breachwire.alerts.rules import Desk, Told, alerts_for
from breachwire.identity import digest
from breachwire.records import Change, WatchHit
from breachwire.settings import Settings
from breachwire.settings.models import Watchlist, WatchName
from breachwire.store import grouping, outbox, regrouping, retold, watching
from breachwire.watching.watcher import RULES_VERSION, Watcher
from flows.announcing import in_sentences

COMPARED = ("name", "aliases", "domains", "tags", "weak")
"""What of an entry decides whether it is hit."""


def look_back(con: duckdb.DuckDBPyConnection, settings: Settings, *, now: datetime, run_id: str) -> tuple[int, int]:
    """Looks for the names that were not looked for as they are. Returns (hits that are new, alerts queued)."""
    known = watching.looked_for(con)
    entries = {entry.name: digest_of(entry) for entry in settings.watchlist.names}
    wanted = {name: entry for name, entry in entries.items() if known.get(name) != entry}
    gone = known.keys() - entries.keys()
    if not wanted and not gone:
        return 0, 0
    fresh: list[WatchHit] = []
    if wanted:
        watched = tuple(entry for entry in settings.watchlist.names if entry.name in wanted)
        watcher = Watcher(Watchlist(names=watched))
        before = watching.hits_of(con, wanted)
        now_hit, live = {}, set()
        for sighting in watching.sightings(con):
            live.add(sighting.incident_id)
            now_hit.update({(hit.incident_id, hit.name): hit for hit in watcher.hits(sighting)})
        fresh = [hit for pair, hit in now_hit.items() if pair not in before]
        gone_hits = [pair for pair, hit in before.items() if pair[0] in live and now_hit.get(pair) is None]
        watching.drop_hits(con, gone_hits)
        outbox.save_hits(con, fresh, now=now, run_id=run_id, past=True)
    watching.note_looked_for(con, wanted, gone=gone, now=now, run_id=run_id)
    loud = {entry.name for entry in settings.watchlist.names if entry.tell_past and entry.name not in known}
    told = [hit for hit in fresh if hit.name in loud]
    return len(fresh), queue_past(con, settings, told, now=now, run_id=run_id) if told else 0


def queue_past(
    con: duckdb.DuckDBPyConnection, settings: Settings, hits: Sequence[WatchHit], *, now: datetime, run_id: str
) -> int:
    """Queues the alerts of incidents that were known before their name was watched. Returns how many."""
    ids = sorted({hit.incident_id for hit in hits})
    evidence = regrouping.evidence_of(con, ids)
    changes = [
        Change(incident=row, revision=revision, changed=(), previous=row, evidence=evidence.get(incident_id, ()))
        for incident_id, (revision, row) in sorted(grouping.newest(con, ids).items())
    ]
    loud = {(hit.incident_id, hit.name) for hit in hits}
    told = Told(hits=outbox.known_hits(con, ids) - loud, marks=retold.told_marks(con, ids))
    desk = Desk(rules=settings.alerts, watchlist=settings.watchlist, now=now)
    alerts = alerts_for(in_sentences(con, changes), hits, desk, told, retold.outlets_of(con, ids))
    return outbox.queue_alerts(con, alerts, now=now, run_id=run_id)


def digest_of(entry: WatchName) -> str:
    """What an entry is looked for by, and the rules that compare it, as one short text."""
    return digest(RULES_VERSION, *(repr(getattr(entry, name)) for name in COMPARED))
