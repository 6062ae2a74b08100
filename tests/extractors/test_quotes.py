"""A quote is found where it stands, however its copyist typed it, and offsets are those of the text as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.quotes import find_quote

TEXT = "The “Ostrava\u00a0Mill” said —\non  Monday — that 40 000 customers’ data, passwords in\u00adcluded… were taken."


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("said —\non  Monday", "said —\non  Monday"),
        ('The "Ostrava Mill" said', "The “Ostrava\u00a0Mill” said"),
        ("said - on Monday - that", "said —\non  Monday — that"),
        ("customers' data", "customers’ data"),
        ("passwords included... were taken", "passwords in\u00adcluded… were taken"),
        ('"were taken."', "were taken."),
        ("on Monday…", "on  Monday"),
    ],
)
def test_a_quote_is_found_as_the_text_writes_it(quote: str, stands: str) -> None:
    span = find_quote(TEXT, quote)
    assert span is not None
    assert TEXT[slice(*span)] == stands


@pytest.mark.parametrize(
    "quote", ["", " ", '""', "...", "Ostrava Works", "ostrava mill", "ill", "strava", "Monday that"]
)
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert find_quote(TEXT, quote) is None


def test_a_script_without_spaces_has_no_words_to_part() -> None:
    assert find_quote("昨日、森川製作所が攻撃を受けた。", "森川製作所") == (3, 8)


@given(st.text(max_size=80), st.integers(0, 80), st.integers(1, 30))
def test_spans_are_of_the_text(text: str, start: int, length: int) -> None:
    span = find_quote(text, text[start : start + length])
    if span is not None:
        assert 0 <= span[0] < span[1] <= len(text)
