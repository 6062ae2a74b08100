"""When an alert may go out: the digest's hour and quiet hours, in the reader's time zone. Pure.

Local times are looked up on the clock of that day, so that a night of 23 or 25 hours moves nothing: an hour that is
left out counts as the one after it, of one that comes twice the first counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from breachwire.settings.alerting import AlertRule, QuietHours
from breachwire.settings.models import Alerts

READ_BY_PEOPLE = frozenset(["apprise", "email"])
"""Kinds of channels that quiet hours hold for, where they name none."""
GRACE = timedelta(hours=1)
"""A run that begins so long after the digest's hour still sends it."""


def not_before(now: datetime, rule: AlertRule, channel: str, alerts: Alerts) -> datetime | None:
    """The first moment at which an alert of that rule may go to that channel, in UTC; None: as soon as may be."""
    moment = now
    if rule.when == "digest" and alerts.digest_at is not None:
        moment = _today_or_next(moment, alerts.digest_at, alerts.zone)
    quiet = alerts.quiet_hours
    if quiet and not rule.urgent and _holds_for(quiet, channel, alerts) and is_quiet(moment, quiet, alerts.zone):
        moment = next_at(moment, quiet.ends, alerts.zone)
    return None if moment == now else moment.astimezone(UTC)


def is_quiet(moment: datetime, quiet: QuietHours, zone: tzinfo) -> bool:
    """Whether a moment lies in quiet hours, the first minute included and the last excluded."""
    local = moment.astimezone(zone).time()
    if quiet.begins < quiet.ends:
        return quiet.begins <= local < quiet.ends
    return local >= quiet.begins or local < quiet.ends


def next_at(moment: datetime, of_day: time, zone: tzinfo) -> datetime:
    """The next time after `moment` at which the clocks of that zone show `of_day`, in UTC."""
    today = moment.astimezone(zone).date()
    found = []
    for days in (0, 1, 2):
        local = datetime.combine(today + timedelta(days=days), of_day, tzinfo=zone)
        first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        found += [first, second] if second > first else [first]  # the second is earlier where the hour is left out
    return min(at for at in found if at > moment)


def _today_or_next(moment: datetime, of_day: time, zone: tzinfo) -> datetime:
    """`moment` within an hour of the digest's, else when that comes next.

    A nightly run at three, with a digest at seven, waits for seven; one at half past seven sends it at once; one every
    hour sends a single digest a day.
    """
    following = next_at(moment, of_day, zone)
    last = next_at(moment - GRACE, of_day, zone)
    return moment if last <= moment else following


def _holds_for(quiet: QuietHours, channel: str, alerts: Alerts) -> bool:
    if quiet.channels:
        return channel in quiet.channels
    kind = alerts.channels[channel].kind if channel in alerts.channels else ""
    return kind in READ_BY_PEOPLE
