"""What all texts together say: stories, incidents, the evidence behind them, and what a person decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from breachwire.records.documents import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles with the same text. `canonical_id` is the copy that the others are copies of."""

    story_id: str
    canonical_id: str
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One row of `incidents`, without the columns that the store fills in (revision, run_id, revised_at, changed)."""

    incident_id: str
    title: str
    summary: str | None = None
    victim: str | None = None
    victim_key: str | None = None
    victim_names: tuple[str, ...] = ()
    victim_domain: str | None = None
    sector: str | None = None
    country: str | None = None
    attack_type: str | None = None
    claim_status: str | None = None
    threat_actor: str | None = None
    malware: str | None = None
    cves: tuple[str, ...] = ()
    records_min: int | None = None
    records_max: int | None = None
    records_unit: str | None = None
    records_qualifier: str | None = None
    data_types: tuple[str, ...] = ()
    ransom_amount: Decimal | None = None
    ransom_currency: str | None = None
    began_on: date | None = None
    began_precision: str | None = None
    disclosed_on: date | None = None
    first_published_at: datetime | None = None
    last_published_at: datetime | None = None
    first_seen_at: datetime | None = None
    article_count: int = 0
    source_count: int = 0
    languages: tuple[str, ...] = ()
    source_urls: tuple[str, ...] = ()
    primary_article_id: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A claim as it stands behind a column of an incident; `accepted` where the row shows this value."""

    incident_id: str
    field: str
    value: str
    article_id: str
    zone: Zone
    char_start: int
    char_end: int
    quote: str
    rule: str
    confidence: float
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An article's part in an incident, with the reason for putting it there. `part` is as in Claim.

    `by_rules` is the incident where the rules alone put it, if a decision by hand put it elsewhere.
    """

    incident_id: str
    article_id: str
    role: Literal["main", "mention"]
    score: float
    reason: str
    part: int = 0
    by_rules: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Two incidents that are related and are not one: `incident_id` is the one whose article says so.

    `kind` is one of the terms of `vocab_relation`; `name` is the provider, campaign or vulnerability that relates them,
    as that article writes it; `quote` is the article's zone from `char_start` to `char_end`.
    """

    incident_id: str
    related_id: str
    kind: str
    name: str
    article_id: str
    zone: Zone
    char_start: int
    char_end: int
    quote: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about incidents. `decision` is its number, `kind` one of the terms of `vocab_by_hand`.

    The other fields are the columns of the table `by_hand`, whose comments say what each kind fills in.
    """

    decision: int
    kind: Literal["merge", "split", "set", "withdraw", "undo"]
    incident_id: str
    other_id: str | None = None
    article_ids: tuple[str, ...] = ()
    field: str | None = None
    value: str | None = None
    undoes: int | None = None
    because: str | None = None
    who: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An incident that is new or differs from its last revision; `changed` names the columns.

    `merged_into` is the incident that this one is a part of from now on; a `withdrawn` one is no incident, or no longer
    told.
    """

    incident: Incident
    revision: int
    changed: tuple[str, ...]
    previous: Incident | None
    evidence: tuple[Evidence, ...]
    merged_into: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a watchlist is compared with: an incident's names and what tells them from others of the same name.

    `names` are the victim's as the articles write them, the one that is shown first; `mentions` are victims named in
    passing, `providers` those that it came through; `text` is its title and summary.
    """

    incident_id: str
    names: tuple[str, ...] = ()
    domain: str | None = None
    sector: str | None = None
    country: str | None = None
    text: str = ""
    mentions: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()

    @classmethod
    def of(cls, incident: Incident, mentions: tuple[str, ...] = (), providers: tuple[str, ...] = ()) -> Sighting:
        """That of an incident."""
        return cls(
            incident_id=incident.incident_id,
            names=tuple(dict.fromkeys(filter(None, (incident.victim, *incident.victim_names)))),
            domain=incident.victim_domain,
            sector=incident.sector,
            country=incident.country,
            text="\n".join(filter(None, (incident.title, incident.summary))),
            mentions=mentions,
            providers=providers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One independent source of an incident: a story's first article, and how many copies of it others printed."""

    incident_id: str
    name: str
    url: str
    copies: int = 0
    article_ids: tuple[str, ...] = ()
