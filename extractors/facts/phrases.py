"""Alternatives that are searched together, behind a test for their letters that costs next to nothing.

In: pieces of regular expression, each one alternative. Out: `Phrases`, whose `search` finds what their alternation
would find. Most texts hold none of the letters that an alternative cannot do without, and are not searched at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ahocorasick_rs import AhoCorasick

_GROUP = re.compile(
    r"\((?:\?:|\?!)?((?:[^()\\]|\\.)*)\)(\?|\*|\{0,\d*\}|\{1,\d*\}|\+)?"
)  # innermost, with what repeats it
_CLASS = re.compile(r"\[(?:[^\]\\]|\\.)*\][?*+]?(?:\{[^}]*\})?")
_MAY_BE_ABSENT = re.compile(r"[^\\](?:[?*]|\{[^}]*\})")
_ESCAPE = re.compile(r"\\[A-Za-z][?*+]?(?:\{[^}]*\})?")
_NO_GROUP = re.compile(r"\\.|\[(?:[^\]\\]|\\.)*\]")  # parentheses that are escaped, or in a class
_CUT = "\0"
_PLACE = re.compile(r"\{([a-z]+)\}")
_GAPS = {"near": r"(?:[\w'’-]+ ){0,3}", "gap": r"(?:[\w.,'’$€£₹%-]+ ){0,7}"}
ENOUGH = 4  # letters: a shorter run (" of ", " the ") stands in most texts, so the words of a group may tell more


def _longest(plain: str) -> str:
    """The longest sure run of characters in a piece without groups."""
    for pattern in (_CLASS, _ESCAPE, _MAY_BE_ABSENT):
        plain = pattern.sub(_CUT, plain)
    plain = re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)[.^$+]", _CUT, plain))
    return max(plain.split(_CUT), key=len)


def _depth(pattern: str, place: int) -> int:
    """How many groups are open there: what stands in a group within a group is not sure."""
    ahead = _NO_GROUP.sub("", pattern[:place])
    return ahead.count("(") - ahead.count(")")


def needles(alternative: str) -> tuple[str, ...]:
    """Runs of characters of which every match of the alternative contains one; none where that is not sure."""
    choices: list[tuple[str, ...]] = []

    def cut(group: re.Match[str]) -> str:
        optional = group[2] is not None and group[2] != "+" and not group[2].startswith("{1")
        looks = group[0].startswith("(?!") or group[1].startswith("?")  # "(?<!", "(?="
        if not (optional or looks or _depth(group.string, group.start())):
            choices.append(tuple(_longest(word) for word in group[1].split("|")))
        return _CUT

    plain, before = alternative, ""
    while plain != before:
        before, plain = plain, _GROUP.sub(cut, plain)
    if "|" in plain or "(" in plain or ")" in plain:
        return ()
    choices.append((_longest(plain),))
    best = max(choices, key=lambda words: (min(len(word.strip()) for word in words), -len(words)))
    own = choices[-1]
    chosen = own if len(own[0].strip()) >= ENOUGH else best
    return chosen if all(chosen) else ()


@dataclass(frozen=True, slots=True)
class Phrases:
    """A pattern and its needles: a text without any needle has no match. Without needles every text is searched."""

    pattern: re.Pattern[str]
    needles: tuple[str, ...]

    def search(self, text: str, end: int | None = None) -> re.Match[str] | None:
        """The first match in the text (up to `end`), as the pattern alone would find it."""
        if self.needles and not any(needle in text for needle in self.needles):
            return None
        return self.pattern.search(text) if end is None else self.pattern.search(text, 0, end)


def phrases(alternatives: Iterable[str], prefix: str = "") -> Phrases:
    """Compiles the alternatives as one pattern behind `prefix` (such as a word boundary). Case counts."""
    listed = tuple(alternatives)
    found = [needles(alternative) for alternative in listed]
    sure = tuple(dict.fromkeys(needle for several in found for needle in several)) if all(found) else ()
    return Phrases(re.compile(prefix + "(?:" + "|".join(listed) + ")"), sure)


class Sieve:
    """Which of many phrases may match a text: one automaton looks for the needles of all of them at once."""

    def __init__(self, many: Sequence[Phrases]) -> None:
        holders: dict[str, list[int]] = {}
        for number, one in enumerate(many):
            for needle in one.needles:
                holders.setdefault(needle, []).append(number)
        self._always = [number for number, one in enumerate(many) if not one.needles]
        self._holders = list(holders.values())
        self._automaton = AhoCorasick(list(holders))

    def met(self, text: str) -> list[int]:
        """The numbers of those phrases, in order; all others have no match in the text."""
        met = {needle for needle, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return sorted({*self._always, *(number for needle in met for number in self._holders[needle])})


def written_out(read: Mapping[str, Any]) -> list[list[str]]:
    """The `any` of each `[[row]]` of a table, with {word} as the alternatives that its [words] list for it.

    {near} is up to three words, {gap} up to seven. KeyError for a word that is not listed.
    """
    words = _GAPS | {name: "(?:" + "|".join(listed) + ")" for name, listed in read["words"].items()}
    return [[_PLACE.sub(lambda place: words[place[1]], written) for written in row["any"]] for row in read["row"]]


class Rows:
    """Rows of alternatives, searched together: one automaton finds whose letters stand in a text, and only those
    alternatives are tried there.

    In: the rows' alternatives, on small letters, each from the beginning of a word. An alternative is compiled when its
    letters are first met: most never are.
    """

    def __init__(self, rows: Sequence[Iterable[str]]) -> None:
        self._alternatives = [(row, written) for row, listed in enumerate(rows) for written in listed]
        self._patterns: dict[int, re.Pattern[str]] = {}
        holders: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, (_, written) in enumerate(self._alternatives):
            found = needles(written)
            for needle in found:
                holders.setdefault(needle, []).append(number)
            if not found:
                self._always.append(number)
        self._holders = list(holders.values())
        self._automaton = AhoCorasick(list(holders))

    @property
    def alternatives(self) -> tuple[tuple[int, str], ...]:
        """Each alternative with the number of its row."""
        return tuple(self._alternatives)

    def pattern(self, number: int) -> re.Pattern[str]:
        """The pattern of an alternative, by its number."""
        if number not in self._patterns:
            self._patterns[number] = re.compile(r"\b(?:" + self._alternatives[number][1] + ")")
        return self._patterns[number]

    def search(self, text: str) -> dict[int, re.Match[str]]:
        """The first match of each row that has one in the text."""
        met = {needle for needle, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        numbers = {number for needle in met for number in self._holders[needle]}
        found: dict[int, re.Match[str]] = {}
        for number in sorted((*self._always, *numbers)):
            match = self.pattern(number).search(text)
            row = self._alternatives[number][0]
            if match and (row not in found or match.start() < found[row].start()):
                found[row] = match
        return found
