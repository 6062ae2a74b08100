"""The folder of a report: what is written again, shared, refused, kept and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from breachwire.errors import ConfigError
from breachwire.report import Order, write_report
from breachwire.report.folder import MARK, Folder
from breachwire.report.pages import page_of
from flows.reporting import write_dated


def test_what_did_not_change_is_not_written_again(
    published: duckdb.DuckDBPyConnection, order: Order, tmp_path: Path
) -> None:
    first = write_report(published, Folder(tmp_path / "out"), order, advance=lambda _: None)
    kept = (tmp_path / "out" / page_of("i_fernhill")).stat().st_ino
    again = write_report(published, Folder(tmp_path / "out"), order, advance=lambda _: None)
    assert (first.changed, again.changed) == (first.files, 0)
    assert (tmp_path / "out" / page_of("i_fernhill")).stat().st_ino == kept


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
