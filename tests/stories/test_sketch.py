"""Sketches: the same for the same text, whatever its case, quotes and accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.settings.models import Stories
from breachwire.stories import sketch

RULES = Stories()


def text(seed: int, words: int = 200) -> str:
    return " ".join(f"w{(seed * 7919 + i * 31) % 5003}" for i in range(words))


def test_the_same_text_gives_the_same_hashes_everywhere() -> None:
    assert sketch("one two three four", RULES) == (-7387175912842257710,)


def test_a_sketch_is_sorted_distinct_and_fits_bigint() -> None:
    made = sketch(text(1), RULES)
    assert len(made) == RULES.sketch_size
    assert list(made) == sorted(set(made))
    assert all(-(1 << 63) <= h < 1 << 63 for h in made)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bank’s “files” leaked today", "the banks 'files' leaked today"),
        ("Société Lérins was hit on Monday", "societe lerins was hit on monday"),
        ("It lost 33. 7 million rows there", "It lost 33.7 million rows there"),
    ],
)
def test_case_quotes_and_accents_do_not_matter(one: str, other: str) -> None:
    assert sketch(one, RULES) == sketch(other, RULES)


@pytest.mark.parametrize(("body", "size"), [("", 0), ("...", 0), ("two words", 1), ("one two three four five", 2)])
def test_short_bodies_give_fewer(body: str, size: int) -> None:
    assert len(sketch(body, RULES)) == size


def test_scripts_without_spaces_give_many_words() -> None:
    assert len(sketch("病院のサーバーが攻撃を受けた", RULES)) > 5


@given(st.text(max_size=300))
def test_any_text_has_a_sketch(body: str) -> None:
    assert len(sketch(body, RULES)) <= RULES.sketch_size
