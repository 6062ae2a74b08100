"""Which changes become alerts, by which rule, for which channel. Pure: the outbox is the store's.

An incident is told at most once to a channel in one run: by its strongest event (a watched name, then news, then a
material change) and, among rules that want that event, by the first in alerts.toml. What was told before is never told
anew: a name on the watchlist, an actor, a status and a ransom once, and a figure again when it is twice the one told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from breachwire.alerts.filters import refusal
from breachwire.alerts.material import Newness, material
from breachwire.alerts.message import Story, compose
from breachwire.alerts.timing import not_before
from breachwire.identity import digest
from breachwire.records import Alert, Change, Outlet, WatchHit
from breachwire.settings.alerting import AlertRule
from breachwire.settings.models import Alerts, Watchlist
from breachwire.vocabulary import CHANGES

EVENTS_BY_STRENGTH = ("watch_hit", "new_incident", "material_change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where alerts are made: the rules, the watchlist for its tags and tiers, and the time."""

    rules: Alerts
    watchlist: Watchlist
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What earlier runs told or have seen.

    `hits` are (incident_id, watched name), `marks` (incident_id, mark of a material change); `figures` is the figure of
    each incident that was told last (where nothing was told: the first that was known), with its unit.
    """

    hits: Set[tuple[str, str]] = frozenset()
    marks: Set[tuple[str, str]] = frozenset()
    figures: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one rule says to one event of a change: it is told (`why_not` is ""), or why not."""

    story: Story
    event: str
    rule: AlertRule
    why_not: str = ""


def alerts_for(
    changes: Sequence[Change],
    hits: Sequence[WatchHit],
    desk: Desk,
    told: Told | None = None,
    outlets: Sequence[Outlet] = (),
) -> tuple[Alert, ...]:
    """The alerts that a run's changes call for, incident by incident.

    `hits` are all watched names that the changed incidents hit: those told before satisfy a rule's watchlist filters,
    but are no news. `outlets` are the sources of those incidents, copies folded.
    """
    found: list[Alert] = []
    for story in stories(changes, hits, told or Told(), outlets):
        done: set[str] = set()
        for opinion in opinions(story, desk):
            if not opinion.why_not:
                channels = [name for name in dict.fromkeys(opinion.rule.channels) if name not in done]
                done.update(channels)
                found.extend(_alert(opinion, channel, desk) for channel in channels)
    return tuple(found)


def stories(
    changes: Sequence[Change], hits: Sequence[WatchHit], told: Told, outlets: Sequence[Outlet] = ()
) -> Iterator[Story]:
    """Each change with what makes it worth telling."""
    of_incident = {key: tuple(group) for key, group in groupby(sorted(hits, key=_of), key=_of)}
    sources = {key: tuple(group) for key, group in groupby(sorted(outlets, key=_of), key=_of)}
    for change in changes:
        incident_id = change.incident.incident_id
        known = of_incident.get(incident_id, ())
        news = material(change, told.figures.get(incident_id))
        yield Story(
            change=change,
            hits=known,
            fresh=tuple(hit for hit in known if (hit.incident_id, hit.name) not in told.hits),
            news=tuple(n for n in news if (incident_id, n.mark) not in told.marks),
            outlets=sources.get(incident_id, ()),
        )


def opinions(story: Story, desk: Desk) -> Iterator[Opinion]:
    """What each rule says to each event that it wants of a change, strongest event first."""
    incident, previous = story.change.incident, story.change.previous
    for event in EVENTS_BY_STRENGTH:
        for rule in desk.rules.rules:
            wanted = _wanted(rule, event)
            if not wanted:
                continue
            why_not = refusal(rule, incident, story.hits, desk.watchlist)
            before = previous and not refusal(rule, previous, story.hits, desk.watchlist)
            told = replace(story, news=tuple(n for n in story.news if n.kind in wanted or event != "material_change"))
            if not why_not and not _happened(told, event, passed_before=bool(before)):
                why_not = _no_news(event)
            yield Opinion(story=told, event=event, rule=rule, why_not=why_not)


def _wanted(rule: AlertRule, event: str) -> tuple[str, ...]:
    """The kinds of that event that a rule wants; empty where it wants none."""
    if event != "material_change":
        return (event,) if event in rule.events else ()
    return tuple(CHANGES) if event in rule.events else tuple(kind for kind in CHANGES if kind in rule.events)


def _happened(story: Story, event: str, *, passed_before: bool) -> bool:
    """Whether a change is that event for a rule.

    An incident that a rule's filters let through for the first time (its country was not known, its figure too small)
    is new to whom the rule tells; its alert has the id that it would have had in its first night.
    """
    is_new = story.change.previous is None or not passed_before
    if event == "watch_hit":
        return bool(story.fresh) or (is_new and bool(story.hits))
    return is_new if event == "new_incident" else story.change.previous is not None and bool(story.news)


def _no_news(event: str) -> str:
    return {
        "watch_hit": "hits no watched name that was not told before",
        "new_incident": "was known, and told if a rule wanted it",
        "material_change": "nothing that the rule wants changed",
    }[event]


def _alert(opinion: Opinion, channel: str, desk: Desk) -> Alert:
    story, event, rule = opinion.story, opinion.event, opinion.rule
    incident_id = story.change.incident.incident_id
    # What makes an event another event: for a change what is new, for a watched name the names.
    mark = {
        "material_change": "\x1e".join(sorted(n.mark for n in story.news)),
        "watch_hit": "\x1e".join(sorted(hit.name for hit in story.fresh or story.hits)),
    }.get(event, "")
    message = compose(story, event, desk.watchlist, desk.now.astimezone(desk.rules.zone))
    return Alert(
        alert_id="n_" + digest(incident_id, event, rule.name, channel, mark),
        incident_id=incident_id,
        revision=story.change.revision,
        event=event,
        rule=rule.name,
        channel=channel,
        title=message.title,
        body=message.body,
        payload=message.payload,
        delivery=rule.when,
        not_before=not_before(desk.now, rule, channel, desk.rules),
    )


def _of(row: WatchHit | Outlet) -> str:
    return row.incident_id


__all__ = ["EVENTS_BY_STRENGTH", "Desk", "Newness", "Opinion", "Told", "alerts_for", "opinions", "stories"]
