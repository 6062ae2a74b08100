"""What a writer gets: an incident with its articles and its ties to other incidents, and what all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from breachwire.records import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article that reports the incident."""

    article_id: str
    url: str
    title: str
    source: str
    published_at: datetime | None
    fetched_at: datetime
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Another incident that is exported too: `kind` is of vocab_relation; `towards`: this one's article says so."""

    other_id: str
    kind: str
    name: str
    towards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A victim as all its incidents together show it: `made_at` and `revised_at` span their revisions."""

    key: str
    name: str
    names: tuple[str, ...]
    sector: str | None
    country: str | None
    domain: str | None
    made_at: datetime
    revised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One incident. `made_at` is its first revision's time, `revised_at` its newest's; `victim` None: none is named."""

    incident: Incident
    revision: int
    made_at: datetime
    revised_at: datetime
    victim: Party | None
    tellings: tuple[Telling, ...] = ()
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An incident that was exported once, perhaps, and is none any more: merged into another, or withdrawn."""

    incident_id: str
    title: str
    made_at: datetime
    revised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself: when it was made (UTC), and by which version."""

    made_at: datetime
    version: str
