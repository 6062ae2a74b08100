"""Tries feeds before they are listed: asks the address, reads what comes, and looks around a site for its feeds.

In: an address and settings. Out: `Tried`, one for each candidate that was asked. All of it goes through the guarded,
polite Fetcher of the nightly run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from breachwire.errors import ContentError, FetchError
from breachwire.fetching import ACCEPT_FEED, Ask, Fetcher, Limits, fetch_many
from breachwire.records import Feed, Reply
from breachwire.settings import Settings
from breachwire.settings.feedlist import same_feed
from extractors import discovering
from extractors.discovering import Candidate
from extractors.feed import FeedReading, read_feed

_SITEMAPS_OF_INDEX = 3
_GIVE_UP_AFTER = 4
"""Time-outs in a row after which a site is left alone."""
_PERMANENT = frozenset({301, 308})
_READ = 50
"""Entries that are enough to show what a feed is, and how often it has news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one candidate: `reading` where it is a feed, else `why` not. `reply` is None without an answer."""

    candidate: Candidate
    reply: Reply | None = None
    reading: FeedReading | None = None
    why: str = ""

    @property
    def url(self) -> str:
        """The address to list: the new one where the old one redirects there for good."""
        moved = moved_for_good(self.reply) if self.reply else ""
        return moved or self.candidate.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a look around a site needs to know. `everywhere` goes on after a feed was found; `said` hears each step."""

    settings: Settings
    now: datetime
    everywhere: bool = False
    said: Callable[[str], None] = lambda _words: None


def moved_for_good(reply: Reply) -> str:
    """Where an address has moved to by permanent redirects (301, 308) alone; "" where it has not."""
    target = ""
    for status, url in reply.hops:
        if status not in _PERMANENT:
            break
        target = url
    return target


async def look_around(url: str, search: Search) -> list[Tried]:
    """What a site has in the way of feeds: all that was asked, in the order in which it was asked.

    First the address itself and what its page names; only where that is no feed, the usual places; and only where
    there is none either, news sitemaps. Raises FetchError where the address itself gives no answer.
    """
    async with Fetcher(search.settings.fetch, lambda: search.now) as fetcher:
        reply = await fetcher.get(Ask(url=url, accept=ACCEPT_FEED), _limits(search.settings))
        first = _read(Candidate(url=url, found="as given"), reply)
        tried = [first]
        if first.reading and not search.everywhere:
            return tried
        named = discovering.named_feeds(reply)
        search.said(f"{len(named)} feeds named or linked on the page" if named else "the page names no feed")
        tried += await _try_all(fetcher, named, tried, search)
        if search.everywhere or not any(t.reading for t in tried):
            search.said("looking in the usual places")
            usual = discovering.usual_feeds(reply.final_url)
            tried += await _try_all(fetcher, usual, tried, search, enough=0 if search.everywhere else 1)
        if search.everywhere or not any(t.reading for t in tried):
            tried += await _sitemaps(fetcher, reply.final_url, tried, search)
        return tried


async def _sitemaps(fetcher: Fetcher, url: str, tried: Sequence[Tried], search: Search) -> list[Tried]:
    """News sitemaps: those that robots.txt names, the usual places, and the newest of each index among them."""
    search.said("looking for a news sitemap")
    try:
        robots = await fetcher.get(Ask(url=discovering.robots_of(url)), _limits(search.settings))
        named = discovering.named_sitemaps(robots)
    except FetchError:
        named = ()
    found = await _try_all(fetcher, named, tried, search)
    found += await _indexed(fetcher, [*tried, *found], search)
    if not any(t.reading for t in found):
        usual = discovering.usual_sitemaps(url)
        found += await _try_all(fetcher, usual, [*tried, *found], search, enough=1)
        found += await _indexed(fetcher, [*tried, *found], search)
    return found


async def _indexed(fetcher: Fetcher, tried: Sequence[Tried], search: Search) -> list[Tried]:
    listed = [
        candidate
        for t in tried
        if t.reply and not t.reading
        for candidate in discovering.listed_sitemaps(t.reply, _SITEMAPS_OF_INDEX)
    ]
    return await _try_all(fetcher, listed, tried, search)


async def _try_all(
    fetcher: Fetcher, candidates: Sequence[Candidate], tried: Sequence[Tried], search: Search, *, enough: int = 0
) -> list[Tried]:
    """Asks the candidates that were not asked before, until `enough` are feeds (0: all); kept in their own order."""
    known = {same_feed(t.candidate.url) for t in tried}
    known |= {same_feed(t.reply.final_url) for t in tried if t.reply and t.reading}
    asks = {Ask(url=c.url, accept=ACCEPT_FEED): c for c in candidates if same_feed(c.url) not in known}
    limits = _limits(search.settings, give_up_after=_GIVE_UP_AFTER)
    found: dict[str, Tried] = {}
    async with aclosing(fetch_many(fetcher, asks, limits)) as outcomes:
        async for ask, answer in outcomes:
            candidate = asks[ask]
            one = (
                Tried(candidate=candidate, why=answer.what)
                if isinstance(answer, FetchError)
                else _read(candidate, answer)
            )
            found[candidate.url] = one
            search.said(f"  {candidate.url}: {one.reading.kind if one.reading else one.why}")
            if enough and sum(t.reading is not None for t in found.values()) >= enough:
                break
    return [found[c.url] for c in asks.values() if c.url in found]


def _read(candidate: Candidate, reply: Reply) -> Tried:
    host = urlsplit(reply.final_url).hostname or reply.final_url
    try:
        reading = read_feed(Feed(feed_id="", url=reply.url, title=host), reply, max_entries=_READ)
    except ContentError as error:
        return Tried(candidate=candidate, reply=reply, why=error.why)
    return Tried(candidate=candidate, reply=reply, reading=reading)


def _limits(settings: Settings, give_up_after: int | None = None) -> Limits:
    return Limits(
        deadline_s=settings.fetch.feed_deadline_s,
        max_bytes=settings.fetch.max_feed_bytes,
        give_up_after=give_up_after,
    )
