"""Anybody's WARC files: packings, stretches, other kinds of records, damage."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.stream_io import ZstdWriter

from benchmarks.warc import record
from breachwire.archive import Archive, Kept, Origin, files
from breachwire.archive.foreign import Captured, PassedOver, Unreadable, captures, shape_of
from breachwire.archive.sources import FileSource
from breachwire.errors import ContentError
from breachwire.records import Entry, Feed, Reply

DAY = datetime(2024, 1, 15, 2, 30, tzinfo=UTC)
HTML = b"<!doctype html><p>%d" + b" and more" * 300


def response(number: int, *, head: bytes = b"Content-Type: text/html", body: bytes | None = None) -> bytes:
    block = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + (HTML % number if body is None else body)
    return record("response", f"https://dawn.example/{number}", DAY, block)


def members(count: int) -> list[bytes]:
    made = [record("warcinfo", "", DAY, b"software: test\r\n")]
    for number in range(count):
        made += [record("request", f"https://dawn.example/{number}", DAY, b"GET / HTTP/1.1\r\n\r\n"), response(number)]
    return made


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def found(path: Path, step: int = 1 << 40, most: int = 1 << 20) -> list[Captured | PassedOver | Unreadable]:
    with FileSource(path) as source:
        shape = shape_of(source)
        begins = range(0, source.size, step) if shape.splits else [0]
        return [
            item
            for begin in begins
            for item in captures(source, shape, begin, min(begin + step, source.size), max_bytes=most)
        ]


def urls(items: list[Captured | PassedOver | Unreadable]) -> list[str]:
    return [item.reply.url for item in items if isinstance(item, Captured)]


ALL = [f"https://dawn.example/{number}" for number in range(20)]


def plain(made: list[bytes]) -> bytes:
    return b"".join(map(gzip.decompress, made))


def zstd(made: list[bytes]) -> bytes:
    frames = []
    for one in made:
        out = io.BytesIO()
        writer = ZstdWriter(out)
        writer.write(gzip.decompress(one))
        writer.finish()
        writer.flush()
        frames.append(out.getvalue())
    return b"".join(frames)


@pytest.mark.parametrize("packed", [b"".join, plain, zstd, lambda made: gzip.compress(plain(made))])
@pytest.mark.parametrize("step", [1 << 40, 4000, 500, 37])
def test_every_page_is_found_once_however_packed_and_cut(packed: object, step: int, tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc", packed(members(20)))  # type: ignore[operator]
    items = found(path, step)
    assert urls(items) == ALL
    page = items[3]
    assert isinstance(page, Captured)
    assert (page.reply.body, page.reply.fetched_at, page.origin) == (HTML % 3, DAY, None)
    assert page.reply.header("content-type") == "text/html"


def test_records_packed_alone_can_be_read_in_stretches_and_others_cannot(tmp_path: Path) -> None:
    shapes = {}
    for name, data in (("one", gzip.compress(plain(members(3)))), ("each", b"".join(members(3)))):
        with FileSource(written(tmp_path / name, data)) as source:
            shapes[name] = shape_of(source).splits
    assert shapes == {"one": False, "each": True}


@pytest.mark.parametrize("step", [1 << 40, 900])
def test_a_flipped_byte_costs_one_record(step: int, tmp_path: Path) -> None:
    made = members(20)
    at = len(b"".join(made[:14])) + 60  # within the page of number 6
    data = bytearray(b"".join(made))
    data[at] ^= 0x55
    items = found(written(tmp_path / "a.warc.gz", bytes(data)), step)
    assert urls(items) == [url for url in ALL if not url.endswith("/6")]
    lost = [item for item in items if isinstance(item, Unreadable)]
    assert any(item.start <= at < item.end for item in lost)
    assert step == 900 or len(lost) == 1


@pytest.mark.parametrize("step", [1 << 40, 900])
def test_an_empty_member_between_records_ends_no_file(step: int, tmp_path: Path) -> None:
    made = members(20)
    items = found(written(tmp_path / "a.warc.gz", b"".join([*made[:9], gzip.compress(b""), *made[9:]])), step)
    assert urls(items) == ALL
    assert not [item for item in items if isinstance(item, Unreadable)]


@pytest.mark.parametrize("step", [1 << 40, 900])
def test_a_member_whose_head_is_damaged_costs_one_record_and_is_told(step: int, tmp_path: Path) -> None:
    made = members(20)
    at = (
        len(b"".join(made[:14])) + 3
    )  # the flags of the page of number 6: gzip then looks for a field that is not there
    data = bytearray(b"".join(made))
    data[at] ^= 0x04
    items = found(written(tmp_path / "a.warc.gz", bytes(data)), step)
    assert urls(items) == [url for url in ALL if not url.endswith("/6")]
    lost = [item for item in items if isinstance(item, Unreadable)]
    assert any(item.start <= at < item.end for item in lost)
    assert step == 900 or len(lost) == 1


def test_a_file_that_was_cut_short_says_so(tmp_path: Path) -> None:
    data = b"".join(members(20))
    items = found(written(tmp_path / "a.warc.gz", data[:-100]))
    assert urls(items) == ALL[:-1]
    assert isinstance(items[-1], Unreadable)
    assert "cut short" in items[-1].why


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    url = "https://dawn.example/"
    chunked = b"5\r\n<p>ab\r\n3\r\ncde\r\n0\r\n\r\n"
    made = [
        record("response", url, DAY, b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>no"),
        record("response", url, DAY, b"nothing of HTTP"),
        record("response", "dns:dawn.example", DAY, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>no"),
        response(1, head=b"Content-Type: image/png"),
        response(2, head=b"Server: old", body=b"{}"),
        response(3, body=b"x" * 5000),
        response(4, body=b""),
        response(5, head=b"Server: old", body=b"\n<!DOCTYPE html><p>yes"),
        response(6, head=b"Content-Type: text/html\r\nTransfer-Encoding: chunked", body=chunked),
        response(7, head=b"Content-Type: text/html\r\nContent-Encoding: gzip", body=gzip.compress(b"<p>packed")),
    ]
    items = found(written(tmp_path / "a.warc.gz", b"".join(made)), most=4000)
    assert [type(item) for item in items] == [PassedOver] * 7 + [Captured] * 3
    bodies = [item.reply.body for item in items if isinstance(item, Captured)]
    assert bodies == [b"\n<!DOCTYPE html><p>yes", b"<p>abcde", b"<p>packed"]


def test_a_page_that_unpacks_to_very_much_is_passed_over(tmp_path: Path) -> None:
    bomb = response(
        1, head=b"Content-Type: text/html\r\nContent-Encoding: gzip", body=gzip.compress(b"<p>" + b" " * (64 << 20))
    )
    assert [type(item) for item in found(written(tmp_path / "a.warc.gz", bomb + response(2)))] == [PassedOver, Captured]


def test_pages_of_our_own_come_with_their_entry(tmp_path: Path) -> None:
    archive = Archive(tmp_path, max_megabytes=10)
    url = "https://dawn.example/story"
    origin = Origin(
        entry=Entry(article_id="a_1", feed_id="f_1", url=url, canonical_url=url, title="From the feed"),
        feed=Feed(feed_id="f_1", url="https://dawn.example/feed", title="Dawn"),
        first_seen_at=DAY,
        fetched_at=DAY,
        final_url=url,
        run_id="r",
    )
    headers = (("content-type", "text/html"),)
    reply = Reply(url=url, final_url=url, status=200, headers=headers, body=b"<p>text", fetched_at=DAY)
    archive.keep([Kept(origin=origin, reply=reply), Kept(reply=reply), *[Kept(origin=origin, reply=reply)] * 6])
    (path,) = files.warc_files(tmp_path)
    for step in (1 << 40, 2000, 1300, 700, 101):
        items = found(path, step)
        assert [item.origin for item in items if isinstance(item, Captured)] == [origin, None, *[origin] * 6], step
    assert isinstance(items[0], Captured)
    assert items[0].reply.body == b"<p>text"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x1f\x8b\x08\x00garbage", gzip.compress(b"no warc")])
def test_what_is_no_warc_file_is_said_to_be_none(data: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", data)
    with FileSource(path) as source, pytest.raises(ContentError, match=r"a\.warc\.gz: (is|its)"):
        shape_of(source)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="none"), FileSource(tmp_path / "none"):
        pass
