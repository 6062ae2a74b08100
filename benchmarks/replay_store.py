"""A store of many articles made of the sample's own sentences under other names: what `benchmarks.replay` works on.

Each article is one of the sample's with its victim renamed, its day moved and its paragraphs mixed with another's; one
in EACH_COPY is a copy of the one before it, cut short. Every figure is bounded by the sample: nothing here is news.
One page in EACH_TURNED_AWAY is general news that was turned away, and lies in the archive.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from breachwire.archive import Archive
from breachwire.identity import article_id
from breachwire.records import Reply
from breachwire.sample.articles import DEFAULT_FOLDER, read_sample
from breachwire.sample.articles import Article as Sampled
from breachwire.store.database import Database, Row, insert

SEED = 20261122
EACH_COPY = 12
EACH_TURNED_AWAY = 10
DAYS = 730
NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
_SYLLABLES = tuple(
    re.findall(r"\w+", "bar cal dor fen gal hol kes lan mor nor pel quin ros sel tor ul ven wes yar zan")
)
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One article as it is stored: `kept` articles have their text, others a page in the archive."""

    url: str
    title: str
    body: str
    language: str
    published_at: datetime
    kept: bool


def made(count: int) -> Iterator[Made]:
    """`count` articles that were kept, and one in EACH_TURNED_AWAY that was not. The same each time."""
    dice = random.Random(SEED)
    sample = read_sample(DEFAULT_FOLDER).articles
    reports = [a for a in sample if a.is_incident and a.main and a.main.victim and a.main.victim in a.body]
    general = [a for a in sample if not a.is_incident and not a.borderline]
    last: Made | None = None
    for number in range(count):
        day = NOW - timedelta(days=DAYS * (1 - number / count), minutes=dice.randrange(1440))
        url = f"http://desk{number % 40}.test/{number}"
        if last and number % EACH_COPY == 0:
            cut = last.body.rpartition("\n")[0] or last.body
            last = Made(url=url, title=last.title, body=cut, language=last.language, published_at=day, kept=True)
        else:
            last = _report(dice, reports, url, day)
        yield last
        if number % EACH_TURNED_AWAY == 0:
            other = dice.choice(general)
            yield Made(
                url=f"{url}-other",
                title=other.title,
                body=other.body,
                language=other.site.language,
                published_at=day,
                kept=False,
            )


def _report(dice: random.Random, reports: Sequence[Sampled], url: str, day: datetime) -> Made:
    base = dice.choice(reports)
    assert base.main
    victim = str(base.main.victim)
    *_, kind = victim.split()
    name = "".join(dice.choice(_SYLLABLES) for _ in range(3)).capitalize()
    name = f"{name} {kind}" if " " in victim else name
    same = [a for a in reports if a.site.language == base.site.language]
    paragraphs = base.body.replace(victim, name).split("\n")
    filling = dice.choice(same).body.split("\n")
    more = dice.sample(filling[1:], k=min(2, len(filling) - 1))
    body = "\n".join([*paragraphs, *more])
    title = base.title.replace(victim, name)
    return Made(url=url, title=title, body=body, language=base.site.language, published_at=day, kept=True)


def build(data: Path, count: int) -> None:
    """Writes the store and the archive of `count` kept articles into `data`: texts and pages, nothing read in them."""
    data.mkdir(parents=True, exist_ok=True)
    archive, store = Archive(data / "archive", max_megabytes=512), Database(data / "store.duckdb")
    batch: list[Made] = []
    for article in made(count):
        batch.append(article)
        if len(batch) == _BATCH:
            _store(store, archive, batch)
            batch = []
    _store(store, archive, batch)


def _store(store: Database, archive: Archive, batch: Sequence[Made]) -> None:
    records = archive.append([_page(a) for a in batch])
    run: Row = {"run_id": "built"}
    entries: list[Row] = []
    pages: list[Row] = []
    articles: list[Row] = []
    for a, record in zip(batch, records, strict=True):
        ids: Row = {"article_id": article_id(a.url), "feed_id": "f_bench"}
        address: Row = {"url": a.url, "canonical_url": a.url, "title": a.title, "published_at": a.published_at}
        entries.append(
            ids | address | {"summary": "", "content": "", "first_seen_at": NOW, "language": a.language} | run
        )
        pages.append(
            {"article_id": ids["article_id"], "final_url": a.url, "content_type": "text/html; charset=utf-8"}
            | {"archive_record": record, "fetched_at": NOW}
            | run
        )
        if a.kept:
            text: Row = {"source": a.url.split("/")[2], "body": a.body, "body_status": "full", "language": a.language}
            articles.append(ids | address | text | {"fetched_at": NOW, "archive_record": record, "verdict_score": 0.0})
    with store.session() as con:
        insert(con, "entries", entries)
        insert(con, "pages", pages)
        insert(con, "articles", articles)


def _page(article: Made) -> Reply:
    text = "".join(f"<p>{html.escape(line)}</p>" for line in article.body.split("\n"))
    title = html.escape(article.title)
    head = f"<!doctype html><html lang={article.language}><head><title>{title}</title></head>"
    page = f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>"
    return Reply(
        url=article.url,
        final_url=article.url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=page.encode(),
        fetched_at=NOW,
    )
