"""Stages of `collect`: polls the feeds, fetches what is new in them, keeps the pages that are worth reading."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import urlsplit

from breachwire import identity
from breachwire.errors import ContentError, FetchError, RobotsError
from breachwire.fetching import Ask, Fetcher, Limits, Robots, fetch_many, polling
from breachwire.fetching.robots import site_of
from breachwire.records import Entry, Feed, Page, Reply
from breachwire.settings import Settings
from breachwire.store import polling as table
from breachwire.store.polling import Fetched, Poll
from extractors.feed import read_feed
from flows import archiving, noticing, watching
from flows.house import House
from flows.watching import Measured, Watched

LOG = logging.getLogger(__name__)
FEEDS_A_BATCH, ENTRIES_A_BATCH = 250, 1000
"""Polls, and entries shown by them, that are stored together: opening the store costs as much as forty polls."""
AT_MOST = 4
"""Batches of pages without a body, those that were turned away, that are stored together with a batch that has them."""
HELD = 64 << 20
"""Bytes of pages that wait to be stored: a batch that holds as many is stored before it is full."""
A_ROUND = 20_000
"""Entries that are under way at a time, all those of a host together: each holds some 3 kB of its feed's text."""
SILENT_PAGES = 3
"""Pages of one host that may time out in a row before its others are left for the next run."""


def configured_feeds(settings: Settings) -> list[Feed]:
    """The feeds of feeds.toml, with their ids."""
    return [
        Feed(
            feed_id=identity.feed_id(f.url),
            url=f.url,
            title=f.title,
            tags=f.tags,
            language=f.language,
            trust=f.trust,
            interval=f.interval,
        )
        for f in settings.sources.feeds
    ]


def poll_feeds(house: House) -> str:
    """Asks every feed that is due and stores its new entries. Returns what came of it in words."""
    feeds = {feed.feed_id: feed for feed in configured_feeds(house.settings)}
    known = watching.watch(house, feeds)
    if not feeds:
        where = house.settings.config_dir / "feeds.toml"
        house.tally.failures.append(f"{where} lists no feed: nothing was polled; add a [[feeds]] block")
    now = house.clock()
    due = [watched for watched in known if polling.due(watched.state, now)]
    house.progress.stage("poll feeds", len(due))
    outcomes: Counter[str] = Counter()
    fresh = asyncio.run(_poll(house, due, outcomes))
    waiting = len(known) - len(due)
    house.tally.counts.update(
        {
            "feeds_polled": len(due),
            "feeds_unchanged": outcomes["unchanged"],
            "feeds_failed": outcomes["failed"],
            "entries_new": fresh,
        }
    )
    words = f"{outcomes['ok']} with a feed, {outcomes['unchanged']} unchanged, {outcomes['failed']} failed"
    return f"{words}{f', {waiting} told to wait' if waiting else ''}; {fresh} new entries"


async def _poll(house: House, due: Sequence[Watched], outcomes: Counter[str]) -> int:
    settings, fresh, batch = house.settings, 0, list[Poll]()
    asks: dict[Ask, list[Watched]] = {}
    for watched in due:  # two feeds that have moved to one address share a request
        asks.setdefault(polling.ask_for(watched.state, house.clock(), settings.feeds), []).append(watched)
    limits = Limits(deadline_s=settings.fetch.feed_deadline_s, max_bytes=settings.fetch.max_feed_bytes)

    def save() -> int:
        with house.store.session() as con:
            count = noticing.save_polls(house, con, batch)
        batch.clear()
        return count

    async with Fetcher(settings.fetch, clock=house.clock) as fetcher:
        async for ask, answer in fetch_many(fetcher, asks, limits):
            polls = [read_poll(house, watched, answer) for watched in asks[ask]]
            outcomes.update(poll.outcome for poll in polls)
            batch += polls
            house.progress.advance(len(polls))
            if len(batch) >= FEEDS_A_BATCH or sum(len(poll.entries) for poll in batch) >= ENTRIES_A_BATCH:
                fresh += save()
    return fresh + save()


def read_poll(house: House, watched: Watched, answer: Reply | FetchError) -> Poll:
    """What one answer means for its feed. A failure is a line in the report, never more."""
    feed = watched.feed
    if isinstance(answer, FetchError):
        return watching.failed(house, watched, answer)
    if answer.status == 304:
        return watching.answered(house, watched, answer, None)
    try:
        read = read_feed(feed, answer, max_entries=house.settings.fetch.max_entries)
    except ContentError as error:
        return watching.failed(house, watched, error)
    except Exception as error:
        LOG.exception("feed %s", feed.url)
        bug = ContentError(feed.url, f"a bug, please report it: {type(error).__name__}: {error}")
        return watching.failed(house, watched, bug)
    house.tally.notices += [f"{feed.title} ({feed.url}): {problem}" for problem in read.problems[:3]]
    return watching.answered(house, watched, answer, read)


