"""What breachwire says of itself: feeds in trouble, nights that failed or came late, nights without news. Pure.

In: how the feeds and the last runs are. Out: events, and alerts for the rules that want them. An episode (a silence, a
stopped night) has a mark and is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from breachwire.alerts.card import LINE, Card, to_json
from breachwire.alerts.message import subject, text
from breachwire.alerts.plain import message_line
from breachwire.alerts.rules import Desk
from breachwire.alerts.timing import not_before
from breachwire.identity import digest
from breachwire.records import Alert, FeedTrouble, RunState
from breachwire.settings.alerting import AlertRule
from breachwire.settings.pulse import Pulse

SHOWN = 10
"""Feeds that one message names."""
RECENT = timedelta(days=14)
"""A night that stopped longer ago is no news, whatever was configured then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One thing to tell: `items` are (mark, line), the lines of those that were not told before are shown."""

    event: str
    headline: str
    items: tuple[tuple[str, str], ...]
    advice: str = ""


def beats(
    feeds: Sequence[FeedTrouble], nights: Sequence[RunState], current: RunState, rules: Pulse
) -> tuple[Beat, ...]:
    """What there is to tell. `nights` are the runs before the current one, newest first."""
    return (
        *_of_feeds(feeds),
        *_stopped(nights, current),
        *_late(nights, current, rules),
        *_no_news(nights, current, rules),
    )


def stopped_night(current: RunState, why: str) -> Beat:
    """A night that is just stopping."""
    line = f"The night of {_time(current.started_at)} stopped: {why}"
    return Beat(event="night_failed", headline="a night stopped", items=((current.run_id, line),), advice=_AGAIN)


_AGAIN = "What was stored stays, and the next run goes on from there: breachwire doctor, breachwire run"


def _of_feeds(feeds: Sequence[FeedTrouble]) -> Iterator[Beat]:
    for kind, what, advice in (
        ("feed_silent", "gone silent", "See breachwire feeds check: has it moved, or is it at an end?"),
        ("feed_failing", "in need of a person", "See breachwire feeds check for what to do about each"),
    ):
        items = tuple((f"{f.feed_id} {f.since}", f"{f.title}: {f.words}") for f in feeds if f.kind == kind)
        if items:
            yield Beat(event=kind, headline=what, items=items, advice=advice)


def _stopped(nights: Sequence[RunState], current: RunState) -> Iterator[Beat]:
    """Nights that have no end though no run is under way but this one."""
    items = tuple(
        (night.run_id, f"The night of {_time(night.started_at)} stopped before its end")
        for night in nights
        if night.outcome == "running" and current.started_at - night.started_at < RECENT
    )
    if items:
        yield Beat(event="night_failed", headline="a night stopped", items=items, advice=_AGAIN)


def _late(nights: Sequence[RunState], current: RunState, rules: Pulse) -> Iterator[Beat]:
    good = next((night for night in nights if night.ended_at), None)
    if good and good.ended_at and current.started_at - good.ended_at > rules.late_after:
        hours = (current.started_at - good.ended_at) / timedelta(hours=1)
        line = f"The last good night ended {_time(good.ended_at)}, {hours:,.0f} hours before this one began"
        advice = "Is the machine on at night, and cron or the timer there? breachwire status"
        yield Beat(event="night_late", headline="the night came late", items=((good.run_id, line),), advice=advice)


def _no_news(nights: Sequence[RunState], current: RunState, rules: Pulse) -> Iterator[Beat]:
    """Counted in days: somebody who runs every hour has quiet hours and no quiet nights."""
    empty, last = [], ""
    for night in (current, *(n for n in nights if n.ended_at)):
        if night.entries_new:
            last = night.run_id
            break
        if night.feeds_polled:
            empty.append(night.started_at.date())
    days = len(set(empty))
    if days >= rules.no_news_after:
        line = f"No feed brought a new article on {days} days, since {min(empty)}"
        advice = "Can this machine reach the feeds? breachwire feeds check, breachwire doctor"
        yield Beat(event="no_news", headline="no news", items=((f"after {last}", line),), advice=advice)


def pulse_alerts(found: Sequence[Beat], desk: Desk, told: Set[tuple[str, str]] = frozenset()) -> tuple[Alert, ...]:
    """The alerts that the rules want; `told` are (event, mark) of those told before."""
    alerts = []
    for beat in found:
        fresh = tuple(item for item in beat.items if (beat.event, item[0]) not in told)
        if not fresh:
            continue
        done: set[str] = set()
        for rule in desk.rules.rules:
            if beat.event in rule.events:
                channels = [name for name in dict.fromkeys(rule.channels) if name not in done]
                done.update(channels)
                alerts += [_alert(replace(beat, items=fresh), rule, channel, desk) for channel in channels]
    return tuple(alerts)


def _alert(beat: Beat, rule: AlertRule, channel: str, desk: Desk) -> Alert:
    marks = sorted(mark for mark, _ in beat.items)
    lines = [message_line(line, LINE) for _, line in beat.items[:SHOWN]]
    if len(beat.items) > SHOWN:
        lines.append(f"and {len(beat.items) - SHOWN} more")
    card = Card(
        event=beat.event,
        headline=message_line(_headline(beat), LINE),
        when=desk.now.astimezone(desk.rules.zone).strftime("%Y-%m-%d %H:%M %Z").strip(),
        lines=tuple(lines),
        advice=beat.advice,
    )
    payload: dict[str, object] = {"event": beat.event, "marks": marks, "lines": lines, "card": to_json(card)}
    return Alert(
        alert_id="n_" + digest(beat.event, rule.name, channel, *marks),
        incident_id="",
        revision=0,
        event=beat.event,
        rule=rule.name,
        channel=channel,
        title=subject(card),
        body=text(card),
        payload=payload,
        delivery=rule.when,
        not_before=not_before(desk.now, rule, channel, desk.rules),
    )


def _headline(beat: Beat) -> str:
    if not beat.event.startswith("feed_"):
        return beat.headline if len(beat.items) == 1 else f"{len(beat.items)} nights stopped"
    if len(beat.items) == 1:
        return f"{beat.items[0][1].partition(':')[0]} is {beat.headline}".replace("is gone", "has gone")
    verb = "have" if beat.event == "feed_silent" else "are"
    return f"{len(beat.items)} feeds {verb} {beat.headline}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
