"""The row that an incident becomes, and the evidence behind it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.incidents import Composed, Telling, compose, from_json, match, to_json
from breachwire.incidents.evidencing import TEXT_BORNE
from breachwire.settings.models import Incidents

Make = Callable[..., Telling]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def days(n: float) -> datetime:
    return NOON + timedelta(days=n)


def accepted(made: Composed, field: str) -> set[str]:
    return {e.value for e in made.evidence if e.field == field and e.accepted}


def every(made: Composed, field: str) -> set[str]:
    return {e.value for e in made.evidence if e.field == field}


def as_texts(value: Any) -> set[str]:
    if isinstance(value, tuple):
        return {str(v) for v in value}
    return {
        f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
    }


def test_a_ransom_is_kept_as_the_column_holds_it(telling: Make) -> None:
    made = compose("i_1", [telling("a", title="Ransom", victim="Ostrell Clinics", ransom="0.175 BTC")])
    assert made.incident.ransom_amount == Decimal("0.18")
    assert accepted(made, "ransom_amount") == {"0.175"}
    for amount in ("0.004", "99999999999999999"):
        made = compose("i_1", [telling("a", title="Ransom", victim="Ostrell Clinics", ransom=f"{amount} BTC")])
        assert (made.incident.ransom_amount, made.incident.ransom_currency) == (None, None)
        assert accepted(made, "ransom_amount") == set()


def test_a_figure_without_a_lower_end_states_none(telling: Make) -> None:
    figure = {"minimum": 0, "maximum": 26000, "qualifier": "up_to"}
    made = compose("i_1", [telling("a", title="Up to 26,000 hit", victim="Ostrell Clinics", records=figure)])
    row = made.incident
    assert (row.records_min, row.records_max, row.records_qualifier) == (None, 26000, "up_to")
    shown = {e.field: e.accepted for e in made.evidence if e.field.startswith("records")}
    assert shown == {"records_max": True, "records_unit": True, "records_qualifier": True}


def test_one_story_becomes_a_whole_row(telling: Make) -> None:
    told = telling(
        "a",
        title="Ostrell Clinics loses files of 412,000 people",
        lead="Ostrell Clinics said on Monday.",
        victim="Ostrell Clinics",
        sector="health",
        country="CL",
        attack_type="ransomware",
        claim_status="confirmed",
        threat_actor="Gray Heron",
        malware="HeronLock",
        cve=["CVE-2026-0001", "CVE-2025-9999"],
        records={"minimum": 412000, "maximum": 500000, "qualifier": "up_to"},
        data_type=["name", "health"],
        ransom="2000000.00 USD",
        began_on="2026-02-27",
        summary="Ostrell Clinics said files were taken.",
    )
    made = compose("i_1", [told])
    row = made.incident
    assert row.title == "Ostrell Clinics loses files of 412,000 people"
    assert row.summary == "Ostrell Clinics said files were taken."
    assert (row.victim, row.victim_key, row.victim_names) == (
        "Ostrell Clinics",
        "ostrell clinics",
        ("Ostrell Clinics",),
    )
    assert (row.sector, row.country, row.attack_type, row.claim_status) == ("health", "CL", "ransomware", "confirmed")
    assert (row.threat_actor, row.malware) == ("Gray Heron", "HeronLock")
    assert row.cves == ("CVE-2025-9999", "CVE-2026-0001")
    assert (row.records_min, row.records_max, row.records_unit) == (412000, 500000, "people")
    assert row.records_qualifier == "up_to"
    assert row.data_types == ("health", "name")
    assert (row.ransom_amount, row.ransom_currency) == (Decimal("2000000.00"), "USD")
    assert (row.began_on, row.began_precision) == (date(2026, 2, 27), "day")
    assert (row.disclosed_on, row.first_published_at, row.last_published_at) == (NOON.date(), NOON, NOON)
    assert (row.article_count, row.source_count, row.languages) == (1, 1, ("en",))
    assert (row.source_urls, row.primary_article_id) == (("https://news.example/a",), "a_a")
    assert accepted(made, "records_min") == {"412000"}
    assert accepted(made, "records_unit") == {"people"}
    assert accepted(made, "began_on") == {"2026-02-27"}
    assert accepted(made, "ransom_amount") == {"2000000.00"}
    assert accepted(made, "cves") == {"CVE-2025-9999", "CVE-2026-0001"}
    (title,) = (e for e in made.evidence if e.field == "title")
    assert (title.zone, title.char_start, title.char_end, title.quote) == ("title", 0, len(row.title), row.title)


def test_the_best_supported_value_wins_and_the_other_stays_as_evidence(telling: Make) -> None:
    made = compose("i", [telling("a", country="CL"), telling("b", country="CL"), telling("c", country="NO", trust=0.9)])
    assert made.incident.country == "CL"
    assert every(made, "country") == {"CL", "NO"}
    assert accepted(made, "country") == {"CL"}


def test_copies_of_one_story_weigh_as_one(telling: Make) -> None:
    wire = [telling(f"w{i}", country="NO") for i in range(5)]
    copies = replace(
        wire[0], articles=tuple(t.articles[0] for t in wire), claims=tuple(c for t in wire for c in t.claims)
    )
    made = compose("i", [copies, telling("a", country="CL"), telling("b", country="CL")])
    assert made.incident.country == "CL"
    assert (made.incident.article_count, made.incident.source_count) == (7, 3)


def test_a_trusted_source_outweighs_a_doubtful_one(telling: Make) -> None:
    made = compose("i", [telling("a", sector="health", trust=0.2), telling("b", sector="retail", trust=0.9)])
    assert made.incident.sector == "retail"


def test_a_value_that_says_little_gives_way(telling: Make) -> None:
    made = compose("i", [telling("a", attack_type="other"), telling("b", attack_type="ransomware", confidence=0.6)])
    assert made.incident.attack_type == "ransomware"


def test_names_that_agree_support_one_another(telling: Make) -> None:
    made = compose(
        "i",
        [
            telling("a", victim="City of Marlowton"),
            telling("b", victim="Marlowton"),
            telling("c", victim="Gray Heron", confidence=0.9),
        ],
    )
    assert made.incident.victim in ("City of Marlowton", "Marlowton")
    assert set(made.incident.victim_names) == {"City of Marlowton", "Marlowton", "Gray Heron"}
    assert made.profile.victim_keys[0] in ("city of marlowton", "marlowton")


def test_passing_victims_are_not_in_the_row(telling: Make) -> None:
    made = compose("i", [telling("a", victim="Orlo", mention=["Tamsin Foods"])])
    assert made.incident.victim_names == ("Orlo",)
    assert every(made, "victim") == {"Orlo"}


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([(0, 50000), (9, 240000)], 240000),
        ([(0, 240000), (1, 240000), (2, 240000), (3, 900)], 240000),
        ([(0, 240000), (30, 180000)], 180000),
        ([(0, 1000000), (1, 1004000), (1, 37)], 1004000),
    ],
    ids=["it grew", "one late odd figure", "corrected downwards", "near figures support one another"],
)
def test_the_newest_well_supported_figure_wins(telling: Make, told: list[tuple[int, int]], shown: int) -> None:
    made = compose("i", [telling(str(i), at=days(d), records=n) for i, (d, n) in enumerate(told)])
    assert made.incident.records_min == shown
    assert accepted(made, "records_min") == {str(shown)}
    assert {str(n) for _, n in told} == every(made, "records_min")


def test_a_count_of_files_gives_way_to_people(telling: Make) -> None:
    files = {"minimum": 9000000, "unit": "files"}
    made = compose("i", [telling("a", records=files), telling("b", records=1200)])
    assert (made.incident.records_min, made.incident.records_unit) == (1200, "people")
    assert accepted(made, "records_unit") == {"people"}


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([(0, "claimed"), (2, "confirmed")], "confirmed"),
        ([(0, "confirmed"), (2, "claimed"), (3, "reported")], "confirmed"),
        ([(0, "claimed"), (1, "reported")], "reported"),
        ([(0, "claimed")], "claimed"),
        ([(0, "claimed"), (3, "denied")], "denied"),
        ([(0, "denied"), (20, "confirmed")], "confirmed"),
        ([(0, "confirmed"), (20, "denied")], "denied"),
        ([(0, "reported"), (1, "attempted")], "attempted"),
        ([], None),
    ],
)
def test_the_newest_strong_word_wins(telling: Make, told: list[tuple[int, str]], shown: str | None) -> None:
    stories = [telling(str(i), at=days(d), claim_status=s) for i, (d, s) in enumerate(told)] or [telling("x")]
    assert compose("i", stories).incident.claim_status == shown


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (["2026", "2026-02", "2026-02-27"], ("2026-02-27", "day")),
        (["2026-02-27", "2026-02-25"], ("2026-02-25", "day")),
        (["2026-02-27", "2026-02-27", "2026-02-27", "2019-01-01"], ("2026-02-27", "day")),
        (["2026-02", "2026-09-30"], ("2026-02-01", "month")),
        (["2026-02", "2026-02", "2026-02", "2026-01-09"], ("2026-02-01", "month")),
        (["2026-02", "2026-02", "2026-02", "2026-02-09"], ("2026-02-09", "day")),
        (["2026-02", "2026-01-09"], ("2026-01-09", "day")),
    ],
    ids=[
        "finest",
        "earliest",
        "not a lone odd one",
        "not after it was published",
        "a surer month",
        "within",
        "a lone pair",
    ],
)
def test_when_it_began(telling: Make, told: list[str], shown: tuple[str, str]) -> None:
    row = compose("i", [telling(str(i), began_on=d) for i, d in enumerate(told)]).incident
    assert (row.began_on and row.began_on.isoformat(), row.began_precision) == shown


def test_the_leading_article_is_whole_then_trusted_then_early(telling: Make) -> None:
    told = [
        telling("brief", title="Brief", trust=0.9, body_chars=80),
        telling("late", title="Late", trust=0.8, at=days(1)),
        telling("lead", title="Lead", trust=0.8),
        telling("weak", title="Weak", trust=0.3, at=days(-1)),
    ]
    made = compose("i", told)
    assert (made.incident.title, made.incident.primary_article_id) == ("Lead", "a_lead")


def test_without_any_title_the_first_line_stands_in(telling: Make) -> None:
    made = compose("i", [telling("a", lead="\nOrlo was hit.\nMore follows.")])
    (title,) = (e for e in made.evidence if e.field == "title")
    assert made.incident.title == "Orlo was hit."
    assert (title.zone, title.char_start, title.char_end) == ("body", 1, 14)


def test_the_stand_in_title_is_quoted_from_the_article_that_the_lead_is_of(telling: Make) -> None:
    short, long = telling("a", body_chars=10), telling("b", lead="Orlo was hit.", body_chars=900)
    both = replace(long, articles=(*short.articles, *long.articles))
    (title,) = (e for e in compose("i", [both]).evidence if e.field == "title")
    assert (title.article_id, title.quote) == ("a_b", "Orlo was hit.")


def test_the_summary_is_the_leading_articles(telling: Make) -> None:
    made = compose(
        "i", [telling("a", title="A", summary="Said A.", trust=0.9), telling("b", title="B", summary="Said B.")]
    )
    assert made.incident.summary == "Said A."
    assert accepted(made, "summary") == {"Said A."}
    assert every(made, "summary") == {"Said A.", "Said B."}


def test_links_carry_score_and_reason(telling: Make) -> None:
    made = compose(
        "i", [telling("a"), telling("b"), telling("c")], {"a_a": (1.5, "by article"), "s_b": (1.1, "by story")}
    )
    assert [(x.article_id, x.role, x.score, x.reason) for x in made.links] == [
        ("a_a", "main", 1.5, "by article"),
        ("a_b", "main", 1.1, "by story"),
        ("a_c", "main", 1.0, "first"),
    ]


def test_confidence_grows_with_stories_score_and_confirmation(telling: Make) -> None:
    one = compose("i", [telling("a", victim="Orlo")]).incident.confidence
    two = compose("i", [telling("a", victim="Orlo"), telling("b")]).incident.confidence
    sure = compose("i", [telling("a", victim="Orlo", claim_status="confirmed")]).incident.confidence
    denied = compose("i", [telling("a", victim="Orlo", claim_status="denied")]).incident.confidence
    strong = compose("i", [telling("a", victim="Orlo", verdict_score=50.0)]).incident.confidence
    assert 0 <= denied < one < two < 1
    assert one < sure < 1
    assert one < strong < 1


def test_the_remembered_profile_finds_the_incident_again(telling: Make) -> None:
    made = compose("i_1", [telling("a", title="Trams of Velmare stand still", victim="Velmare Transit")])
    known = from_json(to_json(made.profile))
    assert known == made.profile
    (found,) = match([telling("b", at=days(3), victim="Velmare Transit")], [known], Incidents())
    assert found.incident_id == "i_1"


CHOICES: dict[str, list[Any]] = {
    "victim": ["Orlo Foods", "Orlo", "City of Marlowton"],
    "country": ["CL", "NO"],
    "attack_type": ["ransomware", "other", "data_breach"],
    "claim_status": ["claimed", "reported", "confirmed", "denied", "attempted"],
    "records": [12000, 12100, {"minimum": 5, "maximum": 70, "unit": "accounts", "qualifier": "up_to"}],
    "ransom": ["5 BTC", "20000.50 EUR"],
    "began_on": ["2026", "2026-02", "2026-02-27", "2026-05-01"],
    "cve": ["CVE-2026-0001", "CVE-2026-0002"],
    "data_type": ["name", "email"],
    "summary": ["It was hit.", "It was struck."],
    "sector": ["retail", "other"],
    "threat_actor": ["Gray Heron"],
    "malware": ["HeronLock"],
}
CLAIMS = st.fixed_dictionaries({}, optional={f: st.sampled_from(v) for f, v in CHOICES.items()})
STORIES = st.lists(st.tuples(CLAIMS, st.integers(0, 40), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=6)


@given(STORIES, st.randoms(use_true_random=False))
def test_every_value_has_its_words_and_order_is_no_matter(
    telling: Make, drawn: list[tuple[dict[str, Any], int, float]], chance: random.Random
) -> None:
    told = [
        telling(str(i), at=days(d), title=f"Title {i}", trust=trust, **claims)
        for i, (claims, d, trust) in enumerate(drawn)
    ]
    made = compose("i", told)
    for column in TEXT_BORNE:
        value = getattr(made.incident, column)
        if value is not None and value != ():
            assert accepted(made, column) == as_texts(value), column
        else:
            assert accepted(made, column) == set(), column
    assert len(set(made.evidence)) == len(made.evidence)
    chance.shuffle(told)
    assert compose("i", told) == made
