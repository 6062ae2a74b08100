"""MISP events, read back by pymisp with its own templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pymisp
import pytest

from breachwire.exports import misp_terms
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES

TEMPLATES = Path(pymisp.__file__).parent / "data/misp-objects/objects"


def _events(text: str) -> list[pymisp.MISPEvent]:
    found = []
    for held in json.loads(text)["response"]:
        event = pymisp.MISPEvent(strict_validation=True)
        event.load(held)
        found.append(event)
    return found


def test_pymisp_loads_an_event_a_row_with_the_same_values(press: Any) -> None:
    events = _events(press.text("misp"))
    for event, item in zip(events, press.items(), strict=True):
        row = item.incident
        beside: dict[str, list[str]] = {}
        for attribute in event.attributes:
            beside.setdefault(attribute.comment, []).append(str(attribute.value))
        for name in ("records_min", "records_max", "records_unit", "records_qualifier", "began_on", "disclosed_on"):
            value = getattr(row, name)
            assert beside.get(name, []) == ([] if value is None else [str(value)]), name
        assert beside.get("data_types", []) == list(row.data_types)
        assert beside.get("cves", []) == list(row.cves)
        assert len(event.get_objects_by_name("report")) == len(item.tellings)
        if row.country:
            victim = event.get_objects_by_name("victim")[0]
            assert [a.value for a in victim.get_attributes_by_relation("regions")] == [row.country]
        asked = [float(o.get_attributes_by_relation("initial_ransom")[0].value) for o in _ransoms(event)]
        assert asked == ([] if row.ransom_amount is None else [float(row.ransom_amount)])
        assert int(event.timestamp.timestamp()) == int(item.revised_at.timestamp())


def _ransoms(event: pymisp.MISPEvent) -> list[Any]:
    return event.get_objects_by_name("ransom-negotiation")


def test_objects_follow_their_templates(press: Any) -> None:
    for event in _events(press.text("misp")):
        for thing in event.objects:
            template = json.loads((TEMPLATES / thing.name / "definition.json").read_text(encoding="utf-8"))
            uuid, version, category = misp_terms.TEMPLATES[thing.name]
            assert (template["uuid"], str(template["version"])) == (uuid, version)
            assert template["meta-category"] == category
            for attribute in thing.attributes:
                rule = template["attributes"][attribute.object_relation]
                assert rule["misp-attribute"] == attribute.type
                listed = rule.get("sane_default", rule.get("values_list"))
                assert listed is None or attribute.value in listed, (attribute.object_relation, attribute.value)
            relations = [a.object_relation for a in thing.attributes]
            many = {name for name, rule in template["attributes"].items() if rule.get("multiple")}
            assert {name for name in relations if relations.count(name) > 1} <= many
            assert set(template.get("required", [])) <= set(relations)


def test_nothing_is_empty_for_misp_refuses_it(press: Any) -> None:
    for held in json.loads(press.text("misp"))["response"]:
        event = held["Event"]
        values = [a["value"] for part in (event, *event["Object"]) for a in part["Attribute"]]
        assert all(value.strip() for value in [event["info"], *values])
        assert not [tag["name"] for tag in event["Tag"] if '=""' in tag["name"]]


def test_ids_are_unique_and_the_same_in_every_export(press: Any) -> None:
    whole = json.loads(press.text("misp"))["response"]
    ids = [
        thing["uuid"]
        for held in whole
        for event in [held["Event"]]
        for thing in [
            event,
            *event["Attribute"],
            *event["Object"],
            *(a for o in event["Object"] for a in o["Attribute"]),
        ]
    ]
    assert len(set(ids)) == len(ids)
    press.choose("incident_id = 'i_000000000003'")
    assert json.loads(press.text("misp"))["response"][0] in whole


def test_tags_are_machine_tags_that_hostile_names_do_not_leave(press: Any, hostile: str) -> None:
    tags = [tag.name for event in _events(press.text("misp")) for tag in event.tags]
    assert 'misp-galaxy:threat-actor="Copper Lantern"' in tags
    assert 'misp-galaxy:ransomware="Rusty Bolt"' in tags
    assert all(tag == "tlp:clear" or (tag.count('"') == 2 and tag.endswith('"')) for tag in tags)
    assert '"quoted"' in hostile


@pytest.mark.parametrize(("asked", "level"), [("organisation", 0), ("community", 1), ("connected", 2), ("all", 3)])
def test_the_distribution_is_as_asked(press: Any, asked: str, level: int) -> None:
    events = _events(press.text("misp", distribution=asked))
    assert {int(event.distribution) for event in events} == {level}


def test_every_term_has_a_word() -> None:
    assert set(misp_terms.TYPES) == set(ATTACK_TYPES)
    assert set(misp_terms.DETERMINATIONS) == set(CLAIM_STATUSES)
