"""The row that an incident becomes, from the claims of all its articles.

In: an incident's tellings. Out: the row, the evidence behind each value, the links to its articles, and the profile to
remember. The same tellings in any order give the same row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from breachwire.identity import fold
from breachwire.incidents import choosing
from breachwire.incidents.by_hand import without_words
from breachwire.incidents.by_hand_values import put
from breachwire.incidents.choosing import Stated
from breachwire.incidents.evidencing import evidence
from breachwire.incidents.names import key_of
from breachwire.incidents.tellings import Member, Profile, Telling, in_order, profile
from breachwire.records import Claim, Decision, Evidence, Incident, Link, Zone

FULL_BODY = 250
TITLE_CHARS = 120
OF_ROUND_UP = " of a round-up; "

SCORE_HALF = 5.0
EACH_STORY = 0.75
STATUS_FACTOR = {"confirmed": 0.6, "attempted": 0.9, "reported": 0.9, "claimed": 1.15, "denied": 1.5}
"""Confidence is 1 minus a doubt. The doubt is SCORE_HALF / (SCORE_HALF + best relevance score), times EACH_STORY for
every further independent story, times the status' factor, times 1.2 where no victim is named; between 0.01 and 0.99."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An incident as it is to be stored."""

    incident: Incident
    evidence: tuple[Evidence, ...]
    links: tuple[Link, ...]
    profile: Profile


def compose(
    incident_id: str,
    tellings: Sequence[Telling],
    placed: Mapping[str, tuple[float, str]] | None = None,
    decided: Sequence[Decision] = (),
) -> Composed:
    """The incident that these tellings (one at least) report.

    `placed` gives score and reason of the links, by article id, telling's key or story id; an article that is in none
    has score 1.0 and the reason "first". The values that were `decided` by hand stand in the row whatever the articles
    say; what they say stays in the evidence, accepted where it is the same.
    """
    told = in_order(tellings)
    said = choosing.stated(told)
    ranked = leading_articles(told)
    summary = _summary(said, ranked)
    title, title_row = _title(incident_id, told, ranked)
    row = _row(incident_id, told, choosing.giving_way(said))
    row = replace(
        row,
        title=title,
        summary=str(summary.value) if summary else None,
        primary_article_id=ranked[0].article_id,
    )
    row = put(row, decided)
    row = replace(row, confidence=_confidence(told, row))
    return Composed(
        incident=row,
        evidence=(*evidence(row, said, summary), replace(title_row, accepted=title == row.title)),
        links=_links(incident_id, told, placed or {}),
        profile=_remembered(row, told),
    )


def leading_articles(tellings: Sequence[Telling]) -> list[Member]:
    """All articles, the one that speaks for the incident first.

    A whole article before a section of a round-up, a full body before a short one, then trust, then the story's
    relevance score, then the earliest, then by id.
    """
    scored = [(a, t.verdict_score) for t in tellings for a in t.articles]
    ranked = sorted(
        scored,
        key=lambda x: (
            not x[0].title.strip(),
            x[0].part > 0,
            x[0].body_chars < FULL_BODY,
            -x[0].trust,
            -x[1],
            x[0].published_at,
            x[0].article_id,
        ),
    )
    return [a for a, _ in ranked]


def _row(incident_id: str, told: Sequence[Telling], said: Sequence[Stated]) -> Incident:
    articles = sorted((a for t in told for a in t.articles), key=lambda a: (a.published_at, a.article_id))
    first, last = articles[0].published_at, articles[-1].published_at
    victim = choosing.victim(said)
    figure, began = choosing.figure(said, last), choosing.began(said, first)
    ransom = choosing.ransom(said, last)
    return Incident(
        incident_id=incident_id,
        title="",
        victim=victim,
        victim_key=fold(victim) if victim else None,
        victim_names=choosing.every(said, "victim"),
        victim_domain=choosing.plain(said, "victim_domain"),
        sector=choosing.plain(said, "sector"),
        country=choosing.plain(said, "country"),
        attack_type=choosing.plain(said, "attack_type"),
        claim_status=choosing.status(said, last),
        threat_actor=choosing.plain(said, "threat_actor"),
        malware=choosing.plain(said, "malware"),
        cves=choosing.every(said, "cve"),
        records_min=(figure.minimum or None) if figure else None,
        records_max=figure.maximum if figure else None,
        records_unit=figure.unit if figure else None,
        records_qualifier=figure.qualifier if figure else None,
        data_types=choosing.every(said, "data_type"),
        ransom_amount=ransom.amount if ransom else None,
        ransom_currency=ransom.currency if ransom else None,
        began_on=began.on if began else None,
        began_precision=began.precision if began else None,
        disclosed_on=first.date(),
        first_published_at=first,
        last_published_at=last,
        first_seen_at=min(a.fetched_at for a in articles),
        article_count=len({a.article_id for a in articles}),
        source_count=len({t.story_id for t in told}),
        languages=tuple(sorted({a.language for a in articles if a.language})),
        source_urls=tuple(dict.fromkeys(a.url for a in articles)),
    )


