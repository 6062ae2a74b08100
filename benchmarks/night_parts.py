"""What a night would cost without us: the bare parts of benchmarks/night.py, and others' way of reading a page.

The recorded pages stand under many addresses each: those are fetched as often as the night fetched them, but searched
and read once, and counted as often as they came.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import aiohttp
import duckdb
import feedparser
import trafilatura
from ahocorasick_rs import BytesAhoCorasick, Implementation
from resiliparse.extract.html2text import extract_plain_text

from breachwire.records import Article, Entry, Page
from breachwire.settings import Settings, load
from extractors.encoding import decode
from extractors.facts import read_facts
from flows import understanding
from flows.engines import Direct
from flows.house import House, open_house
from flows.report import Quiet

CONCURRENCY = 64
AGAINST_NEWS_PLEASE, AGAINST_TRAFILATURA = 1 / 20, 1 / 10
NEWS_PLEASE = """
import json, sys, time, logging
logging.disable(logging.CRITICAL)
from newsplease import NewsPlease
pages = [json.loads(line) for line in sys.stdin]
NewsPlease.from_html(pages[0]["html"], url=pages[0]["url"])
started = time.process_time()
for page in pages:
    try:
        NewsPlease.from_html(page["html"], url=page["url"])
    except Exception:
        pass
print(1000 * (time.process_time() - started) / len(pages))
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the night did: addresses that it asked for, those it reduced to text, those it extracted, what it kept.

    `same` is the recorded page behind an address; addresses of one page share it.
    """

    urls: tuple[str, ...]
    feeds: tuple[str, ...]
    skimmed: tuple[str, ...]
    extracted: tuple[str, ...]
    kept: tuple[Article, ...]
    entries: tuple[Entry, ...]
    same: dict[str, str]

    @property
    def pages(self) -> int:
        """How many pages were asked for."""
        return len(self.urls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """CPU seconds of one bare part, `of` so many documents."""

    name: str
    cpu_s: float
    of: int


def of_night(folder: Path) -> Made:
    """Reads in the night's store what it did."""
    with duckdb.connect(str(folder / "data" / "store.duckdb"), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        entries = [Entry(**row) for row in _rows(con, "entries", Entry)]
        kept = [Article(**row) for row in _rows(con, "articles", Article)]
        skimmed = dict(con.execute("SELECT url, kept FROM decisions WHERE stage = 'skim'").fetchall())
    address = {entry.canonical_url: entry.url for entry in entries}
    truth = [json.loads(line) for line in (folder / "newsroom" / "truth.jsonl").read_text().splitlines()]
    same = {row["url"]: str(row["doc"]) for row in truth if row["source"] == "page"}
    return Made(
        urls=tuple(entry.url for entry in entries),
        feeds=tuple(line.split("\t")[0] for line in (folder / "newsroom" / "feeds.txt").read_text().splitlines()),
        skimmed=tuple(address[url] for url in skimmed),
        extracted=tuple(address[url] for url, passed in skimmed.items() if passed),
        kept=tuple(kept),
        entries=tuple(entries),
        same=same,
    )


def _rows(con: duckdb.DuckDBPyConnection, table: str, record: type) -> list[dict[str, object]]:
    names: Sequence[str] = record.__slots__  # type: ignore[attr-defined]
    found = con.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY article_id").fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def measure(folder: Path, made: Made) -> Iterator[Part]:
    """Each part in turn."""
    started = time.process_time()
    asyncio.run(_fetch(made.urls, keep=False))
    yield Part(name="fetch the pages (aiohttp)", cpu_s=time.process_time() - started, of=len(made.urls))
    started = time.process_time()
    feeds = asyncio.run(_fetch(made.feeds, keep=True))
    yield Part(name="fetch the feeds (aiohttp)", cpu_s=time.process_time() - started, of=len(made.feeds))
    yield _part("parse the feeds (feedparser)", _parse_feed, list(feeds.values()))
    bodies = bodies_of(made)
    phrases = keywords_of(folder)
    automaton = BytesAhoCorasick(phrases, implementation=Implementation.DFA)
    yield _over(
        "search the pages (ahocorasick)",
        lambda b: automaton.find_matches_as_indexes(b.lower()),
        made.urls,
        made,
        bodies,
    )
    texts = {key: decode(body, "text/html") for key, body in bodies.items()}
    yield _over("reduce to text (resiliparse)", _reduce, made.skimmed, made, texts)
    yield _over("extract (trafilatura)", _extract, made.extracted, made, texts)
    read_facts(made.kept[0])
    yield _part("facts", read_facts, made.kept)


def keywords_of(folder: Path) -> list[bytes]:
    """The phrases of the first look, in UTF-8."""
    keywords = load(folder / "config", folder / "data").keywords
    return [phrase.lower().encode() for phrase in (*keywords.look.phrases, *keywords.other_languages.phrases)]


def bodies_of(made: Made) -> dict[str, bytes]:
    """Every different page once, by its name in `same` or its address."""
    names = {made.same.get(url, url): url for url in made.urls}
    found = asyncio.run(_fetch(list(names.values()), keep=True))
    return {name: found[url] for name, url in names.items()}


async def _fetch(urls: Iterable[str], *, keep: bool) -> dict[str, bytes]:
    waiting, found = iter(urls), dict[str, bytes]()

    async def work(session: aiohttp.ClientSession) -> None:
        for url in waiting:
            async with session.get(url) as response:
                body = await response.read()
            if keep:
                found[url] = body

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(work(session) for _ in range(CONCURRENCY)))
    return found


