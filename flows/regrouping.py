"""Stories and incidents made from nothing, out of all that is kept: the second half of a replay.

A night adds to what earlier nights found; a replay forgets all of that and groups every text at once, so that the same
pages under the same rules always give the same stories and incidents, whatever happened on the way. Only then are the
groups given the ids that they had: see `keeping`. Ids are never used for something else.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import duckdb

from breachwire import incidents
from breachwire.identity import digest
from breachwire.incidents import ByHand, Telling, key_of
from breachwire.incidents.tellings import victims
from breachwire.records import Change, Story
from breachwire.settings import Settings
from breachwire.store import by_hand, grouping, regrouping
from breachwire.store.regrouping import Fate
from breachwire.store.replaying import Stamp
from flows import apart
from flows.keeping import Kept, keep_ids
from flows.placing import Placed, as_decided, mint, tellings_of
from flows.relating import relate
from flows.settling import Before as Stood
from flows.settling import save_mentions, settle_one, standing_before
from flows.understanding import candidates, text_of

BATCH = 1000
"""Incidents that are composed and stored at once: their evidence is ten times as large as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How things were grouped before a replay: what each story and each incident was made of, by id.

    `gone` are incidents that no article supported any longer: one that is told of again is the same incident.
    """

    stories: Mapping[str, Set[str]]
    incidents: Mapping[str, Set[str]]
    gone: Mapping[str, Set[str]]


def before(con: duckdb.DuckDBPyConnection) -> Before:
    """What is grouped how; asked before anything is read again."""
    links = regrouping.links(con)
    newest = grouping.newest(con, links)
    made_of: dict[str, set[str]] = {}
    for incident_id, places in links.items():
        incident = newest[incident_id][1] if incident_id in newest else None
        names = (incident.victim or "", *incident.victim_names) if incident else ()
        keys = {key_of(name) for name in names if name}
        made_of[incident_id] = {part for article_id, number in places for part in _parts(article_id, number, keys)}
    gone = regrouping.withdrawn_incidents(con)
    return Before(
        stories=regrouping.stories(con),
        incidents=made_of,
        gone={i: {f"{article_id}/0" for article_id in articles} for i, articles in gone.items()},
    )


def _parts(article_id: str, number: int, keys: Set[str]) -> Iterator[str]:
    """What an article adds to what an incident is made of.

    Numbers of sections move when a text is read anew: a section's victim tells more than its number.
    """
    yield f"{article_id}/{number}"
    if number:
        yield from (f"{article_id}/{weight}/{key}" for key in keys for weight in ("once", "twice"))


def fold_anew(con: duckdb.DuckDBPyConnection, rules: Settings, was: Before) -> str:
    """Folds all copies from nothing. A story keeps its id where most of its articles stood in it."""
    regrouping.forget_stories(con)
    kept = grouping.articles_awaiting_story(con)
    pairs = candidates(con, [stored.article.article_id for stored in kept], rules.stories)
    found = apart.fold_copies(con, [text_of(stored) for stored in kept], {}, pairs, rules.stories)
    known = keep_ids({s.story_id: set(s.article_ids) for s in found}, was.stories)
    taken = set(was.stories)
    named: list[Story] = []
    for story in found:
        own = known.ids.get(story.story_id) or _unused(story.story_id, taken)
        taken.add(own)
        named.append(replace(story, story_id=own))
    grouping.save_stories(con, named)
    return f"{len(kept)} articles in {len(found)} stories"


def _unused(story_id: str, taken: Set[str]) -> str:
    """The id itself, or one made from it where another story has it."""
    while story_id in taken:
        story_id = "s_" + digest(story_id)
    return story_id


def settle_anew(con: duckdb.DuckDBPyConnection, settings: Settings, was: Before, stamp: Stamp) -> list[Change]:
    """Settles all stories from nothing, and stores each incident's fate. Returns the changes, without evidence."""
    told = [t for story in regrouping.all_stories(con) for t in tellings_of(story)]
    groups, matches = _groups(told, settings)
    kept = _kept(groups, was)
    names = _named(con, groups, kept)
    hand = ByHand(by_hand.decisions(con))
    ruled = {
        m.key: Placed(incident_id=names[m.group], score=m.score, reason=m.reason, by_rules=names[m.group])
        for m in matches
    }
    placed = as_decided(ruled, told, hand)
    members: dict[str, list[Telling]] = {}
    for t in sorted(told, key=lambda t: (t.story_id, t.part)):
        members.setdefault(placed[t.key].incident_id, []).append(t)
    touched = sorted(set(members) | set(was.incidents))
    standing = standing_before(con, set(touched))
    regrouping.forget_incidents(con)
    changes: list[Change] = []
    for some in batched(touched, BATCH):
        settled = [settle_one(standing.get(i, Stood()), i, members.get(i, []), placed, hand) for i in some]
        grouping.save_incidents(con, settled, now=stamp.now, run_id=stamp.run_id)
        changes += [replace(s.change, evidence=()) for s in settled if s.change]
    save_mentions(con, told, placed, settings)
    relate(con, settings, now=stamp.now, run_id=stamp.run_id)
    regrouping.save_fates(con, _fates(changes, names, kept, was))
    return changes


