"""B-cubed and pairs, against what a pencil gives."""

from __future__ import annotations

import pytest

from benchmarks.truth.grouping import b_cubed, pairs
from benchmarks.truth.shares import Found

TRUE = {"a": "flood", "b": "flood", "c": "flood", "d": "fire", "e": "fire"}


def test_b_cubed_of_a_split_a_mixture_and_a_missing_item() -> None:
    score = b_cubed(TRUE, {"a": "x", "b": "x", "c": "y", "d": "y"})
    assert score.precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert score.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 0) / 5)
    assert (score.articles, score.true_incidents, score.found_incidents) == (5, 2, 2)


def test_b_cubed_is_one_for_the_same_groups_under_other_names() -> None:
    score = b_cubed(TRUE, {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"})
    assert (score.precision, score.recall, score.f1) == (1, 1, 1)


def test_items_that_belong_to_nothing_are_not_counted() -> None:
    assert b_cubed(TRUE, dict.fromkeys("abcde", "x")) == b_cubed(TRUE, dict.fromkeys("abcdefg", "x"))


def test_nothing_found_is_zero_not_an_error() -> None:
    score = b_cubed(TRUE, {})
    assert (score.precision, score.recall, score.f1) == (0, 0, 0)


def test_pairs_of_one_group_against_pairs_of_another() -> None:
    # true: ab ac bc de; given: ab cd
    assert pairs(TRUE, {"a": "x", "b": "x", "c": "y", "d": "y"}) == Found(true=1, false=1, missed=3)
