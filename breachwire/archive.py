"""Fetched once, kept: replies as WARC 1.1 response records, one gzip member each.

    archive/2026/breachwire-20261122-00001.warc.gz   records begin at the number in their ids
    archive/2026/breachwire-20261122-00001.warc.gz.length   bytes known to be whole

Files are only ever appended to. A file whose size is not the noted length was being written when its writer was
killed: it is left as it is, with all records that were ever handed out, and a new one is begun. Contains no clock:
files are dated by what is put into them. One writer at a time; whoever runs nights holds that lock.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import uuid
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord

from breachwire import __version__
from breachwire.errors import StoreError
from breachwire.records import Reply

_RECORD = re.compile(r"(\d{4}/[\w.-]+\.warc\.gz):(\d{1,15})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LEVEL = 4
"""Half the time of level 6 for 5 % more bytes, measured on 120 news pages of 258 kB: 3.2 ms and 51 kB a page."""
_MAX_RECORD = 512 << 20
"""Bytes of one record, unpacked: far above any page, and below what would hurt."""
_STEP = 1 << 16
# The body is kept unpacked: what said how it was packed is kept under the names that Common Crawl uses for it.
_PACKING = ("content-encoding", "content-length", "transfer-encoding")
_ASKED, _HOP = "Breachwire-Asked-URI", "Breachwire-Hop"
_REPLAY = "fetch the page again, or restore the archive from a backup"


class Archive:
    """The archive in `folder`; a file that reaches `max_megabytes` is followed by a new one."""

    def __init__(self, folder: Path, *, max_megabytes: int) -> None:
        self.folder, self._max_bytes = folder, max_megabytes << 20

    def append(self, replies: Sequence[Reply]) -> list[str]:
        """Writes the replies and returns their record ids, in order, once they are on the disk.

        Raises StoreError where the folder cannot be written; then none of these replies counts as kept.
        """
        ids: list[str] = []
        waiting = list(replies)
        try:
            while waiting:
                day = waiting[0].fetched_at.astimezone(UTC)
                ids += self._fill(self._file_for(day), waiting, day)
        except OSError as error:
            where = error.filename or self.folder
            raise StoreError(str(where), f"cannot be written: {error.strerror}", "free space or mend rights") from error
        return ids

    def read(self, record: str) -> Reply:
        """The reply that `append` gave this id for. Raises StoreError where it is missing or damaged."""
        match = _RECORD.fullmatch(record)
        if match is None:
            raise StoreError(str(self.folder), f"{record!r} is not a record id", "it looks like YYYY/file.warc.gz:1234")
        path = self.folder / match[1]
        try:
            with path.open("rb") as file:
                file.seek(int(match[2]))
                return _reply(_member(file))
        except FileNotFoundError as error:
            raise StoreError(str(path), "is missing", _REPLAY) from error
        except OSError as error:
            raise StoreError(str(path), f"cannot be read: {error.strerror}", "check the disk and its rights") from error
        except (ValueError, zlib.error) as error:
            raise StoreError(str(path), f"record at {match[2]} is damaged: {error}", _REPLAY) from error

    def _file_for(self, day: datetime) -> Path:
        """The file to append to: the newest of that day if it is whole and not full, else the next, begun."""
        folder = self.folder / f"{day:%Y}"
        folder.mkdir(parents=True, exist_ok=True)
        newest = max(folder.glob(f"breachwire-{day:%Y%m%d}-?????.warc.gz"), default=None)
        if newest and newest.stat().st_size == _noted_length(newest) < self._max_bytes:
            return newest
        number = int(newest.name.removesuffix(".warc.gz")[-5:]) + 1 if newest else 1
        path = folder / f"breachwire-{day:%Y%m%d}-{number:05}.warc.gz"
        with path.open("xb") as file:
            file.write(_packed(_warcinfo(path.name, day)))
        _note_length(path, path.stat().st_size)
        _sync_folder(folder)
        return path

    def _fill(self, path: Path, waiting: list[Reply], day: datetime) -> list[str]:
        """Takes replies of that day off `waiting` until the file is full; returns their ids."""
        ids: list[str] = []
        with path.open("ab") as file:
            at = file.tell()
            while waiting and (not ids or at < self._max_bytes):
                if waiting[0].fetched_at.astimezone(UTC).date() != day.date():
                    break
                reply = waiting.pop(0)
                place = f"{path.parent.name}/{path.name}:{at}"
                at += file.write(_packed(_response(reply, place)))
                ids.append(place)
            file.flush()
            os.fsync(file.fileno())
        _note_length(path, at)
        return ids


def _response(reply: Reply, place: str) -> bytes:
    """A WARC response record; `place` makes its id unique."""
    try:
        reason = HTTPStatus(reply.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {reason}"]
    lines += [f"{'x-crawl-' if name in _PACKING else ''}{name}: {value}" for name, value in reply.headers]
    lines.append(f"Content-Length: {len(reply.body)}")
    block = _block(lines) + reply.body
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Target-URI", _safe(reply.final_url)),
        ("WARC-Date", _date(reply.fetched_at)),
        ("WARC-Payload-Digest", _digest(reply.body)),
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", "application/http; msgtype=response"),
        (_ASKED, _safe(reply.url)),
        *((_HOP, f"{status} {_safe(url)}") for status, url in reply.hops),
    ]
    return _record(fields, block, place + _date(reply.fetched_at) + reply.url)


def _warcinfo(name: str, day: datetime) -> bytes:
    block = _block([f"software: breachwire/{__version__}", "format: WARC File Format 1.1"])[:-2]
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Date", _date(day)),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
    ]
    return _record(fields, block, name + _date(day))


def _record(fields: Iterable[tuple[str, str]], block: bytes, unique: str) -> bytes:
    urn = uuid.uuid5(uuid.NAMESPACE_URL, unique.encode("utf-8", "replace").decode("utf-8")).urn
    lines = ["WARC/1.1", f"WARC-Record-ID: <{urn}>", *(f"{name}: {value}" for name, value in fields)]
    return _block([*lines, f"Content-Length: {len(block)}"]) + block + b"\r\n\r\n"


def _block(lines: Iterable[str]) -> bytes:
    """Header lines with the empty line behind them; control characters would end a line early and become spaces."""
    return ("\r\n".join(_CONTROL.sub(" ", line) for line in lines) + "\r\n\r\n").encode("utf-8", "replace")


def _packed(record: bytes) -> bytes:
    return gzip.compress(record, _LEVEL, mtime=0)


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _safe(url: str) -> str:
    return _CONTROL.sub(lambda m: f"%{ord(m[0]):02X}", url)


def _member(file: BinaryIO) -> bytes:
    """One gzip member, unpacked, its checksum compared. Raises ValueError or zlib.error."""
    unpacker = zlib.decompressobj(wbits=31)
    pieces, size = [], 0
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or file.read(_STEP)
        if not packed:
            raise ValueError("it ends in the middle")
        pieces.append(unpacker.decompress(packed, _STEP << 4))
        size += len(pieces[-1])
        if size > _MAX_RECORD:
            raise ValueError(f"it is larger than {_MAX_RECORD >> 20} MB")
    return b"".join(pieces)


def _reply(member: bytes) -> Reply:
    """The reply in an unpacked record. Raises ValueError where it holds none."""
    record: WarcRecord | None = next(iter(ArchiveIterator(io.BytesIO(member), parse_http=False)), None)
    if record is None or record.headers.get("WARC-Type") != "response":
        raise ValueError("it is not a response")
    block = record.reader.read()
    head, _, body = block.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("utf-8").split("\r\n")
    if _digest(body) != record.headers.get("WARC-Payload-Digest"):
        raise ValueError("its digest does not fit")
    final_url, date = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
    if final_url is None or date is None:
        raise ValueError("it names no address or no date")
    hops = (hop.partition(" ") for hop in record.headers.get_multiple(_HOP))
    return Reply(
        url=record.headers.get(_ASKED) or final_url,
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


def _length_note(path: Path) -> Path:
    return path.with_name(path.name + ".length")


def _noted_length(path: Path) -> int:
    try:
        return int(_length_note(path).read_text("ascii"))
    except (OSError, ValueError):
        return -1


def _note_length(path: Path, length: int) -> None:
    """Not synchronised: a note that is lost or old only makes the next writer begin a new file."""
    beside = path.with_name(path.name + ".length.new")
    beside.write_text(str(length), "ascii")
    beside.replace(_length_note(path))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
