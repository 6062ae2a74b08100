"""Where phrases stand in a text: one automaton for all of them, then a check of word boundaries.

`fold` and `Matcher` belong together: phrases and texts are folded alike, and folding keeps every character's place, so
that a match's start and end index the original text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

# Each key becomes one character: apostrophes straight, and all that joins or parts words a plain space.
_ALIKE = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        **dict.fromkeys("-‐‑‒–—\u00a0\u2007\u2009\u202f\u3000\n\r\t", " "),
    }
)
_SPACES = re.compile(r" {2,}")


class Match(NamedTuple):
    """Phrase number `phrase` stands at `start` to `end`, in characters of the text that was searched."""

    phrase: int
    start: int
    end: int


def fold(text: str) -> str:
    """The text without case, with straight quotes and plain spaces for hyphens and breaks; as long as it was."""
    low = text.lower()
    if len(low) != len(text):  # "İ" becomes two characters
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(_ALIKE)


class Matcher:
    """Finds phrases: case, hyphens and kinds of space do not matter; matches begin and end at a word's edge.

    A trailing `*` lets the last word end as it likes. A phrase may stand in the list more than once.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self._open = [p.endswith("*") for p in phrases]
        literals = [_SPACES.sub(" ", fold(p.removesuffix("*"))).strip() for p in phrases]
        if not all(literals):
            raise ValueError("a phrase is empty")
        self._automaton = AhoCorasick(literals) if literals else None

    def find(self, folded: str) -> Iterable[Match]:
        """All matches in a folded text, in the order of their ends; they may overlap."""
        if self._automaton is None:
            return
        last = len(folded)
        for phrase, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1].isalnum() and folded[start].isalnum():
                continue
            if end < last and not self._open[phrase] and folded[end].isalnum() and folded[end - 1].isalnum():
                continue
            yield Match(phrase, start, end)
