"""The folder of a report: what is written again, shared, refused, kept and forgotten."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from breachwire.errors import ConfigError
from breachwire.report import Order, making, write_report
from breachwire.report.digests import digests
from breachwire.report.folder import MARK, Folder
from breachwire.report.pages import page_of
from breachwire.store.database import connect
from flows.reporting import write_dated


def test_what_did_not_change_is_not_written_again(
    published: duckdb.DuckDBPyConnection, order: Order, tmp_path: Path
) -> None:
    first = write_report(published, Folder(tmp_path / "out"), order, advance=lambda _: None)
    kept = (tmp_path / "out" / page_of("i_fernhill")).stat().st_ino
    again = write_report(published, Folder(tmp_path / "out"), order, advance=lambda _: None)
    assert (first.changed, again.changed) == (first.files, 0)
    assert (tmp_path / "out" / page_of("i_fernhill")).stat().st_ino == kept


CHANGES = (
    "UPDATE articles SET title = 'Another' WHERE article_id = 'a_dusk'",
    "UPDATE articles SET body = body || ' More.' WHERE article_id = 'a_dusk'",
    "DELETE FROM evidence WHERE incident_id = 'i_fernhill' AND value = '15'",
    "UPDATE evidence SET accepted = NOT accepted WHERE incident_id = 'i_fernhill' AND value = '15'",
    "UPDATE incident_articles SET role = 'mention' WHERE incident_id = 'i_fernhill' AND article_id = 'a_dusk'",
    "UPDATE incident_revisions SET country = 'BE' WHERE incident_id = 'i_fernhill' AND revision = 1",
    "DELETE FROM watch_hits WHERE incident_id = 'i_fernhill'",
    "INSERT INTO revision_articles VALUES ('i_fernhill', 2, 'a_dusk', 'edited')",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_is_made_anew_when_anything_behind_it_changed(
    published: duckdb.DuckDBPyConnection, order: Order, change: str
) -> None:
    ids = [row[0] for row in published.execute("SELECT incident_id FROM incidents").fetchall()]
    before = digests(published, ids, {})
    published.execute("BEGIN")
    try:
        published.execute(change)
        after = digests(published, ids, {})
    finally:
        published.execute("ROLLBACK")
    assert {one for one in ids if before[one] != after[one]} == {"i_fernhill"}


def test_a_page_names_the_incidents_that_it_is_related_to(published: duckdb.DuckDBPyConnection, order: Order) -> None:
    both = digests(published, ["i_fernhill", "i_large"], {})
    alone = digests(published, ["i_fernhill"], {})
    assert both["i_fernhill"] != alone["i_fernhill"]
    published.execute("BEGIN")
    try:
        published.execute("UPDATE incident_revisions SET victim = 'Larger' WHERE incident_id = 'i_large'")
        renamed = digests(published, ["i_fernhill", "i_large"], {})
    finally:
        published.execute("ROLLBACK")
    assert both["i_fernhill"] != renamed["i_fernhill"]


def test_a_decision_by_hand_makes_a_page_anew(published: duckdb.DuckDBPyConnection, order: Order) -> None:
    decided = digests(published, ["i_fernhill"], {"i_fernhill": ("by hand",)})  # type: ignore[dict-item]
    assert decided != digests(published, ["i_fernhill"], {})


def test_a_page_is_passed_over_unless_it_was_cut_or_a_report_was_killed(
    published: duckdb.DuckDBPyConnection, order: Order, tmp_path: Path
) -> None:
    page = tmp_path / page_of("i_fernhill")
    write_report(published, Folder(tmp_path), order, advance=lambda _: None)
    whole = page.read_bytes()
    page.write_bytes(b"x" * len(whole))  # nobody looks into what was made from the same
    write_report(published, Folder(tmp_path), order, advance=lambda _: None)
    assert page.read_bytes() == b"x" * len(whole)
    Folder(tmp_path).distrust()  # as a report does that is then killed
    write_report(published, Folder(tmp_path), order, advance=lambda _: None)
    assert page.read_bytes() == whole
    page.write_bytes(whole[:100])
    write_report(published, Folder(tmp_path), order, advance=lambda _: None)
    assert page.read_bytes() == whole


@pytest.mark.slow
def test_processes_write_what_one_would(
    published: duckdb.DuckDBPyConnection,
    order: Order,
    pages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(making, "PAYS", 1)
    monkeypatch.setattr(making, "AT_ONCE", 2)
    published.execute("CHECKPOINT")
    file = published.execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()[0][0]
    shutil.copy(file, tmp_path / "copy.duckdb")
    con = connect(tmp_path / "copy.duckdb", read_only=True)
    done = write_report(con, Folder(tmp_path / "two"), replace(order, processes=2), advance=lambda _: None)
    con.close()
    assert done.changed == done.files
    assert making._desk == []  # others made them
    assert capfd.readouterr().err == ""
    for path in pages.rglob("*.html"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(pages)).read_bytes()


def test_dated_reports_share_files_and_latest_leads_to_the_newest(
    published: duckdb.DuckDBPyConnection, order: Order, tmp_path: Path
) -> None:
    days = [replace(order, now=order.now + timedelta(days=day)) for day in range(3)]
    shown = [write_dated(published, day, tmp_path, keep=2)[0] for day in days]
    assert shown[-1] == tmp_path / "latest" / "index.html"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2026-03-17", "2026-03-18", "latest"]
    assert (tmp_path / "latest").resolve() == tmp_path / "2026-03-18"
    pair = [(tmp_path / name / page_of("i_fernhill")).stat().st_ino for name in ("2026-03-17", "2026-03-18")]
    assert pair[0] == pair[1]
    assert "18 March" in (tmp_path / "latest/index.html").read_text("utf-8")
    assert "17 March" in (tmp_path / "2026-03-17/index.html").read_text("utf-8")


def test_a_page_that_is_gone_from_the_report_is_taken_out_and_other_files_stay(tmp_path: Path) -> None:
    first = Folder(tmp_path / "out")
    first.put("incidents/a/i_a.html", "one")
    first.close()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    listed = (tmp_path / "out" / MARK).read_text()
    (tmp_path / "out" / MARK).write_text(listed + "../mine.txt\n/etc/none\n")
    (tmp_path / "mine.txt").write_text("kept")
    second = Folder(tmp_path / "out")
    second.put("index.html", "two")
    second.close()
    assert sorted(p.name for p in (tmp_path / "out").rglob("*") if p.is_file()) == [MARK, "index.html", "mine.txt"]
    assert (tmp_path / "mine.txt").exists()


def test_a_shared_file_is_replaced_and_not_changed_in_place(tmp_path: Path) -> None:
    old = Folder(tmp_path / "old")
    old.put("a.html", "one")
    old.close()
    new = Folder(tmp_path / "new", earlier=tmp_path / "old")
    new.put("a.html", "one")
    assert (tmp_path / "new/a.html").stat().st_ino == (tmp_path / "old/a.html").stat().st_ino
    new.put("a.html", "two")
    assert (tmp_path / "old/a.html").read_text() == "one"


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ConfigError, match="holds something that is not a report"):
        Folder(tmp_path)
    with pytest.raises(ConfigError, match="is a file"):
        Folder(tmp_path / "thesis.tex")
    assert (tmp_path / "thesis.tex").read_text() == "mine"
