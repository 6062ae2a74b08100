"""What is wrong with an archive: every record unpacked, its digests compared, and what points to it held against it.

In: the folder, and where records of a file ought to begin. Out: file by file what it holds, and what is wrong with it.
One record is in memory at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from breachwire.archive import files, scanning
from breachwire.archive.form import Kept

Grade = Literal["wrong", "note"]
TOLD = 100
"""Lines about one file; the others of it are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about an archive, in words, and what to do. `wrong`: something is lost; `note`: good to know."""

    grade: Grade
    file: str
    at: int | None
    words: str
    hint: str


@dataclass(slots=True, kw_only=True)
class Content:
    """What a file holds: records of each kind, its bytes, the dates of its first and last page, and what was found."""

    file: str
    size: int
    records: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    def find(self, grade: Grade, at: int | None, words: str, hint: str = "") -> None:
        """One more finding."""
        if len(self.findings) < TOLD:
            self.findings.append(Finding(grade=grade, file=self.file, at=at, words=words, hint=hint))
        else:
            self.more += 1


REFETCH = "the page itself is lost; what was read of it stays in the store"
RESTORE = "restore the file from a backup, or fetch its pages again"


def verify_file(path: Path, wanted: Mapping[int, str] | None) -> Iterator[int | Content]:
    """Looks at all records of a file: yields how many bytes more are done, and at last what it holds.

    `wanted` says where the store has records in it, with their addresses; None where the store was not asked.
    Raises OSError where the file cannot be read.
    """
    size = path.stat().st_size
    told = Content(file=f"{path.parent.name}/{path.name}", size=size)
    missing = dict(wanted or {})
    for item in scanning.scan(path):
        if item.start >= size:  # a night goes on writing
            break
        yield item.end - item.start
        here = [start for start in missing if item.start <= start < item.end]
        if isinstance(item, scanning.Told):
            told.records[getattr(item.what, "kind", "metadata")] += 1
            continue
        known = [missing.pop(start) for start in here]
        if isinstance(item, scanning.Page):
            _count(told, item, misplaced=[start for start in here if files.place_of(path, start) != item.place])
        elif known or not item.torn or path.stat().st_size == size:
            _damaged(told, path, item, known)
    for start, url in sorted(missing.items()):
        words = f"the store has a page here that is not: {url}" if start < size else f"ends before a page: {url}"
        told.find("wrong", start, words, RESTORE)
    noted = files.noted_length(path)
    if noted > size:
        told.find("wrong", size, f"has lost its last {noted - size} bytes", RESTORE)
    if wanted is not None and not wanted and told.records["response"]:
        told.find("note", None, "no page in the store points here", "of another store, or of a run that was killed")
    yield told


def _count(told: Content, item: scanning.Page, *, misplaced: list[int]) -> None:
    kept: Kept = item.kept
    moment = kept.reply.fetched_at if kept.reply else kept.origin.fetched_at if kept.origin else None
    told.first = min((m for m in (told.first, moment) if m), default=None)
    told.last = max((m for m in (told.last, moment) if m), default=None)
    told.records["response"] += kept.reply is not None
    told.records["metadata"] += kept.origin is not None
    if kept.origin is None:
        told.find("note", item.start, "a page without its feed's entry", "a rebuild makes do with the page alone")
    if item.lost and kept.origin:
        told.find("wrong", item.start, f"the page of {kept.origin.entry.url} is damaged: {item.lost}", REFETCH)
    elif misplaced:
        told.find("wrong", misplaced[0], "the store has a page here that begins elsewhere", RESTORE)


def _damaged(told: Content, path: Path, item: scanning.Damage, known: list[str]) -> None:
    """What cannot be read at all; `known` are the addresses of pages that the store has there."""
    size = item.end - item.start
    if item.torn and not known and not files.is_closed(path):
        told.find("wrong", item.start, f"ends in {size} bytes that are half a record", "the next run cuts it off")
        return
    whose = f" (the page of {', '.join(known[:3])})" if known else ""
    told.find("wrong", item.start, f"{size} bytes are damaged: {item.why}{whose}", REFETCH if known else RESTORE)
