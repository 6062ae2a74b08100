"""`breachwire export`: which incidents, where to, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

Desk = Any
FORMS = ("csv", "parquet", "json", "stix", "misp", "veris", "atom")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_written_whole_and_read_back(desk: Desk, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"x.{form}"
    out.write_text("what stood there")
    result = desk("export", form, "--out", str(out), "--check")
    assert result.exit_code == 0, result.output
    assert result.stderr == f"2 incidents in {out}, read back\n"
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir() if "x." in path.name] == [out.name]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "parquet"])
def test_stdout_holds_what_a_file_holds(desk: Desk, tmp_path: Path, form: str) -> None:
    out = tmp_path / "x"
    assert desk("export", form, "--out", str(out)).exit_code == 0
    held, shown = out.read_bytes().decode(), desk("export", form).stdout
    assert (held.split("<entry>")[1:] == shown.split("<entry>")[1:]) if form == "atom" else held == shown


def test_a_link_leads_to_the_new_file_and_a_pipe_is_written_to(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("what stood there")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    assert desk("export", "json", "--out", str(tmp_path / "link")).exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert len(json.loads((tmp_path / "kept").read_text())) == 2
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor() as reader:
        read = reader.submit((tmp_path / "pipe").read_text)
        assert desk("export", "json", "--out", str(tmp_path / "pipe")).exit_code == 0
        assert len(json.loads(read.result(10))) == 2
    assert (tmp_path / "pipe").is_fifo()
    assert "a pipe" in desk("export", "parquet", "--out", str(tmp_path / "pipe")).stderr


def test_filters_are_those_of_incidents(desk: Desk) -> None:
    for filters in (["--sector", "health"], ["--country", "nl"], ["--actor", "copper"], ["--since", "7d"]):
        listed = json.loads(desk("incidents", "--format", "json", *filters).stdout)
        exported = json.loads(desk("export", "json", *filters).stdout)
        assert [row["incident_id"] for row in exported] == [row["incident_id"] for row in listed]
        assert exported
    assert len(json.loads(desk("export", "json", "--limit", "1").stdout)) == 1


def test_nothing_that_fits_is_an_empty_file_of_its_kind(desk: Desk) -> None:
    result = desk("export", "json", "--attack", "ddos")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "--attack" in result.stderr
    assert len(desk("export", "csv", "--attack", "ddos").stdout.splitlines()) == 1
    assert json.loads(desk("export", "misp", "--attack", "ddos").stdout) == {"response": []}


def test_csv_begins_with_a_mark_where_that_is_asked_for(desk: Desk) -> None:
    marked, plain = desk("export", "csv", "--bom").stdout, desk("export", "csv").stdout
    assert marked == "\ufeff" + plain
    assert len(list(csv.DictReader(io.StringIO(plain)))) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "pdf"), "'pdf' is not one of"),
        (("export", "parquet"), "cannot go to stdout or a pipe"),
        (("export", "stix", "--check"), "reads a file back"),
        (("export", "csv", "--lines"), "is an option of json, not of csv"),
        (("export", "json", "--distribution", "all"), "is an option of misp, not of json"),
        (("export", "misp", "--gone"), "is an option of stix, not of misp"),
        (("export", "json", "--out", "/nowhere/at/all/x.json"), "/nowhere/at/all/x.json cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(desk: Desk, words: tuple[str, ...], said: str) -> None:
    result = desk(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


@pytest.mark.parametrize(("form", "package"), [("stix", "stix2"), ("misp", "pymisp")])
def test_a_missing_extra_is_named_before_anything_is_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    out = tmp_path / "x"
    result = desk("export", form, "--out", str(out), "--check")
    assert result.exit_code == 2
    assert f"pip install 'breachwire[{form}]'" in result.stderr
    assert not out.exists()
    assert desk("export", form, "--out", str(out)).exit_code == 0


def test_before_the_first_night_it_says_so(empty_desk: Desk) -> None:
    result = empty_desk("export", "csv")
    assert result.exit_code == 2
    assert "no published database yet" in result.stderr
