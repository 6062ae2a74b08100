"""Which id a group keeps."""

from __future__ import annotations

from itertools import permutations

import pytest

from flows.keeping import keep_ids


def test_what_is_the_same_keeps_its_id_whatever_it_is_called_now() -> None:
    kept = keep_ids({"x": {"1", "2"}, "y": {"3"}}, {"i_a": {"3"}, "i_b": {"1", "2"}})
    assert kept.ids == {"x": "i_b", "y": "i_a"}
    assert (kept.went, kept.came) == ({}, {})


def test_of_two_that_are_one_now_the_larger_stays() -> None:
    kept = keep_ids({"x": {"1", "2", "3"}}, {"i_a": {"1"}, "i_b": {"2", "3"}})
    assert kept.ids == {"x": "i_b"}
    assert kept.went == {"i_a": "x"}


def test_of_one_that_is_two_now_the_larger_part_keeps_the_id() -> None:
    kept = keep_ids({"x": {"1"}, "y": {"2", "3"}}, {"i_a": {"1", "2", "3"}})
    assert kept.ids == {"y": "i_a"}
    assert kept.came == {"x": "i_a"}


def test_what_shares_nothing_is_new_or_gone() -> None:
    kept = keep_ids({"x": {"1"}}, {"i_a": {"2"}})
    assert (kept.ids, kept.went, kept.came) == ({}, {}, {})


@pytest.mark.parametrize("order", list(permutations(["i_a", "i_b", "i_c"])))
def test_the_order_makes_no_difference(order: tuple[str, ...]) -> None:
    old = {"i_a": {"1", "2"}, "i_b": {"3", "4"}, "i_c": {"5"}}
    new = {"x": {"1", "3"}, "y": {"2", "4"}, "z": {"5", "1"}}
    kept = keep_ids(dict(reversed(new.items())), {i: old[i] for i in order})
    assert kept == keep_ids(new, old)
    assert sorted(kept.ids.values()) == sorted(set(kept.ids.values()))
