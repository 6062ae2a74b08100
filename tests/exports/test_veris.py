"""VERIS incidents, held against the rules of the schema and the checks between fields that VCDB makes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from breachwire.exports import veris_terms
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, DATA_TYPES, SECTORS

Faults = Callable[[dict[str, Any]], list[str]]


def lints(one: dict[str, Any]) -> list[str]:
    """What one field implies for another: VCDB's checks of August 2026 that concern what is exported."""
    action, attribute = one["action"], one.get("attribute", {})
    integrity = attribute.get("integrity", {}).get("variety", [])
    available = attribute.get("availability", {}).get("variety", [])
    secret = attribute.get("confidentiality", {})
    data = [each["variety"] for each in secret.get("data", [])]
    assets = [each["variety"] for each in one["asset"]["assets"]]
    varieties = {name: block.get("variety", []) for name, block in action.items()}
    results = {word for block in action.values() for word in block.get("result", [])}
    rules = {
        "social alters behaviour": "social" not in action or "Alter behavior" in integrity,
        "social has a person": "social" not in action or any(asset.startswith("P - ") for asset in assets),
        "social has a target": "social" not in action
        or bool(action["social"]["target"] and action["social"]["vector"]),
        "disclosure names data": secret.get("data_disclosure") != "Yes" or bool(data),
        "data has a state": not data or bool(secret.get("state")),
        "malware is installed": "malware" not in action or "Software installation" in integrity,
        "ransomware interrupts and obscures": "Ransomware" not in varieties.get("malware", [])
        or {"Interruption", "Obscuration"} <= set(available),
        "theft is loss": "Theft" not in varieties.get("physical", []) or "Loss" in available,
        "exfiltration discloses": "Exfiltrate" not in results
        or secret.get("data_disclosure") in ("Yes", "Potentially"),
        "web applications are assets": "Web application" not in action.get("hacking", {}).get("vector", [])
        or "S - Web application" in assets,
        "parents of personal data": not {"Medical", "Bank", "Payment", "Sensitive Personal"} & set(data)
        or "Personal" in data,
        "unknown stands alone": all(
            "Unknown" not in words or len(words) == 1 for words in [data, *varieties.values(), integrity, available]
        ),
        "errors have no motive": "error" not in action
        or one["actor"].get("internal", {}).get("motive") != ["Financial"],
        "sure of two unknowns": one["confidence"] != "High",
        "no value chain": "value_chain" not in one,
        "external motive": "DoS" not in varieties.get("malware", []),
    }
    return [name for name, holds in rules.items() if not holds]


def test_every_incident_passes_the_rules_and_the_checks(press: Any, veris_faults: Faults) -> None:
    read = json.loads(press.text("veris"))
    assert [fault for one in read for fault in veris_faults(one)] == []
    assert [(one["incident_id"], name) for one in read for name in lints(one)] == []


def test_the_rules_find_faults(press: Any, veris_faults: Faults) -> None:
    one = json.loads(press.text("veris"))[0]
    assert veris_faults(one | {"security_incident": "Perhaps"})
    assert veris_faults({name: value for name, value in one.items() if name != "timeline"})
    assert veris_faults(one | {"action": {"malware": {"variety": ["Ransomware"]}}})
    assert lints(one | {"action": {"social": {"variety": ["Phishing"], "vector": [], "target": []}}})


def test_every_value_stands_under_plus(press: Any) -> None:
    for one, row in zip(json.loads(press.text("veris")), press.rows(), strict=True):
        ours = one["plus"]["breachwire"]
        for name in ("incident_id", "victim_names", "records_min", "records_max", "records_qualifier", "data_types"):
            assert ours.get(name) == (row[name] or None), name
        assert ours.get("ransom_amount") == (row["ransom_amount"] and float(row["ransom_amount"]))
        assert one["victim"]["country"] == [row["country"] or "Unknown"]
        if row["records_min"] is not None:
            assert one["attribute"]["confidentiality"]["data_total"] == row["records_min"]


@pytest.mark.parametrize(
    ("attack", "action", "variety"),
    [
        ("ransomware", "malware", "Ransomware"),
        ("extortion", "social", "Extortion"),
        ("ddos", "hacking", "DoS"),
        ("phishing_bec", "social", "Phishing"),
        ("account_takeover", "hacking", "Use of stolen creds"),
        ("exposed_data", "error", "Unknown"),
        ("insider", "misuse", "Unknown"),
    ],
)
def test_an_attack_is_coded_as_its_action(press: Any, attack: str, action: str, variety: str) -> None:
    press.choose(f"attack_type = '{attack}'")
    for one in json.loads(press.text("veris")):
        assert variety in one["action"][action]["variety"] or one["action"]["hacking"].get("cve")


def test_the_date_is_as_exact_as_it_is_known(press: Any) -> None:
    keys = {
        one["plus"]["breachwire"].get("began_precision"): list(one["timeline"]["incident"])
        for one in json.loads(press.text("veris"))
    }
    assert keys == {"day": ["year", "month", "day"], "month": ["year", "month"], "year": ["year"], None: ["year"]}


def test_what_is_not_said_is_unknown(press: Any) -> None:
    press.choose("victim IS NULL")
    [one] = json.loads(press.text("veris"))
    assert one["action"] == one["actor"] == {"unknown": {}}
    assert one["victim"] == {
        "country": ["Unknown"],
        "industry": "00",
        "employee_count": "Unknown",
        "government": ["Unknown"],
    }
    assert "attribute" not in one


def test_every_term_has_a_word() -> None:
    assert set(veris_terms.CODINGS) == set(ATTACK_TYPES)
    assert set(veris_terms.INDUSTRIES) == set(SECTORS) - {"other"}
    assert set(veris_terms.DATA) == set(DATA_TYPES)
    assert set(veris_terms.INCIDENT) <= set(CLAIM_STATUSES)
