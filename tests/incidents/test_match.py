"""Which tellings are one incident. Each case of tests/cases/incidents is a few tellings and the answer."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.incidents import Telling, from_json, match, profile, to_json
from breachwire.settings.models import Incidents

RULES = Incidents()
CASES = sorted((Path(__file__).parent.parent / "cases" / "incidents").glob("*.toml"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Make = Callable[..., Telling]


def read_case(path: Path, telling: Make) -> tuple[list[Telling], bool, str]:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    return [telling(str(i), **t) for i, t in enumerate(case["tellings"])], case["together"], case["why"]


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case_in_one_night(path: Path, telling: Make) -> None:
    tellings, together, why = read_case(path, telling)
    found = match(tellings, (), RULES)
    assert (len({m.group for m in found}) == 1) is together, (why, found)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
@pytest.mark.parametrize("first", [0, 1], ids=["in order", "the later one first"])
def test_case_over_two_nights(path: Path, first: int, telling: Make) -> None:
    tellings, together, why = read_case(path, telling)
    known = from_json(to_json(profile("i_known", [tellings[first]])))
    (found,) = match([tellings[1 - first]], [known], RULES)
    assert (found.incident_id == "i_known") is together, (why, found)


def test_the_reason_says_what_agreed(telling: Make) -> None:
    known = profile(
        "i_1", [telling("a", victim="Ostrell Clinics", attack_type="ransomware", records=12000, country="CL")]
    )
    later = NOON + timedelta(days=3)
    (found,) = match(
        [telling("b", at=later, victim="Ostrell Clinics", attack_type="ransomware", records=12000, country="NO")],
        [known],
        RULES,
    )
    assert found.reason == (
        "victim Ostrell Clinics; 12,000 in both; 3 days apart; although one in NO, one in CL; both ransomware"
    )
    weighed = ("name_same", "figure_same", "days_3", "attack_same", "country_other")
    assert found.score == pytest.approx(sum(RULES.weights.of(name) for name in weighed))


def test_a_new_incident_is_named_after_its_first_telling(telling: Make) -> None:
    late, early = telling("late", at=NOON + timedelta(days=1), victim="Orlo"), telling("early", victim="Orlo")
    found = match([late, early], (), RULES)
    assert [(m.key, m.incident_id, m.group) for m in found] == [
        ("s_early", None, "s_early"),
        ("s_late", None, "s_early"),
    ]


def test_the_nearest_of_two_incidents_of_one_victim_is_joined(telling: Make) -> None:
    known = [
        profile("i_old", [telling("a", at=NOON - timedelta(days=150), victim="Orlo")]),
        profile("i_new", [telling("b", at=NOON - timedelta(days=2), victim="Orlo")]),
    ]
    (found,) = match([telling("c", victim="Orlo")], known, RULES)
    assert found.incident_id == "i_new"


def test_a_missing_date_is_no_equal_date(telling: Make) -> None:
    known = profile("i_1", [telling("a", victim="Orlo")])
    (found,) = match([telling("b", victim="Orlo")], [known], RULES)
    assert "begin" not in found.reason


def test_a_higher_threshold_parts_more(telling: Make) -> None:
    both = [telling("a", victim="Orlo"), telling("b", at=NOON + timedelta(days=60), victim="Orlo")]
    assert len({m.group for m in match(both, (), RULES)}) == 1
    assert len({m.group for m in match(both, (), Incidents(threshold=2.0))}) == 2


def test_nothing_new_matches_nothing() -> None:
    assert match((), (), RULES) == ()


NAMES = st.sampled_from(["Orlo Foods", "Orlo", "City of Marlowton", "Marlowton", "Bank of the West", "Facebook", None])
TITLE_WORDS = ("trams", "ferries", "mayor", "tickets", "warehouse", "clinic", "harbour", "calendar")
WORDS = st.lists(st.sampled_from(TITLE_WORDS), max_size=5)


@given(st.lists(st.tuples(NAMES, WORDS, st.integers(0, 400)), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(
    telling: Make, drawn: list[tuple[str | None, list[str], int]], chance: random.Random
) -> None:
    made = [
        telling(str(i), at=NOON + timedelta(days=days), title=" ".join(words), **({"victim": name} if name else {}))
        for i, (name, words, days) in enumerate(drawn)
    ]
    new, known = made[::2], [profile(f"i_{t.story_id}", [t]) for t in made[1::2]]
    expected = match(new, known, RULES)
    chance.shuffle(new)
    chance.shuffle(known)
    assert match(new, known, RULES) == expected
    assert {m.key for m in expected} == {t.story_id for t in new}


def section(telling: Make, story: str, part: int, **given: Any) -> Telling:
    return replace(telling(f"{story}_{part}", **given), story_id=f"s_{story}", part=part)


def test_sections_of_a_round_up_never_meet_whoever_tells_of_both(telling: Make) -> None:
    sections = [section(telling, "week", n, title="Orlo Foods hacked", victim="Orlo Foods") for n in (1, 2)]
    between = [telling(str(n), victim="Orlo Foods", title="Orlo Foods hacked") for n in (1, 2, 3)]
    found = {m.key: m.group for m in match([*sections, *between], (), RULES)}
    assert found["s_week/1"] != found["s_week/2"]
    assert len(set(found.values())) == 2


def test_an_incident_takes_the_section_that_is_surest_of_it(telling: Make) -> None:
    known = profile("i_1", [telling("a", victim="Orlo Foods", records=12345, title="Orlo Foods hacked")])
    likely = section(telling, "week", 1, victim="Orlo", title="Orlo")
    surer = section(telling, "week", 2, victim="Orlo Foods", records=12345, title="Orlo Foods hacked")
    found = {m.key: m.incident_id for m in match([likely, surer], [known], RULES)}
    assert found == {"s_week/1": None, "s_week/2": "i_1"}


def test_a_section_that_comes_later_does_not_join_its_siblings_incident(telling: Make) -> None:
    known = from_json(to_json(profile("i_1", [section(telling, "week", 1, victim="Orlo Foods")])))
    (found,) = match([section(telling, "week", 2, victim="Orlo Foods")], [known], RULES)
    assert found.incident_id is None


DRAWN = st.tuples(NAMES, WORDS, st.integers(0, 3), st.integers(0, 9))


@given(st.lists(DRAWN, max_size=12), st.randoms(use_true_random=False))
def test_no_incident_holds_two_sections_of_a_story(
    telling: Make, drawn: list[tuple[str | None, list[str], int, int]], chance: random.Random
) -> None:
    made = [
        section(
            telling,
            f"week{story}",
            number,
            at=NOON + timedelta(days=days),
            title=" ".join(words),
            **({"victim": name} if name else {}),
        )
        for number, (name, words, story, days) in enumerate(drawn, start=1)
    ]
    new, known = made[::2], [profile(f"i_{t.part}", [t]) for t in made[1::2]]
    found = match(new, known, RULES)
    held = [(m.group, t.story_id) for m in found for t in new if t.key == m.key]
    held += [(p.incident_id, s) for p in known for s in p.story_ids]
    assert len(held) == len(set(held))
    chance.shuffle(new)
    assert match(new, known, RULES) == found
