"""A page and where it came from as WARC records, and back.

A page that came is two records: a metadata record (JSON: the feed's entry, its feed, how the page looked), and behind
it the response that it refers to. A page that could not be fetched, or that has not changed since, is the first alone.
When a night has settled what it collected, a metadata record without an address says so. No files here, no clock.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeAlias

from fastwarc.warc import ArchiveIterator, WarcRecord
from isal import igzip
from pydantic import TypeAdapter, ValidationError

from breachwire import __version__
from breachwire.records import Entry, Feed, Reply, Verdict

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LEVEL = 2
"""Of ISA-L: on 150 news pages of 277 kB 0.56 ms and 61 kB a page, where zlib's level 4 takes 3.3 ms and 55 kB."""
# The body is kept unpacked: what said how it was packed is kept under the names that Common Crawl uses for it.
_PACKING = ("content-encoding", "content-length", "transfer-encoding")
ASKED, _HOP = "Breachwire-Asked-URI", "Breachwire-Hop"
_CONFORMS = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a page came from, and how asking for it ended: all that the store knows of it before it is read.

    `outcome` and `error` are those of `store.polling.Fetched`, `look` is why it was worth reading. `record` is the id
    of an earlier response that still stands, where this time none came.
    """

    entry: Entry
    feed: Feed
    first_seen_at: datetime
    fetched_at: datetime
    final_url: str
    run_id: str
    outcome: str = "ok"
    error: str | None = None
    look: Verdict | None = None
    record: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page as it is kept: at least one of the two. Replies without their origin are those of earlier versions."""

    origin: Origin | None = None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightOver:
    """A night has settled what was archived before this record."""

    run_id: str
    settled_at: datetime
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A metadata record about a page: `refers_to` is the id of the response behind it, "" where none belongs to it."""

    origin: Origin
    refers_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response record under its id."""

    reply: Reply
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A record that says nothing about a page: the warcinfo of a file, or something that is not ours."""

    kind: str


Parsed: TypeAlias = Note | Response | NightOver | Other

_ORIGIN = TypeAdapter(Origin)
_NIGHT = TypeAdapter(NightOver)


def records_of(kept: Kept, unique: str) -> list[bytes]:
    """The packed records of a page, in order; `unique` is theirs alone, and makes their ids."""
    origin, reply = kept.origin, kept.reply
    response_id = _urn(f"response {unique}")
    made = []
    if origin:
        about = [("WARC-Target-URI", _safe(origin.entry.url)), ("WARC-Date", _date(origin.fetched_at))]
        if reply:
            about += [("WARC-Refers-To", response_id), ("WARC-Concurrent-To", response_id)]
        made.append(_metadata(about, {"page": _ORIGIN.dump_python(origin, mode="json")}, f"metadata {unique}"))
    if reply:
        made.append(_response(reply, response_id))
    return made


def night_over(over: NightOver, unique: str) -> bytes:
    """The packed record that says so."""
    fields = [("WARC-Date", _date(over.settled_at))]
    return _metadata(fields, {"night": _NIGHT.dump_python(over, mode="json")}, f"night {unique}")


def warcinfo(name: str, moment: datetime, about: Iterable[tuple[str, str]]) -> bytes:
    """The packed record that a file begins with."""
    lines = [("software", f"breachwire/{__version__}"), ("format", "WARC File Format 1.1"), ("conformsTo", _CONFORMS)]
    block = _block(f"{key}: {value}" for key, value in (*lines, *about))[:-2]
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", _urn(f"warcinfo {name} {_date(moment)}")),
        ("WARC-Date", _date(moment)),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
    ]
    return _packed(fields, block)


def _metadata(fields: Sequence[tuple[str, str]], told: object, unique: str) -> bytes:
    block = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    head = [("WARC-Type", "metadata"), ("WARC-Record-ID", _urn(unique))]
    return _packed([*head, *fields, ("Content-Type", "application/json")], block)


def _response(reply: Reply, record_id: str) -> bytes:
    try:
        reason = HTTPStatus(reply.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {reason}"]
    lines += [f"{'x-crawl-' if name in _PACKING else ''}{name}: {value}" for name, value in reply.headers]
    lines.append(f"Content-Length: {len(reply.body)}")
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", record_id),
        ("WARC-Target-URI", _safe(reply.final_url)),
        ("WARC-Date", _date(reply.fetched_at)),
        ("WARC-Payload-Digest", digest(reply.body)),
        ("Content-Type", "application/http; msgtype=response"),
        (ASKED, _safe(reply.url)),
        *((_HOP, f"{status} {_safe(url)}") for status, url in reply.hops),
    ]
    return _packed(fields, _block(lines) + reply.body)


def _packed(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    last = (("WARC-Block-Digest", digest(block)), ("Content-Length", str(len(block))))
    head = _block(["WARC/1.1", *(f"{name}: {value}" for name, value in (*fields, *last))])
    return igzip.compress(b"".join((head, block, b"\r\n\r\n")), _LEVEL, mtime=0)


def _block(lines: Iterable[str]) -> bytes:
    """Header lines with the empty line behind them; control characters would end a line early and become spaces."""
    return b"\r\n".join([*(_encoded(line).encode() for line in lines), b"", b""])


def _encoded(line: str) -> str:
    return _CONTROL.sub(" ", line).encode("utf-8", "replace").decode("utf-8")


def _urn(unique: str) -> str:
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, unique.encode('utf-8', 'replace').decode('utf-8')).urn}>"


def digest(data: bytes) -> str:
    """SHA-1 as WARC writes digests: what other tools compare payloads by."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _safe(url: str) -> str:
    return _CONTROL.sub(lambda m: f"%{ord(m[0]):02X}", url)


