"""`archive list`, `verify` and `rebuild`, as a person sees them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from breachwire.archive import Archive, Kept, NightOver, Origin
from breachwire.cli import breachwire
from breachwire.records import Entry, Feed, Reply
from breachwire.store.database import Database, insert

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
TEXT = """The haulier Orlo Freight has confirmed a data breach in which hackers stole data of 48,000 drivers.
Orlo Freight said that the hackers had copied licences and bank details from a server at its depot in Brennick."""


@dataclass(frozen=True)
class Shelf:
    """A data folder with an archive of two pages, and the store's row for each."""

    config: Path
    data: Path

    def __call__(self, *args: str) -> Result:
        folders = ["--config", str(self.config), "--data", str(self.data)]
        return CliRunner().invoke(breachwire, [*folders, "archive", *args])

    @property
    def file(self) -> Path:
        """The WARC file."""
        (path,) = (self.data / "archive").glob("*/*.gz")
        return path


def kept(name: str) -> Kept:
    url = f"http://desk.test/{name}"
    html = f"<html><head><title>Orlo Freight confirms data breach</title></head><body><article>{TEXT}</article></body>"
    reply = Reply(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html"),),
        body=html.encode(),
        fetched_at=NOW,
    )
    entry = Entry(
        article_id=f"a_{name}", feed_id="f_1", url=url, canonical_url=url, title="Orlo Freight confirms breach"
    )
    feed = Feed(feed_id="f_1", url="http://desk.test/feed", title="Desk")
    return Kept(
        origin=Origin(entry=entry, feed=feed, first_seen_at=NOW, fetched_at=NOW, final_url=url, run_id="r1"),
        reply=reply,
    )


@pytest.fixture
def shelf(empty_desk: Any, tmp_path: Path) -> Shelf:
    data = tmp_path / "shelf"
    archive = Archive(data / "archive", max_megabytes=8)
    ids = archive.keep([kept("one"), kept("two")])
    archive.note_night_over(NightOver(run_id="r1", settled_at=NOW, rule_version="1"))
    with Database(data / "store.duckdb").session() as con:
        for name, record in zip(("one", "two"), ids, strict=True):
            url = f"http://desk.test/{name}"
            row: dict[str, Any] = {"article_id": f"a_{name}", "run_id": "r1"}
            entry = {"feed_id": "f_1", "url": url, "canonical_url": url, "title": "Orlo", "summary": "", "content": ""}
            insert(con, "entries", [row | entry | {"first_seen_at": NOW}])
            insert(con, "pages", [row | {"final_url": url, "archive_record": record, "fetched_at": NOW}])
    return Shelf(config=empty_desk.config, data=data)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x08
    path.write_bytes(data)


def test_list_shows_files_and_what_the_store_has_in_them(shelf: Shelf) -> None:
    (row,) = json.loads(shelf("list", "--format", "json").stdout)
    assert (row["file"], row["pages"], row["state"]) == ("2026/breachwire-20260312-00001.warc.gz", 2, "grows")
    shelf.file.unlink()
    (row,) = json.loads(shelf("list", "--format", "json").stdout)
    assert (row["pages"], row["state"]) == (2, "missing")


def test_verify_says_that_all_is_whole(shelf: Shelf) -> None:
    done = shelf("verify")
    assert done.exit_code == 0
    assert done.stdout == "1 file, 6 records, 2 pages, 0.0 MB, 2026-03-12: all whole.\n"
    told = json.loads(shelf("verify", "--format", "json").stdout)
    assert (told["records"], told["pages"], told["findings"], told["store"]) == (6, 2, [], "asked")


def test_verify_names_what_is_damaged_and_what_to_do(shelf: Shelf) -> None:
    flip(shelf.file, shelf.file.stat().st_size // 2)
    done = shelf("verify")
    assert done.exit_code == 1
    assert "http://desk.test/" in done.stdout
    assert "wrong" in done.stdout
    (found,) = json.loads(shelf("verify", "--format", "json").stdout)["findings"]
    assert found["hint"]
    assert shelf("verify", "--format", "csv").stdout.startswith("grade,file,byte,what,what to do\nwrong,2026/")


def test_verify_sees_a_deleted_file_and_works_without_a_store(shelf: Shelf) -> None:
    path = shelf.file
    data = path.read_bytes()
    path.unlink()
    done = shelf("verify")
    assert done.exit_code == 1
    assert "is missing: the store has 2 pages in it" in done.stdout
    path.write_bytes(data)
    (shelf.data / "store.duckdb").write_bytes(b"no database")
    done = shelf("verify")
    assert done.exit_code == 0
    assert "the store could not be asked" in done.stderr


def test_an_archive_that_is_not_there_yet_is_no_failure(empty_desk: Any, tmp_path: Path) -> None:
    empty = Shelf(config=empty_desk.config, data=tmp_path / "nothing")
    for command in ("list", "verify"):
        done = empty(command)
        assert done.exit_code == 0
        assert "breachwire run makes it" in done.output


@pytest.mark.slow
def test_rebuild_tells_what_it_made_and_how_it_compares(shelf: Shelf, tmp_path: Path) -> None:
    done = shelf("rebuild", "--into", str(tmp_path / "new"), "--workers", "1")
    assert done.exit_code == 1  # the store of this test has pages and was never settled
    for words in ("Rebuilt from 2 archived pages of 1 night\n", "not the same", "only rebuilt", "mv "):
        assert words in done.stdout
    again = shelf("rebuild", "--into", str(tmp_path / "json"), "--workers", "1", "--alone", "--format", "json")
    told = json.loads(again.stdout)
    assert (told["counts"]["pages"], told["counts"]["articles"], told["equal"]) == (2, 2, False)
    assert shelf("rebuild", "--into", str(tmp_path / "new")).exit_code == 2


def test_a_damaged_store_points_to_the_rebuild(shelf: Shelf) -> None:
    (shelf.data / "store.duckdb").write_bytes(b"no database at all")
    folders = ["--config", str(shelf.config), "--data", str(shelf.data)]
    for command in (["doctor"], ["run"]):
        done = CliRunner().invoke(breachwire, [*folders, *command])
        assert "breachwire archive rebuild" in done.output
    assert done.exit_code == 4
