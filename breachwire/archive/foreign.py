"""Anybody's WARC files: the pages in a stretch of one, whatever wrote it and however it is packed.

Comes in: a `Source` and two places in it. Goes out: captured pages in order, and what could not be read. Where each
record is packed by itself (gzip, as Common Crawl, the Internet Archive and breachwire write them; zstd) or not at all,
a file can be read in stretches by different readers; a record belongs to the stretch that it begins in. Other files are
one stretch. Pages of breachwire's own files come with their feed's entry.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from fastwarc.stream_io import ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from breachwire.archive import form
from breachwire.archive.form import Note, Origin
from breachwire.archive.sources import Source, Stream
from breachwire.errors import ContentError
from breachwire.records import Reply

_GZIP, _ZSTD, _PLAIN, _DICTIONARY = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"WARC/", b"\x5d\x2a\x4d\x18"
_BEGINS = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "plain": re.compile(rb"(?<=\r\n\r\n)WARC/1\.[01]\r\n"),
}
_STEP, _HEAD, _BEFORE = 1 << 20, 2048, 16
_LARGEST = 64 << 20
"""Bytes of a record, unpacked, above which it is passed over: no page is as large."""
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|!--|\?xml)", re.IGNORECASE)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_PACKED = frozenset({"content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file is packed (gzip, zstd or plain), and whether its records can be found from anywhere in it."""

    packing: str
    splits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A page as a crawler, or breachwire, got it. `origin` is known of breachwire's own. `start` is its place."""

    start: int
    reply: Reply
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Bytes that no record could be read from."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A response that is no page: another status, another kind of document, or one that is too large."""

    start: int


Item: TypeAlias = Captured | Unreadable | PassedOver


def shape_of(source: Source) -> Shape:
    """How the file is packed. Raises ContentError where it is no WARC file."""
    head = source.read_at(0, 8)
    if head.startswith(_DICTIONARY):
        return Shape(packing="zstd", splits=False)  # a dictionary at its head unpacks all the rest
    packings = {_GZIP: "gzip", _ZSTD: "zstd", _PLAIN: "plain"}
    packing = next((name for mark, name in packings.items() if head.startswith(mark)), "")
    if not packing:
        raise ContentError(source.name, "is empty" if not head else "is not a WARC file")
    stream = Stream(source)
    try:
        records = iter(ArchiveIterator(stream, parse_http=False, record_types=WarcRecordType.any_type))
        places = [record.stream_pos for record, _ in zip(records, range(3), strict=False)]
    except (OSError, ValueError) as error:
        raise ContentError(source.name, f"its first record cannot be read: {error}") from None
    if not places:
        raise ContentError(source.name, "is not a WARC file, or has no whole record")
    return Shape(
        packing=packing,
        splits=len(set(places)) == len(places) and all(_is_record(source, packing, at) for at in places),
    )


def captures(source: Source, shape: Shape, begin: int, end: int, *, max_bytes: int) -> Iterator[Item]:
    """The pages whose records begin in that stretch, in order; `max_bytes` is the largest page, unpacked.

    Raises ContentError where the source itself cannot be read.
    """
    at = last = begin if begin == 0 or not shape.splits else next_record(source, shape.packing, begin, end)
    orphan = at if at > 0 and shape.splits else -1
    lost: Unreadable | None = None
    while at < end:
        last = at
        note: Note | None = None
        try:
            for record in ArchiveIterator(
                Stream(source, at),
                record_types=WarcRecordType.any_type,
                parse_http=False,
                max_content_length=_LARGEST,
            ):
                start = record.stream_pos
                if lost:
                    yield lost
                    lost = None
                if shape.splits and start >= end and note is None:
                    return
                last = start if shape.splits else last
                if record.record_type == WarcRecordType.metadata:
                    note = _note(record) if start < end else None
                elif record.record_type != WarcRecordType.response:
                    continue
                elif start != orphan or not _has_note_before(source, shape.packing, record):
                    yield _page(record, note, max_bytes)
                    note = None
            at = next_record(source, shape.packing, last + 1, end) if shape.splits else end
            lost = lost or _gap(source, shape, last, at)
        except (OSError, ValueError, EOFError) as error:
            if not shape.splits:
                yield Unreadable(start=last, end=source.size, why=_said(error))
                return
            at = next_record(source, shape.packing, last + 1, source.size)
            lost = Unreadable(start=lost.start if lost else last, end=at, why=lost.why if lost else _said(error))
    if lost:
        yield lost


