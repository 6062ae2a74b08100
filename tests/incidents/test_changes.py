"""What of an incident is news."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from breachwire.incidents import changed_fields, material, material_words
from breachwire.records import Incident

OLD = Incident(
    incident_id="i",
    title="Orlo hit",
    victim="Orlo",
    records_min=50000,
    records_unit="people",
    claim_status="claimed",
    article_count=1,
)


def test_a_new_incident_lists_what_it_holds() -> None:
    assert changed_fields(None, OLD) == (
        *(
            "title",
            "victim",
            "claim_status",
            "records_min",
            "records_unit",
            "article_count",
            "source_count",
            "confidence",
        ),
    )
    assert material(None, OLD) == "new_incident"


def test_the_same_row_changes_nothing() -> None:
    assert changed_fields(OLD, replace(OLD)) == ()
    assert material(OLD, replace(OLD)) is None


def test_a_value_that_is_gone_is_a_change() -> None:
    assert changed_fields(OLD, replace(OLD, records_min=None, article_count=2)) == ("records_min", "article_count")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"records_min": 240000}, ("240,000 people, was 50,000",)),
        ({"records_min": 99999}, ()),
        ({"records_min": 240000, "records_unit": "files"}, ()),
        ({"records_min": 100}, ()),
        ({"threat_actor": "Gray Heron"}, ("Gray Heron named as the attacker",)),
        ({"claim_status": "confirmed"}, ("confirmed, was claimed",)),
        ({"claim_status": "denied"}, ("denied, was claimed",)),
        ({"claim_status": "reported"}, ()),
        ({"ransom_amount": Decimal("2000000"), "ransom_currency": "USD"}, ("ransom of USD 2,000,000 demanded",)),
        ({"ransom_amount": Decimal("40.5"), "ransom_currency": "BTC"}, ("ransom of BTC 40.5 demanded",)),
        ({"article_count": 9, "title": "Orlo hit hard"}, ()),
        (
            {"claim_status": "confirmed", "records_min": 100000},
            ("100,000 people, was 50,000", "confirmed, was claimed"),
        ),
    ],
)
def test_what_is_worth_telling(change: dict[str, Any], words: tuple[str, ...]) -> None:
    new = replace(OLD, **change)
    assert material_words(OLD, new) == words
    assert material(OLD, new) == ("material_change" if words else None)


def test_a_first_figure_is_no_growth() -> None:
    assert material(replace(OLD, records_min=None), OLD) is None
