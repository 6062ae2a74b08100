"""What is wrong with an archive is named, with its place and what to do; what is right is not."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from breachwire.archive import Archive, NightOver, files, form, scanning
from breachwire.archive.verifying import Content, Finding, verify_file


def verified(path: Path, wanted: dict[int, str] | None) -> Content:
    *steps, told = verify_file(path, wanted)
    assert isinstance(told, Content)
    assert sum(step for step in steps if isinstance(step, int)) == path.stat().st_size
    return told


def wanted(ids: list[str | None]) -> dict[int, str]:
    return {int(i.rpartition(":")[2]): f"http://herald.example/{n}" for n, i in enumerate(ids) if i}


def one(content: Content) -> Finding:
    (found,) = content.findings
    return found


def test_a_whole_file_has_no_findings_and_is_counted(making: Any, kept: Any) -> None:
    ids, path = kept
    told = verified(path, wanted(ids))
    assert told.findings == []
    assert dict(told.records) == {"warcinfo": 1, "metadata": 4, "response": 3}
    assert told.first == told.last == making.page("one").origin.fetched_at


def test_a_damaged_page_is_named_with_its_address(kept: Any) -> None:
    ids, path = kept
    data = bytearray(path.read_bytes())
    data[int(ids[1].rpartition(":")[2]) + 300] ^= 0x10
    path.write_bytes(data)
    found = one(verified(path, wanted(ids)))
    assert found.grade == "wrong"
    assert "http://herald.example/two is damaged" in found.words
    assert found.hint


def test_a_digest_that_does_not_fit_is_wrong_even_where_gzip_is_right(archive: Archive, making: Any) -> None:
    (record,) = archive.append([making.page("one").reply])
    path = archive.folder / record.partition(":")[0]
    start = int(record.rpartition(":")[2])
    with path.open("rb") as file:
        file.seek(start)
        data, _ = scanning.unpack(file)
    over = NightOver(run_id="r1", settled_at=making.page("one").origin.fetched_at, rule_version="7")
    behind = form.night_over(over, "x")
    path.write_bytes(path.read_bytes()[:start] + gzip.compress(data.replace(b"customer", b"CUSTOMER")) + behind)
    files.close(path)
    found = one(verified(path, {start: "http://herald.example/one"}))
    assert "digest does not fit" in found.words


def test_a_torn_end_that_nobody_points_to_is_half_a_record(kept: Any) -> None:
    ids, path = kept
    path.write_bytes(path.read_bytes() + path.read_bytes()[:50])
    found = one(verified(path, wanted(ids)))
    assert "50 bytes that are half a record" in found.words
    assert "next run" in found.hint


def test_a_lost_end_that_the_store_points_to_is_damage(kept: Any) -> None:
    ids, path = kept
    path.write_bytes(path.read_bytes()[:-20])
    told = verified(path, wanted(ids))
    assert "the page of http://herald.example/3" in told.findings[0].words
    assert any("lost its last 20 bytes" in f.words for f in told.findings)


def test_a_page_that_the_store_has_where_none_is_is_missing(kept: Any) -> None:
    ids, path = kept
    end = path.stat().st_size
    told = verified(path, wanted(ids) | {end + 5: "http://herald.example/gone", 3: "http://herald.example/odd"})
    assert [f.at for f in told.findings] == [3, end + 5]
    assert "http://herald.example/gone" in told.findings[1].words


def test_a_file_nobody_points_to_and_pages_without_entries_are_notes(archive: Archive, making: Any) -> None:
    (record,) = archive.append([making.page("one").reply])
    told = verified(archive.folder / record.partition(":")[0], {})
    assert [f.grade for f in told.findings] == ["note", "note"]
    assert verified(archive.folder / record.partition(":")[0], None).findings[0].words.endswith("its feed's entry")


def test_very_many_findings_are_counted_and_some_told(kept: Any) -> None:
    ids, path = kept
    size = path.stat().st_size
    told = verified(path, wanted(ids) | {size + n: f"http://herald.example/{n}" for n in range(500)})
    assert len(told.findings) + told.more == 500
    assert len(told.findings) < 200


def test_a_closed_file_is_never_added_to(archive: Archive, making: Any, kept: Any) -> None:
    path = kept[1]
    files.close(path)
    data = path.read_bytes()
    Archive(archive.folder, max_megabytes=512).keep([making.page("five")])
    assert path.read_bytes() == data
