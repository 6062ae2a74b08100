"""Which incident each story tells of, and what the incident's row says now: one transaction, alerts included."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from breachwire import identity, incidents
from breachwire.alerts.rules import alerts_for
from breachwire.alerts.watch import Watcher
from breachwire.incidents import Composed, Member, Profile, Telling
from breachwire.records import Change, Incident, Link
from breachwire.settings import Settings
from breachwire.store import grouping, outbox
from breachwire.store.grouping import Settled, StoredStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a story belongs, and why."""

    incident_id: str
    score: float
    reason: str


def settle(
    con: duckdb.DuckDBPyConnection, settings: Settings, *, now: datetime, run_id: str
) -> tuple[list[Change], int]:
    """Settles all stories that changed. Returns the changes and how many alerts were queued."""
    stories = {s.story_id: s for s in grouping.stories_by_id(con, grouping.unsettled_stories(con))}
    lost = set(grouping.incidents_of_lost_articles(con))
    if not stories and not lost:
        return [], 0
    linked = grouping.main_links(con, stories=stories)
    placed = known_places(linked)
    homeless = [telling(s) for s in stories.values() if s.story_id not in placed]
    profiles = profiles_around(con, homeless, settings)
    was_minted = functools.partial(grouping.was_minted, con)
    for story_id, place in place_new(homeless, profiles, settings, was_minted).items():
        placed[story_id] = place
    touched = {p.incident_id for p in placed.values()} | {link.incident_id for _, link in linked} | lost
    members = members_of(con, touched, stories, placed)
    before = grouping.newest(con, touched)
    settled = [settle_one(i, members.get(i, []), placed, before.get(i)) for i in sorted(touched)]
    grouping.save_incidents(con, settled, now=now, run_id=run_id)
    changes = [s.change for s in settled if s.change]
    save_mentions(con, list(stories.values()), placed, profiles, settled)
    told = {placed[t.story_id].incident_id for t in homeless}
    news = [change for change in changes if change.incident.incident_id in told]
    passing = {i: passing_victims(tellings) for i, tellings in members.items()}
    return changes, queue(con, settings, news, passing, now=now, run_id=run_id)


def passing_victims(tellings: Sequence[Telling]) -> list[str]:
    """Victims of other incidents that those tellings name."""
    named = (
        c.value for t in tellings for c in t.claims if c.mention and c.field == "victim" and isinstance(c.value, str)
    )
    return list(dict.fromkeys(named))


def known_places(linked: Sequence[tuple[str, Link]]) -> dict[str, Placed]:
    """Stories whose articles stand in an incident already, with that incident: the first, where a copy joined two."""
    placed: dict[str, Placed] = {}
    for story_id, link in linked:
        placed.setdefault(story_id, Placed(incident_id=link.incident_id, score=link.score, reason=link.reason))
    return placed


def telling(story: StoredStory) -> Telling:
    """A story as the incident rules see it."""
    lead = max(story.articles, key=lambda s: len(s.article.body))
    return Telling(
        story_id=story.story_id,
        articles=tuple(
            Member(
                article_id=s.article.article_id,
                url=s.article.url,
                source=s.article.source,
                title=s.article.title,
                language=s.article.language,
                published_at=s.article.published_at or s.article.fetched_at,
                fetched_at=s.article.fetched_at,
                trust=s.trust,
                body_chars=len(s.article.body),
            )
            for s in story.articles
        ),
        claims=story.claims,
        verdict_score=max(s.verdict_score for s in story.articles),
        lead=lead.article.body[:600],
    )


def profiles_around(con: duckdb.DuckDBPyConnection, tellings: Sequence[Telling], settings: Settings) -> list[Profile]:
    """Incidents that were in the news near the time of those tellings; equal dates reach over three windows."""
    times = [m.published_at for t in tellings for m in t.articles]
    if not times:
        return []
    texts = grouping.profiles(con, since=min(times), until=max(times), margin=3 * settings.incidents.window)
    return [incidents.from_json(text) for text in texts]


