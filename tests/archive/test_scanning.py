"""What is kept is read again in order, by us and by others, and damage costs what it hit and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachwire.archive import Archive, NightOver, scanning
from breachwire.archive.form import Other
from breachwire.archive.scanning import Damage, Page, Told


def pages(path: Path) -> list[Page]:
    return [item for item in scanning.scan(path) if isinstance(item, Page)]


def test_pages_come_back_with_all_that_was_known_of_them(archive: Archive, making: Any, kept: Any) -> None:
    ids, path = kept
    found = pages(path)
    assert [p.kept for p in found] == [making.page(n) for n in ("one", "two")] + [
        making.feed_text("three"),
        making.page("four"),
    ]
    assert [p.place or None for p in found] == ids
    assert [archive.read(i).final_url.rpartition("/")[2] for i in ids if i] == ["one", "two", "four"]


def test_the_end_of_a_night_stands_where_it_was(archive: Archive, making: Any, kept: Any) -> None:
    over = NightOver(run_id="r1", settled_at=making.page("x").origin.fetched_at, rule_version="7+3")
    archive.note_night_over(over)
    archive.keep([making.page("five")])
    items = list(scanning.scan(kept[1]))
    assert items[0] == Told(start=0, end=items[0].end, what=Other(kind="warcinfo"))
    assert [item.what for item in items[5:6] if isinstance(item, Told)] == [over]
    assert [a.end for a in items[:-1]] == [b.start for b in items[1:]]


def test_other_readers_find_every_digest_right(archive: Archive, making: Any, kept: Any) -> None:
    archive.note_night_over(NightOver(run_id="r1", settled_at=making.page("x").origin.fetched_at, rule_version="7"))
    path = kept[1]
    code = "import sys; from warcio.cli import main; sys.exit(main(['check', '-v', sys.argv[1]]))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == 9
    with path.open("rb") as file:
        seen = [(r.headers.get("WARC-Type"), r.verify_block_digest()) for r in ArchiveIterator(file, parse_http=False)]
    assert [kind for kind, _ in seen] == ["warcinfo", *["metadata", "response"] * 2, "metadata", *seen_kinds()]
    assert all(right for _, right in seen)
    with path.open("rb") as file:
        info = next(iter(ArchiveIterator(file))).reader.read().decode()
    for told in ("software: breachwire/", "format: WARC File Format 1.1", "robots: classic"):
        assert told in info


def seen_kinds() -> list[str]:
    """The last page and the end of the night."""
    return ["metadata", "response", "metadata"]


def test_a_metadata_record_refers_to_the_response_behind_it(kept: Any) -> None:
    with kept[1].open("rb") as file:
        records = [(r.headers.get("WARC-Record-ID"), r.headers.get("WARC-Refers-To")) for r in ArchiveIterator(file)]
    assert records[1][1] == records[2][0]
    assert records[5][1] is None
    assert len({record_id for record_id, _ in records}) == len(records)


def test_a_flipped_byte_in_a_response_leaves_its_entry_and_all_others(making: Any, kept: Any) -> None:
    ids, path = kept
    data = bytearray(path.read_bytes())
    data[int(ids[0].rpartition(":")[2]) + 200] ^= 0xFF
    path.write_bytes(data)
    found = pages(path)
    assert [p.kept.origin.entry.article_id for p in found if p.kept.origin] == ["a_one", "a_two", "a_three", "a_four"]
    assert [bool(p.lost) for p in found] == [True, False, False, False]
    assert found[0].kept.reply is None
    assert found[1].kept == making.page("two")


def test_a_flipped_byte_in_an_entry_leaves_its_response(kept: Any) -> None:
    path = kept[1]
    start = pages(path)[1].start
    data = bytearray(path.read_bytes())
    data[start + 100] ^= 0xFF
    path.write_bytes(data)
    items = list(scanning.scan(path))
    assert [i for i in items if isinstance(i, Damage)] == [items[2]]
    found = pages(path)
    assert [p.kept.origin is None for p in found] == [False, True, False, False]
    assert found[1].kept.reply is not None


@pytest.mark.parametrize("cut", [1, 60, 700])
def test_a_torn_end_costs_the_last_page(kept: Any, cut: int) -> None:
    path = kept[1]
    whole = pages(path)
    path.write_bytes(path.read_bytes()[:-cut])
    *_, last = scanning.scan(path)
    assert isinstance(last, Damage)
    assert last.torn
    assert last.start == whole[-1].start
    assert pages(path) == whole[:-1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_a_file_every_byte_is_accounted_for(kept: Any, tmp_path: Path, data: st.DataObject) -> None:
    whole = kept[1].read_bytes()
    begin = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.binary(max_size=40))
    harmed = tmp_path / "2026" / "harmed.warc.gz"
    harmed.parent.mkdir(exist_ok=True)
    harmed.write_bytes(whole[:begin] + junk + whole[begin + data.draw(st.integers(0, 300)) :])
    items = list(scanning.scan(harmed))
    assert [0, *(i.end for i in items)] == [*(i.start for i in items), harmed.stat().st_size]
    lost = 4 - sum(1 for i in items if isinstance(i, Page) and not i.lost and i.kept.origin)
    assert lost <= 2
