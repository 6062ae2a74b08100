"""The sample newsroom's own published file, every incident of it, through every format and back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import feedparser
import pymisp
import pytest
import stix2
from click.testing import CliRunner

from breachwire.cli import breachwire
from breachwire.exports.parquet import write_parquet
from breachwire.exports.stix import OURS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # three nights: 15 s of CPU


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory, press_of: Callable[[Path], Any]) -> Iterator[Any]:
    """Exports of what three nights of the sample newsroom found."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    result = CliRunner().invoke(breachwire, ["demo", "--keep", str(folder)])
    assert result.exit_code == 0, result.output
    press = press_of(folder / "data" / "incidents.duckdb")
    assert len(press.rows()) > 20
    yield press
    press.con.close()


def test_json_csv_and_parquet_have_every_value(newsroom: Any, tmp_path: Path, duck: Any) -> None:
    rows = newsroom.rows()
    for one, row in zip(json.loads(newsroom.text("json")), rows, strict=True):
        for name, value in row.items():
            told = value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value
            assert one[name] == (float(told) if name == "ransom_amount" and told is not None else told), name
    read = list(csv.DictReader(io.StringIO(newsroom.text("csv"))))
    assert [one["victim"] for one in read] == [row["victim"] or "" for row in rows]
    assert [one["source_urls"].split("; ") for one in read] == [row["source_urls"] for row in rows]
    write_parquet(newsroom.con, tmp_path / "x.parquet")
    held = duck.execute("SELECT * FROM read_parquet($path)", {"path": str(tmp_path / "x.parquet")})
    names = [column[0] for column in held.description]
    assert [dict(zip(names, row, strict=True)) for row in held.fetchall()] == rows


def test_stix_has_every_value(newsroom: Any) -> None:
    things = [stix2.parse(thing, version="2.1") for thing in json.loads(newsroom.text("stix"))["objects"]]
    told = {thing["id"]: thing for thing in things}
    held = {t["extensions"][OURS]["incident_id"]: t for t in things if t["type"] == "incident"}
    ends = [(t["source_ref"], told[t["target_ref"]]) for t in things if t["type"] == "relationship"]
    assert len(held) == len(newsroom.rows())
    for item in newsroom.items():
        row, thing = item.incident, held[item.incident.incident_id]
        ours = thing["extensions"][OURS]
        assert (thing["name"], thing.get("description")) == (row.title, row.summary)
        assert (ours.get("records_min"), ours.get("claim_status")) == (row.records_min, row.claim_status)
        tied = {target["name"] for source, target in ends if source == thing["id"] and target["type"] != "incident"}
        assert {row.threat_actor, row.malware, *row.cves} - {None} <= tied
        assert not row.victim or item.victim.name in tied
        refers = [t for t in things if t["type"] == "report" and thing["id"] in t["object_refs"]]
        assert sorted(t["name"] for t in refers) == sorted(telling.title for telling in item.tellings)


def test_misp_has_every_value(newsroom: Any) -> None:
    for held, item in zip(json.loads(newsroom.text("misp"))["response"], newsroom.items(), strict=True):
        event = pymisp.MISPEvent(strict_validation=True)
        event.load(held)
        row = item.incident
        names = {str(attribute.value) for attribute in event.attributes}
        stated = {row.threat_actor, row.malware, row.records_unit, *row.cves, *row.data_types} - {None}
        assert stated <= names
        assert event.info == row.title
        victims = [o.get_attributes_by_relation("name")[0].value for o in event.get_objects_by_name("victim")]
        assert victims == ([row.victim] if row.victim else [])


def test_veris_passes_the_rules(newsroom: Any, veris_faults: Callable[[dict[str, Any]], list[str]]) -> None:
    read = json.loads(newsroom.text("veris"))
    assert [fault for one in read for fault in veris_faults(one)] == []
    for one, row in zip(read, newsroom.rows(), strict=True):
        assert one["plus"]["breachwire"]["incident_id"] == row["incident_id"]
        assert one["victim"].get("victim_id") == row["victim"]
        assert one.get("reference", "").split("; ") == list(dict.fromkeys(row["source_urls"]))


def test_atom_reads_without_a_fault(newsroom: Any) -> None:
    read = feedparser.parse(newsroom.text("atom").encode())
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [row["title"] for row in newsroom.rows()]
    assert all(entry.link.startswith("http://127.") for entry in read.entries)
