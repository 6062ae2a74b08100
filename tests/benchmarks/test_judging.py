"""When a row agrees with what a text states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from benchmarks.truth.judging import FIELDS, Row, judge, judge_data_types, judge_together
from benchmarks.truth.labels import Label


@pytest.mark.parametrize(
    ("field", "row", "label", "verdict"),
    [
        ("victim", {"victim": "Fennimore Water"}, {"victim": "The Fennimore Water Company"}, "right"),
        ("victim", {"victim": "FWC"}, {"victim": "Fennimore Water Cooperative"}, "right"),
        (
            "victim",
            {"victim": "Oststadt Kliniken"},
            {"victim": "OK", "victim_aliases": ("Kliniken Oststadt",)},
            "right",
        ),
        ("victim", {"victim": "Bank of the Harbour"}, {"victim": "Lantern Savings"}, "wrong"),
        ("victim", {}, {"victim": "Lantern Savings"}, "missed"),
        ("victim", {"victim": "Lantern Savings"}, {"victim_unnamed": True}, None),
        ("attack_type", {"attack_type": "extortion"}, {"attack": "other"}, "right"),
        ("attack_type", {"attack_type": "intrusion"}, {"attack": "data_breach"}, "wrong"),
        ("claim_status", {"claim_status": "reported"}, {"status": "suspected"}, "right"),
        ("sector", {"sector": "other"}, {"sector": "health"}, "missed"),
        ("sector", {"sector": "health"}, {"sector": "other"}, None),
        ("country", {"country": "GB"}, {"country": "IE"}, "wrong"),
        ("records", {"records_min": 104}, {"records": 100}, "right"),
        ("records", {"records_min": 106}, {"records": 100}, "wrong"),
        ("records", {"records_max": 40}, {"records": 100, "records_alt": (40,)}, "right"),
        ("records", {"records_min": 5}, {}, "extra"),
        ("records", {}, {"records_alt": (40,)}, None),
        ("threat_actor", {"threat_actor": "LockBit"}, {"actor": "the LockBit gang"}, "right"),
        ("threat_actor", {"threat_actor": "LockBit"}, {}, "extra"),
        ("malware", {"malware": "NotPetya"}, {"malware": "Petrwrap"}, "right"),
        ("malware", {}, {"malware": "Emotet"}, "missed"),
        ("ransom", {"ransom_amount": Decimal(41), "ransom_currency": "BTC"}, {"ransom_demand": "BTC 40"}, "right"),
        ("ransom", {"ransom_amount": Decimal(40), "ransom_currency": "ETH"}, {"ransom_demand": "BTC 40"}, "wrong"),
        ("ransom", {"ransom_amount": Decimal(40), "ransom_currency": "ETH"}, {}, "extra"),
        ("began_on", {"began_on": date(2025, 3, 1), "began_precision": "month"}, {"occurred": "2025-03-11"}, "right"),
        ("began_on", {"began_on": date(2025, 3, 12), "began_precision": "day"}, {"occurred": "2025-03-11"}, "wrong"),
        ("began_on", {"began_on": date(2025, 1, 1), "began_precision": "year"}, {"occurred": "2025-03"}, "wrong"),
        ("began_on", {"began_on": date(2025, 3, 12)}, {"occurred": "2025-03-11", "occurred_in_doubt": True}, None),
    ],
)
def test_a_judgement(field: str, row: dict[str, Any], label: dict[str, Any], verdict: str | None) -> None:
    assert judge(field, Row(**row), Label(**label)) == verdict


def test_nothing_said_and_nothing_stated_is_no_judgement() -> None:
    assert [field for field in FIELDS if judge(field, Row(), Label())] == []


def test_one_text_that_agrees_is_enough_otherwise_most_decide() -> None:
    row = Row(records_min=240_000)
    labels = [Label(records=20_000), Label(records=240_000), Label(records=1_100_000)]
    assert judge_together("records", row, labels) == "right"
    assert judge_together("records", row, [Label(), *[Label(records=9)] * 2]) == "wrong"


def test_kinds_of_data_are_judged_one_by_one() -> None:
    row = Row(data_types=("name", "email"))
    assert sorted(judge_data_types(row, Label(data_types=("name", "phone", "dob")))) == [
        "extra",
        "missed",
        "missed",
        "right",
    ]
    assert judge_data_types(row, Label()) == []
