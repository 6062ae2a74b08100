"""The loop over what waits in the outbox: every alert gets an outcome, and one channel never holds up another.

In: alerts in the order in which they were queued, and the open channels by name. Out: one `Delivery` an alert, yielded
as soon as it is known, so that the outbox can note it before the next is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from breachwire.alerts.channels import Channel
from breachwire.alerts.digests import digest_of
from breachwire.errors import DeliveryError
from breachwire.identity import digest
from breachwire.records import Alert

DIGEST_ABOVE = 10
"""More alerts than this for one channel that people read become one message in one run."""
GIVE_UP_AFTER = 3
"""Failures in a row after which a channel is left alone until the next run: each may cost its whole time-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one alert: `error` is None where the channel took it, or says in words why not."""

    alert: Alert
    error: str | None = None
    as_digest: bool = False
    tried: bool = True
    to_people: bool = True


def deliver(
    alerts: Sequence[Alert], channels: Mapping[str, Channel], *, digest_above: int = DIGEST_ABOVE
) -> Iterator[Delivery]:
    """Sends all, channel by channel, and yields what became of each."""
    waiting: dict[str, list[Alert]] = {}
    for alert in alerts:
        waiting.setdefault(alert.channel, []).append(alert)
    for name, batch in waiting.items():
        channel = channels.get(name)
        if channel is None:
            why = f"channel {name}: not in alerts.toml any more"
            yield from (Delivery(alert=alert, error=why, tried=False) for alert in batch)
        elif channel.for_people and len(batch) > digest_above:
            error = _send(channel, _as_one(batch))
            yield from (Delivery(alert=alert, error=error, as_digest=True) for alert in batch)
        else:
            yield from _one_by_one(channel, batch)


def _as_one(batch: Sequence[Alert]) -> Alert:
    made = digest_of(batch)
    return replace(
        batch[0],
        alert_id="n_" + digest("digest", *sorted(alert.alert_id for alert in batch)),
        rule="digest",
        title=made.title,
        body=made.body,
        payload={"digest": [alert.payload for alert in batch]},
    )


def _one_by_one(channel: Channel, batch: Sequence[Alert]) -> Iterator[Delivery]:
    failures = 0
    for alert in batch:
        if failures >= GIVE_UP_AFTER:
            why = f"channel {channel.name}: not tried, it failed {failures} times in a row"
            yield Delivery(alert=alert, error=why, tried=False)
            continue
        error = _send(channel, alert)
        failures = failures + 1 if error else 0
        yield Delivery(alert=alert, error=error, to_people=channel.for_people)


def _send(channel: Channel, alert: Alert) -> str | None:
    try:
        channel.send(alert)
    except DeliveryError as error:
        return str(error)
    return None