def batched(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The ids in pieces of that size."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _groups(told: Sequence[Telling], settings: Settings) -> tuple[dict[str, list[Telling]], Sequence[incidents.Match]]:
    """The tellings of each incident, by the key of its first one; and why each belongs there."""
    matches = incidents.match(told, [], settings.incidents)
    by_key = {t.key: t for t in told}
    groups: dict[str, list[Telling]] = {}
    for m in matches:
        groups.setdefault(m.group, []).append(by_key[m.key])
    return groups, matches


def _kept(groups: Mapping[str, Sequence[Telling]], was: Before) -> Kept:
    """Which incident each group is: what stands in incidents first, then what once stood in one that is gone."""
    made_of = {group: _made_of(told) for group, told in groups.items()}
    kept = keep_ids(made_of, was.incidents)
    nameless = {g: parts for g, parts in made_of.items() if g not in kept.ids and g not in kept.came}
    again = keep_ids(nameless, was.gone)
    return replace(kept, ids={**kept.ids, **again.ids})


def _made_of(told: Sequence[Telling]) -> set[str]:
    """What an incident is made of, as `Before` has it."""
    made_of: set[str] = set()
    for t in told:
        keys = {key_of(v) for v in victims(t)} if t.part else frozenset()
        made_of.update(part for a in t.articles for part in _parts(a.article_id, a.part, keys))
    return made_of


def _named(con: duckdb.DuckDBPyConnection, groups: Mapping[str, Sequence[Telling]], kept: Kept) -> dict[str, str]:
    """The incident id of each group: the one it keeps, or a new one."""
    names = dict(kept.ids)
    was_minted = functools.partial(grouping.was_minted, con)
    minted: set[str] = set()
    for group, told in groups.items():
        if group not in names:
            names[group] = mint(told[0], minted, was_minted)
            minted.add(names[group])
    return names


def _fates(changes: Sequence[Change], names: Mapping[str, str], kept: Kept, was: Before) -> list[Fate]:
    """What became of each incident that is not what it was."""
    came = {names[group]: old_id for group, old_id in kept.came.items()}
    went = {old_id: names[group] for old_id, group in kept.went.items()}
    found = []
    for change in changes:
        own = change.incident.incident_id
        if own in came:
            kind, other = "split", came[own]
        elif own in went:
            kind, other = "merged", went[own]
        elif own not in was.incidents:
            kind, other = "gained", None
        elif change.incident.article_count == 0:
            kind, other = "lost", None
        else:
            kind, other = "changed", None
        found.append(Fate(incident_id=own, kind=kind, other_id=other, revision=change.revision))
    return found
