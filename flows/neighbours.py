"""The stored incidents that something in the news may be about: a few of very many, chosen by the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

import duckdb

from breachwire import incidents
from breachwire.incidents import Profile, Stored, Telling
from breachwire.settings import Settings
from breachwire.store import remembering
from breachwire.store.grouping import Settled
from breachwire.store.remembering import Remembered, Sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Incidents worth weighing, and how many there are in all."""

    profiles: tuple[Profile, ...]
    stored: Stored


def around(con: duckdb.DuckDBPyConnection, wanted: Sequence[Profile], settings: Settings) -> Around:
    """The incidents that share something telling with one of those; equal dates reach over three windows."""
    if not wanted:
        return Around(profiles=(), stored=Stored())
    remembering.list_words(con, lambda text: incidents.words_of(incidents.from_json(text)))
    total, held_by = remembering.seek(con, [_sought(str(n), p) for n, p in enumerate(wanted)])
    texts = remembering.candidates(
        con,
        since=min(p.first_published_at for p in wanted),
        until=max(p.last_published_at for p in wanted),
        margin=3 * settings.incidents.window,
    )
    return Around(
        profiles=tuple(incidents.from_json(text) for text in texts), stored=Stored(incidents=total, held_by=held_by)
    )


def _sought(key: str, its: Profile) -> Sought:
    return Sought(
        key=key,
        published_at=its.first_published_at,
        words=frozenset(its.tokens),
        name_words=incidents.finders_of(its),
        names=its.victim_keys,
    )


def alone(tellings: Iterable[Telling]) -> list[Profile]:
    """Each telling as if it were an incident of its own."""
    return [incidents.profile("", [t]) for t in tellings]


def remembered(its: Profile) -> Remembered:
    """What the store keeps of an incident for the nights to come."""
    return Remembered(
        incident_id=its.incident_id,
        profile=incidents.to_json(its),
        words=incidents.words_of(its),
        first_published_at=its.first_published_at,
        last_published_at=its.last_published_at,
    )


def told_of_again(
    con: duckdb.DuckDBPyConnection, settled: Sequence[Settled], told: Set[str], near: Around, settings: Settings
) -> Around:
    """What is near all changed incidents: `near` is that of new tellings, what else changed is looked up."""
    others = [s.remembered.profile for s in settled if s.remembered and s.incident_id not in told]
    more = around(con, [incidents.from_json(text) for text in others], settings)
    by_id = {p.incident_id: p for p in (*near.profiles, *more.profiles)}
    stored = Stored(
        incidents=max(near.stored.incidents, more.stored.incidents),
        held_by={**near.stored.held_by, **more.stored.held_by},
    )
    return Around(profiles=tuple(by_id.values()), stored=stored)


def incidents_called(con: duckdb.DuckDBPyConnection, tellings: Sequence[Telling], settings: Settings) -> dict[str, str]:
    """Folded names of passing victims to the incident of that victim that was in the news last, about that time."""
    naming = [(t, c.value) for t in tellings for c in t.claims if c.mention and c.field == "victim"]
    names = {incidents.key_of(value) for _, value in naming if isinstance(value, str)}
    if not names:
        return {}
    margin = 3 * settings.incidents.window
    return remembering.called(
        con,
        sorted(names),
        since=min(t.first_published_at for t, _ in naming) - margin,
        until=max(t.last_published_at for t, _ in naming) + margin,
    )
