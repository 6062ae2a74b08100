"""The pure half of a back-fill: a stretch of a WARC file, from its bytes to what its articles say.

In: a `Task` (which file, from where to where, settings). Out: a `Gathered`. Needs the file and nothing else, no
database and no other disk: any process on any machine may do it, again if need be, with the same outcome.
"""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from breachwire.archive import Origin, foreign
from breachwire.archive.foreign import Captured, Shape
from breachwire.archive.sources import FileSource, Source
from breachwire.errors import ContentError, FetchError
from breachwire.records import Entry, Page, Reply, Verdict
from breachwire.settings import Settings
from breachwire.store.reading import Outcome
from flows.isolating import Lost, Reader, leave_be
from flows.rereading import Desk, desk_for
from flows.shelf import made_up
from flows.understanding import Attempt, attempt

LOG = logging.getLogger(__name__)
_AT_ONCE, _BYTES_AT_ONCE = 10, 2 << 20
"""Pages worth reading, or their bytes, that are in memory before they are read."""
_RENEWED = 500
"""Documents after which another fork reads: each grows by some 40 MB over the first thousand. Costs 4 % of the CPU."""
_TOLD = 20
"""Lines about what could not be read that one stretch hands back; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days of publication that are wanted, both included; None where open."""

    since: date | None = None
    until: date | None = None

    def too_early(self, moment: datetime) -> bool:
        """Whether what was captured then cannot have been published since."""
        return self.since is not None and moment.astimezone(UTC).date() < self.since

    def holds(self, moment: datetime) -> bool:
        """Whether that is wanted."""
        day = moment.astimezone(UTC).date()
        return not self.too_early(moment) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Bytes of a WARC file, from `begin` to `end`, at a path or address."""

    where: str
    kind: Literal["file", "web"]
    size: int
    shape: Shape
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A page that the judge saw: its outcome, and what the archive keeps of it where it reports an incident."""

    origin: Origin
    outcome: Outcome
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that came of a stretch.

    `counts`: pages, worth_reading, articles_kept, unreadable, damaged, too_early and outside (of the window), other (no
    pages). `rules` is the version of the rules that read it; `error` is why the file cannot be read, "" where it can.
    """

    taken: tuple[Taken, ...]
    counts: Counter[str]
    failures: tuple[str, ...] = ()
    rules: str = ""
    error: str = ""


@dataclass(slots=True)
class _Sieve:
    """What a stretch has brought so far."""

    desk: Desk
    reader: Reader[Page, Attempt]
    window: Window
    taken: list[Taken] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def fail(self, words: str) -> None:
        if len(self.failures) < _TOLD:
            self.failures.append(words)


def gather_safely(settings: Settings, stretch: Stretch, window: Window) -> Gathered:
    """As `gather`, with what is wrong with the file as its `error`: exceptions do not travel well."""
    try:
        return gather(settings, stretch, window)
    except (ContentError, FetchError) as error:
        return Gathered(taken=(), counts=Counter(), error=str(error))


def gather(settings: Settings, stretch: Stretch, window: Window) -> Gathered:
    """Reads one stretch. What is wrong with a page or a record costs that alone.

    Raises ContentError, or FetchError, where the file itself cannot be read.
    """
    room = room_for(settings)
    sieve = _Sieve(desk=room.desk, reader=room.reader, window=window)
    with open_source(stretch, settings) as source:
        batch: list[tuple[Origin, Captured]] = []
        for pair in _worth_reading(sieve, source, stretch):
            batch.append(pair)
            if len(batch) >= _AT_ONCE or sum(len(c.reply.body) for _, c in batch) >= _BYTES_AT_ONCE:
                _read(sieve, batch)
                batch.clear()
        _read(sieve, batch)
    return Gathered(
        taken=tuple(sieve.taken),
        counts=sieve.counts,
        failures=tuple(sieve.failures),
        rules=room.desk.reading_version,
    )


def open_source(stretch: Stretch, settings: Settings) -> Source:
    """The file that a stretch is of."""
    if stretch.kind == "web":
        from flows.web_source import WebSource

        return WebSource(stretch.where, settings, size=stretch.size, until=stretch.end)
    return FileSource(Path(stretch.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """This process's desk, and who reads at it, apart; both made once."""

    desk: Desk
    reader: Reader[Page, Attempt]


def room_for(settings: Settings) -> _Room:
    """The room under those settings; takes a second, unless it is there."""
    key = settings.model_dump_json()
    if key not in _rooms:
        rest()
        _rooms.clear()
        desk = desk_for(settings)
        attempt(desk, _page(_FIRST, _FIRST_REPLY))
        leave_be()
        reader = Reader(functools.partial(attempt, desk), cpu_s=settings.article.read_deadline_s, renewed=_RENEWED)
        _rooms[key] = _Room(desk=desk, reader=reader)
    return _rooms[key]


