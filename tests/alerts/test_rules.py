"""Changes become alerts once: by the strongest event and the first rule that wants it, for each channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from breachwire.alerts.rules import alerts_for, material_reasons
from breachwire.records import Change, Incident, WatchHit
from breachwire.settings.models import Alerts
from breachwire.vocabulary import EVENTS

Make = Callable[..., Change]


def rules(*wanted: dict[str, object]) -> Alerts:
    return Alerts.model_validate(
        {
            "channels": {"desk": {"kind": "terminal"}, "log": {"kind": "file", "path": "alerts.jsonl"}},
            "rules": [
                {"name": f"rule {i}", "events": list(EVENTS), "channels": ["desk"], **rule}
                for i, rule in enumerate(wanted, 1)
            ],
        }
    )


def hit(incident: Incident, name: str = "Fernhill Robotics") -> WatchHit:
    return WatchHit(
        incident_id=incident.incident_id, name=name, matched=name, score=100.0, reason=f"victim is {name!r}"
    )


def test_a_new_incident_is_told_to_each_channel(incident: Incident, change_to: Make) -> None:
    alerts = alerts_for([change_to(incident)], (), rules({"channels": ["desk", "log", "desk"]}))
    assert [(a.channel, a.event, a.revision) for a in alerts] == [
        ("desk", "new_incident", 1),
        ("log", "new_incident", 1),
    ]
    assert len({a.alert_id for a in alerts}) == 2


def test_a_watched_name_outranks_news_and_a_channel_hears_once(incident: Incident, change_to: Make) -> None:
    both = rules({}, {"channels": ["desk", "log"]})
    alerts = alerts_for([change_to(incident)], [hit(incident)], both)
    assert [(a.channel, a.event, a.rule) for a in alerts] == [
        ("desk", "watch_hit", "rule 1"),
        ("log", "watch_hit", "rule 2"),
    ]
    assert alerts[0].title.startswith("[watch: Fernhill Robotics] Fernhill Robotics: ransomware")


def test_a_name_told_before_is_no_news_but_still_passes_the_filter(incident: Incident, change_to: Make) -> None:
    before = replace(incident, threat_actor=None)
    after = replace(incident, threat_actor="Copper Lantern")
    only_watched = rules({"watchlist": True})
    told = {(incident.incident_id, "Fernhill Robotics")}
    (alert,) = alerts_for([change_to(after, before)], [hit(after)], only_watched, told=told)
    assert alert.event == "material_change"
    assert alerts_for([change_to(after, before)], (), only_watched) == ()


def test_the_same_alert_has_the_same_id_and_another_revision_another(incident: Incident, change_to: Make) -> None:
    grown = replace(incident, records_min=9_000_000)
    first = alerts_for([change_to(grown, incident, revision=2)], (), rules({}))
    again = alerts_for([change_to(grown, incident, revision=2)], (), rules({}))
    later = alerts_for([change_to(grown, incident, revision=3)], (), rules({}))
    assert first == again
    assert first[0].alert_id != later[0].alert_id


def test_a_change_that_is_not_material_is_not_told(incident: Incident, change_to: Make) -> None:
    after = replace(incident, article_count=9, records_min=1_300_000)
    assert alerts_for([change_to(after, incident)], (), rules({})) == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"records_min": 2_400_000}, "figure grew from 1,200,000 to 2,400,000 records"),
        ({}, {"records_min": 9_000_000, "records_unit": "files"}, None),
        ({"records_min": None}, {"records_min": 2_400_000}, None),
        ({}, {"threat_actor": "Copper Lantern"}, "actor named: Copper Lantern"),
        ({}, {"claim_status": "confirmed"}, "now confirmed, was claimed"),
        ({"claim_status": None}, {"claim_status": "denied"}, "now denied, was not stated"),
        ({}, {"claim_status": "reported"}, None),
        ({}, {"ransom_amount": Decimal(5_000_000), "ransom_currency": "USD"}, "ransom stated: 5,000,000 USD"),
    ],
)
def test_what_is_material(
    incident: Incident, change_to: Make, before: dict[str, object], after: dict[str, object], words: str | None
) -> None:
    was: Incident = replace(incident, **before)  # type: ignore[arg-type]
    now: Incident = replace(incident, **after)  # type: ignore[arg-type]
    assert material_reasons(change_to(now, was)) == ((words,) if words else ())


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"sectors": ["manufacturing"]}, True),
        ({"sectors": ["health"]}, False),
        ({"countries": ["NL", "BE"]}, True),
        ({"countries": ["BE"]}, False),
        ({"attack_types": ["ddos"]}, False),
        ({"claim_statuses": ["confirmed"]}, False),
        ({"min_records": 1_200_000}, True),
        ({"min_records": 1_200_001}, False),
        ({"min_confidence": 0.9}, False),
        ({"watchlist": True}, False),
    ],
)
def test_filters(incident: Incident, change_to: Make, filters: dict[str, object], *, passes: bool) -> None:
    assert bool(alerts_for([change_to(incident)], (), rules(filters))) is passes