def _part(name: str, work: Callable[[T], object], items: Sequence[T]) -> Part:
    started = time.process_time()
    for item in items:
        work(item)
    return Part(name=name, cpu_s=time.process_time() - started, of=len(items))


def _over(name: str, work: Callable[[T], object], urls: Sequence[str], made: Made, of: dict[str, T]) -> Part:
    """Works on each different page once, and counts it as often as it came."""
    times, cpu_s = Counter(made.same.get(url, url) for url in urls), 0.0
    for key, count in times.items():
        started = time.process_time()
        work(of[key])
        cpu_s += count * (time.process_time() - started)
    return Part(name=name, cpu_s=cpu_s, of=len(urls))


def _parse_feed(body: bytes) -> object:
    return feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)


def _reduce(text: str) -> object:
    return extract_plain_text(text, main_content=True, preserve_formatting=False, comments=False, alt_texts=False)


def _extract(text: str) -> object:
    return trafilatura.bare_extraction(text, with_metadata=True, include_comments=False, favor_precision=True)


def per_page(folder: Path, made: Made, count: int, news_please: Path | None) -> list[str]:
    """Milliseconds a page, from bytes in hand to verdict and claims, side by side; the bars that are not met."""
    entries = random.Random(1).sample(made.entries, count)
    bodies = asyncio.run(_fetch([entry.url for entry in entries], keep=True))
    house = open_house(_settings(folder), clock=lambda: datetime.now(UTC), engine=Direct(), progress=Quiet())
    pages = [_page(entry, bodies[entry.url], house) for entry in entries]
    for page in pages[:5]:
        _read(house, page)
    _read(house, next(page for page in pages if b"ransomware" in (page.body or b"")))
    texts = [decode(page.body or b"", page.content_type) for page in pages]
    ours = _part("ours", lambda page: _read(house, page), pages).cpu_s * 1000 / count
    theirs = {"trafilatura": (_part("", trafilatura.extract, texts).cpu_s * 1000 / count, AGAINST_TRAFILATURA)}
    asked = _ask_news_please(news_please, texts, [entry.url for entry in entries]) if news_please else None
    if asked is not None:
        theirs["news-please"] = (asked, AGAINST_NEWS_PLEASE)
    size = sum(len(page.body or b"") for page in pages) / count / 1000
    print(f"\n{count} pages of {size:.0f} kB, from bytes to verdict and claims: ours {ours:.2f} ms of CPU a page")
    missed = []
    for name, (ms, bar) in theirs.items():
        print(f"  {name} {ms:.1f} ms: ours is 1/{ms / ours:.1f} of it (at most 1/{1 / bar:.0f})", flush=True)
        missed += [f"1/{ms / ours:.1f} of {name}"] if ours > ms * bar else []
    return missed


def _settings(folder: Path) -> Settings:
    return load(folder / "config", folder / "none")


def _page(entry: Entry, body: bytes, house: House) -> Page:
    return Page(
        entry=entry,
        source="",
        final_url=entry.url,
        body=body,
        content_type="text/html; charset=utf-8",
        fetched_at=house.clock(),
    )


def _read(house: House, page: Page) -> None:
    if house.lookout.look(page).kept:
        understanding.read_carefully(house, page)


def _ask_news_please(python: Path, texts: Sequence[str], urls: Sequence[str]) -> float | None:
    """Milliseconds a page; None where that Python has no news-please."""
    lines = "".join(json.dumps({"html": text, "url": url}) + "\n" for text, url in zip(texts, urls, strict=True))
    done = subprocess.run([python, "-c", NEWS_PLEASE], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  news-please: {done.stderr.strip().splitlines()[-1]}")
        return None
    return float(done.stdout.split()[-1])
