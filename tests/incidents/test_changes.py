"""Which columns of an incident changed."""

from __future__ import annotations

from dataclasses import replace

from breachwire.incidents import changed_fields
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


def test_the_same_row_changes_nothing() -> None:
    assert changed_fields(OLD, replace(OLD)) == ()


def test_a_value_that_is_gone_is_a_change() -> None:
    assert changed_fields(OLD, replace(OLD, records_min=None, article_count=2)) == ("records_min", "article_count")
