"""The nouns that walk through breachwire, in the order in which a document becomes an incident.

    Feed -> Reply -> Entry -> Page -> Article -> Verdict -> Claim -> Story -> Incident -> Alert

Every record is frozen and names its parent by id. Times are aware datetimes in UTC; None means "not stated".
Contains no logic beyond saying what a record is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

Zone: TypeAlias = Literal["title", "body"]
BodyStatus: TypeAlias = Literal["full", "feed", "short", "paywalled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to poll. `feed_id` is made from the address; `trust` (0 to 1) breaks ties between sources."""

    feed_id: str
    url: str
    title: str
    tags: tuple[str, ...] = ()
    language: str | None = None
    trust: float = 0.5
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between nights. `state` is one of the terms of `vocab_feed_state`."""

    feed_id: str
    url: str
    state: str = "active"
    etag: str | None = None
    last_modified: str | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_full_get_at: datetime | None = None
    next_due_at: datetime | None = None
    consecutive_failures: int = 0
    last_error: str | None = None
    moved_to: str | None = None
    moved_sightings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHabits:
    """What is ordinary for a feed, learnt from what it shows and from a few of its pages; None: not known yet.

    `news_days` are days with entries, `body_lengths` characters of main text, both oldest first. `advice` and
    `needs_look` are about the last failure. The comments on the table `feed_habits` say the rest.
    """

    feed_id: str
    shown: str | None = None
    remark: str | None = None
    ttl_s: int | None = None
    last_new_at: datetime | None = None
    news_days: tuple[date, ...] = ()
    usual_gap_days: int | None = None
    entries_a_week: float | None = None
    silent_since: datetime | None = None
    silence_told_at: datetime | None = None
    body_lengths: tuple[int, ...] = ()
    body_median: int | None = None
    body_median_before: int | None = None
    bodies_empty: float | None = None
    drifted_since: datetime | None = None
    drift_told_at: datetime | None = None
    advice: str | None = None
    needs_look: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer with its whole body, decompressed. Header names are lower case.

    `hops` are the redirects that were followed, oldest first, as (status, target URL); `url` is what was asked for.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    hops: tuple[tuple[int, str], ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed. `article_id` is made from `canonical_url`; texts are plain, without markup."""

    article_id: str
    feed_id: str
    url: str
    canonical_url: str
    title: str
    guid: str | None = None
    summary: str = ""
    content: str = ""
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched article page, as raw bytes, with the entry that led to it.

    `content_type` is the header's; `archive_record` is where the bytes are kept (`file:offset`), None if they are not.
    `body` is None where the page could not be fetched and the feed's own text is all there is.
    """

    entry: Entry
    source: str
    final_url: str
    body: bytes | None
    content_type: str | None
    fetched_at: datetime
    archive_record: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The text of one page. `title` and `body` are the two zones that every quote is cut from.

    Paragraphs of `body` are separated by one newline. `source` is the feed's or the site's name.
    """

    article_id: str
    url: str
    canonical_url: str
    feed_id: str | None
    source: str
    title: str
    body: str
    body_status: BodyStatus
    fetched_at: datetime
    author: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    archive_record: str | None = None

    def zone(self, zone: Zone) -> str:
        """The text that spans of that zone index."""
        return self.title if zone == "title" else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A rule that fired: `term` is its id, `text` what it matched, at `start` characters into `zone`."""

    term: str
    text: str
    zone: str
    start: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a document is kept at a stage, as a sum that can be shown: score = sum of weights >= threshold."""

    url: str
    stage: Literal["look", "skim", "judge"]
    kept: bool
    score: float
    threshold: float
    terms: tuple[Term, ...]
    negatives: tuple[Term, ...]
    reason: str
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count of people, accounts, records or files. `maximum` is None for an open interval."""

    minimum: int
    maximum: int | None
    unit: str
    qualifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A sum: ISO 4217 code, or BTC, ETH, XMR."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date known to the day, month or year; `on` is the first day of what is known."""

    on: date
    precision: Literal["day", "month", "year"]


Value: TypeAlias = str | Figure | Money | Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value that one article states, with the words that state it.

    `field` is a fact's name (victim sector country attack_type claim_status threat_actor malware cve records data_type
    ransom began_on ...). `quote` is always `article.zone(zone)[start:end]`. A `mention` is about another victim than
    the one that the article reports. `rule` names the rule that found it; `confidence` is 0 to 1. `part` is the section
    of a round-up that it stands in, from 1; 0 where the article was not split.
    """

    article_id: str
    field: str
    value: Value
    zone: Zone
    start: int
    end: int
    quote: str
    rule: str
    confidence: float
    mention: bool = False
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a round-up that reports an incident: `part` is its number in the article, from 1.

    Its title is `body[start:title_end]`, its text `body[text_start:end]`; where it has no heading the two begin
    together, and the title is the text's first words. `score` is the sum of the relevance rules for the section alone.
    """

    article_id: str
    part: int
    start: int
    title_end: int
    text_start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a language model is asked about one article. `schema` is the JSON Schema of its answer, as text."""

    system: str
    user: str
    schema: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a language model answered, as it came, and the tokens that it says it took (0 where it does not say)."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the pure stages make of one page: what `understand` hands from extraction to the store.

    `sections` is empty unless the article is a round-up; then every claim stands in one of them. `facts_version` names
    the rules that made claims and sketch out of the text; "" where nobody asks again.
    """

    article: Article
    verdict: Verdict
    claims: tuple[Claim, ...] = ()
    sketch: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()
    facts_version: str = ""


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
class WatchHit:
    """A watched `name` that an incident hits: `matched` is the incident's name or domain, `score` is 0 to 100.

    `role` is one of the terms of `vocab_watch_role`: what the matched name is in the incident.
    """

    incident_id: str
    name: str
    matched: str
    score: float
    reason: str
    role: str = "victim"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTrouble:
    """A feed that something is wrong with: `kind` is feed_silent or feed_failing, `since` the day it began."""

    feed_id: str
    title: str
    kind: str
    since: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """How a run went: `outcome` is running, ok or failures; the last two ended, and are good nights."""

    run_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = "running"
    entries_new: int = 0
    feeds_polled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One independent source of an incident: a story's first article, and how many copies of it others printed."""

    incident_id: str
    name: str
    url: str
    copies: int = 0
    article_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message that waits in the outbox until its channel has taken it.

    `alert_id` is made from incident, event, rule and channel (and what is new, for changes): the same alert is never
    queued twice. `delivery` (vocabulary.ALERT_DELIVERIES) says whether it goes out by itself or in the channel's next
    digest; nothing of it is sent before `not_before`.
    """

    alert_id: str
    incident_id: str
    revision: int
    event: str
    rule: str
    channel: str
    title: str
    body: str
    payload: dict[str, object] = field(default_factory=dict)
    delivery: str = "at_once"
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An alert as the outbox holds it. `queued_at` and the order in which rows come never change.

    `tries` counts the runs in which its channel did not take it; `message_id` is the message that it was first sent in,
    alone or in a digest, and is never sent in another: a receiver knows a message that comes again by it.
    """

    alert: Alert
    queued_at: datetime
    tries: int = 0
    message_id: str | None = None