def parse(member: bytes, *, digests: bool = True) -> Parsed:
    """What an unpacked record says. Raises ValueError where it is no record, or its `digests`, if asked, do not fit.

    A page's two take a third of what it costs to read it, and gzip's checksum has told damage before: they are for
    whoever looks at a whole archive.
    """
    record: WarcRecord | None = next(iter(ArchiveIterator(io.BytesIO(member), parse_http=False)), None)
    if record is None:
        raise ValueError("it is not a WARC record")
    kind = record.headers.get("WARC-Type") or "unknown"
    said = record.headers.get("WARC-Block-Digest") if digests else None
    length = int(record.headers.get("Content-Length") or -1)
    block = record.reader.read()
    if len(block) != length:
        raise ValueError("its length does not fit")
    if said and said.startswith("sha1:") and digest(block) != said:
        raise ValueError("its digest does not fit")
    if kind == "response":
        reply = _reply(record, block, digests=digests)
        return Response(reply=reply, record_id=record.headers.get("WARC-Record-ID") or "")
    if kind == "metadata" and record.headers.get("Content-Type") == "application/json":
        return read_told(block, record.headers.get("WARC-Refers-To") or "")
    return Other(kind=kind)


def read_told(block: bytes, refers_to: str) -> Note | NightOver | Other:
    """What a metadata record says, by its block. Raises ValueError where it is one of ours and cannot be read."""
    try:
        told = json.loads(block)
        if isinstance(told, dict) and "page" in told:
            return Note(origin=_ORIGIN.validate_python(told["page"]), refers_to=refers_to)
        if isinstance(told, dict) and "night" in told:
            return _NIGHT.validate_python(told["night"])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"its entry cannot be read: {where}: {first['msg']}") from None
    return Other(kind="metadata")


def _reply(record: WarcRecord, block: bytes, *, digests: bool) -> Reply:
    head, _, body = block.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("utf-8").split("\r\n")
    if digests and digest(body) != record.headers.get("WARC-Payload-Digest"):
        raise ValueError("its digest does not fit")
    final_url, date = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
    if final_url is None or date is None:
        raise ValueError("it names no address or no date")
    hops = (hop.partition(" ") for hop in record.headers.get_multiple(_HOP))
    return Reply(
        url=record.headers.get(ASKED) or final_url,
        final_url=final_url,
        status=int(status_line.split(" ")[1]),
        headers=tuple(_http_header(line) for line in lines if not line.startswith("Content-Length: ")),
        body=body,
        fetched_at=datetime.fromisoformat(date),
        hops=tuple((int(status), url) for status, _, url in hops),
    )


def _http_header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    original = name.removeprefix("x-crawl-")
    return (original if original in _PACKING else name), value
