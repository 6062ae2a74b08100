"""Which incidents are related, as all that is stored says now: a provider's and its customers', those of one campaign.

Every night, decision and replay asks anew and writes down what differs, so merges, splits, withdrawals, edited texts
and the order of arrival leave no trace in what holds.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from breachwire import incidents
from breachwire.incidents import relating as rules
from breachwire.incidents.relating import Known, Said
from breachwire.records import Relation
from breachwire.settings import Settings
from breachwire.store import relating as store


def relate(con: duckdb.DuckDBPyConnection, settings: Settings, *, now: datetime, run_id: str) -> int:
    """Relates incidents. Returns how many relations are new, other than they were, or over."""
    stated = store.stated(con, rules.RELATING, {rules.VULNERABILITY: rules.MOST_CVES})
    values = {str(s.claim.value) for s in stated}
    keys = {value: incidents.key_of(value) for value in values}
    said = [
        Said(incident_id=s.incident_id, key=keys[str(s.claim.value)], claim=s.claim, published_at=s.published_at)
        for s in stated
    ]
    wanted = set(rules.relations(said, known(con, said), settings.incidents.related_window))
    held = store.standing(con)
    begun = sorted(wanted - held.keys(), key=_pair)
    pairs = {_pair(r) for r in wanted}
    ended = sorted((r for r in held.keys() - wanted if _pair(r) not in pairs), key=_pair)
    store.save(con, begun, ended, now=now, run_id=run_id)
    return len(begun) + len(ended)


def known(con: duckdb.DuckDBPyConnection, said: list[Said]) -> dict[str, list[Known]]:
    """The incidents that go by the names that are said: by that of their victim, or of the campaign they tell of."""
    named = {s.key for s in said if s.claim.field != rules.VULNERABILITY}
    campaigns = {s.key for s in said if s.claim.field == rules.CAMPAIGN}
    found: dict[str, list[Known]] = {}
    for n in store.named(con, sorted(named)) if named else ():
        found.setdefault(n.key, []).append(
            Known(
                incident_id=n.incident_id,
                first_published_at=n.first_published_at,
                last_published_at=n.last_published_at,
            )
        )
    for key, text in store.nameless(con, {key: rules.words_of_name(key) for key in sorted(campaigns)}):
        profile = incidents.from_json(text)
        if rules.is_headed(profile, key):
            found.setdefault(key, []).append(
                Known(
                    incident_id=profile.incident_id,
                    first_published_at=profile.first_published_at,
                    last_published_at=profile.last_published_at,
                )
            )
    return found


def _pair(r: Relation) -> tuple[str, str]:
    return r.incident_id, r.related_id
