"""Watched names hit what they mean and nothing like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from breachwire.records import Incident, Sighting
from breachwire.settings.models import Watchlist, WatchName
from breachwire.watching.watcher import Watcher


def watched(name: str, **more: object) -> Watchlist:
    return Watchlist(names=(WatchName.model_validate({"name": name, **more}),))


def hit_by(victim: str, watchlist: Watchlist, **more: object) -> tuple[float, str] | None:
    incident = replace(Incident(incident_id="i_1", title="A headline", victim=victim), **more)  # type: ignore[arg-type]
    hits = Watcher(watchlist).hits(Sighting.of(incident))
    return (hits[0].score, hits[0].reason) if hits else None


@pytest.mark.parametrize(
    ("victim", "name"),
    [
        ("Fernhill Robotics, Inc.", "Fernhill Robotics"),
        ("FERNHILL ROBOTICS", "Fernhill Robotics GmbH"),
        ("Fernhill Robotics UK", "Fernhill Robotics"),
        ("Fernhil Robotics Services", "Fernhill Robotics Services"),
        ("Brightwater Medical Center", "Brightwater Medical Centre"),
        ("Brightwater Health-care", "Brightwater Healthcare"),
        ("The Café Léonie Company", "Cafe Leonie"),
    ],
)
def test_spellings_of_a_name_hit(victim: str, name: str) -> None:
    found = hit_by(victim, watched(name))
    assert found and found[0] >= 92, (victim, name)


@pytest.mark.parametrize(
    ("victim", "name"),
    [
        ("Royal Mail", "Royal Bank"),
        ("Bank of the East", "Bank of the West"),
        ("Northfield General Hospital Trust", "Southfield General Hospital Trust"),
        ("District 12 School Authority", "District 13 School Authority"),
        ("Fernhill", "Fernhill Robotics"),
        ("Fernhill Robotics Museum", "Fernhill Robotics"),
        ("Acme Global", "Acme"),
        ("Orbits", "Orbit"),
    ],
)
def test_other_names_do_not_hit(victim: str, name: str) -> None:
    assert hit_by(victim, watched(name)) is None


def test_aliases_and_domains_say_so() -> None:
    watchlist = watched("Fernhill Robotics", aliases=["FHR"], domains=["www.Fernhill.example"])
    assert hit_by("FHR", watchlist) == (98.0, "victim is 'FHR', an alias")
    assert hit_by("Somebody", watchlist, victim_domain="shop.fernhill.example") == (
        100.0,
        "victim's domain is fernhill.example",
    )
    assert hit_by("Somebody", watchlist, victim_domain="notfernhill.example") is None
    assert hit_by("fernhill.example", watchlist) == (98.0, "victim is written as its domain fernhill.example")


def test_weak_names_count_as_the_whole_victim_only() -> None:
    weak = watched("Orbit", weak=True)
    assert hit_by("Orbit", weak) == (78.0, "victim is 'Orbit'; nothing else is known that agrees or contradicts")
    assert hit_by("Orbit Dental Group of Ostby", weak, victim_names=("Orbit",)) is None
    incident = Incident(incident_id="i_1", title="A headline", victim="Somebody Else")
    assert Watcher(weak).hits(Sighting.of(incident, ("Orbit",))) == ()


def test_a_mention_counts_less_than_a_victim() -> None:
    incident = Incident(incident_id="i_1", title="A headline", victim="Somebody Else")
    (hit,) = Watcher(watched("Fernhill Robotics")).hits(Sighting.of(incident, ("Fernhill Robotics",)))
    assert (hit.score, hit.reason, hit.matched) == (80.0, "mentioned is 'Fernhill Robotics'", "Fernhill Robotics")


def test_one_hit_a_name_best_first() -> None:
    names = (
        WatchName(name="Brightwater", aliases=("Brightwater Clinics",)),
        WatchName(name="Fernhill Robotics"),
    )
    incident = Incident(
        incident_id="i_1", title="A headline", victim="Brightwater", victim_names=("Brightwater Clinics",)
    )
    hits = Watcher(Watchlist(names=names)).hits(Sighting.of(incident, ("Fernhill Robotics",)))
    assert [(hit.name, hit.score) for hit in hits] == [("Brightwater", 100.0), ("Fernhill Robotics", 80.0)]


def test_names_that_fold_to_nothing_match_nothing() -> None:
    assert hit_by("!!!", watched("???")) is None
