"""Incidents, changes and rules to alert about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from breachwire.records import Change, Evidence, Incident

TITLE = "Fernhill Robotics says 1.2 million customer records were stolen"


@pytest.fixture
def incident() -> Incident:
    return Incident(
        incident_id="i_fernhill0001",
        title=TITLE,
        victim="Fernhill Robotics",
        victim_names=("Fernhill Robotics", "Fernhill"),
        victim_domain="fernhill.example",
        sector="manufacturing",
        country="NL",
        attack_type="ransomware",
        claim_status="claimed",
        records_min=1_200_000,
        records_unit="records",
        records_qualifier="at_least",
        article_count=5,
        source_count=3,
        source_urls=("https://www.dawn.example/a", "https://dusk.example/b"),
        confidence=0.82,
    )


@pytest.fixture
def change_to() -> Callable[..., Change]:
    """Makes a Change of two incidents; without a previous one it is new."""

    def make(incident: Incident, previous: Incident | None = None, *, revision: int = 2) -> Change:
        quote = "1.2 million customer records were stolen"
        evidence = Evidence(
            incident_id=incident.incident_id,
            field="records_min",
            value="1200000",
            article_id="a_1",
            zone="title",
            char_start=23,
            char_end=23 + len(quote),
            quote=quote,
            rule="records.count",
            confidence=0.9,
            accepted=True,
        )
        return Change(
            incident=incident,
            revision=revision if previous else 1,
            changed=("records_min",),
            previous=previous,
            evidence=(replace(evidence, accepted=False, quote="a rumour"), evidence),
        )

    return make
