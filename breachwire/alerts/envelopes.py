"""Rows of the outbox as messages: an alert by itself, or many in one digest. Pure; the same rows give the same message.

What people read is rendered here, at the time of sending, from what the rows hold: `title`, `body` and `payload`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from breachwire.alerts.channels.contract import Message
from breachwire.alerts.digests import digest_of
from breachwire.alerts.html import alert_html, html_of
from breachwire.alerts.message import sample
from breachwire.identity import digest
from breachwire.records import Alert, Queued


def single(queued: Queued) -> Message:
    """The message of one alert; its id is the alert's."""
    alert = queued.alert
    about = {"id": alert.alert_id, "kind": "alert", "queued_at": queued.queued_at.isoformat()}
    return Message(
        id=alert.alert_id,
        kind="alert",
        queued_at=queued.queued_at,
        subject=alert.title,
        text=alert.body,
        html=alert_html(alert),
        data=about | _for_programs(alert),
    )


def bundle(rows: Sequence[Queued], message_id: str) -> Message:
    """The digest of several alerts of one channel."""
    queued_at = min(row.queued_at for row in rows)
    alerts = [row.alert for row in rows]
    made = digest_of(alerts)
    return Message(
        id=message_id,
        kind="digest",
        queued_at=queued_at,
        subject=made.title,
        text=made.body,
        html=html_of(made),
        data={
            "id": message_id,
            "kind": "digest",
            "queued_at": queued_at.isoformat(),
            "title": made.title,
            "body": made.body,
            "alerts": [_for_programs(alert) for alert in alerts],
        },
    )


def digest_id(rows: Sequence[Queued]) -> str:
    """The idempotency key of the digest of those alerts: the same alerts, the same key."""
    return "m_" + digest("digest", *sorted(row.alert.alert_id for row in rows))


def sample_row(channel: str, now: datetime) -> Queued:
    """A made-up alert that shows what one looks like; its id is another each time, or a receiver would take no second.

    Ids of tests begin with `t_`.
    """
    alert = replace(sample(channel), alert_id="t_" + digest("test", channel, now.isoformat()))
    return Queued(alert=alert, queued_at=now)


def _for_programs(alert: Alert) -> dict[str, object]:
    return {
        "alert_id": alert.alert_id,
        "incident_id": alert.incident_id,
        "event": alert.event,
        "rule": alert.rule,
        "title": alert.title,
        "body": alert.body,
        **{name: value for name, value in alert.payload.items() if name != "card"},  # for people, and in `body`
    }
