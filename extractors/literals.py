"""Where literals stand in a folded text: automata for all of them, then a check of word boundaries.

In: each literal with the parts of phrases that it spells, and a folded text. Out: what stands where. Most literals hold
letters, digits and spaces alone. They are looked for with a space at each end that must be a word's edge, in a text
that has a space for all that may be such an edge; that leaves half of the places to look at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import itemgetter, or_
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from extractors.chains import Chains, Match, Use, holds_stop, stops

_RUNS = re.compile("  +")
_number, _right, _place = itemgetter(0), itemgetter(2), itemgetter(0, 1)
_LETTERS = bytes(c for c in range(256) if chr(c).isalpha())  # of Latin-1
_DIGITS = b"0123456789"
_EDGES = bytes(c if c in _LETTERS + _DIGITS else 32 for c in range(256))
_KINDS = bytes(48 if c in _DIGITS else 97 if c in _LETTERS else 32 for c in range(256))
_UNIT = b"0a"  # of kinds: a digit ahead of a letter


class Squeezed:
    """A folded text made ready for any number of matchers.

    `text` has single spaces. `edged` is as long, but for a space at either end, and has a space wherever a word may
    have its edge: for what is no letter of Latin-1 and no digit, and for a digit ahead of a letter ("85gb").
    """

    __slots__ = ("_folded", "_runs", "_stops", "edged", "text")

    def __init__(self, folded: str) -> None:
        self.text = _RUNS.sub(" ", folded)
        self.edged = f" {_edged(self.text)} "
        self._folded = folded
        self._runs: tuple[list[int], list[int]] | None = None
        self._stops: list[int] | None = None

    @property
    def stops(self) -> list[int]:
        """Where sentences of `text` end."""
        if self._stops is None:
            self._stops = stops(self.text)
        return self._stops

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
    """Finds all literals of a matcher that serve a phrase which can be complete."""

    def __init__(self, spelt: Mapping[str, list[Spelt]], chains: Chains) -> None:
        self._chains, self._needs = chains, chains.needs()
        plain, ahead, behind = list[str](), bytearray(), bytearray()
        plain_parts, odd = list[list[Spelt]](), dict[str, list[Spelt]]()
        self._pointed: dict[int, str] = {}  # plain but for what stands within: "driver's licence"
        for literal, parts in spelt.items():
            _, opens, closes = parts[0] if len(parts) == 1 else _loosest(parts)
            # What a text holds just as well when all edges of words have become spaces.
            edged = literal if literal.isascii() and literal.replace(" ", "").isalpha() else _edged(literal)
            if (edged is not literal and edged.strip() != edged) or (closes and literal[-1].isdigit()):
                odd[literal] = parts
                continue
            if edged != literal:
                self._pointed[len(plain)] = literal
            plain.append(f"{'' if opens else ' '}{edged}{'' if closes else ' '}")
            plain_parts.append(parts)
            ahead.append(opens)
            behind.append(1 if closes else 2)
        self._plain, self._odd = AhoCorasick(plain), AhoCorasick(list(odd))
        self._ahead, self._behind = bytes(ahead), bytes(behind)  # from places in `edged` to places in `text`
        self._parts = [*plain_parts, *odd.values()]
        self._served = _Served(self._parts, self._needs.served)
        self._uses: list[Use | None] = [None] * len(self._parts)  # of a literal whose parts all stand where one does
        self._mixed = {n for n, parts in enumerate(self._parts) if len(parts) > 1 and not _alike(parts)}
        # Whether a literal may reach across the end of a sentence.
        self._across = any(map(holds_stop, (*odd, *self._pointed.values())))

    def stops(self, squeezed: Squeezed) -> list[int]:
        """Where sentences end that no literal reaches across."""
        return [] if self._across else squeezed.stops

    def standing(self, squeezed: Squeezed) -> list[tuple[int, int, Use]]:
        """(end, start, what it is for) of what stands at the edges of words, or where it need not; in order.

        What can serve no phrase for want of its other parts is left out.
        """
        text, edged = squeezed.text, squeezed.edged
        places = self._plain.find_matches_as_indexes(edged, overlapping=True)
        first = len(self._behind)
        if odd := self._odd.find_matches_as_indexes(text, overlapping=True):
            places += [(first + number, start + 1, end + 1) for number, start, end in odd]
            places.sort(key=_right)
        if places and not self._needs.simple:
            places = self._serving(places, squeezed)
        if not places:
            return []
        ahead, behind, uses, padded = self._ahead, self._behind, self._uses, f" {text} "
        found = list[tuple[int, int, Use]]()
        for number, left, right in places:
            if number >= first:
                start, end = left - 1, right - 1
                use = self._use(number, text, start, end)
            else:
                start, end = left - ahead[number], right - behind[number]
                if padded[left:right] == edged[left:right]:  # spaces on both sides, if it needs them
                    use = None if number in self._pointed else uses[number] or self._use(number, text, start, end)
                elif text[start:end] == self._pointed.get(number, edged[start + 1 : end + 1]):  # no other punctuation
                    use = self._use(number, text, start, end)
                else:
                    continue
            if use:
                found.append((end, start, use))
        found.sort(key=_place)
        return found

    def _serving(self, places: list[tuple[int, int, int]], squeezed: Squeezed) -> list[tuple[int, int, int]]:
        """Those of the places, in order of their ends, whose literals serve a phrase that can be complete: first by all
        that stands in the text, then by what stands in the same sentence."""
        served, complete = self._served, self._needs.complete
        standing = {*map(_number, places)}
        wanted = complete(reduce(or_, map(served.__getitem__, standing)))
        if not wanted:
            return []
        serve = {number for number in standing if served[number] & wanted}
        if wanted == self._needs.alone:
            return [place for place in places if place[0] in serve]
        kept, sentence, stand = list[tuple[int, int, int]](), list[tuple[int, int, int]](), 0
        ends = iter((*self.stops(squeezed), len(squeezed.edged)))
        stop = next(ends)
        for place in places:
            number, left, _ = place
            if number not in serve:
                continue
            if left >= stop:
                if wanted := complete(stand):
                    kept += [place for place in sentence if served[place[0]] & wanted]
                sentence, stand = [], 0
                stop = next(end for end in ends if end > left)
            sentence.append(place)
            stand |= served[number]
        if wanted := complete(stand):
            kept += [place for place in sentence if served[place[0]] & wanted]
        return kept

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


class _Served(dict[int, int]):
    """What each literal serves: the bits of its parts, put together when it is first met."""

    def __init__(self, parts: Sequence[list[Spelt]], served: Sequence[int]) -> None:
        super().__init__()
        self._parts, self._bits = parts, served

    def __missing__(self, literal: int) -> int:
        bits = self[literal] = reduce(or_, [self._bits[part] for part, _, _ in self._parts[literal]])
        return bits


def _goes_on(before: str, first: str) -> bool:
    """Whether a word goes on from one character to the next. A letter behind a digit begins one."""
    return before.isalnum() and first.isalnum() and not (before.isdigit() and first.isalpha())


def _loosest(parts: list[Spelt]) -> Spelt:
    """Whether any of the parts may begin within a word, and whether any may end so."""
    return Spelt(parts[0].part, any(part.open_start for part in parts), any(part.open_end for part in parts))


def _alike(parts: list[Spelt]) -> bool:
    """Whether all parts may stand at the same edges."""
    return all(part[1:] == parts[0][1:] for part in parts)


def _edged(text: str) -> str:
    """The text with spaces for all that may be the edge of a word."""
    encoded = text.encode("latin-1", "replace")
    kinds, edged = encoded.translate(_KINDS), encoded.translate(_EDGES)
    if _UNIT in kinds:
        edged = b" ".join(_without_units(edged, kinds))
    return edged.decode("latin-1")


def _without_units(edged: bytes, kinds: bytes) -> Iterator[bytes]:
    """What stands between digits that are ahead of letters."""
    start = 0
    while (digit := kinds.find(_UNIT, start)) >= 0:
        yield edged[start:digit]
        start = digit + 1
    yield edged[start:]


def _runs(folded: str) -> tuple[list[int], list[int]]:
    """Where runs of spaces end in the text that has single ones, and how many spaces fewer it has ahead of the first
    run, behind it, behind the second and so on."""
    ends, removed = list[int](), [0]
    for run in _RUNS.finditer(folded):
        removed.append(removed[-1] + run.end() - run.start() - 1)
        ends.append(run.end() - removed[-1])
    return ends, removed
