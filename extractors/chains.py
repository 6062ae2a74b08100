"""Chains of phrases: parts that follow one another in one sentence, followed as they stand in a text.

In: the parts that stand, one after another in the order of their ends. Out: the phrases that are complete. What a part
may follow on is worked out when it is first met: of thousands of parts, a text holds some dozens. Most of those are
small words that serve chains of which nothing else stands; `Needs` tells them, by bits, before anything is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, count, repeat
from typing import NamedTuple

# Ends a sentence, or the headline, in folded text; a full stop behind one or two digits ("13. Februar") does not.
_STOP = re.compile(r"[!?;.\x1f](?<!\b\d\.)(?<!\b\d\d\.) ")


def holds_stop(literal: str) -> bool:
    """Whether a sentence ends within the literal."""
    return _STOP.search(literal) is not None


class Match(NamedTuple):
    """Phrase number `phrase` stands at `start` to `end`, in characters of the text that was searched."""

    phrase: int
    start: int
    end: int


class _Step(NamedTuple):
    """A part of chain `phrase`: `gap` characters at most behind what `behind` names, to be known as `then`; the chain's
    last part where that is None."""

    behind: int
    phrase: int
    gap: int
    then: int | None


class _Part:
    """What a part is for: phrases that are it alone, and chains in which it comes second, or later; whether it begins
    any."""

    __slots__ = ("alone", "begins", "later", "second")

    def __init__(self) -> None:
        self.alone: list[int] = []
        self.second: dict[int, list[_Step]] = {}  # by the part that begins the chain
        self.later: list[_Step] = []
        self.begins = False


class Use:
    """What several parts, spelt alike and so standing together, are for.

    `alone`: phrases, each with its turn. `steps`: what follows on what, each with its turn. `begins`: the parts of them
    that begin chains.
    """

    __slots__ = ("alone", "begins", "behind", "steps")

    def __init__(self, parts: Iterable[tuple[int, _Part]]) -> None:
        self.alone: list[tuple[int, int]] = []
        self.steps: dict[int, list[tuple[int, _Step]]] = {}
        self.begins: list[int] = []
        turns = count()
        for number, part in parts:
            self.alone += [(next(turns), phrase) for phrase in part.alone]
            for step in chain(*part.second.values(), part.later):
                if step.behind not in self.begins:  # that one stands here now, no longer ahead
                    self.steps.setdefault(step.behind, []).append((next(turns), step))
            if part.begins:
                self.begins.append(number)
        self.behind = self.steps.keys()


class Needs:
    """What can be complete, of the parts that stand: bits, a row for each place in a chain, a column for each chain.

    Column 0 is of phrases that are one part, with the bits `alone`. `served`: the bits of each part. `given`: those of
    places that shorter chains lack.
    """

    __slots__ = ("_given", "_rows", "_width", "alone", "served")

    def __init__(self, *, width: int, rows: int, given: int, alone: int, served: list[int]) -> None:
        self._width, self._rows, self._given, self.alone, self.served = width, rows, given, alone, served

    @property
    def simple(self) -> bool:
        """Whether no phrase is a chain."""
        return self._width == 1

    def complete(self, stand: int) -> int:
        """The bits of all phrases of which every part is among those that stand, wherever; 0 for none."""
        stand |= self._given
        whole = stand & (1 << self._width) - 1
        for row in range(1, self._rows):
            whole &= stand >> self._width * row
        wanted = whole
        for row in range(1, self._rows):
            wanted |= whole << self._width * row
        return wanted


class Chains:
    """The phrases as numbers of their parts."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._uses: dict[tuple[int, ...], Use] = {}
        self._chains: list[Sequence[int]] = []
        self._begun = 0  # beginnings of chains, two parts and more, are numbered downwards from -1

    def add(self, phrase: int, parts: Sequence[int], gaps: Sequence[int]) -> None:
        """A phrase, part by part, with the characters allowed between each two of them."""
        self._parts += [_Part() for _ in range(len(self._parts), max(parts) + 1)]
        if not gaps:
            self._parts[parts[0]].alone.append(phrase)
            return
        self._chains.append(parts)
        self._parts[parts[0]].begins = True
        behind = parts[0]
        for place, (number, gap) in enumerate(zip(parts[1:], gaps, strict=True), 1):
            last = place == len(gaps)
            self._begun -= not last
            step = _Step(behind, phrase, gap, None if last else self._begun)
            if place == 1:
                self._parts[number].second.setdefault(behind, []).append(step)
            else:
                self._parts[number].later.append(step)
            behind = self._begun

    def use(self, parts: tuple[int, ...]) -> Use:
        """What these parts are for together."""
        use = self._uses.get(parts)
        if use is None:
            use = self._uses[parts] = Use((number, self._parts[number]) for number in parts)
        return use

    def needs(self) -> Needs:
        """What the phrases added so far need."""
        width, longest = len(self._chains) + 1, max(map(len, self._chains), default=1)
        whole = sum(1 << width * place for place in range(longest))  # bit 0 of each row: a phrase that is one part
        served = [whole if part.alone else 0 for part in self._parts]
        given = 0
        for number, parts in enumerate(self._chains, 1):
            for place, part in enumerate(parts):
                served[part] |= 1 << width * place + number
            for place in range(len(parts), longest):
                given |= 1 << width * place + number
        return Needs(width=width, rows=longest, given=given, alone=whole, served=served)


def stops(text: str) -> list[int]:
    """Where sentences end: the places behind each end and its space."""
    return [end.end() for end in _STOP.finditer(text)]


def follow(text: str, standing: Iterable[tuple[int, int, Use]], ends: Iterable[int]) -> list[tuple[int, int, int]]:
    """(phrase, start, end) of the phrases of what stands in the text, in the order of their ends.

    `standing` is (end, start, what it is for), in order. `ends` are the text's `stops`; none where parts may themselves
    reach across the end of a sentence, so that nothing is over where one ends.
    """
    found: list[tuple[int, int, int]] = []
    live: dict[int, tuple[int, int]] = {}  # parts that begin a chain, and beginnings, to where they last stood
    ahead = live.keys()
    coming = chain(ends, repeat(len(text)))
    stop = next(coming)
    for end, start, use in standing:
        if start >= stop:
            live.clear()
            stop = next(place for place in coming if place > start)
        if live and use.steps and (near := use.behind & ahead):
            found += _reached(text, use, (start, end), live, near)
        elif use.alone:
            found += [(phrase, start, end) for _, phrase in use.alone]
        for number in use.begins:
            live[number] = start, end
    return found


def _reached(
    text: str, use: Use, at: tuple[int, int], live: dict[int, tuple[int, int]], near: Iterable[int]
) -> list[tuple[int, int, int]]:
    """(phrase, start, end) of the phrases that end here; what only begins is noted in `live`."""
    start, end = at
    found = [(turn, phrase, start) for turn, phrase in use.alone]
    for turn, (behind, phrase, gap, then) in sorted([step for number in near for step in use.steps[number]]):
        began, until = live[behind]
        if until < start <= until + gap and not _STOP.search(text, until, start):
            if then is None:
                found.append((turn, phrase, began))
            else:
                live[then] = began, end
    return [(phrase, start, end) for _, phrase, start in sorted(found)]
