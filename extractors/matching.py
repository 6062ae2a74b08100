"""Where phrases stand in a text: one automaton for all of them, then a check of word boundaries.

`fold` and `Matcher` belong together: phrases and texts are folded alike, and folding keeps every character's place, so
that a match's start and end index the original text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

# Each key becomes one character: apostrophes straight, and all that joins or parts words a plain space.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`‚", "'"),
        **dict.fromkeys('-‐‑‒–—"“”„«»\u00a0\u2007\u2009\u202f\u3000\n\r\t', " "),
    }
)
_QUOTES = re.compile(r"'(?:(?!\w)|(?<!\w'))")  # apostrophes stand within words, single quotes at their edges
_SPACES = re.compile(r" {2,}")
_BRACKETS = re.compile(r"\(([^()]*)\)")


class Match(NamedTuple):
    """Phrase number `phrase` stands at `start` to `end`, in characters of the text that was searched."""

    phrase: int
    start: int
    end: int


def fold(text: str) -> str:
    """The text without case, with spaces for hyphens, quotes and breaks, straight apostrophes; as long as it was."""
    low = text.lower()
    if len(low) != len(text):  # "İ" becomes two characters
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _QUOTES.sub(" ", low.translate(_ALIKE))


def alternatives(phrase: str) -> Iterator[str]:
    """All phrases that a phrase with bracketed alternatives stands for. Brackets do not nest."""
    parts = [part.split("|") for part in _BRACKETS.split(phrase)]
    plain = [[part[0]] if number % 2 == 0 else part for number, part in enumerate(parts)]
    for choice in product(*plain):
        yield " ".join("".join(choice).split())


class Matcher:
    """Finds phrases: case, hyphens and kinds of space do not matter; matches begin and end at a word's edge.

    A trailing `*` lets the last word end as it likes. Brackets hold alternatives: "(was|were) (stolen|leaked)" is four
    phrases, "stole (the|) data" two. A phrase may stand in the list more than once.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        written = [(number, form) for number, phrase in enumerate(phrases) for form in alternatives(phrase)]
        self._phrase = [number for number, _ in written]
        self._open = [form.endswith("*") for _, form in written]
        literals = [_SPACES.sub(" ", fold(form.removesuffix("*"))).strip() for _, form in written]
        if not all(literals):
            raise ValueError("a phrase is empty")
        self._automaton = AhoCorasick(literals) if literals else None

    def find(self, folded: str) -> Iterator[Match]:
        """All matches in a folded text, in the order of their ends; they may overlap. Places are those of the text."""
        if self._automaton is None:
            return
        text = _SPACES.sub(" ", folded)
        shifts = _Shifts(folded) if len(text) < len(folded) else None
        last = len(text)
        for form, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and text[start - 1].isalnum() and text[start].isalnum():
                continue
            if end < last and not self._open[form] and text[end].isalnum() and text[end - 1].isalnum():
                continue
            if shifts is None:
                yield Match(self._phrase[form], start, end)
            else:
                yield Match(self._phrase[form], shifts.place(start), shifts.place(end - 1) + 1)


class _Shifts:
    """Where a character of the text with single spaces stood before runs of spaces were cut to one."""

    def __init__(self, folded: str) -> None:
        self._after: list[int] = []
        self._by: list[int] = []
        removed = 0
        for run in _SPACES.finditer(folded):
            removed += run.end() - run.start() - 1
            self._after.append(run.end() - removed)
            self._by.append(removed)

    def place(self, at: int) -> int:
        """The place, in the text as it was, of character `at` of the text with single spaces."""
        index = bisect_right(self._after, at)
        return at + (self._by[index - 1] if index else 0)
