"""Which incident each story tells of, and what the incident's row says now: one transaction, alerts included."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from breachwire import incidents
from breachwire.alerts.rules import alerts_for
from breachwire.alerts.watch import Watcher
from breachwire.incidents import Apart, Composed, Telling
from breachwire.records import Change, Incident, Link
from breachwire.settings import Settings
from breachwire.store import grouping, outbox
from breachwire.store.grouping import Settled, StoredStory
from flows.joining import merged_away, merges, move, move_rest
from flows.neighbours import alone, around, incidents_called, remembered, told_of_again
from flows.placing import Placed, known_places, place_new, several, tellings_of, without_leavers


def settle(
    con: duckdb.DuckDBPyConnection, settings: Settings, *, now: datetime, run_id: str, apart: Apart = ()
) -> tuple[list[Change], int]:
    """Settles all stories that changed. Returns the changes and how many alerts were queued.

    `apart` are pairs of ids, of incidents or of stories, that never end in one incident.
    """
    stories = {s.story_id: s for s in grouping.stories_by_id(con, grouping.unsettled_stories(con))}
    lost = set(grouping.incidents_of_lost_articles(con))
    if not stories and not lost:
        return [], 0
    linked = grouping.main_links(con, stories=stories)
    tellings = [t for story in stories.values() for t in tellings_of(story)]
    placed = known_places(tellings, linked, names_of(con, linked) if several(stories) else {})
    known = set(placed)
    homeless = [t for t in tellings if t.key not in known]
    near = around(con, alone(homeless), settings)
    near = replace(near, profiles=without_leavers(near.profiles, stories.keys(), tellings, placed))
    was_minted = functools.partial(grouping.was_minted, con)
    placed.update(place_new(homeless, near, settings, was_minted, apart))
    touched = {p.incident_id for p in placed.values()} | {link.incident_id for _, link in linked} | lost
    members = members_of(con, touched, stories, placed)
    before = grouping.newest(con, touched)
    settled = [settle_one(i, members.get(i, []), placed, before.get(i)) for i in sorted(touched)]
    told = {placed[t.key].incident_id for t in homeless}
    if merged := merges(con, settled, told_of_again(con, settled, told, near, settings), settings, apart):
        ends = {*merged, *(m.into for m in merged.values())}
        members.update(members_of(con, ends - touched, stories, placed))
        before.update(grouping.newest(con, ends - touched))
        move(members, placed, merged)
        settled = [s for s in settled if s.incident_id not in ends]
        settled += [settle_one(i, members[i], placed, before.get(i)) for i in sorted(ends - merged.keys())]
        settled += [merged_away(i, merged[i].into, before.get(i)) for i in sorted(merged)]
        told -= {m.into for i, m in merged.items() if i in before}
    grouping.save_incidents(con, settled, now=now, run_id=run_id)
    move_rest(con, merged)
    save_mentions(con, tellings, placed, settings)
    changes = [s.change for s in settled if s.change]
    news = [change for change in changes if change.incident.incident_id in told]
    passing = {i: passing_victims(tellings) for i, tellings in members.items()}
    return changes, queue(con, settings, news, passing, now=now, run_id=run_id)


def passing_victims(tellings: Sequence[Telling]) -> list[str]:
    """Victims of other incidents that those tellings name."""
    named = (
        c.value for t in tellings for c in t.claims if c.mention and c.field == "victim" and isinstance(c.value, str)
    )
    return list(dict.fromkeys(named))


def members_of(
    con: duckdb.DuckDBPyConnection,
    touched: set[str],
    stories: Mapping[str, StoredStory],
    placed: dict[str, Placed],
) -> dict[str, list[Telling]]:
    """All tellings of each incident touched, those stored earlier included (they are added to `placed`)."""
    linked = grouping.main_links(con, incidents=touched)
    elsewhere = {s.story_id: s for s in grouping.stories_by_id(con, {s for s, _ in linked} - stories.keys())}
    if round_ups := several(elsewhere):
        linked = [pair for pair in linked if pair[0] not in round_ups] + grouping.main_links(con, stories=round_ups)
    stored = [t for story in elsewhere.values() for t in tellings_of(story)]
    placed.update(known_places(stored, linked, names_of(con, linked)))
    new = [t for story in stories.values() for t in tellings_of(story)]
    members: dict[str, list[Telling]] = {}
    for t in sorted([*stored, *new], key=lambda t: (t.story_id, t.part)):
        if t.key in placed and placed[t.key].incident_id in touched:
            members.setdefault(placed[t.key].incident_id, []).append(t)
    return members


def names_of(con: duckdb.DuckDBPyConnection, linked: Sequence[tuple[str, Link]]) -> dict[str, Sequence[str]]:
    """The victim's names of each incident that those links lead to: the one that is shown, then all as written."""
    newest = grouping.newest(con, {link.incident_id for _, link in linked}).values()
    return {i.incident_id: (i.victim, *i.victim_names) if i.victim else () for _, i in newest}


