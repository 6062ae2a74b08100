"""Changes become alerts once: by the strongest event and the first rule that wants it, for each channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from breachwire.alerts.material import material
from breachwire.alerts.rules import Desk, Told, alerts_for, opinions, stories
from breachwire.alerts.timing import next_at
from breachwire.records import Change, Incident, WatchHit
from breachwire.settings.models import Alerts, Watchlist
from breachwire.vocabulary import EVENTS, PULSE_EVENTS

Make = Callable[..., Change]


NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
INCIDENT_EVENTS = [event for event in EVENTS if event not in PULSE_EVENTS]


def rules(*wanted: dict[str, object], **more: object) -> Desk:
    channels = {
        "desk": {"kind": "terminal"},
        "log": {"kind": "file", "path": "alerts.jsonl"},
        "mail": {"kind": "apprise", "url_env": "ANY"},
    }
    found = Alerts.model_validate(
        {
            "channels": channels,
            "rules": [
                {"name": f"rule {i}", "events": INCIDENT_EVENTS, "channels": ["desk"], **rule}
                for i, rule in enumerate(wanted, 1)
            ],
            **more,
        }
    )
    names = [{"name": "Fernhill Robotics", "tags": ["supplier"]}, {"name": "Tallyworks", "tags": ["cloud"], "tier": 2}]
    return Desk(rules=found, watchlist=Watchlist.model_validate({"names": names}), now=NOW)


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
    assert alerts[0].title.startswith("[watch] Fernhill Robotics: ransomware")


def test_a_name_told_before_is_no_news_but_still_passes_the_filter(incident: Incident, change_to: Make) -> None:
    before = replace(incident, threat_actor=None)
    after = replace(incident, threat_actor="Copper Lantern")
    only_watched = rules({"watchlist": True})
    told = Told(hits={(incident.incident_id, "Fernhill Robotics")})
    (alert,) = alerts_for([change_to(after, before)], [hit(after)], only_watched, told)
    assert alert.event == "material_change"
    assert alerts_for([change_to(after, before)], (), only_watched) == ()


def test_the_same_news_has_the_same_id_in_any_revision(incident: Incident, change_to: Make) -> None:
    grown = replace(incident, records_min=9_000_000)
    first = alerts_for([change_to(grown, incident, revision=2)], (), rules({}))
    later = alerts_for([change_to(grown, incident, revision=7)], (), rules({}))
    more = alerts_for([change_to(replace(incident, records_min=90_000_000), grown, revision=8)], (), rules({}))
    assert [a.alert_id for a in first] == [a.alert_id for a in later]
    assert first[0].alert_id != more[0].alert_id


def test_what_was_told_is_not_told_anew_with_what_is(incident: Incident, change_to: Make) -> None:
    both = replace(incident, threat_actor="Copper Lantern", claim_status="confirmed")
    told = Told(marks={(incident.incident_id, "actor_named Copper Lantern")})
    (alert,) = alerts_for([change_to(both, incident)], (), rules({}), told)
    assert alert.payload["kinds"] == ["confirmed"]
    told = Told(marks=told.marks | {(incident.incident_id, "confirmed")})
    assert alerts_for([change_to(both, incident)], (), rules({}), told) == ()


def test_a_figure_grows_from_the_one_that_was_told(incident: Incident, change_to: Make) -> None:
    before, now = replace(incident, records_min=1_500_000), replace(incident, records_min=2_100_000)
    assert alerts_for([change_to(now, before)], (), rules({})) == ()
    told = Told(figures={incident.incident_id: (1_000_000, "records")})
    (alert,) = alerts_for([change_to(now, before)], (), rules({}), told)
    assert alert.payload["reasons"] == ["figure: 1,000,000 records → at least 2,100,000 records"]


def test_a_rule_may_want_some_changes_only(incident: Incident, change_to: Make) -> None:
    now = replace(incident, threat_actor="Copper Lantern", records_min=9_000_000)
    desk = rules({"events": ["actor_named"]}, {"events": ["denied"], "channels": ["log"]})
    (alert,) = alerts_for([change_to(now, incident)], (), desk)
    assert alert.title == "Fernhill Robotics: actor named: Copper Lantern"


def test_an_incident_that_a_filter_lets_through_late_is_new_to_it_once(incident: Incident, change_to: Make) -> None:
    unknown = replace(incident, country=None)
    desk = rules({"countries": ["NL"], "events": ["new_incident"]})
    assert alerts_for([change_to(unknown)], (), desk) == ()
    (late,) = alerts_for([change_to(incident, unknown)], (), desk)
    (early,) = alerts_for([change_to(incident)], (), desk)
    assert late.event == "new_incident"
    assert late.alert_id == early.alert_id
    assert alerts_for([change_to(replace(incident, article_count=9), incident)], (), desk) == ()


@pytest.mark.parametrize(
    ("rule", "more", "now", "expected"),
    [
        ({}, {}, "2026-05-04T01:00", None),
        ({"when": "digest"}, {}, "2026-05-04T01:00", None),
        ({"when": "digest"}, {"digest_at": "07:00"}, "2026-05-04T01:00", "2026-05-04T05:00"),
        ({"when": "digest"}, {"digest_at": "07:00"}, "2026-05-04T05:30", None),
        ({"when": "digest"}, {"digest_at": "07:00"}, "2026-05-04T06:30", "2026-05-05T05:00"),
        ({}, {"quiet": True}, "2026-05-04T01:00", "2026-05-04T04:30"),
        ({}, {"quiet": True}, "2026-05-04T21:00", "2026-05-05T04:30"),
        ({}, {"quiet": True}, "2026-05-04T12:00", None),
        ({"urgent": True}, {"quiet": True}, "2026-05-04T01:00", None),
        ({"channels": ["log"]}, {"quiet": True}, "2026-05-04T01:00", None),
        # the clocks go from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October
        ({"when": "digest"}, {"digest_at": "02:30"}, "2026-03-28T23:00", "2026-03-29T01:30"),
        ({"when": "digest"}, {"digest_at": "07:00"}, "2026-03-28T22:00", "2026-03-29T05:00"),
        ({"when": "digest"}, {"digest_at": "07:00"}, "2026-10-24T22:30", "2026-10-25T06:00"),
        ({}, {"quiet": True}, "2026-10-25T00:40", "2026-10-25T05:30"),
    ],
)
def test_when_it_may_go_out(
    incident: Incident,
    change_to: Make,
    rule: dict[str, object],
    more: dict[str, object],
    now: str,
    expected: str | None,
) -> None:
    quiet = {"quiet_hours": {"begins": "22:00", "ends": "06:30"}} if more.get("quiet") else {}
    wanted = {"channels": ["mail"], **rule}
    desk = rules(wanted, time_zone="Europe/Zurich", **{k: v for k, v in more.items() if k != "quiet"}, **quiet)
    desk = replace(desk, now=datetime.fromisoformat(now).replace(tzinfo=UTC))
    (alert,) = alerts_for([change_to(incident)], (), desk)
    assert alert.delivery == rule.get("when", "at_once")
    assert alert.not_before == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)


def test_quiet_hours_end_at_the_next_such_time_even_where_it_comes_twice() -> None:
    zone, first = ZoneInfo("Europe/Zurich"), datetime(2026, 10, 25, 0, 10, tzinfo=UTC)  # 2:10 in summer time
    assert next_at(first, time(2, 30), zone) == first + timedelta(minutes=20)
    assert next_at(first + timedelta(minutes=30), time(2, 30), zone) == first + timedelta(minutes=80)


def test_a_change_that_is_not_material_is_not_told(incident: Incident, change_to: Make) -> None:
    after = replace(incident, article_count=9, records_min=1_300_000)
    assert alerts_for([change_to(after, incident)], (), rules({})) == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"records_min": 2_400_000}, "figure: at least 1,200,000 records → at least 2,400,000 records"),
        ({}, {"records_min": 9_000_000, "records_unit": "files"}, None),
        ({"records_min": None}, {"records_min": 2_400_000}, None),
        ({}, {"threat_actor": "Copper Lantern"}, "actor: not stated → Copper Lantern"),
        ({}, {"claim_status": "confirmed"}, "status: claimed → confirmed"),
        ({"claim_status": None}, {"claim_status": "denied"}, "status: not stated → denied"),
        ({}, {"claim_status": "reported"}, None),
        ({}, {"ransom_amount": Decimal(5_000_000), "ransom_currency": "USD"}, "ransom: not stated → 5,000,000 USD"),
    ],
)
def test_what_is_material(
    incident: Incident, change_to: Make, before: dict[str, object], after: dict[str, object], words: str | None
) -> None:
    was: Incident = replace(incident, **before)  # type: ignore[arg-type]
    now: Incident = replace(incident, **after)  # type: ignore[arg-type]
    assert [n.words for n in material(change_to(now, was))] == ([words] if words else [])


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
        ({"watch_tags": ["supplier"]}, False),
        ({"victims": ["fernhill"]}, True),
        ({"victims": ["Fern"]}, False),
        ({"min_sources": 4}, False),
    ],
)
def test_filters(incident: Incident, change_to: Make, filters: dict[str, object], *, passes: bool) -> None:
    assert bool(alerts_for([change_to(incident)], (), rules(filters))) is passes


def test_filters_by_what_the_watchlist_says(incident: Incident, change_to: Make) -> None:
    for filters, passes in (({"watch_tags": ["supplier", "x"]}, True), ({"watch_tags": ["cloud"]}, False)):
        assert bool(alerts_for([change_to(incident)], [hit(incident)], rules(filters))) is passes
    (said,) = [
        o.why_not
        for o in opinions(
            next(stories([change_to(incident)], [hit(incident)], Told())),
            rules({"watch_tags": ["cloud"], "events": ["new_incident"]}),
        )
    ]
    assert said == "hits no name tagged cloud"


@pytest.mark.parametrize(
    ("role", "mark"),
    [
        ("victim", "[watch: Tallyworks] "),
        ("provider", "[watch: Tallyworks, provider] "),
        ("mention", "[watch: Tallyworks, mentioned] "),
    ],
)
def test_a_subject_says_what_the_watched_name_is(incident: Incident, change_to: Make, role: str, mark: str) -> None:
    found = replace(hit(incident, "Tallyworks"), role=role)
    (alert,) = alerts_for([change_to(incident)], [found], rules({"tiers": [2]}))
    assert alert.title.startswith(mark + "Fernhill Robotics: ransomware")
    assert alerts_for([change_to(incident)], [found], rules({"tiers": ["1"]})) == ()
