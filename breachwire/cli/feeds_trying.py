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
from breachwire.fetching import ACCEPT_FEED, Ask, Fetcher, Limits, Robots, fetch_many
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
        around = _Around(fetcher, search)
        around.tried.append(_read(Candidate(url=url, found="as given"), reply))
        if around.goes_on():
            named = discovering.named_feeds(reply)
            words = f"{len(named)} addresses named or linked on the page" if named else "the page names no feed"
            search.said(words.replace("1 addresses", "1 address") if len(named) == 1 else words)
            await around.ask(named)
        if around.goes_on():
            search.said("looking in the usual places")
            await around.guess(discovering.usual_feeds(reply.final_url))
        if around.goes_on():
            search.said("looking for a news sitemap")
            await around.sitemaps(reply.final_url)
        return around.tried


class _Around:
    """One look around a site: what was tried so far, and how the next is asked.

    Addresses that a site names are asked for like feeds; those that are guessed only where robots.txt lets us.
    """

    def __init__(self, fetcher: Fetcher, search: Search) -> None:
        self.tried: list[Tried] = []
        self._fetcher, self._search = fetcher, search
        self._limits = _limits(search.settings, give_up_after=_GIVE_UP_AFTER)
        self._robots = Robots(fetcher, deadline_s=search.settings.fetch.feed_deadline_s)

    def goes_on(self) -> bool:
        """Whether there is a reason to look further."""
        return self._search.everywhere or not any(t.reading for t in self.tried)

    async def guess(self, candidates: Sequence[Candidate]) -> None:
        """Asks for addresses that nobody has named, up to the first that is a feed."""
        await self.ask(candidates, robots=self._robots)

    async def ask(self, candidates: Sequence[Candidate], robots: Robots | None = None) -> None:
        """Asks the candidates that were not asked before; they are kept in their own order."""
        known = {same_feed(t.candidate.url) for t in self.tried}
        known |= {same_feed(t.reply.final_url) for t in self.tried if t.reply and t.reading}
        asks = {Ask(url=c.url, accept=ACCEPT_FEED): c for c in candidates if same_feed(c.url) not in known}
        found: dict[str, Tried] = {}
        async with aclosing(fetch_many(self._fetcher, asks, self._limits, robots)) as outcomes:
            async for ask, answer in outcomes:
                candidate = asks[ask]
                found[candidate.url] = one = _outcome(candidate, answer)
                self._search.said(f"{candidate.url}: {one.reading.kind if one.reading else one.why}")
                if one.reading and robots and not self._search.everywhere:
                    break
        self.tried += [found[c.url] for c in asks.values() if c.url in found]

    async def sitemaps(self, url: str) -> None:
        """News sitemaps: those that robots.txt names, then the usual places, each with the newest of an index."""
        try:
            robots = await self._fetcher.get(Ask(url=discovering.robots_of(url)), self._limits)
        except FetchError:
            named: tuple[Candidate, ...] = ()
        else:
            named = discovering.named_sitemaps(robots)
        await self.ask(named)
        await self._indexed()
        if self.goes_on():
            await self.guess(discovering.usual_sitemaps(url))
            await self._indexed()

    async def _indexed(self) -> None:
        await self.ask(
            [
                candidate
                for t in self.tried
                if t.reply and not t.reading
                for candidate in discovering.listed_sitemaps(t.reply, _SITEMAPS_OF_INDEX)
            ]
        )


def _outcome(candidate: Candidate, answer: Reply | FetchError) -> Tried:
    if isinstance(answer, FetchError):
        return Tried(candidate=candidate, why=answer.what)
    return _read(candidate, answer)


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
