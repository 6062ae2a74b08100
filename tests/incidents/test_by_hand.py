"""What people decided: where a telling belongs while decisions come and go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.errors import ConfigError
from breachwire.incidents import ByHand, compose
from breachwire.incidents.by_hand import in_words, without_words
from breachwire.incidents.by_hand_values import READERS, checked, put
from breachwire.records import Decision, Incident

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)


def decided(number: int, kind: str, incident: str, other: str | None = None, **more: Any) -> Decision:
    return Decision(
        decision=number,
        kind=kind,  # type: ignore[arg-type]
        incident_id=incident,
        other_id=other,
        who="ada",
        decided_at=NOW,
        **more,
    )


def merge(number: int, into: str, other: str, *articles: str) -> Decision:
    return decided(number, "merge", into, other, article_ids=articles)


def split(number: int, out_of: str, new: str, *articles: str) -> Decision:
    return decided(number, "split", out_of, new, article_ids=articles)


def undo(number: int, former: Decision) -> Decision:
    return decided(number, "undo", former.incident_id, former.other_id, undoes=former.decision)


def where(hand: ByHand, ruled: str, *articles: str, of_round_up: bool = False) -> str:
    return hand.place(ruled, articles, of_round_up=of_round_up).incident_id


def test_what_is_told_of_a_merged_incident_is_told_of_the_one_that_stays() -> None:
    hand = ByHand([merge(1, "i_a", "i_b", "a_1", "a_2"), merge(2, "i_c", "i_a", "a_1", "a_2", "a_3")])
    assert [where(hand, i) for i in ("i_a", "i_b", "i_c", "i_x")] == ["i_c", "i_c", "i_c", "i_x"]
    assert hand.place("i_b", ["a_9"], of_round_up=False).decision == 2
    assert hand.survivor("i_b") == "i_c"


def test_a_merge_holds_for_its_texts_wherever_the_rules_put_them() -> None:
    hand = ByHand([merge(1, "i_a", "i_b", "a_1", "a_2")])
    assert where(hand, "i_of_a_replay", "a_2", "a_copy") == "i_a"
    assert where(hand, "i_of_a_replay", "a_2", of_round_up=True) == "i_of_a_replay", "its other sections are others"


def test_a_split_takes_its_texts_and_their_copies_and_nothing_else() -> None:
    hand = ByHand([split(1, "i_a", "i_n", "a_2")])
    assert where(hand, "i_a", "a_1") == "i_a"
    assert where(hand, "i_a", "a_2", "a_copy") == "i_n"
    assert where(hand, "i_b", "a_2", of_round_up=True) == "i_b"
    assert where(hand, "i_a", "a_2", of_round_up=True) == "i_n"
    assert hand.survivor("i_n") == "i_n"


def test_a_split_that_is_taken_back_gives_back_what_came_since() -> None:
    first = split(1, "i_a", "i_n", "a_2")
    hand = ByHand([first, undo(2, first)])
    assert where(hand, "i_n", "a_new") == "i_a"
    assert where(hand, "i_a", "a_2") == "i_a"
    assert hand.survivor("i_n") == "i_a"


def test_merged_and_split_again() -> None:
    both = merge(1, "i_a", "i_b", "a_1", "a_2")
    off = split(2, "i_a", "i_n", "a_2")
    assert where(ByHand([both, off]), "i_b", "a_2") == "i_n"
    assert where(ByHand([both, off, undo(3, off)]), "i_b", "a_2") == "i_a"
    assert where(ByHand([both, off, undo(3, both)]), "i_a", "a_1") == "i_a"
    assert where(ByHand([both, off, undo(3, both), undo(4, off)]), "i_b", "a_2") == "i_b"


def test_a_value_goes_along_with_a_merge_but_an_own_one_is_stronger() -> None:
    said = [
        decided(1, "set", "i_b", field="sector", value="health"),
        decided(2, "set", "i_b", field="country", value="DE"),
        decided(3, "set", "i_a", field="sector", value="retail"),
        decided(4, "set", "i_a", field="title", value="first"),
        decided(5, "set", "i_a", field="title", value="second"),
    ]
    alone, merged = ByHand(said), ByHand([*said, merge(6, "i_a", "i_b", "a_1")])
    assert [(d.field, d.value) for d in alone.values("i_b")] == [("sector", "health"), ("country", "DE")]
    assert {d.field: d.value for d in merged.values("i_a")} == {"sector": "retail", "country": "DE", "title": "second"}


def test_only_the_incident_itself_is_withdrawn() -> None:
    off = decided(1, "withdraw", "i_a")
    hand = ByHand([off, split(2, "i_a", "i_n", "a_2")])
    assert (hand.is_withdrawn("i_a"), hand.is_withdrawn("i_n")) == (True, False)
    assert not ByHand([off, undo(2, off)]).is_withdrawn("i_a")
    assert hand.related(["i_n"]) == {"i_a", "i_n"}


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    made: list[Decision] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        a, b = draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=2, unique=True))
        articles = draw(st.sets(st.sampled_from(["a_1", "a_2", "a_3"])))
        made.append(draw(st.sampled_from([merge, split]))(number, f"i_{a}", f"i_{b}", *sorted(articles)))
    return made


@given(histories(), st.randoms(), st.sampled_from(["i_a", "i_b", "i_c"]), st.sets(st.sampled_from(["a_1", "a_9"])))
def test_all_taken_back_in_any_order_is_as_if_nothing_was(
    made: list[Decision], random: Any, ruled: str, articles: set[str]
) -> None:
    merges = [d for d in made if d.kind == "merge"]  # nothing new stands in what a split made
    backwards = random.sample(merges, len(merges))
    hand = ByHand([*merges, *(undo(100 + n, d) for n, d in enumerate(backwards))])
    assert hand.place(ruled, articles, of_round_up=False) == (ruled, None)


def test_the_rules_own_reason_stays_behind_the_words() -> None:
    assert in_words("victim Orlo", None) == "victim Orlo"
    assert in_words("victim Orlo", 3) == "by hand (decision 3); victim Orlo"
    assert without_words(in_words("victim Orlo", 3)) == "victim Orlo"


GOOD = [
    ("sector", "Health", "health"),
    ("attack_type", "data breach", "data_breach"),
    ("country", "de", "DE"),
    ("country", "XK", "XK"),
    ("records_min", "20,000", "20000"),
    ("records_max", "1 200 000", "1200000"),
    ("data_types", "email, name,email", "email, name"),
    ("cves", "cve-2026-12345", "CVE-2026-12345"),
    ("began_on", "2026-03", "2026-03"),
    ("disclosed_on", "2026-03-05", "2026-03-05"),
    ("ransom_amount", "0.175", "0.18"),
    ("ransom_amount", "2,000,000", "2000000"),
    ("ransom_currency", "btc", "BTC"),
    ("victim_domain", "Fernhill.Example", "fernhill.example"),
    ("victim", " Fernhill\n  Robotics\x1b ", "Fernhill Robotics"),
    ("threat_actor", "", None),
    ("sector", " ", None),
]


@pytest.mark.parametrize(("field", "text", "kept"), GOOD)
def test_a_value_is_kept_in_one_form(field: str, text: str, kept: str | None) -> None:
    assert checked(field, text) == kept
    if kept:
        assert checked(field, kept) == kept


BAD = [
    ("secktor", "health", "did you mean 'sector'"),
    ("confidence", "1", "is made from the articles"),
    ("colour", "red", "is no column of incidents"),
    ("sector", "helth", "did you mean 'health'"),
    ("sector", "qqq", "one of: public health"),
    ("country", "Germany", "did you mean 'DE', Germany"),
    ("country", "UK", "did you mean 'GB'"),
    ("country", "EU", "is no country's code"),
    ("records_min", "many", "write it in digits"),
    ("records_min", "0", "give an empty text"),
    ("records_min", "99999999999999999999", "is no count"),
    ("ransom_amount", "NaN", "is no sum"),
    ("ransom_amount", "-1", "is no sum"),
    ("ransom_amount", "1e30", "is no sum"),
    ("ransom_currency", "dollars", "ISO 4217"),
    ("began_on", "March", "for example 2026-03-05"),
    ("began_on", "2026-13", "for example 2026-03-05"),
    ("disclosed_on", "2026-02-30", "is no day"),
    ("cves", "CVE-1", "is no CVE id"),
    ("data_types", "email, shoe size", "one of: name email"),
    ("victim_domain", "not a domain", "is no domain"),
    ("title", "", "needs one"),
    ("summary", "x" * 501, "too long"),
]


@pytest.mark.parametrize(("field", "text", "words"), BAD)
def test_what_cannot_be_is_refused_with_what_can(field: str, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=field) as refused:
        checked(field, text)
    assert words in str(refused.value)


def values(**given: str | None) -> list[Decision]:
    return [decided(n, "set", "i_1", field=f, value=v) for n, (f, v) in enumerate(given.items(), start=1)]


ROW = Incident(
    incident_id="i_1", title="t", records_min=3000, records_max=3000, records_unit="people", records_qualifier="exact"
)


def test_what_stands_beside_a_value_agrees_with_it() -> None:
    def figure(row: Incident) -> tuple[object, ...]:
        return row.records_min, row.records_max, row.records_unit, row.records_qualifier

    assert figure(put(ROW, values(records_min="5000"))) == (5000, 5000, "people", "exact")
    assert figure(put(ROW, values(records_min="5000", records_max="9000"))) == (5000, 9000, "people", "exact")
    assert figure(put(ROW, values(records_min="5000", records_max=None))) == (5000, None, "people", "exact")
    assert figure(put(ROW, values(records_min=None))) == (None, None, None, None)
    began = put(ROW, values(began_on="2026-03"))
    assert (str(began.began_on), began.began_precision) == ("2026-03-01", "month")
    coarse = put(ROW, values(began_on="2026-03-05", began_precision="year"))
    assert (str(coarse.began_on), coarse.began_precision) == ("2026-01-01", "year")
    assert put(ROW, values(victim="The Orlo Freight Ltd")).victim_key == "orlo freight"
    assert put(ROW, values(cves="CVE-2026-1111, CVE-2026-2222")).cves == ("CVE-2026-1111", "CVE-2026-2222")
    assert put(ROW, []) is ROW


@given(st.sampled_from(sorted(READERS)), st.text(max_size=30))
def test_whatever_is_accepted_can_be_put_and_put_again(field: str, text: str) -> None:
    try:
        kept = checked(field, text)
    except ConfigError:
        return
    once = put(ROW, values(**{field: kept}))
    assert put(once, values(**{field: kept})) == once


def test_a_set_value_wins_and_the_losing_claims_stay(telling: Any) -> None:
    told = [telling("a", title="Orlo hit", victim="Orlo", sector="retail", records=4000, summary="Orlo was.")]
    said = values(sector="health", victim="Orlo Freight", summary="Another.", title="Orlo Freight hit")
    made = compose("i_1", told, None, said)
    assert (made.incident.sector, made.incident.victim, made.incident.victim_key) == (
        "health",
        "Orlo Freight",
        "orlo freight",
    )
    assert made.profile.names[0] == "Orlo Freight", "it is matched by the name that is shown"
    claims = {(e.field, e.value): e.accepted for e in made.evidence}
    assert claims["sector", "retail"] is False
    assert claims["victim", "Orlo"] is False
    assert claims["summary", "Orlo was."] is False
    assert claims["title", "Orlo hit"] is False
    assert claims["records_min", "4000"] is True
    assert {e.rule for e in made.evidence} <= {f"test.{f}" for f in ("sector", "victim", "summary", "records")} | {
        "leading article"
    }
    same = compose("i_1", told, None, values(sector="retail"))
    assert ("sector", "retail", True) in {(e.field, e.value, e.accepted) for e in same.evidence}