def settle_one(
    incident_id: str,
    tellings: Sequence[Telling],
    placed: Mapping[str, Placed],
    before: tuple[int, Incident] | None,
) -> Settled:
    """What an incident says now, and whether that differs from its newest revision."""
    revision, previous = before or (0, None)
    if not tellings:
        return withdrawn(incident_id, revision, previous)
    reasons = {t.story_id: (placed[t.key].score, placed[t.key].reason) for t in tellings}
    made: Composed = incidents.compose(incident_id, tellings, reasons)
    seen = [i.first_seen_at for i in (previous, made.incident) if i and i.first_seen_at]
    first_seen = min(seen, default=None)
    incident = replace(made.incident, first_seen_at=first_seen)
    changed = incidents.changed_fields(previous, incident)
    change = None
    if changed or previous is None:
        change = Change(
            incident=incident,
            revision=revision + 1,
            changed=changed,
            previous=previous,
            evidence=made.evidence,
        )
    return Settled(
        incident_id=incident_id,
        change=change,
        evidence=made.evidence,
        links=made.links,
        remembered=remembered(made.profile),
    )


def withdrawn(incident_id: str, revision: int, previous: Incident | None) -> Settled:
    """An incident that no article supports any longer: its last row stays, marked as withdrawn."""
    change = None
    if previous and previous.article_count:
        bare = replace(previous, article_count=0, source_count=0, source_urls=(), primary_article_id=None)
        changed = incidents.changed_fields(previous, bare)
        change = Change(incident=bare, revision=revision + 1, changed=changed, previous=previous, evidence=())
    return Settled(incident_id=incident_id, change=change, evidence=(), links=(), remembered=None)


def save_mentions(
    con: duckdb.DuckDBPyConnection, tellings: Sequence[Telling], placed: Mapping[str, Placed], settings: Settings
) -> None:
    """Links articles to the other incidents whose victims they name in passing."""
    own: dict[str, set[str]] = {}
    for telling in tellings:
        own.setdefault(telling.story_id, set()).add(placed[telling.key].incident_id)
    by_key = incidents_called(con, tellings, settings)
    links: dict[tuple[str, str], Link] = {}
    for telling in tellings:
        for claim in telling.claims:
            if not (claim.mention and claim.field == "victim" and isinstance(claim.value, str)):
                continue
            other = by_key.get(incidents.key_of(claim.value))
            if other and other not in own[telling.story_id]:
                reason = f"names {claim.value} in passing"
                links[other, claim.article_id] = Link(
                    incident_id=other,
                    article_id=claim.article_id,
                    role="mention",
                    score=claim.confidence,
                    reason=reason,
                    part=claim.part,
                )
    grouping.save_mentions(con, [a.article_id for telling in tellings for a in telling.articles], list(links.values()))


def queue(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    news: Sequence[Change],
    passing: Mapping[str, Sequence[str]],
    *,
    now: datetime,
    run_id: str,
) -> int:
    """Queues the alerts that those changes call for; `passing` names other victims by incident. Returns how many."""
    watcher = Watcher(settings.watchlist)
    told = outbox.known_hits(con, [c.incident.incident_id for c in news])
    hits = [h for c in news for h in watcher.hits(c.incident, passing.get(c.incident.incident_id, ()))]
    outbox.save_hits(con, [h for h in hits if (h.incident_id, h.name) not in told], now=now, run_id=run_id)
    alerts = alerts_for(news, hits, settings.alerts, told=told)
    return outbox.queue_alerts(con, alerts, now=now, run_id=run_id)
