"""Facts of victims that no table knows: the cases of unseen.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from breachwire.records import Dated, Figure, Money

CASES = tomllib.loads(Path(__file__).with_name("unseen.toml").read_text(encoding="utf-8"))


def _short(value: object) -> object:
    """A value as the cases write it."""
    if isinstance(value, Figure):
        return [value.minimum, -1 if value.maximum is None else value.maximum, value.unit, value.qualifier]
    if isinstance(value, Money):
        return [int(value.amount), value.currency]
    if isinstance(value, Dated):
        return [value.on.isoformat(), value.precision]
    return value


@pytest.mark.parametrize(
    ("field", "case"),
    [pytest.param(field, case, id=f"{field}-{case['title']}") for field, cases in CASES.items() for case in cases],
)
def test_fact_of_an_unknown_victim(facts: Callable, field: str, case: dict) -> None:
    assert _short(facts(case["title"], case["body"]).best(field)) == case.get("want")
