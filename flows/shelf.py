"""The archive as a rebuild reads it: its files in the new folder, and their pages as documents, in order."""

from __future__ import annotations

import os
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from breachwire import identity
from breachwire.archive import NightOver, Origin, files, scanning
from breachwire.errors import StoreError
from breachwire.records import Entry, Feed, Page, Reply
from breachwire.store.replaying import Stored
from flows.report import Progress

_TOLD = 200
"""Lines about damage that are kept; all are counted."""


def shelve(source: Path, target: Path, progress: Progress) -> None:
    """Links the files, which takes no room, or copies them where that cannot be done. Nothing is added to them later.

    The newest is copied: a night may still add to it. Raises StoreError.
    """
    progress.stage("shelve the archive", None)
    growing = files.newest(source)
    linked = copied = 0
    for path in files.warc_files(source):
        there = target / path.parent.name / path.name
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            if path == growing:
                raise OSError
            os.link(path, there)
            linked += 1
        except OSError:
            try:
                shutil.copy2(path, there)
            except OSError as error:
                hint = "choose another folder with --into"
                raise StoreError(str(there), f"cannot be written: {error.strerror}", hint) from error
            copied += 1
        files.close(there)
    progress.done(
        "shelve the archive",
        f"{linked + copied} file{'' if linked + copied == 1 else 's'}: {linked} linked, {copied} copied",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page from the archive. `poor`: without its entry or its response; what is stored already is better."""

    origin: Origin
    page: Page
    poor: bool = False


Waiting: TypeAlias = "Item | NightOver"


@dataclass(slots=True)
class Shelf:
    """The archive's files as documents to be read; what belongs to each waits in `waiting`, in the same order."""

    folder: Path
    size: int
    titles: dict[str, str]
    progress: Progress
    waiting: deque[Waiting] = field(default_factory=deque)
    counts: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)

    def documents(self) -> Iterator[Stored]:
        """All pages, file by file."""
        done = 0
        for path in files.warc_files(self.folder):
            for item in scanning.scan(path):
                if isinstance(item, scanning.Page):
                    waits = self._item(path, item)
                    self.waiting.append(waits)
                    yield Stored(page=waits.page)
                elif isinstance(item, scanning.Damage):
                    torn = "half a record, of a run that was killed or a file that was cut short"
                    self._note(path, item.start, item.end, torn if item.torn else item.why)
                elif isinstance(item.what, NightOver):
                    self.waiting.append(item.what)
                self.progress.advance(self._percent(done + item.end) - self._percent(done + item.start))
            done += path.stat().st_size

    def _percent(self, done: int) -> int:
        return 100 * done // self.size

    def _item(self, path: Path, item: scanning.Page) -> Item:
        self.counts["pages"] += 1
        origin, reply = item.kept.origin, item.kept.reply
        poor = origin is None or bool(item.lost)
        if origin is None:
            assert reply
            self.counts["pages_without_entry"] += 1
            origin = made_up(reply)
        if item.lost:
            self._note(path, item.start, item.end, f"{origin.entry.url}: {item.lost}; its feed's text stands in")
            origin = replace(origin, outcome="retry", error="its archived page is damaged", record=None)
        page = Page(
            entry=origin.entry,
            source=self.titles.get(origin.feed.feed_id, origin.feed.title),
            final_url=reply.final_url if reply else origin.final_url,
            body=None,
            content_type=reply.header("content-type") if reply else origin.content_type,
            fetched_at=reply.fetched_at if reply else origin.fetched_at,
            archive_record=item.place or None,
        )
        return Item(origin=origin, page=page, poor=poor)

    def _note(self, path: Path, start: int, end: int, why: str) -> None:
        self.counts["damaged"] += 1
        if len(self.damage) < _TOLD:
            self.damage.append(f"{path.parent.name}/{path.name}, bytes {start} to {end}: {why}")


def made_up(reply: Reply) -> Origin:
    """An origin for a page that was archived without one: what its address tells."""
    canonical = identity.canonical_url(reply.url)
    host = canonical.partition("://")[2].partition("/")[0]
    feed = Feed(feed_id=identity.feed_id(f"http://{host}/"), url=f"http://{host}/", title=host)
    entry = Entry(
        article_id=identity.article_id(canonical),
        feed_id=feed.feed_id,
        url=reply.url,
        canonical_url=canonical,
        title="",
    )
    return Origin(
        entry=entry,
        feed=feed,
        first_seen_at=reply.fetched_at,
        fetched_at=reply.fetched_at,
        final_url=reply.final_url,
        run_id="",
    )
