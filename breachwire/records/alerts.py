"""What is told, of what: hits of the watchlist, messages that wait, and how a run went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit:
    """A watched `name` that an incident hits: `matched` is the incident's name or domain, `score` is 0 to 100.

    `role` is one of the terms of `vocab_watch_role`: what the matched name is in the incident.
    """

    incident_id: str
    name: str
    matched: str
    score: float
    reason: str
    role: str = "victim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message that waits in the outbox until its channel has taken it.

    `alert_id` is made from incident, event, rule and channel (and what is new, for changes): the same alert is never
    queued twice. `delivery` (vocabulary.ALERT_DELIVERIES) says whether it goes out by itself or in the channel's next
    digest; nothing of it is sent before `not_before`.
    """

    alert_id: str
    incident_id: str
    revision: int
    event: str
    rule: str
    channel: str
    title: str
    body: str
    payload: dict[str, object] = field(default_factory=dict)
    delivery: str = "at_once"
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An alert as the outbox holds it. `queued_at` and the order in which rows come never change.

    `tries` counts the runs in which its channel did not take it; `message_id` is the message that it was first sent in,
    alone or in a digest, and is never sent in another: a receiver knows a message that comes again by it.
    """

    alert: Alert
    queued_at: datetime
    tries: int = 0
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """How a run went: `outcome` is running, ok or failures; the last two ended, and are good nights."""

    run_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = "running"
    entries_new: int = 0
    feeds_polled: int = 0