def rest() -> None:
    """Ends whoever reads apart from this process. Those of a process that was killed end by themselves."""
    for room in _rooms.values():
        room.reader.rest()


_rooms: dict[str, _Room] = {}
_FIRST_REPLY = Reply(
    url="https://dawn.example/first",
    final_url="https://dawn.example/first",
    status=200,
    headers=(("content-type", "text/html"),),
    body=b"<html><head><title>Fernhill Robotics hit by ransomware</title></head><body>"
    b"<h1>Fernhill Robotics hit by ransomware</h1>"
    b"<table><tr><td>Fernhill Robotics, a maker of arms in Leeds, said on Monday that a ransomware attack by the Akira"
    b" gang on 3 March had stopped its plant, and that data of 20,000 customers were stolen in the data breach.<br><br>"
    b"</td></tr></table></body></html>",
    fetched_at=datetime(2026, 3, 9, tzinfo=UTC),
)
"""A page that is read before there is a fork: what reading loads (70 MB, and half a second) is then shared with it. It
is short, and laid out by a table, so that all extractors are asked."""
_FIRST = Entry(
    article_id="a_first",
    feed_id="",
    url=_FIRST_REPLY.url,
    canonical_url=_FIRST_REPLY.url,
    title="Fernhill Robotics hit",
)


def _worth_reading(sieve: _Sieve, source: Source, stretch: Stretch) -> Iterator[tuple[Origin, Captured]]:
    """The pages of the stretch that the first look lets through, each with where it came from."""
    most = sieve.desk.settings.fetch.max_page_bytes
    for item in foreign.captures(source, stretch.shape, stretch.begin, stretch.end, max_bytes=most):
        if isinstance(item, foreign.Unreadable):
            sieve.counts["damaged"] += 1
            sieve.fail(f"{source.name}, bytes {item.start} to {item.end}: {item.why}")
        elif isinstance(item, foreign.PassedOver):
            sieve.counts["other"] += 1
        elif sieve.window.too_early(item.reply.fetched_at):
            sieve.counts["too_early"] += 1
        else:
            sieve.counts["pages"] += 1
            look = _look(sieve, item)
            if look and look.kept:
                sieve.counts["worth_reading"] += 1
                origin = item.origin or made_up(item.reply)
                look = replace(look, url=origin.entry.canonical_url)
                yield replace(origin, look=look, outcome="ok", error=None, record=None), item


def _look(sieve: _Sieve, item: Captured) -> Verdict | None:
    """The first look at a page; None where it fell over it."""
    try:
        return sieve.desk.lookout.look(_page(_found(item), item.reply))
    except Exception as error:
        LOG.exception("page %s", item.reply.url)
        sieve.counts["unreadable"] += 1
        sieve.fail(f"page {item.reply.url}: a bug, please report it: {type(error).__name__}: {error}")
        return None


def _found(item: Captured) -> Entry:
    """The entry, or as much of one as the first look asks for: canonical addresses cost half as much as the look."""
    if item.origin:
        return item.origin.entry
    return Entry(article_id="", feed_id="", url=item.reply.url, canonical_url=item.reply.url, title="")


def _page(entry: Entry, reply: Reply, source: str = "") -> Page:
    return Page(
        entry=entry,
        source=source,
        final_url=reply.final_url,
        body=reply.body,
        content_type=reply.header("content-type"),
        fetched_at=reply.fetched_at,
    )


def _read(sieve: _Sieve, batch: Sequence[tuple[Origin, Captured]]) -> None:
    """Reads pages that are worth it, apart from this process."""
    pages = [_page(origin.entry, captured.reply, origin.feed.title) for origin, captured in batch]
    for (origin, captured), page, answer in zip(batch, pages, sieve.reader.each(pages), strict=True):
        bare = replace(page, body=None)
        if isinstance(answer, Lost):
            tried = Attempt(outcome=Outcome(page=bare, error=f"{page.entry.url}: {answer.why}"))
        else:
            tried = answer
        outcome = replace(tried.outcome, page=bare)
        if tried.bug:
            sieve.fail(f"page {page.entry.url}: a bug, please report it: {outcome.error}")
        if outcome.error:
            sieve.counts["unreadable"] += 1
        elif outcome.reading and not sieve.window.holds(_dated(outcome, captured)):
            sieve.counts["outside"] += 1
        elif outcome.reading or (outcome.verdicts and outcome.verdicts[-1].stage == "judge"):
            sieve.counts["articles_kept"] += outcome.reading is not None
            reply = captured.reply if outcome.reading else None
            sieve.taken.append(Taken(origin=origin, outcome=outcome, reply=reply))


def _dated(outcome: Outcome, captured: Captured) -> datetime:
    assert outcome.reading
    return outcome.reading.article.published_at or captured.reply.fetched_at
