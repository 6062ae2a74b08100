"""An archive file's records in order, whatever happened to the file: what is damaged is named and passed over.

Each record is a gzip member of its own, so a flipped byte costs one record: behind it the next member is looked for.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

from isal import isal_zlib

from breachwire.archive.files import place_of
from breachwire.archive.form import Kept, NightOver, Note, Other, Parsed, Response, parse

_MAX_RECORD = 512 << 20
"""Bytes of one record, unpacked: far above any page, and below what would hurt."""
_STEP = 1 << 16
_NOT_BEHIND = "its response is not behind it"
_MEMBER = re.compile(rb"\x1f\x8b\x08")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is kept, from byte `start` to `end`. `place` is the id of its response, "" where it has none.

    `lost` says what is wrong where the entry is there and its response is damaged.
    """

    start: int
    end: int
    kept: Kept
    place: str = ""
    lost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A record that is about no page."""

    start: int
    end: int
    what: NightOver | Other


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Bytes that cannot be read. `torn`: nothing whole follows, as where a writer was killed."""

    start: int
    end: int
    why: str
    torn: bool


Item: TypeAlias = Page | Told | Damage


def unpack(file: BinaryIO) -> tuple[bytes, int]:
    """The gzip member that begins where the file stands, its checksum compared, and its packed length.

    Raises ValueError where they do not fit.
    """
    unpacker = isal_zlib.decompressobj(wbits=31)  # in half of zlib's time
    pieces, size, taken = [], 0, 0
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail
        if not packed:
            packed = file.read(_STEP)
            taken += len(packed)
        if not packed:
            raise ValueError("it ends in the middle")
        try:
            pieces.append(unpacker.decompress(packed, _STEP << 4))
        except isal_zlib.error as error:  # type: ignore[misc]  # its stub names an instance
            _, _, why = str(error).split(" ", 2)  # "Error -6 Incorrect checksum found"
            raise ValueError(why.lower()) from None
        size += len(pieces[-1])
        if size > _MAX_RECORD:
            raise ValueError(f"it is larger than {_MAX_RECORD >> 20} MB")
    return b"".join(pieces), taken - len(unpacker.unused_data)


def scan(path: Path, begin: int = 0) -> Iterator[Item]:
    """All that a file holds from that byte on, in order. Raises OSError where the file cannot be read."""
    waiting: _Waiting | None = None  # an entry whose response comes next
    for start, end, found in _records(path, begin):
        if isinstance(found, Response):
            fits = waiting is not None and waiting.note.refers_to == found.record_id
            if waiting and not fits:
                yield waiting.without_page(_NOT_BEHIND)
            origin = waiting.note.origin if waiting and fits else None
            first = waiting.start if waiting and fits else start
            yield Page(start=first, end=end, kept=Kept(origin=origin, reply=found.reply), place=place_of(path, start))
            waiting = None
            continue
        if isinstance(found, Damage):
            if waiting:
                lost = waiting.without_page(found.why)
                yield replace(found, start=waiting.start) if found.torn else replace(lost, end=end)
            else:
                yield found
            waiting = None
            continue
        if waiting:
            yield waiting.without_page(_NOT_BEHIND)
        waiting = _Waiting(start, end, found) if isinstance(found, Note) and found.refers_to else None
        if isinstance(found, Note) and not found.refers_to:
            yield Page(start=start, end=end, kept=Kept(origin=found.origin), place=found.origin.record or "")
        elif not isinstance(found, Note):
            yield Told(start=start, end=end, what=found)
    if waiting:
        yield Damage(start=waiting.start, end=waiting.end, why="its response is missing", torn=True)


class _Waiting(NamedTuple):
    """An entry whose response was not read yet."""

    start: int
    end: int
    note: Note

    def without_page(self, why: str) -> Page:
        return Page(start=self.start, end=self.end, kept=Kept(origin=self.note.origin), lost=why)


def _records(path: Path, begin: int) -> Iterator[tuple[int, int, Parsed | Damage]]:
    with path.open("rb") as file:
        at, size = begin, os.fstat(file.fileno()).st_size
        while at < size:
            file.seek(at)
            try:
                data, length = unpack(file)
                found: Parsed | Damage = parse(data)
                end = at + length
            except ValueError as error:
                end = _next_member(file, at + 1, size)
                found = Damage(start=at, end=end, why=str(error), torn=end == size)
            yield at, end, found
            at = end


def _next_member(file: BinaryIO, begin: int, size: int) -> int:
    """Where the next readable record begins, from that byte on; `size` where there is none."""
    at = begin
    while at < size:
        file.seek(at)
        piece = file.read(_STEP << 4)
        for match in _MEMBER.finditer(piece):
            if _is_record(file, at + match.start()):
                return at + match.start()
        at += max(len(piece) - 2, 1)
    return size


def _is_record(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(512), 8).startswith(b"WARC/1.")
    except zlib.error:
        return False