def _summary(said: Sequence[Stated], ranked: Sequence[Member]) -> Claim | None:
    """The summary of the first leading article that has one; the surest if it has several."""
    place = {a.article_id: i for i, a in enumerate(ranked)}
    claims = [s.claim for s in said if s.claim.field == "summary" and isinstance(s.claim.value, str)]
    return min(claims, key=lambda c: (place[c.article_id], -c.confidence, c.zone, c.start, c.end), default=None)


def _title(incident_id: str, told: Sequence[Telling], ranked: Sequence[Member]) -> tuple[str, Evidence]:
    """The leading article's title, or where no article has one the first line of a text; and the evidence for it."""
    article, text, start = ranked[0], ranked[0].title, ranked[0].title_start
    zone: Zone = "body" if article.part else "title"
    if not text.strip():
        telling = next((t for t in told if t.lead.strip()), told[0])
        zone, article = "body", telling.lead_article
        text = telling.lead.strip("\n").partition("\n")[0][:TITLE_CHARS]
        start = telling.lead.find(text)
    return text, Evidence(
        incident_id=incident_id,
        field="title",
        value=text,
        article_id=article.article_id,
        zone=zone,
        char_start=start,
        char_end=start + len(text),
        quote=text,
        rule="leading article",
        confidence=1.0,
        accepted=True,
    )


def _confidence(told: Sequence[Telling], row: Incident) -> float:
    doubt = SCORE_HALF / (SCORE_HALF + max(0.0, *(t.verdict_score for t in told)))
    doubt *= EACH_STORY ** (row.source_count - 1)
    doubt *= STATUS_FACTOR.get(row.claim_status or "", 1.0) * (1.0 if row.victim else 1.2)
    return round(1 - min(max(doubt, 0.01), 0.99), 3)


def _links(incident_id: str, told: Sequence[Telling], placed: Mapping[str, tuple[float, str]]) -> tuple[Link, ...]:
    links = {}  # two sections of a round-up may be in one incident, if somebody put them there
    for t in told:
        for a in t.articles:
            score, reason = placed.get(a.article_id) or placed.get(t.key) or placed.get(t.story_id) or (1.0, "first")
            links[a.article_id, a.part] = Link(
                incident_id=incident_id,
                article_id=a.article_id,
                role="main",
                score=score,
                reason=f"section {a.part}{OF_ROUND_UP}{reason}" if a.part else reason,
                part=a.part,
            )
    return tuple(links[a] for a in sorted(links))


def bare_reason(link: Link) -> str:
    """The reason of a stored link as the rules gave it."""
    return without_words(link.reason.removeprefix(f"section {link.part}{OF_ROUND_UP}"))


def _remembered(row: Incident, told: Sequence[Telling]) -> Profile:
    """The tellings' profile, with the row's values in place of the first that were read."""
    drawn = profile(row.incident_id, told)
    names = dict(zip(drawn.victim_keys, drawn.names, strict=True))
    if row.victim:
        names = {key_of(row.victim): row.victim} | {k: n for k, n in names.items() if k != key_of(row.victim)}
    return replace(
        drawn,
        victim_keys=tuple(names),
        names=tuple(names.values()),
        attack_type=row.attack_type,
        threat_actor=row.threat_actor,
        country=row.country,
        sector=row.sector,
        began_on=row.began_on,
        began_precision=row.began_precision,
    )
