"""Which incident each story tells of, and what the incident's row says now: one transaction, alerts included.

What people decided (`incidents.by_hand`) is asked wherever a telling is placed and wherever a row is composed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import duckdb

from breachwire import incidents
from breachwire.incidents import ByHand, Composed, Telling
from breachwire.incidents.by_hand import in_words
from breachwire.records import Change, Evidence, Incident, Link
from breachwire.settings import Settings
from breachwire.store import by_hand, grouping, revising
from breachwire.store.by_hand import Standing
from breachwire.store.grouping import Settled, StoredStory
from flows.announcing import queue, save_hits
from flows.joining import Merge, merges, move, move_rest
from flows.neighbours import Around, alone, around, incidents_called, remembered, told_of_again
from flows.placing import (
    Placed,
    as_decided,
    as_linked,
    known_places,
    place_new,
    several,
    tellings_of,
    without_leavers,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to settle: these stories, and incidents to look at even if none of the stories tells of them."""

    stories: tuple[str, ...]
    incidents: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """An incident as it stood: number and row of its newest revision (0 and None for a new one), and its standing."""

    revision: int = 0
    row: Incident | None = None
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What settling has found so far; places, members and standings grow as more incidents are looked at.

    `homeless` are the tellings that had no incident yet, `near` the stored incidents that they may be about.
    """

    stories: Mapping[str, StoredStory]
    tellings: tuple[Telling, ...]
    homeless: tuple[Telling, ...]
    near: Around
    placed: dict[str, Placed]
    members: dict[str, list[Telling]]
    before: dict[str, Before]
    hand: ByHand

    def settled(self, incident_id: str) -> Settled:
        """What that incident says now."""
        before = self.before.get(incident_id, Before())
        return settle_one(before, incident_id, self.members.get(incident_id, []), self.placed, self.hand)


def settle(
    con: duckdb.DuckDBPyConnection, settings: Settings, *, now: datetime, run_id: str, scope: Scope | None = None
) -> tuple[list[Change], int]:
    """Settles all stories that changed, or those of `scope`. Returns the changes and how many alerts were queued."""
    hand = ByHand(by_hand.decisions(con))
    wanted = scope or Scope(
        stories=tuple(grouping.unsettled_stories(con)), incidents=frozenset(grouping.incidents_of_lost_articles(con))
    )
    stories = {s.story_id: s for s in grouping.stories_by_id(con, wanted.stories)}
    if not stories and not wanted.incidents:
        return [], 0
    scene, touched = place_all(con, settings, stories, wanted.incidents, hand)
    settled = [scene.settled(i) for i in sorted(touched)]
    told = {scene.placed[t.key].incident_id for t in scene.homeless}
    merged: dict[str, Merge] = {}
    if scope is None:
        again = told_of_again(con, settled, told, scene.near, settings)
        if merged := merges(con, settled, again, settings, hand.named()):
            settled = settled_as_one(con, settled, merged, scene)
            told -= {m.into for i, m in merged.items() if i in scene.before}
        told |= told_by_edits(con, settled, run_id=run_id)
    grouping.save_incidents(con, settled, now=now, run_id=run_id, stories=scope.stories if scope else None)
    if scope is None:
        move_rest(con, merged)
        save_mentions(con, scene.tellings, scene.placed, settings)
    changes = [s.change for s in settled if s.change]
    stand = [change for change in changes if not change.withdrawn and change.merged_into is None]
    news = [change for change in stand if change.incident.incident_id in told]
    queued = queue(con, settings, news, now=now, run_id=run_id)
    if scope is not None:  # whoever decided knows it: what they did is no news, not even at a later night
        hits = save_hits(con, settings, changes, now=now, run_id=run_id)
        by_hand.forget_hits(con, [c.incident.incident_id for c in changes], hits)
    return changes, queued


def place_all(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    stories: Mapping[str, StoredStory],
    others: frozenset[str],
    hand: ByHand,
) -> tuple[Scene, set[str]]:
    """Where each telling of those stories belongs, and which incidents this touches; `others` are looked at too."""
    linked = grouping.links_of_stories(con, stories)
    tellings = tuple(t for story in stories.values() for t in tellings_of(story))
    names = names_of(con, linked, hand) if several(stories) else {}
    placed = as_decided(known_places(tellings, linked, names), tellings, hand)
    homeless = tuple(t for t in tellings if t.key not in placed)
    near = around(con, alone(homeless), settings)
    near = replace(near, profiles=without_leavers(near.profiles, stories.keys(), tellings, placed))
    was_minted = functools.partial(grouping.was_minted, con)
    placed.update(as_decided(place_new(homeless, near, settings, was_minted), homeless, hand))
    touched = {p.incident_id for p in placed.values()} | {link.incident_id for _, link in linked} | others
    scene = Scene(
        stories=stories,
        tellings=tellings,
        homeless=homeless,
        near=near,
        placed=placed,
        members=members_of(con, touched, stories, placed, hand),
        before=standing_before(con, touched),
        hand=hand,
    )
    return scene, touched


def told_by_edits(con: duckdb.DuckDBPyConnection, settled: Sequence[Settled], *, run_id: str) -> set[str]:
    """The incidents that an edited article tells of anew; the edits are noted as settled."""
    edited = revising.unsettled_edits(con)
    revising.note_settled(con, settled, edited, run_id=run_id)
    return {s.incident_id for s in settled if any(link.article_id in edited for link in s.links)}


def settled_as_one(
    con: duckdb.DuckDBPyConnection, settled: Sequence[Settled], merged: Mapping[str, Merge], scene: Scene
) -> list[Settled]:
    """What was settled, with those incidents merged away and those that they went into settled anew."""
    ends = {*merged, *(m.into for m in merged.values())}
    unseen = ends - {s.incident_id for s in settled}
    scene.members.update(members_of(con, unseen, scene.stories, scene.placed, scene.hand))
    scene.before.update(standing_before(con, unseen))
    move(scene.members, scene.placed, merged)
    done = [s for s in settled if s.incident_id not in ends]
    done += [scene.settled(i) for i in sorted(ends - merged.keys())]
    done += [emptied(scene.before.get(i, Before()), i, merged[i].into) for i in sorted(merged)]
    return done


def standing_before(con: duckdb.DuckDBPyConnection, ids: set[str]) -> dict[str, Before]:
    """How those incidents stood until now, by id; new ones are left out."""
    standings = by_hand.standings(con, ids)
    newest = grouping.newest(con, ids)
    return {i: Before(revision=n, row=row, standing=standings[i]) for i, (n, row) in newest.items()}


def members_of(
    con: duckdb.DuckDBPyConnection,
    touched: set[str],
    stories: Mapping[str, StoredStory],
    placed: dict[str, Placed],
    hand: ByHand,
) -> dict[str, list[Telling]]:
    """All tellings of each incident touched, those stored earlier included (they are added to `placed`)."""
    linked = grouping.links_of_incidents(con, touched)
    elsewhere = {s.story_id: s for s in grouping.stories_by_id(con, {s for s, _ in linked} - stories.keys())}
    if round_ups := several(elsewhere):
        linked = [pair for pair in linked if pair[0] not in round_ups] + grouping.links_of_stories(con, round_ups)
    stored = [t for story in elsewhere.values() for t in tellings_of(story)]
    placed.update(as_decided(known_places(stored, linked, names_of(con, linked, hand)), stored, hand))
    new = [t for story in stories.values() for t in tellings_of(story)]
    members: dict[str, list[Telling]] = {}
    for t in sorted([*stored, *new], key=lambda t: (t.story_id, t.part)):
        if t.key in placed and placed[t.key].incident_id in touched:
            members.setdefault(placed[t.key].incident_id, []).append(t)
    return members


def names_of(
    con: duckdb.DuckDBPyConnection, linked: Sequence[tuple[str, Link]], hand: ByHand
) -> dict[str, Sequence[str]]:
    """The victim's names of each incident that those links lead to: the one that is shown, then all as written.

    Where a person set them, those that the articles state still count: a section is known by its own.
    """
    newest = {i: row for i, (_, row) in grouping.newest(con, {link.incident_id for _, link in linked}).items()}
    stated = by_hand.stated_victims(con, [i for i in newest if hand.values(i)])
    shown = {i: (row.victim, *row.victim_names, *stated.get(i, ())) for i, row in newest.items()}
    return {i: [name for name in names if name] for i, names in shown.items()}


def settle_one(
    before: Before, incident_id: str, tellings: Sequence[Telling], placed: Mapping[str, Placed], hand: ByHand
) -> Settled:
    """What an incident says now, and whether that differs from its newest revision."""
    if not tellings:
        return emptied(before, incident_id, hand.survivor(incident_id))
    reasons = {t.key: (placed[t.key].score, in_words(placed[t.key].reason, placed[t.key].decision)) for t in tellings}
    made: Composed = incidents.compose(incident_id, tellings, reasons, hand.values(incident_id))
    seen = [t for t in (before.standing.first_seen_at, made.incident.first_seen_at) if t]
    incident = replace(made.incident, first_seen_at=min(seen, default=None))
    standing = replace(before.standing, merged_into=None, withdrawn=hand.is_withdrawn(incident_id))
    return Settled(
        incident_id=incident_id,
        change=change_to(incident, before, standing, made.evidence),
        evidence=made.evidence,
        links=as_linked(made.links, tellings, placed),
        remembered=remembered(made.profile),
    )


def change_to(
    incident: Incident, before: Before, standing: Standing, evidence: tuple[Evidence, ...] = ()
) -> Change | None:
    """The change from what an incident was to what it is; None where nothing differs."""
    changed = incidents.changed_fields(before.row, incident)
    for name in ("merged_into", "withdrawn"):
        changed += (name,) if getattr(before.standing, name) != getattr(standing, name) else ()
    if not changed and before.row is not None:
        return None
    return Change(
        incident=incident,
        revision=before.revision + 1,
        changed=changed,
        previous=before.row,
        evidence=evidence,
        merged_into=standing.merged_into,
        withdrawn=standing.withdrawn,
    )


def emptied(before: Before, incident_id: str, survivor: str) -> Settled:
    """An incident that no article supports any longer: its last row stays, marked as merged away or as withdrawn."""
    change = None
    if before.row:
        bare = replace(before.row, article_count=0, source_count=0, source_urls=(), primary_article_id=None)
        into = survivor if survivor != incident_id else before.standing.merged_into
        change = change_to(bare, before, replace(before.standing, merged_into=into, withdrawn=into is None))
    return Settled(
        incident_id=incident_id,
        change=change,
        evidence=(),
        links=(),
        remembered=None,
    )


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
