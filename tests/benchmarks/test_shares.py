"""Shares, and the interval that each is printed with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.truth.shares import Found, Share, found, judged


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits=hits, of=of).interval() == pytest.approx((low, high), abs=0.00005)


@given(of=st.integers(1, 5000), data=st.data())
def test_the_interval_holds_the_share_and_mirrors(of: int, data: st.DataObject) -> None:
    share = Share(hits=data.draw(st.integers(0, of)), of=of)
    low, high = share.interval()
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1
    assert low < high
    others = Share(hits=of - share.hits, of=of).interval()
    assert (1 - others[1], 1 - others[0]) == pytest.approx((low, high))


def test_a_share_of_nothing_says_nothing() -> None:
    assert Share(hits=0, of=0).value == 0
    assert Share(hits=0, of=0).interval() == (0, 1)


def test_what_was_found_of_what_is_there() -> None:
    counts = found([(True, True), (True, True), (True, False), (False, True), (False, False)])
    assert counts == Found(true=2, false=1, missed=1)
    assert counts.f1 == pytest.approx(2 / 3)
    assert Found(true=0, false=0, missed=3).f1 == 0


def test_an_extra_value_costs_precision_and_a_missed_one_recall() -> None:
    field = judged(["right", "right", "wrong", "extra", "missed", "missed"])
    assert field.precision == Share(hits=2, of=4)
    assert field.recall == Share(hits=2, of=5)
