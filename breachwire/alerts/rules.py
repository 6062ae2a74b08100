"""Which changes become alerts, by which rule, for which channel. Pure: the outbox is the store's.

An incident is told at most once to a channel in one run: by its strongest event (a watched name, then news, then a
material change) and, among rules that want that event, by the first in alerts.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import groupby

from breachwire.alerts.message import Story, compose
from breachwire.identity import digest
from breachwire.records import Alert, Change, Incident, WatchHit
from breachwire.settings.models import AlertRule, Alerts

EVENTS_BY_STRENGTH = ("watch_hit", "new_incident", "material_change")


def alerts_for(
    changes: Sequence[Change], hits: Sequence[WatchHit], rules: Alerts, *, told: Set[tuple[str, str]] = frozenset()
) -> tuple[Alert, ...]:
    """The alerts that a run's changes call for, incident by incident.

    `hits` are all watched names that the changed incidents hit; `told` holds those (incident_id, name) that an earlier
    run has seen: they satisfy a rule's `watchlist` filter, but are no news.
    """
    of_incident = {key: tuple(group) for key, group in groupby(sorted(hits, key=_incident), key=_incident)}
    found: list[Alert] = []
    for change in changes:
        known = of_incident.get(change.incident.incident_id, ())
        fresh = tuple(hit for hit in known if (hit.incident_id, hit.name) not in told)
        story = Story(change=change, hits=known, fresh=fresh, reasons=material_reasons(change))
        done: set[str] = set()
        for event in events_of(story):
            for rule in rules.rules:
                if event in rule.events and wants(rule, change.incident, known):
                    channels = [name for name in dict.fromkeys(rule.channels) if name not in done]
                    done.update(channels)
                    found.extend(_alert(story, event, rule, channel) for channel in channels)
    return tuple(found)


def events_of(story: Story) -> Iterator[str]:
    """The events (vocabulary.EVENTS) that a change is, strongest first."""
    is_new = story.change.previous is None
    happened = {
        "watch_hit": bool(story.fresh),
        "new_incident": is_new,
        "material_change": not is_new and bool(story.reasons),
    }
    return (event for event in EVENTS_BY_STRENGTH if happened[event])


def wants(rule: AlertRule, incident: Incident, hits: Sequence[WatchHit]) -> bool:
    """Whether an incident passes the rule's filters; a filter that is left out lets everything through."""
    records = max(incident.records_min or 0, incident.records_max or 0)
    return (
        (not rule.watchlist or bool(hits))
        and (not rule.sectors or incident.sector in rule.sectors)
        and (not rule.countries or incident.country in rule.countries)
        and (not rule.attack_types or incident.attack_type in rule.attack_types)
        and (not rule.claim_statuses or incident.claim_status in rule.claim_statuses)
        and records >= rule.min_records
        and incident.confidence >= rule.min_confidence
    )


def material_reasons(change: Change) -> tuple[str, ...]:
    """What of a change is worth a message: figure doubled, actor named, confirmed, denied, ransom stated."""
    now, before = change.incident, change.previous
    if before is None:
        return ()
    reasons = []
    grown, was = max(now.records_min or 0, now.records_max or 0), max(before.records_min or 0, before.records_max or 0)
    if was and grown >= 2 * was and now.records_unit == before.records_unit:
        reasons.append(f"figure grew from {was:,} to {grown:,} {now.records_unit or 'records'}")
    if now.threat_actor and now.threat_actor != before.threat_actor:
        reasons.append(f"actor named: {now.threat_actor}")
    if now.claim_status != before.claim_status and now.claim_status in ("confirmed", "denied"):
        reasons.append(f"now {now.claim_status}, was {before.claim_status or 'not stated'}")
    if now.ransom_amount is not None and before.ransom_amount is None:
        reasons.append(f"ransom stated: {now.ransom_amount:,.0f} {now.ransom_currency or ''}".rstrip())
    return tuple(reasons)


def _alert(story: Story, event: str, rule: AlertRule, channel: str) -> Alert:
    change = story.change
    incident_id = change.incident.incident_id
    # What makes an event another event: for a change its revision, for a watched name the names.
    mark = {
        "material_change": str(change.revision),
        "watch_hit": "\x1e".join(sorted(hit.name for hit in story.fresh)),
    }.get(event, "")
    message = compose(story, event)
    return Alert(
        alert_id="n_" + digest(incident_id, event, rule.name, channel, mark),
        incident_id=incident_id,
        revision=change.revision,
        event=event,
        rule=rule.name,
        channel=channel,
        title=message.title,
        body=message.body,
        payload=message.payload,
    )


def _incident(hit: WatchHit) -> str:
    return hit.incident_id
