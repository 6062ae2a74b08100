"""The quick search finds what the pattern alone would find."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.facts.attack import _COMPILED
from extractors.facts.phrases import needles, phrases
from extractors.facts.places import clues

TEXTS = (Path(__file__).parents[1] / "leads.tsv").read_text(encoding="utf-8").splitlines()
ALL = [(f"attack {kind}", pattern) for kind, _, pattern in _COMPILED]
ALL += [(f"{section} {clue.country}", clue.pattern) for section in ("text", "names") for clue in clues(section)]


@pytest.mark.parametrize(
    ("alternative", "expected"),
    [
        ("ransom note", ("ransom note",)),
        (r"encrypt(?:ed|ing) files?", ("encrypt",)),
        (r"(?:lost|missing) (?:\w+ ){0,3}(?:laptops?|phones)", ("laptop", "phones")),
        (r"(?:very )?(?:big|small) \w+", ("big", "small")),
        (r"ICO\b", ("ICO",)),
        (r"A\$\s?\d", ("A$",)),
        (r"\w+ed", ("ed",)),
        (r"\d+", ()),
        (r"(?:a(?:bc|cd)|xyz) end", (" end",)),
        (r"(?:one (?:two|three)|four)", ("one ", "four")),
    ],
)
def test_needles(alternative: str, expected: tuple[str, ...]) -> None:
    assert needles(alternative) == expected


@pytest.mark.parametrize(("name", "quick"), ALL, ids=[name for name, _ in ALL])
def test_quick_search_agrees_with_the_pattern(name, quick) -> None:
    for text in (*TEXTS, *(text.lower() for text in TEXTS)):
        assert (found := quick.search(text)) == (sure := quick.pattern.search(text)) or found[0] == sure[0]


def test_search_stops_where_it_is_told() -> None:
    quick = phrases(["theft", "loss"], r"\b")
    assert quick.search("a loss, then a theft")[0] == "loss"
    assert quick.search("a long way to a theft", 10) is None
    assert quick.search("nothing") is None
