"""CSV, JSON and Parquet, read back by DuckDB and the standard library."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from breachwire.exports.parquet import write_parquet
from breachwire.exports.plain import write_csv

ROOT = Path(__file__).parents[2]


def test_json_holds_every_value_of_every_column(press: Any) -> None:
    read = json.loads(press.text("json"))
    wanted = press.rows()
    assert [list(one) for one in read] == [list(row) for row in wanted]
    for one, row in zip(read, wanted, strict=True):
        for name, value in row.items():
            if isinstance(value, datetime):
                assert datetime.fromisoformat(one[name]) == value
            elif name in ("began_on", "disclosed_on"):
                assert one[name] == (value and value.isoformat())
            elif name == "ransom_amount":
                assert one[name] == (value if value is None else float(value))
            else:
                assert one[name] == value


def test_lines_are_the_same_objects(press: Any) -> None:
    assert [json.loads(line) for line in press.text("lines").splitlines()] == json.loads(press.text("json"))


def test_json_is_as_its_schema_says(press: Any) -> None:
    schema = json.loads((ROOT / "docs/schema/incident.schema.json").read_text(encoding="utf-8"))
    assert list(schema["properties"]) == list(press.rows()[0])
    judge = Draft202012Validator(schema)
    assert [fault.message for one in json.loads(press.text("json")) for fault in judge.iter_errors(one)] == []


def test_parquet_is_the_view_in_its_order(press: Any, tmp_path: Path, duck: Any) -> None:
    path = tmp_path / "it's.parquet"
    count = write_parquet(press.con, path)
    read = duck.execute("SELECT * FROM read_parquet($path)", {"path": str(path)})
    names = [column[0] for column in read.description]
    assert [dict(zip(names, row, strict=True)) for row in read.fetchall()] == press.rows()
    assert count == len(press.rows())


def test_csv_is_read_by_duckdb_with_the_same_values(press: Any, tmp_path: Path, duck: Any) -> None:
    press.choose("length(title) < 100 AND NOT regexp_matches(concat(title, summary, victim), '^[+@-]|[+@-]S')")
    path = tmp_path / "x.csv"
    path.write_text(press.text("csv"), encoding="utf-8", newline="")
    read = duck.execute(
        "SELECT incident_id, title, records_min, records_max, country, disclosed_on, revised_at, source_urls,"
        " confidence FROM read_csv($path) ORDER BY incident_id",
        {"path": str(path)},
    ).fetchall()
    wanted = sorted(press.rows(), key=lambda row: row["incident_id"])
    assert [
        (
            row["incident_id"],
            row["title"],
            row["records_min"],
            row["records_max"],
            row["country"],
            row["disclosed_on"],
            row["revised_at"],
            "; ".join(row["source_urls"]) or None,
            row["confidence"],
        )
        for row in wanted
    ] == [(*row[:6], row[6], *row[7:]) for row in read]


def test_csv_has_a_row_an_incident_on_a_line_each(press: Any) -> None:
    text = press.text("csv")
    read = list(csv.DictReader(io.StringIO(text), strict=True))
    assert [row["incident_id"] for row in read] == [row["incident_id"] for row in press.rows()]
    assert len(text.splitlines()) == len(read) + 1
    assert [row["data_types"].split("; ") for row in read if row["data_types"]] == [
        row["data_types"] for row in press.rows() if row["data_types"]
    ]


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_csv_of_any_text_reads_back_row_for_row(texts: list[str]) -> None:
    out = io.StringIO()
    write_csv(["n", "a"], [(at, text) for at, text in enumerate(texts)], out)
    rows = list(csv.reader(io.StringIO(out.getvalue()), strict=True))
    assert [row[0] for row in rows] == ["n", *map(str, range(len(texts)))]
    assert not any(row[1][:1] in tuple("=+-@\t\r") for row in rows[1:] if not row[1][1:2].isdigit())


@pytest.mark.parametrize("form", ["csv", "json", "lines", "stix", "misp", "veris", "atom"])
def test_no_export_holds_what_a_terminal_would_obey(press: Any, form: str) -> None:
    text = press.text(form)
    assert not [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\ufffe"]
