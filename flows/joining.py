"""Incidents that turn out to be one: the younger id is merged away, what was told of it moves to the older one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire import incidents
from breachwire.incidents import Joined, Profile, Telling
from breachwire.incidents.matching import FIRST
from breachwire.settings import Settings
from breachwire.store import grouping, outbox
from breachwire.store.grouping import Settled
from flows.neighbours import Around
from flows.placing import Placed

Members = dict[str, list[Telling]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Where an incident went, and why."""

    into: str
    score: float
    reason: str


def merges(
    con: duckdb.DuckDBPyConnection,
    settled: Sequence[Settled],
    around: Around,
    settings: Settings,
    decided: Collection[str] = (),
) -> dict[str, Merge]:
    """The incidents that are merged away, by id: of two the one that was stored later, or was in the news later.

    Incidents that people decided something about are left to people.
    """
    stand = [s for s in settled if s.remembered and s.incident_id not in decided]
    changed = [incidents.from_json(s.remembered.profile) for s in stand if s.remembered]
    gone = {*decided, *(s.incident_id for s in settled if not s.remembered)}
    known = [p for p in around.profiles if p.incident_id not in gone]
    found = incidents.joins(changed, known, settings.incidents, around.stored)
    return _by_age(found, {p.incident_id: p for p in (*known, *changed)}, con) if found else {}


def _by_age(
    found: Sequence[Joined], profiles: Mapping[str, Profile], con: duckdb.DuckDBPyConnection
) -> dict[str, Merge]:
    minted = grouping.minted_at(con, {i for j in found for i in (j.one, j.other)})

    def age(incident_id: str) -> tuple[bool, datetime, datetime, str]:
        first = profiles[incident_id].first_published_at
        return incident_id not in minted, minted.get(incident_id, first), first, incident_id

    into: dict[str, Merge] = {}

    def stands(incident_id: str) -> str:
        while incident_id in into:
            incident_id = into[incident_id].into
        return incident_id

    for j in found:
        older, younger = sorted((stands(j.one), stands(j.other)), key=age)
        if older != younger:
            into[younger] = Merge(into=older, score=j.score, reason=j.reason)
    return {i: Merge(into=stands(m.into), score=m.score, reason=m.reason) for i, m in into.items()}


def move(members: Members, placed: dict[str, Placed], merged: Mapping[str, Merge]) -> None:
    """Puts the tellings of what is merged away into what stays. The first of them has the merge's reason."""
    for gone, merge in merged.items():
        for t in (moved := members.pop(gone, [])):
            was = placed[t.key]
            why = (merge.score, merge.reason) if was.reason == FIRST else (was.score, was.reason)
            placed[t.key] = Placed(incident_id=merge.into, score=why[0], reason=why[1], by_rules=merge.into)
        members[merge.into] = sorted([*members.get(merge.into, []), *moved], key=lambda t: (t.story_id, t.part))


def move_rest(con: duckdb.DuckDBPyConnection, merged: Mapping[str, Merge]) -> None:
    """Passing mentions and hits on the watchlist go along, so that nobody is told again."""
    into = {gone: merge.into for gone, merge in merged.items()}
    grouping.move_mentions(con, into)
    outbox.copy_hits(con, into)
