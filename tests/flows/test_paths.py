"""What people name to be back-filled, as files."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from breachwire.errors import ConfigError
from flows.paths import files_of, named_too_early

CC = "crawl-data/CC-NEWS/2024/01/CC-NEWS-20240115023211-00123.warc.gz"


def nothing(url: str) -> bytes:
    raise AssertionError(url)


def test_folders_are_gone_through_and_each_file_is_named_once(tmp_path: Path) -> None:
    for name in ("b.warc.gz", "a.warc", "deep/c.WARC.zst", "deep/c.warc.gz.length", "readme.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = files_of([str(tmp_path / "b.warc.gz"), str(tmp_path), "https://dawn.example/x"], nothing)
    assert [Path(f).name for f in found] == ["b.warc.gz", "a.warc", "c.WARC.zst", "x"]


def test_lists_name_files_beside_them_and_those_of_common_crawl(tmp_path: Path) -> None:
    listed = tmp_path / "warc.paths.gz"
    listed.write_bytes(gzip.compress(f"{CC}\n\nnear/a.warc.gz\nhttp://dawn.example/b.warc.gz\n".encode()))
    urls = [f"https://data.commoncrawl.org/{CC}", str(tmp_path / "near/a.warc.gz"), "http://dawn.example/b.warc.gz"]
    assert files_of([str(listed)], nothing) == urls
    far = "https://dawn.example/lists/warc.paths?x=1"
    assert files_of([far], lambda _: b"../c.warc.gz\n") == ["https://dawn.example/c.warc.gz"]


@pytest.mark.parametrize("name", ["none.warc.gz", "empty", "bad.paths.gz"])
def test_what_names_no_file_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.paths.gz").write_bytes(b"\x1f\x8b\x08nothing")
    with pytest.raises(ConfigError, match=f"{name}: "):
        files_of([str(tmp_path / name)], nothing)


def test_a_name_with_a_time_tells_what_is_too_early() -> None:
    assert named_too_early(CC, date(2024, 1, 20))
    assert not named_too_early(CC, date(2024, 1, 17))
    assert not named_too_early(CC, None)
    assert not named_too_early("breachwire-20240115-00001.warc.gz", date(2026, 1, 1))  # ours may grow for long
    assert not named_too_early("CC-NEWS-20249915023211-1.warc.gz", date(2026, 1, 1))
