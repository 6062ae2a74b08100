"""Which messages a channel is sent, and in which order. Pure: no clock, no database.

A digest's alerts are chosen once: the outbox notes `message_id` before the first try, and from then on those rows go
out together and with no others, so that a receiver who has the digest already can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from breachwire.alerts.channels.contract import Message
from breachwire.alerts.envelopes import bundle, digest_id, single
from breachwire.records import Queued


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One message to one channel, and the alerts that it carries."""

    channel: str
    message_id: str
    rows: tuple[Queued, ...]
    is_digest: bool

    def message(self) -> Message:
        """The message itself."""
        return bundle(self.rows, self.message_id) if self.is_digest else single(self.rows[0])


def plan(rows: Sequence[Queued], digest_above: Mapping[str, int], now: datetime) -> list[Planned]:
    """The messages that are due, channel by channel, in the order of their first alerts.

    `rows` are those that wait, in order. `digest_above` says per channel from how many at once on its alerts become one
    message; 0 means never, and a channel that is not there gets single ones.
    """
    due = [r for r in rows if r.message_id or r.alert.not_before is None or r.alert.not_before <= now]
    planned = []
    for channel, group in groupby(sorted(due, key=_channel), key=_channel):
        planned += _of_channel(channel, list(group), digest_above.get(channel, 0))
    return planned


def _of_channel(channel: str, rows: list[Queued], digest_above: int) -> list[Planned]:
    bundles: dict[str, list[Queued]] = {}
    alone: list[Queued] = []
    fresh = [r for r in rows if r.message_id is None]
    at_once = [r for r in fresh if r.alert.delivery != "digest"]
    bundled = [r for r in fresh if r.alert.delivery == "digest"]
    if digest_above and len(at_once) > digest_above:
        bundled, at_once = list(fresh), []
    for row in rows:
        if row.message_id is not None and row.message_id != row.alert.alert_id:
            bundles.setdefault(row.message_id, []).append(row)
        elif row.message_id is not None:
            alone.append(row)
    if bundled:
        bundles[digest_id(bundled)] = bundled
    messages = [_planned(channel, i, tuple(group), is_digest=True) for i, group in bundles.items()]
    messages += [_planned(channel, r.alert.alert_id, (r,), is_digest=False) for r in (*alone, *at_once)]
    place = {r.alert.alert_id: at for at, r in enumerate(rows)}
    return sorted(messages, key=lambda m: place[m.rows[0].alert.alert_id])


def _planned(channel: str, message_id: str, rows: tuple[Queued, ...], *, is_digest: bool) -> Planned:
    return Planned(channel=channel, message_id=message_id, rows=rows, is_digest=is_digest)


def _channel(row: Queued) -> str:
    return row.alert.channel
