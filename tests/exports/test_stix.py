"""STIX bundles, read back by stix2 object by object."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import stix2

from breachwire.exports import stix_terms
from breachwire.exports.stix import OURS
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, RELATIONS, SECTORS


@pytest.fixture
def parsed(press: Any) -> list[Any]:
    """Every object of the bundle as stix2 reads it, strictly."""
    return [stix2.parse(thing, version="2.1") for thing in json.loads(press.text("stix", gone=True))["objects"]]


def test_stix2_reads_every_object_and_there_is_an_incident_a_row(press: Any, parsed: list[Any]) -> None:
    bundle = json.loads(press.text("stix", gone=True))
    assert stix2.parse(bundle, version="2.1").id == bundle["id"]
    kinds = Counter(thing["type"] for thing in parsed)
    rows = press.rows()
    assert kinds["incident"] == len(rows) + 2
    assert kinds["report"] == sum(len(item.tellings) for item in press.items())
    assert kinds["vulnerability"] == len({cve for row in rows for cve in row["cves"] or []})
    assert kinds["location"] == len({row["country"] for row in rows if row["country"]})
    assert kinds["identity"] == 1 + len({(row["victim_key"], row["country"]) for row in rows if row["victim"]})
    assert {thing["spec_version"] for thing in parsed} == {"2.1"}


def test_every_value_is_in_the_incident(press: Any, parsed: list[Any]) -> None:
    held = {thing["extensions"][OURS]["incident_id"]: thing for thing in parsed if thing.get("extensions")}
    for row in press.rows():
        thing = held[row["incident_id"]]
        ours, core = thing["extensions"][OURS], thing["extensions"][stix_terms.CORE]
        assert thing["confidence"] == round(100 * row["confidence"])
        assert ours["revision"] == row["revision"]
        for name in ("attack_type", "claim_status", "records_min", "records_max", "data_types", "ransom_currency"):
            assert ours.get(name) == (row[name] or None), name
        assert ours.get("ransom_amount") == (row["ransom_amount"] and float(row["ransom_amount"]))
        assert ours.get("began_on") == (row["began_on"] and row["began_on"].isoformat())
        assert core["determination"] == stix_terms.DETERMINATIONS.get(row["claim_status"], "suspected")
        if row["records_unit"] == "people":
            assert core["impacted_entity_counts"]["individual"] == row["records_min"]


def test_no_reference_leads_out_of_the_bundle(parsed: list[Any]) -> None:
    ids = {thing["id"] for thing in parsed}
    assert len(ids) == len(parsed)
    for thing in parsed:
        refs = [thing.get(name) for name in ("source_ref", "target_ref", "created_by_ref")]
        refs += thing.get("object_refs", [])
        assert set(filter(None, refs)) <= ids


def test_relations_point_from_the_provider_to_the_customer(press: Any, parsed: list[Any]) -> None:
    names = {thing["id"]: thing["name"] for thing in parsed if thing["type"] == "incident"}
    ties = [(t["source_ref"], t["relationship_type"], t["target_ref"]) for t in parsed if t["type"] == "relationship"]
    led = [(names[source], names[target]) for source, how, target in ties if how == "led-to"]
    assert led == [("Saltmere Foods branch 2 was attacked", "Saltmere Foods branch 1 was attacked")]
    press.choose("incident_id = 'i_000000000001'")
    assert "led-to" not in press.text("stix")


def test_an_object_is_the_same_in_every_export_whatever_is_chosen(press: Any) -> None:
    def objects() -> dict[str, Any]:
        return {thing["id"]: thing for thing in json.loads(press.text("stix"))["objects"]}

    whole = objects()
    assert press.text("stix") == press.text("stix")
    for number in (0, 1, 7):
        press.choose(f"incident_id = 'i_{number:012d}'")
        part = objects()
        assert part
        assert part == {key: whole[key] for key in part}


def test_a_revision_moves_modified_and_keeps_id_and_created(press: Any) -> None:
    press.choose("incident_id = 'i_000000000000'")
    incident = next(t for t in json.loads(press.text("stix"))["objects"] if t["type"] == "incident")
    assert (incident["created"], incident["modified"]) == ("2026-05-04T03:02:01.987Z", "2026-05-05T03:02:01.987Z")
    assert incident["name"] == "Revised"


def test_what_is_none_any_more_is_revoked_where_that_is_asked_for(press: Any, parsed: list[Any]) -> None:
    assert sum(thing.get("revoked", False) for thing in parsed) == 2
    assert '"revoked"' not in press.text("stix")


def test_only_addresses_of_the_web_are_links(parsed: list[Any]) -> None:
    links = [ref["url"] for t in parsed for ref in t.get("external_references", []) if "url" in ref]
    assert links
    assert all(link.startswith("https://") and "<" not in link for link in links)


def test_every_term_has_a_word() -> None:
    assert set(stix_terms.TYPES) == set(ATTACK_TYPES)
    assert set(stix_terms.DETERMINATIONS) == set(CLAIM_STATUSES)
    assert set(stix_terms.SECTORS) == set(SECTORS) - {"other"}
    assert set(stix_terms.RELATIONS) == set(RELATIONS)
    assert set(stix_terms.SECTORS.values()) <= set(stix2.v21.vocab.INDUSTRY_SECTOR)
