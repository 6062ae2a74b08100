"""One document's whole way, from its bytes to the row that it would become: what `explain` prints.

In: an address or a file, and settings. Out: a `Way`, or its JSON object with the keys that scripts rely on: `article`,
`verdict`, `claims`, `incident`, `incidents`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from breachwire import identity
from breachwire.errors import ConfigError, ContentError
from breachwire.incidents import Printed, compose, tellings_of
from breachwire.records import Article, Claim, Dated, Entry, Figure, Incident, Money, Page, Reply, Section, Verdict
from breachwire.settings import Settings

MAX_BYTES = 32 << 20
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|article|div|p)\b[^<]{0,2000}?>", re.IGNORECASE)
_COLUMNS_OF = {"cve": "cves", "data_type": "data_types"}
# Columns of the published view that are made when an incident is stored, not read from a document.
_STORED = ("revision", "run_id", "revised_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What each stage made of a document. `looks` are the two before the verdict; a plain text has none.

    `incidents` are the rows that it would become: one, or of a round-up one for each of its `sections`.
    """

    article: Article
    looks: tuple[Verdict, ...]
    verdict: Verdict
    claims: tuple[Claim, ...]
    incidents: tuple[Incident, ...]
    sections: tuple[Section, ...] = ()


def way_of(where: str, settings: Settings, now: datetime) -> Way:
    """The whole way of the page at an address, of an HTML file, or of a plain text file.

    Raises FetchError, ContentError, or ConfigError where there is no such file.
    """
    from extractors.article import read_text

    if re.match(r"https?://", where, re.IGNORECASE):
        return _page_way(_page(fetched(where, settings, now), source=urlsplit(where).hostname or where), settings)
    body = _bytes(Path(where))
    if _MARKUP.search(_ascii(body[:65536])):
        reply = Reply(url=where, final_url=where, status=200, headers=(), body=body, fetched_at=now)
        return _page_way(_page(reply, source=Path(where).name), settings)
    from extractors.encoding import decode

    if _is_binary(body):
        raise ContentError(where, "is neither a web page nor text")
    article = read_text(decode(body, None), url=where, fetched_at=now)
    return _way(replace(article, source=article.source or Path(where).name), (), settings)


def fetched(url: str, settings: Settings, now: datetime) -> Reply:
    """The page at an address. Raises FetchError."""
    from breachwire.fetching import Ask, Fetcher, Limits

    async def fetch() -> Reply:
        async with Fetcher(settings.fetch, lambda: now) as fetcher:
            limits = Limits(deadline_s=settings.fetch.page_deadline_s, max_bytes=settings.fetch.max_page_bytes)
            return await fetcher.get(Ask(url=url), limits)

    return asyncio.run(fetch())


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ConfigError(str(path), f"holds {size:,} bytes, more than {MAX_BYTES:,}", "is it a document?")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}", "give an http address or a file") from None


def _is_binary(body: bytes) -> bool:
    """Whether a file without markup holds bytes that no text has; UTF-16 has a mark, or a zero in every other byte."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    head = body[:65536]
    odd = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head if byte)
    zeros = head.count(0)
    return odd * 100 > len(head) or (zeros > 0 and zeros * 4 < len(head))


def _ascii(head: bytes) -> bytes:
    """The bytes with the zeros of UTF-16 taken out, so that markup is seen."""
    return head.replace(b"\0", b"")


def _page(reply: Reply, *, source: str) -> Page:
    canonical = identity.canonical_url(reply.final_url)
    entry = Entry(
        article_id=identity.article_id(canonical), feed_id="", url=reply.url, canonical_url=canonical, title=""
    )
    return Page(
        entry=entry,
        source=source.removeprefix("www."),
        final_url=reply.final_url,
        body=reply.body,
        content_type=reply.header("content-type"),
        fetched_at=reply.fetched_at,
    )


def _page_way(page: Page, settings: Settings) -> Way:
    from extractors.article import read_article
    from extractors.look import Lookout

    look = Lookout(settings.keywords)
    looks = (look.look(page), look.skim(page))
    return _way(read_article(page, settings.article), looks, settings)


def _way(article: Article, looks: tuple[Verdict, ...], settings: Settings) -> Way:
    from extractors.facts import read_facts
    from extractors.relevance import Judge
    from extractors.roundup import read_round_up

    judge = Judge(settings.keywords)
    round_up = read_round_up(article, judge)
    verdict = round_up.verdict(judge.judge(article))
    claims = round_up.claims or read_facts(article)
    return Way(
        article=article,
        looks=looks,
        verdict=verdict,
        claims=claims,
        incidents=rows_of(article, verdict, claims, round_up.sections),
        sections=round_up.sections,
    )


def row_of(article: Article, verdict: Verdict, claims: tuple[Claim, ...]) -> Incident:
    """The row that an article about one incident would become."""
    return rows_of(article, verdict, claims)[0]


def rows_of(
    article: Article, verdict: Verdict, claims: tuple[Claim, ...], sections: tuple[Section, ...] = ()
) -> tuple[Incident, ...]:
    """The rows that the article alone would become; dates of publication stay empty where it states none."""
    printed = Printed(article=article, score=verdict.score)
    rows = [compose("", [t]).incident for t in tellings_of(article.article_id, [printed], claims, sections)]
    if article.published_at is None:
        rows = [replace(r, disclosed_on=None, first_published_at=None, last_published_at=None) for r in rows]
    return tuple(rows)


def as_object(way: Way) -> dict[str, object]:
    """The JSON object of `explain --format json`. `incident` is the first of `incidents`."""
    return {
        "article": asdict(way.article),
        "verdict": asdict(way.verdict),
        "claims": [claim for item in way.claims for claim in claims_by_column(item)],
        "incident": incident_object(way.incidents[0]),
        "incidents": [incident_object(incident) for incident in way.incidents],
    }


def claims_by_column(claim: Claim) -> Iterator[dict[str, object]]:
    """One object for each column that a claim fills; a passing victim has the field `mention`."""
    for column, value in _values(claim):
        yield {
            "field": "mention" if claim.mention and column == "victim" else column,
            "value": value,
            "zone": claim.zone,
            "quote": claim.quote,
            "char_start": claim.start,
            "char_end": claim.end,
            "rule": claim.rule,
            "confidence": claim.confidence,
            "part": claim.part,
            **({"mention": True} if claim.mention else {}),
        }


def _values(claim: Claim) -> Iterator[tuple[str, object]]:
    value = claim.value
    if isinstance(value, Figure):
        if value.minimum:  # "up to 5,000" has no lower end
            yield "records_min", value.minimum
        if value.maximum is not None:
            yield "records_max", value.maximum
        yield "records_unit", value.unit
        yield "records_qualifier", value.qualifier
    elif isinstance(value, Money):
        yield "ransom_amount", value.amount
        yield "ransom_currency", value.currency
    elif isinstance(value, Dated):
        yield claim.field, value.on
        yield claim.field.removesuffix("_on") + "_precision", value.precision
    else:
        yield _COLUMNS_OF.get(claim.field, claim.field), value


def incident_object(incident: Incident) -> dict[str, object]:
    """The columns of the view `incidents` in its order; null where nothing is claimed or only storing decides."""
    row: dict[str, object] = {}
    for field in fields(Incident):
        value = getattr(incident, field.name)
        row[field.name] = None if value in ("", ()) else value
        if field.name == "incident_id":
            row.update(dict.fromkeys(_STORED))
    return row
