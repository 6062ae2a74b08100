"""What is kept comes back as it was, whatever happened to the files in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from breachwire.archive import Archive, Kept, scanning
from breachwire.errors import StoreError
from breachwire.records import Reply

NOW = datetime(2026, 11, 22, 3, 4, 5, 678901, tzinfo=UTC)
PAGE = Reply(
    url="http://herald.example/a",
    final_url="https://herald.example/a/",
    status=200,
    headers=(("content-type", "text/html"), ("content-encoding", "gzip"), ("content-length", "12"), ("x-a", "1")),
    body=b"<p>Fictional Dairy lost its customer list.</p>" * 20,
    fetched_at=NOW,
    hops=((301, "https://herald.example/a"), (302, "https://herald.example/a/")),
)

_text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
_urls = _text.map(lambda t: "https://herald.example/" + t.strip())
_names = st.from_regex(r"[a-z][a-z0-9-]{0,15}", fullmatch=True).filter(lambda n: not n.startswith("x-crawl-"))
_replies = st.builds(
    Reply,
    url=_urls,
    final_url=_urls,
    status=st.integers(100, 599),
    headers=st.lists(st.tuples(_names, _text.map(str.strip)), max_size=5).map(tuple),
    body=st.binary(max_size=300) | st.just(b"\r\n\r\nWARC/1.1\r\n"),
    fetched_at=st.integers(0, 4 * 10**15).map(lambda us: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)),
    hops=st.lists(st.tuples(st.sampled_from([301, 302, 303, 307, 308]), _urls), max_size=3).map(tuple),
)


@settings(max_examples=30, deadline=None)
@given(batch=st.lists(_replies, max_size=4))
def test_every_reply_comes_back_exactly(tmp_path_factory: pytest.TempPathFactory, batch: list[Reply]) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"), max_megabytes=512)
    assert [archive.read(record) for record in archive.append(batch)] == batch


def test_ids_name_the_file_of_the_day_and_the_place(archive: Archive) -> None:
    first, again = archive.append([PAGE, PAGE])
    assert first.startswith("2026/breachwire-20261122-00001.warc.gz:")
    assert again != first
    assert archive.read(again) == archive.read(first) == PAGE


def test_a_time_in_another_zone_is_the_same_moment(archive: Archive) -> None:
    there = PAGE.fetched_at.astimezone(timezone(timedelta(hours=-5)))
    (record,) = archive.append([replace(PAGE, fetched_at=there)])
    assert archive.read(record).fetched_at == NOW
    assert "20261122" in record


def test_files_are_warc_that_other_readers_verify(archive: Archive) -> None:
    records = archive.append([PAGE, replace(PAGE, body=b"")])
    with (archive.folder / records[0].partition(":")[0]).open("rb") as file:
        seen = [
            (
                r.headers.status_line,
                r.headers.get("WARC-Type"),
                r.headers.get("WARC-Target-URI"),
                r.verify_block_digest(),
            )
            for r in ArchiveIterator(file, parse_http=False)
        ]
    assert [s[:2] for s in seen] == [("WARC/1.1", "warcinfo"), ("WARC/1.1", "response"), ("WARC/1.1", "response")]
    assert seen[1][2:] == (PAGE.final_url, True)


def test_http_headers_read_as_the_body_is_kept(archive: Archive) -> None:
    (record,) = archive.append([PAGE])
    with (archive.folder / record.partition(":")[0]).open("rb") as file:
        kept = list(ArchiveIterator(file))[1]
        assert kept.http_headers.get("Content-Length") == str(len(PAGE.body))
        assert kept.http_headers.get("Content-Encoding") is None


def test_line_breaks_in_what_came_cannot_forge_headers(archive: Archive) -> None:
    (record,) = archive.append(
        [replace(PAGE, url="http://x.example/\r\nWARC-Type: x", headers=(("x-a", "1\r\nx-b: 2"),))]
    )
    reply = archive.read(record)
    assert reply.headers == (("x-a", "1  x-b: 2"),)
    assert reply.url == "http://x.example/%0D%0AWARC-Type: x"


def test_a_second_archive_goes_on_in_the_same_file(archive: Archive) -> None:
    (first,) = archive.append([PAGE])
    (second,) = Archive(archive.folder, max_megabytes=512).append([PAGE])
    assert first.partition(":")[0] == second.partition(":")[0]


def test_a_full_file_and_a_new_day_begin_a_new_one(tmp_path: Path) -> None:
    archive = Archive(tmp_path, max_megabytes=0)
    names = [
        r.partition(":")[0][-14:] for r in archive.append([PAGE, replace(PAGE, fetched_at=NOW + timedelta(days=400))])
    ]
    assert names == ["-00001.warc.gz", "-00001.warc.gz"]
    assert archive.append([PAGE])[0].startswith("2026/breachwire-20261122-00002")


@pytest.mark.parametrize("cut", [1, 40, -3, -400], ids=["a byte", "its head", "most of it", "one of its records"])
def test_what_a_killed_writer_left_half_written_is_cut_off_and_told(archive: Archive, making: Any, cut: int) -> None:
    whole = Kept(origin=making.page("one").origin, reply=PAGE)
    first, again = archive.keep([whole, whole])
    path = archive.folder / str(first).partition(":")[0]
    data = path.read_bytes()
    *_, last = scanning.scan(path)
    path.write_bytes(data + data[last.start :][:cut])
    after = Archive(archive.folder, max_megabytes=512)
    (new,) = after.append([PAGE])
    assert new == f"{path.parent.name}/{path.name}:{len(data)}"
    assert [after.read(str(record)) for record in (first, again, new)] == [PAGE] * 3
    (told,) = after.notices
    assert "half written" in told
    assert "nothing that was stored is lost" in told


def test_whole_pages_behind_an_old_note_are_kept_without_a_word(archive: Archive) -> None:
    (first,) = archive.append([PAGE])
    path = archive.folder / first.partition(":")[0]
    note = path.with_name(path.name + ".length").read_text()
    archive.append([PAGE])
    path.with_name(path.name + ".length").write_text(note)
    size = path.stat().st_size
    after = Archive(archive.folder, max_megabytes=512)
    assert after.append([PAGE]) == [f"{path.parent.name}/{path.name}:{size}"]
    assert after.notices == []


@pytest.mark.parametrize("harm", [lambda d: d[:-3], lambda d: d + d[-60:-30] + d], ids=["lost bytes", "in the middle"])
def test_a_file_that_is_damaged_otherwise_is_left_alone(archive: Archive, harm: Callable[[bytes], bytes]) -> None:
    first, _ = archive.append([PAGE, PAGE])
    path = archive.folder / first.partition(":")[0]
    path.write_bytes(harm(path.read_bytes()))
    left = path.read_bytes()
    after = Archive(archive.folder, max_megabytes=512)
    (new,) = after.append([PAGE])
    assert new.startswith("2026/breachwire-20261122-00002")
    assert path.read_bytes() == left
    assert "archive verify" in after.notices[0]
    assert Archive(archive.folder, max_megabytes=512).append([PAGE])[0].startswith("2026/breachwire-20261122-00002")


def test_a_file_is_followed_by_another_when_it_is_old(archive: Archive) -> None:
    weekly = Archive(archive.folder, max_megabytes=512, max_age=timedelta(days=7))
    days = [0, 1, 6, 7, 8, 45]
    names = [weekly.append([replace(PAGE, fetched_at=NOW + timedelta(days=d))])[0].partition(":")[0] for d in days]
    assert [name[-22:-14] for name in names] == ["20261122"] * 3 + ["20261129"] * 2 + ["20270106"]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("2026/breachwire-20261122-00009.warc.gz:0", "is missing"),
        ("2026/breachwire-20261122-00001.warc.gz:0", "is not a response"),
        ("2026/breachwire-20261122-00001.warc.gz:3", "is damaged"),
        ("2026/breachwire-20261122-00001.warc.gz:999999", "ends in the middle"),
        ("../../secret.warc.gz:1", "is not a record id"),
        ("2026/../../x.warc.gz:1", "is not a record id"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(archive: Archive, record: str, says: str) -> None:
    archive.append([PAGE])
    with pytest.raises(StoreError, match=says) as caught:
        archive.read(record)
    assert caught.value.hint


def test_a_changed_byte_is_noticed(archive: Archive) -> None:
    (record,) = archive.append([PAGE])
    path = archive.folder / record.partition(":")[0]
    data = bytearray(path.read_bytes())
    data[-30] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreError, match="is damaged"):
        archive.read(record)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        Archive(tmp_path / "archive", max_megabytes=1).append([PAGE])
