"""The labelled pairs of the watchlist hold what they must, held-back ones too."""

from __future__ import annotations

from benchmarks.watch import PRECISION, RECALL, pairs, score


def test_the_pairs_are_told_apart() -> None:
    every = pairs()
    assert len(every) == 300
    for those in (every, [pair for pair in every if pair.held]):
        got = score(those)
        assert got.precision >= PRECISION, [pair.line for pair in got.wrong if not pair.held]
        assert got.recall >= RECALL, [pair.line for pair in got.wrong if not pair.held]
