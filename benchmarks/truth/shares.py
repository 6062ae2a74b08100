"""Counts of judgements, as shares with their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal, TypeAlias

Judgement: TypeAlias = Literal["right", "wrong", "missed", "extra"]
Z95 = NormalDist().inv_cdf(0.975)  # 1.96: 95 % of a normal distribution lie within it on both sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `of` judgements; a share of nothing has the value 0."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1."""
        return self.hits / self.of if self.of else 0.0

    def interval(self, z: float = Z95) -> tuple[float, float]:
        """Wilson's score interval (Wilson 1927, JASA 22:209-212): which true shares could well give this count.

        (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n). Unlike the textbook's p ± z·sqrt(p(1-p)/n) it stays within
        0 and 1 and is not empty for a share of 0 or 1. (0, 1) where there is nothing to judge.
        """
        n, p = self.of, self.value
        if not n:
            return 0.0, 1.0
        middle, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        whole = 1 + z * z / n
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of what is there: `false` was found and is not there, `missed` is there and was not found."""

    true: int
    false: int
    missed: int

    @property
    def precision(self) -> Share:
        return Share(hits=self.true, of=self.true + self.false)

    @property
    def recall(self) -> Share:
        return Share(hits=self.true, of=self.true + self.missed)

    @property
    def f1(self) -> float:
        return harmonic(self.precision.value, self.recall.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Judgements of one field: the value agrees, differs, is not given, or is given where nothing is stated."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    extra: int = 0

    @property
    def precision(self) -> Share:
        """Of all values given."""
        return Share(hits=self.right, of=self.right + self.wrong + self.extra)

    @property
    def recall(self) -> Share:
        """Of all values stated."""
        return Share(hits=self.right, of=self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """B-cubed precision and recall: means over `articles`, not shares of independent trials, so without interval."""

    precision: float
    recall: float
    articles: int
    true_incidents: int
    found_incidents: int

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)


def harmonic(precision: float, recall: float) -> float:
    """F1; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def found(pairs: Iterable[tuple[bool, bool]]) -> Found:
    """From pairs of (it is there, it was found)."""
    counts = Counter(pairs)
    return Found(true=counts[True, True], false=counts[False, True], missed=counts[True, False])


def judged(judgements: Iterable[Judgement]) -> Judged:
    """The count of each judgement."""
    counts = Counter(judgements)
    return Judged(**{name: counts[name] for name in ("right", "wrong", "missed", "extra")})