def fetch_pages(house: House) -> str:
    """Fetches the page behind every new entry and gives it the first look; those worth reading are archived."""
    with house.store.session() as con:
        waiting = table.entries_awaiting_fetch(con)
    house.progress.stage("fetch pages", len(waiting))
    if waiting:
        house.readers.prepare()
    outcomes: Counter[str] = Counter()
    asyncio.run(_fetch(house, rounds_of(waiting), outcomes))
    house.tally.counts.update({f"pages_{name}": count for name, count in outcomes.items()})
    failed = outcomes["failed"] + outcomes["retry"]
    return f"{len(waiting) - failed} fetched, {failed} failed; {outcomes['worth_reading']} worth reading"


def rounds_of(waiting: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Ids of entries, given as (article_id, url), in rounds; no host stands in two, for it is waited for in one."""
    hosts: dict[str, list[str]] = {}
    for article_id, url in waiting:
        hosts.setdefault(urlsplit(url).netloc, []).append(article_id)
    rounds: list[list[str]] = []
    for ids in hosts.values():
        if not rounds or len(rounds[-1]) + len(ids) > A_ROUND:
            rounds.append([])
        rounds[-1] += ids
    return rounds


async def _answers(
    house: House, rounds: Sequence[Sequence[str]]
) -> AsyncGenerator[tuple[Entry, Reply | FetchError], None]:
    """What came of each entry's page, as they come."""
    rules = house.settings.fetch
    limits = Limits(deadline_s=rules.page_deadline_s, max_bytes=rules.max_page_bytes, give_up_after=SILENT_PAGES)
    async with Fetcher(rules, clock=house.clock) as fetcher:
        robots = Robots(fetcher, deadline_s=limits.deadline_s) if rules.robots else None
        for ids in rounds:
            with house.store.session() as con:
                asks = {Ask(url=entry.url): entry for entry in table.entries_by_id(con, ids)}
            async for ask, answer in fetch_many(fetcher, asks, limits, robots):
                yield asks[ask], answer


async def _fetch(house: House, rounds: Sequence[Sequence[str]], outcomes: Counter[str]) -> None:
    lot = house.settings.run.batch_size
    batch: list[tuple[Fetched, Reply | None]] = []
    kept = held = 0
    closed: Counter[str] = Counter()
    measured = Measured(house)
    async with aclosing(_answers(house, rounds)) as came:
        async for entry, answer in came:
            fetched = look_at(house, entry, answer)
            measured.look(entry, answer)
            outcomes[fetched.outcome] += 1
            outcomes["worth_reading"] += fetched.page is not None
            closed.update([site_of(entry.url)] if isinstance(answer, RobotsError) else [])
            reply = answer if isinstance(answer, Reply) and fetched.page else None
            batch.append((fetched, reply))
            house.progress.advance(1)
            kept += reply is not None
            held += len(reply.body) if reply else 0
            if kept >= lot or held >= HELD or len(batch) >= AT_MOST * lot:
                _keep(house, batch)
                kept = held = 0
    _keep(house, batch)
    measured.learn(house)
    outcomes["closed_by_robots"] = closed.total()
    house.tally.notices += [
        f"{site}/robots.txt closes {count} new pages to programs: the feed's own text was read"
        for site, count in closed.items()
    ]


def look_at(house: House, entry: Entry, answer: Reply | FetchError) -> Fetched:
    """Whether one page is worth reading. Where it could not be fetched, the feed's own text stands in for it."""
    page = Page(
        entry=entry,
        source="",
        final_url=answer.final_url if isinstance(answer, Reply) else entry.url,
        body=answer.body if isinstance(answer, Reply) else None,
        content_type=answer.header("content-type") if isinstance(answer, Reply) else None,
        fetched_at=answer.fetched_at if isinstance(answer, Reply) else house.clock(),
    )
    verdict = house.lookout.look(page)
    outcome, error = "ok", None
    if isinstance(answer, FetchError):
        outcome, error = "retry" if answer.transient else "failed", answer.what
        verdict = replace(verdict, reason=f"{verdict.reason} (the feed's own text alone: the page {error})")
        if not isinstance(answer, RobotsError):  # those are told a site at a time
            house.tally.notices.append(f"page {entry.url}: {error}")
    return Fetched(entry=entry, outcome=outcome, verdict=verdict, page=page if verdict.kept else None, error=error)


def _keep(house: House, batch: list[tuple[Fetched, Reply | None]]) -> None:
    """Archives the pages of a batch, then stores where; a kill between the two costs a second copy in the archive."""
    with house.store.session() as con:
        stored = archiving.keep(house, con, batch)
        table.save_fetched(con, stored, now=house.clock(), run_id=house.run_id)
    batch.clear()
