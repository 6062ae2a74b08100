"""Where literals stand in a folded text: automata for all of them, then a check of word boundaries.

In: each literal with the parts of phrases that it spells, and a folded text. Out: what stands where. Most literals hold
letters, digits and spaces alone. They are looked for with a space at each end that must be a word's edge, in a text
that has a space for all that may be such an edge; that leaves half of the places to look at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from extractors.chains import Chains, Match, Use, holds_stop

_RUNS = re.compile("  +")
_place = itemgetter(0, 1)
_LETTERS = bytes(c for c in range(256) if chr(c).isalpha())  # of Latin-1
_DIGITS = b"0123456789"
_EDGES = bytes(c if c in _LETTERS + _DIGITS else 32 for c in range(256))
_UNIT = re.compile(b"[0-9](?=[" + _LETTERS + b"])")


class Squeezed:
    """A folded text made ready for any number of matchers.

    `text` has single spaces. `edged` is as long, but for a space at either end, and has a space wherever a word may
    have its edge: for what is no letter of Latin-1 and no digit, and for a digit ahead of a letter ("85gb").
    """

    __slots__ = ("_folded", "_runs", "edged", "text")

    def __init__(self, folded: str) -> None:
        self.text = _RUNS.sub(" ", folded)
        self.edged = f" {_edged(self.text)} "
        self._folded = folded
        self._runs: tuple[list[int], list[int]] | None = None

    def placed(self, found: Iterable[tuple[int, int, int]]) -> list[Match]:
        """(phrase, start, end) in `text` as matches, with their places in the text as it was folded."""
        if len(self._folded) == len(self.text):
            return [Match(phrase, start, end) for phrase, start, end in found]
        if self._runs is None:
            self._runs = _runs(self._folded)
        ends, removed = self._runs
        return [
            Match(phrase, start + removed[bisect_right(ends, start)], end + removed[bisect_right(ends, end - 1)])
            for phrase, start, end in found
        ]


class Spelt(NamedTuple):
    """Part number `part` as a literal spells it, and whether it may begin or end within a word."""

    part: int
    open_start: bool
    open_end: bool


class Literals:
    """Finds all literals of a matcher."""

    def __init__(self, spelt: Mapping[str, list[Spelt]], chains: Chains) -> None:
        self._chains = chains
        plain, ahead, behind = list[str](), bytearray(), bytearray()
        plain_parts, odd = list[list[Spelt]](), dict[str, list[Spelt]]()
        for literal, parts in spelt.items():
            _, opens, closes = parts[0] if len(parts) == 1 else _loosest(parts)
            if not _is_plain(literal) or (closes and literal[-1].isdigit()):
                odd[literal] = parts
                continue
            plain.append(f"{'' if opens else ' '}{literal}{'' if closes else ' '}")
            plain_parts.append(parts)
            ahead.append(opens)
            behind.append(1 if closes else 2)
        self._plain, self._odd = AhoCorasick(plain), AhoCorasick(list(odd))
        self._ahead, self._behind = bytes(ahead), bytes(behind)  # from places in `edged` to places in `text`
        self._parts = [*plain_parts, *odd.values()]
        self._uses: list[Use | None] = [None] * len(self._parts)  # of a literal whose parts all stand where one does
        self._mixed = {n for n, parts in enumerate(self._parts) if len(parts) > 1 and not _alike(parts)}
        self.across = any(map(holds_stop, odd))  # whether a literal may reach across the end of a sentence

    def standing(self, squeezed: Squeezed) -> list[tuple[int, int, Use]]:
        """(end, start, what it is for) of all that stands at the edges of words, or where it need not; in order."""
        text, edged, padded = squeezed.text, squeezed.edged, f" {squeezed.text} "
        ahead, behind, uses = self._ahead, self._behind, self._uses
        found = list[tuple[int, int, Use]]()
        for number, left, right in self._plain.find_matches_as_indexes(edged, overlapping=True):
            start, end = left - ahead[number], right - behind[number]
            if padded[left:right] == edged[left:right]:  # spaces on both sides, if it needs them
                use = uses[number] or self._use(number, text, start, end)
            elif text[start:end] == edged[start + 1 : end + 1]:  # no punctuation within it
                use = self._use(number, text, start, end)
            else:
                continue
            if use:
                found.append((end, start, use))
        first = len(self._behind)
        for number, start, end in self._odd.find_matches_as_indexes(text, overlapping=True):
            if use := self._use(first + number, text, start, end):
                found.append((end, start, use))
        found.sort(key=_place)
        return found

    def _use(self, literal: int, text: str, start: int, end: int) -> Use | None:
        """What a literal is for where it stands; None where all its parts would have to stand at other edges."""
        within = start > 0 and _goes_on(text[start - 1], text[start])
        cut = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
        parts = self._parts[literal]
        if not (within or cut):
            use = self._chains.use(tuple([part for part, _, _ in parts]))
            if literal not in self._mixed:
                self._uses[literal] = use
            return use
        fits = tuple([part for part, opens, closes in parts if (opens or not within) and (closes or not cut)])
        return self._chains.use(fits) if fits else None


def _goes_on(before: str, first: str) -> bool:
    """Whether a word goes on from one character to the next. A letter behind a digit begins one."""
    return before.isalnum() and first.isalnum() and not (before.isdigit() and first.isalpha())


def _is_plain(literal: str) -> bool:
    """Whether a text that holds the literal holds it just as well when all edges of words have become spaces."""
    return (literal.isascii() and literal.replace(" ", "").isalpha()) or _edged(literal) == literal


def _loosest(parts: list[Spelt]) -> Spelt:
    """Whether any of the parts may begin within a word, and whether any may end so."""
    return Spelt(parts[0].part, any(part.open_start for part in parts), any(part.open_end for part in parts))


def _alike(parts: list[Spelt]) -> bool:
    """Whether all parts may stand at the same edges."""
    return all(part[1:] == parts[0][1:] for part in parts)


def _edged(text: str) -> str:
    """The text with spaces for all that may be the edge of a word."""
    return _UNIT.sub(b" ", text.encode("latin-1", "replace").translate(_EDGES)).decode("latin-1")


def _runs(folded: str) -> tuple[list[int], list[int]]:
    """Where runs of spaces end in the text that has single ones, and how many spaces fewer it has ahead of the first
    run, behind it, behind the second and so on."""
    ends, removed = list[int](), [0]
    for run in _RUNS.finditer(folded):
        removed.append(removed[-1] + run.end() - run.start() - 1)
        ends.append(run.end() - removed[-1])
    return ends, removed
