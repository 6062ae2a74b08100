"""A quote in an alert is the sentence around the value, in the article's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from breachwire.alerts.quoting import LONGEST, in_sentence, sentence_around
from breachwire.records import Change, Incident

BODY = (
    "Larkspur said so on Monday. The U.S. insurer put the number at 1.1 million people, up from 240,000. Nobody paid.\n"
    "A second paragraph names 77 shops and no end"
)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1.1 million", "The U.S. insurer put the number at 1.1 million people, up from 240,000."),
        ("Larkspur", "Larkspur said so on Monday."),
        ("77 shops", "A second paragraph names 77 shops and no end"),
    ],
)
def test_the_sentence_around_a_value(value: str, sentence: str) -> None:
    start = BODY.index(value)
    first, last = sentence_around(BODY, start, start + len(value))
    assert BODY[first:last] == sentence


def test_of_a_long_sentence_whole_words_around_the_value() -> None:
    text = "word " * 400 + "12,000 people " + "more " * 400
    start = text.index("12,000")
    first, last = sentence_around(text, start, start + 6)
    assert last - first <= LONGEST
    assert text[first:last].split(maxsplit=1)[0] == "word"
    assert text[first:last].rsplit(maxsplit=1)[-1] == "more"
    assert "12,000 people" in text[first:last]


def test_only_a_quote_that_stands_there_is_widened(incident: Incident, change_to: Callable[..., Change]) -> None:
    change = change_to(incident)
    start = BODY.index("1.1 million")
    item = replace(change.evidence[1], zone="body", char_start=start, char_end=start + 11, quote="1.1 million")
    change = replace(change, evidence=(item,))
    (wide,) = in_sentence(change, {"a_1": ("", BODY)}).evidence
    assert wide.quote == BODY[wide.char_start : wide.char_end]
    assert wide.quote.startswith("The U.S. insurer")
    assert in_sentence(change, {"a_1": ("", "another text")}) == change
    assert in_sentence(change, {}) == change
