"""The fit of the matcher's weights: it learns, and keeps to what it is told to keep."""

from __future__ import annotations

from benchmarks.fit_matching import (
    CHAINS,
    FILE,
    HELD,
    NEVER_ENOUGH,
    PRIORS,
    SHORT_OF,
    b_cubed,
    fit,
    scored,
    written,
)
from benchmarks.labelled_pairs import Pair, golden, golden_pair
from breachwire.settings.weights import Weights, shipped


def pair(*names: str, together: bool, weight: float = 1.0) -> Pair:
    return Pair("made", frozenset(names), dict.fromkeys(names, 1.0), together, weight)


def test_a_weight_follows_the_labels_and_a_strong_pull_holds_it() -> None:
    told = [pair("name_same", "days_3", together=False, weight=20.0)]
    free, held = fit(told, PRIORS, 1.0), fit(told, PRIORS, 1e6)
    assert free["name_same"] < PRIORS["name_same"]
    assert held["name_same"] == PRIORS["name_same"]


def test_signs_chains_and_vetoes_hold_whatever_the_labels_say() -> None:
    against = ("name_same", "days_3", "figure_same", "began_same_day", "attack_same")
    together = ("country_other", "other_victim", "days_too_many", "began_days_more", "name_first_word", "days_14")
    told = [pair(*against, together=False, weight=50.0), pair(*together, together=True, weight=50.0)]
    weights = fit(told, PRIORS, 0.01)
    assert Weights(**weights)
    assert {name: weights[name] for name in HELD} == {name: PRIORS[name] for name in HELD}
    for chain in CHAINS:
        ranked = [weights[name] for name in chain]
        assert ranked == sorted(ranked, reverse=True), chain
    assert weights["name_first_word"] + sum(weights[name] for name in NEVER_ENOUGH) <= SHORT_OF + 0.05


def test_priors_name_what_the_file_names_and_the_file_keeps_its_comments() -> None:
    assert set(PRIORS) == set(shipped())
    text = FILE.read_text(encoding="utf-8")
    changed = written(text, PRIORS | {"name_same": 0.11})
    assert "name_same = 0.11\n" in changed
    assert [line for line in changed.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith("#")
    ]
    assert written(text, shipped()) == text


def test_the_shipped_weights_keep_a_first_word_short_of_the_threshold() -> None:
    weights = shipped()
    assert weights["name_first_word"] + sum(weights[name] for name in NEVER_ENOUGH) < 1.0


def test_golden_pairs_are_seen_with_all_their_reasons() -> None:
    cases = golden()
    assert len(cases) >= 250
    named = next(c for c in cases if c.name == "one-word-28")
    assert set(golden_pair(named).features) >= {"name_first_word", "attack_same", "days_3"}


def test_b_cubed_of_some_articles_counts_the_others_in_their_groups() -> None:
    gold = {"a": "x", "b": "x", "c": "y", "d": "y"}
    found = {"a": "1", "b": "1", "c": "1"}
    assert scored(b_cubed(gold, found, "cd")) == "B-cubed P 0.333 R 0.250 F1 0.286"
