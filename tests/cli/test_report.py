"""`breachwire report`, as typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_report_writes_a_dated_folder_and_latest(desk: Any) -> None:
    done = desk("report")
    assert done.exit_code == 0, done.output
    page = desk.data / "reports" / "latest" / "index.html"
    assert f"2 incidents in {page}: open it in a browser" in done.output
    assert page.is_file()
    assert len(list((desk.data / "reports").iterdir())) == 2
    text = next((desk.data / "reports/latest/incidents").rglob("i_b100000.html")).read_text("utf-8")
    assert "at least 20,000 people" in text
    assert "Copper Lantern" in text


def test_report_into_a_folder_of_ones_own(desk: Any, tmp_path: Path) -> None:
    out = tmp_path / "share" / "news"
    assert desk("report", "--out", str(out), "--since", "2026-01-01").exit_code == 0
    assert (out / "index.html").is_file()
    assert not (desk.data / "reports").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    refused = desk("report", "--out", str(tmp_path / "full"))
    assert refused.exit_code == 2
    assert "holds something that is not a report (name an empty folder)" in " ".join(refused.output.split())


def test_report_without_a_published_file_says_what_to_do(empty_desk: Any) -> None:
    refused = empty_desk("report")
    assert refused.exit_code == 2
    assert "run `breachwire run` first" in refused.output
    assert not (empty_desk.data / "reports").exists()
