"""What the pages are filled with. All texts are as stored; they are cleaned and escaped where a page is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from breachwire.records import Decision, Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """How one feed is: `wrong` is "" where nothing is, `advice` what to do about it. Times in UTC."""

    title: str
    url: str
    last_ok_at: datetime | None
    entries_a_week: float | None
    wrong: str
    advice: str
    needs_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to report: as of when, from which day of disclosure on (None: all), and what other rooms know.

    `decided` gives the decisions by hand that set values of an incident; `watched` are the names of the watchlist,
    `feeds` the feeds, those that need a person first. `processes` may make pages where there are very many; more than
    one only in a program whose main module does nothing when it is imported.
    """

    now: datetime
    since: date | None
    watched: tuple[str, ...]
    feeds: tuple[FeedLine, ...]
    decided: Callable[[str], Sequence[Decision]]
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of it: incidents in the report, files, and how many of them had to be written."""

    incidents: int
    files: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of an article, with what stands around them, and who else says so in the same words or others."""

    before: str
    said: str
    after: str
    source: str
    url: str
    day: date | None
    rule: str
    confidence: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value in words, whether the row shows it, and the words behind it."""

    words: str
    accepted: bool
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of an incident: what the row shows, every value that was read, and who set it by hand, if anyone."""

    label: str
    shown: str
    values: tuple[Value, ...]
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article; `copies` are the names of those that print the same text, `edits` what it said before."""

    source: str
    url: str
    title: str
    published_at: datetime | None
    mention: bool
    copies: tuple[str, ...]
    edits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A revision of an incident, in words, and which articles caused it."""

    revision: int
    at: datetime
    words: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A related incident, and the words that say so."""

    incident_id: str
    name: str
    day: date | None
    words: str
    quote: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A name of the watchlist that the incident hits; `score` 0 to 100."""

    incident_id: str
    name: str
    matched: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the page of one incident shows. `figures` are the numbers of those affected as told over time."""

    incident: Incident
    revision: int
    facts: tuple[Fact, ...]
    summary: Quote | None
    figures: tuple[Value, ...]
    told: tuple[Told, ...]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    hits: tuple[Hit, ...]