def _has_note_before(source: Source, packing: str, record: WarcRecord) -> bool:
    """Whether the first response of a stretch belongs to the entry that ends the stretch before, and is read there."""
    if record.headers.get(form.ASKED) is None:
        return False
    begin, end = max(record.stream_pos - _STEP, 0), record.stream_pos
    last = at = next_record(source, packing, begin, end)
    while (at := next_record(source, packing, at + 1, end)) < end:
        last = at
    if last >= end:
        return False
    before = next(iter(ArchiveIterator(Stream(source, last), parse_http=False)), None)
    note = _note(before) if before is not None and before.record_type == WarcRecordType.metadata else None
    return note is not None and note.refers_to == record.headers.get("WARC-Record-ID")


def next_record(source: Source, packing: str, begin: int, end: int) -> int:
    """Where the next record begins, from that byte on; `end` where none does before it."""
    at = begin
    while at < end:
        before = max(at - _BEFORE, 0)  # a plain record is known by the empty line before it
        piece = source.read_at(before, _STEP)
        for match in _BEGINS[packing].finditer(piece):
            place = before + match.start()
            if place >= end:
                return end
            if place >= at and _is_record(source, packing, place):
                return place
        if before + len(piece) >= source.size or len(piece) <= 2 * _BEFORE:
            return end
        at = before + len(piece) - _BEFORE
    return end


def _is_record(source: Source, packing: str, at: int) -> bool:
    """Whether a record is packed by itself, and begins there."""
    head = source.read_at(at, _HEAD)
    try:
        if packing == "gzip":
            head = zlib.decompressobj(wbits=31).decompress(head, 8)
        elif packing == "zstd":
            head = bytes(ZstdReader(io.BytesIO(source.read_at(at, _STEP))).read(8))
    except (zlib.error, OSError):
        return False
    return head.startswith(b"WARC/1.")


def _gap(source: Source, shape: Shape, last: int, end: int) -> Unreadable | None:
    """What is wrong between the record at `last` and `end`, where a reader stopped in silence; None for nothing.

    A reader takes an empty gzip member, half a one, or a damaged head for the end of the file.
    """
    if shape.packing != "gzip" or not shape.splits:
        return None
    place, damaged = _whole_until(source, last, end)
    if place >= end:
        return None
    cut = end == source.size and not damaged
    return Unreadable(start=place, end=end, why="half a record: the file was cut short" if cut else "damaged")


def _whole_until(source: Source, begin: int, end: int) -> tuple[int, bool]:
    """Where the whole gzip members from `begin` on end, up to `end` or behind it; whether what follows is damaged."""
    at, unpacker, place = begin, zlib.decompressobj(wbits=31), begin
    while at < source.size and place < end:
        piece = source.read_at(at, _STEP)
        if not piece:
            break
        at += len(piece)
        try:
            while piece and place < end:
                unpacker.decompress(piece)
                piece = unpacker.unused_data
                if unpacker.eof:
                    place, unpacker = at - len(piece), zlib.decompressobj(wbits=31)
        except zlib.error:
            return place, True
    return place, False


def _note(record: WarcRecord) -> Note | None:
    """The entry that breachwire puts before a response of its own; None for others' metadata."""
    if record.headers.get("Content-Type") != "application/json":
        return None
    try:
        told = form.read_told(record.reader.read(), record.headers.get("WARC-Refers-To") or "")
    except ValueError:
        return None
    return told if isinstance(told, Note) else None


def _page(record: WarcRecord, note: Note | None, max_bytes: int) -> Captured | PassedOver:
    """The page in a response. Header names are lower case; what said how the body was packed is left out."""
    start = record.stream_pos
    url, moment = (record.headers.get("WARC-Target-URI") or "").strip("<> "), _moment(record)
    if not url.lower().startswith(("http://", "https://")) or moment is None:
        return PassedOver(start=start)
    try:
        record.parse_http(auto_decode="all")
        http = record.http_headers
        status = int(http.status_code or 0) if http is not None else 0
        if http is None or not 200 <= status < 300:
            return PassedOver(start=start)
        kind = (http.get("Content-Type") or "").partition(";")[0].strip().lower()
        if kind and kind not in _PAGES:
            return PassedOver(start=start)
        body = bytes(record.reader.read(max_bytes + 1))
    except (OSError, ValueError):
        return PassedOver(start=start)
    if len(body) > max_bytes or not body or (not kind and not _MARKUP.match(body)):
        return PassedOver(start=start)
    headers = tuple((name.lower(), value) for name, value in http.items() if name.lower() not in _PACKED)
    own = note if note and note.refers_to == record.headers.get("WARC-Record-ID") else None
    asked = own.origin.entry.url if own else url
    reply = Reply(url=asked, final_url=url, status=status, headers=headers, body=body, fetched_at=moment)
    return Captured(start=start, reply=reply, origin=own.origin if own else None)


def _moment(record: WarcRecord) -> datetime | None:
    """When it was captured, in UTC."""
    try:
        when = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    except ValueError:
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def _said(error: BaseException) -> str:
    return str(error).rpartition("error: ")[2] or type(error).__name__