def place_new(
    tellings: Sequence[Telling], profiles: Sequence[Profile], settings: Settings, was_minted: Callable[[str], bool]
) -> dict[str, Placed]:
    """Finds the incident of each telling, or mints an id for each group that tells of a new one."""
    first_of_group: dict[str, Telling] = {}
    minted: dict[str, str] = {}
    placed: dict[str, Placed] = {}
    by_story = {t.story_id: t for t in tellings}
    for match in incidents.match(tellings, profiles, settings.incidents):
        incident_id = match.incident_id
        if incident_id is None:
            first_of_group.setdefault(match.group, by_story[match.story_id])
            if match.group not in minted:
                minted[match.group] = mint(first_of_group[match.group], set(minted.values()), was_minted)
            incident_id = minted[match.group]
        placed[match.story_id] = Placed(incident_id=incident_id, score=match.score, reason=match.reason)
    return placed


def mint(first: Telling, minted: Set[str], was_minted: Callable[[str], bool]) -> str:
    """An id that was never used, made from the article that told of the incident first."""
    article = min(first.articles, key=lambda m: (m.published_at, m.article_id)).article_id
    tail = 0
    while (candidate := identity.incident_id(article, str(tail) if tail else None)) in minted or was_minted(candidate):
        tail += 1
    return candidate


def members_of(
    con: duckdb.DuckDBPyConnection,
    touched: set[str],
    stories: Mapping[str, StoredStory],
    placed: dict[str, Placed],
) -> dict[str, list[Telling]]:
    """All tellings of each incident touched, those stored earlier included (they are added to `placed`)."""
    for story_id, link in grouping.main_links(con, incidents=touched):
        placed.setdefault(story_id, Placed(incident_id=link.incident_id, score=link.score, reason=link.reason))
    elsewhere = {s.story_id: s for s in grouping.stories_by_id(con, placed.keys() - stories.keys())}
    members: dict[str, list[Telling]] = {}
    for story_id, story in sorted({**elsewhere, **stories}.items()):
        members.setdefault(placed[story_id].incident_id, []).append(telling(story))
    return members


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
    reasons = {t.story_id: (placed[t.story_id].score, placed[t.story_id].reason) for t in tellings}
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
        profile=incidents.to_json(made.profile),
        first_published_at=incident.first_published_at,
        last_published_at=incident.last_published_at,
    )


def withdrawn(incident_id: str, revision: int, previous: Incident | None) -> Settled:
    """An incident that no article supports any longer: its last row stays, marked as withdrawn."""
    change = None
    if previous and previous.article_count:
        bare = replace(previous, article_count=0, source_count=0, source_urls=(), primary_article_id=None)
        changed = incidents.changed_fields(previous, bare)
        change = Change(incident=bare, revision=revision + 1, changed=changed, previous=previous, evidence=())
    return Settled(
        incident_id=incident_id,
        change=change,
        evidence=(),
        links=(),
        profile="",
        first_published_at=None,
        last_published_at=None,
    )


def save_mentions(
    con: duckdb.DuckDBPyConnection,
    stories: Sequence[StoredStory],
    placed: Mapping[str, Placed],
    profiles: Sequence[Profile],
    settled: Sequence[Settled],
) -> None:
    """Links articles to the other incidents whose victims they name in passing."""
    fresh = [incidents.from_json(s.profile) for s in settled if s.profile]
    by_key: dict[str, str] = {}
    for profile in sorted([*profiles, *fresh], key=lambda p: p.last_published_at):
        by_key.update(dict.fromkeys(profile.victim_keys, profile.incident_id))
    links: dict[tuple[str, str], Link] = {}
    for story in stories:
        for claim in story.claims:
            if not (claim.mention and claim.field == "victim" and isinstance(claim.value, str)):
                continue
            other = by_key.get(incidents.key_of(claim.value))
            if other and other != placed[story.story_id].incident_id:
                reason = f"names {claim.value} in passing"
                links[other, claim.article_id] = Link(
                    incident_id=other,
                    article_id=claim.article_id,
                    role="mention",
                    score=claim.confidence,
                    reason=reason,
                )
    grouping.save_mentions(
        con, [s.article.article_id for story in stories for s in story.articles], list(links.values())
    )


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
