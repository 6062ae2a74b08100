"""Where phrases stand in a text: one automaton for all of them, then a check of word boundaries.

`fold` and `Matcher` belong together: phrases and texts are folded alike, and folding keeps every character's place, so
that a match's start and end index the original text.

A phrase may be a chain, "hackers ~ stole ~ records": parts that follow one another in one sentence, `GAP` characters
apart at most, `WIDE` where "~~" joins them, or `STEP`, a small word or two, in "inside + network". Chains cost one
literal a part, where written out they would be thousands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

# Each key becomes one character: apostrophes straight, and all that joins or parts words a plain space.
_ALIKE = (
    *((c, "'") for c in "`’‘ʼ‚"),
    *((c, " ") for c in '-"\n\r\t‐‑‒–—“”„«»\u00a0\u2007\u2009\u202f\u3000'),
)
_QUOTES = re.compile(r"'(?:(?!\w)|(?<!\w'))")  # apostrophes stand within words, single quotes at their edges
_SPACES = re.compile(r" {2,}")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_GROUP = re.compile(r"\{([^{}]*)\}")
_AMONG = re.compile(r"(?<=[(|])\{([^{}]*)\}(?=[|)])")
_DIGITS = "0123456789"
_OPEN = ("#", "*")
_LINK = re.compile(r"(~~?|(?<=\s)\+(?=\s))")
# Ends a sentence, or the headline, in folded text; a full stop behind one or two digits ("13. Februar") does not.
_STOP = re.compile(r"(?:[!?;\x1f]|(?<!\b\d)(?<!\b\d\d)\.) ")
GAP = 60  # characters between two parts of a chain, about ten words
WIDE = 130  # for languages whose verb stands at the sentence's end, about twenty
STEP = 16  # two or three small words
_GAPS = {"~": GAP, "~~": WIDE, "+": STEP}


class Match(NamedTuple):
    """Phrase number `phrase` stands at `start` to `end`, in characters of the text that was searched."""

    phrase: int
    start: int
    end: int


def fold(text: str) -> str:
    """The text without case, with spaces for hyphens, quotes and breaks, straight apostrophes; as long as it was."""
    return _QUOTES.sub(" ", _levelled(text))


def _levelled(text: str) -> str:
    """The text folded, but for single quotes, whose neighbours in a phrase are known once alternatives are chosen."""
    low = text.lower()
    if len(low) != len(text):  # "İ" becomes two characters
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for each, plain in _ALIKE:  # five times as fast as translate(), for most texts hold few of them
        low = low.replace(each, plain)
    return low


def alternatives(phrase: str) -> Iterator[str]:
    """All phrases that a phrase with bracketed alternatives stands for. Brackets do not nest."""
    parts = [part.split("|") for part in _BRACKETS.split(phrase)]
    plain = [[part[0]] if number % 2 == 0 else part for number, part in enumerate(parts)]
    for choice in product(*plain):
        yield " ".join("".join(choice).split())


def grouped(phrase: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The phrase with each `{name}` as the bracketed alternatives of that group, or as more of the alternatives that it
    stands among: "({data}|letters)". KeyError for an unknown name."""
    phrase = _AMONG.sub(lambda name: "|".join(groups[name[1]]), phrase)
    return _GROUP.sub(lambda name: f"({'|'.join(groups[name[1]])})", phrase)


class _Part(NamedTuple):
    """Part number `number`, and whether it may begin or end within a word."""

    number: int
    open_start: bool
    open_end: bool


class _Second(NamedTuple):
    """The second part of chain `phrase`, the `last` or not, `gap` characters behind the first at most."""

    phrase: int
    last: bool
    gap: int


class _Later(NamedTuple):
    """Part number `place` (from 0) of chain `phrase`, the `last` or not, `gap` characters behind the one ahead."""

    phrase: int
    place: int
    last: bool
    gap: int


class _Uses(NamedTuple):
    """What a part is for: phrases that are it alone; chains in which it is second, by the number of their first part;
    chains in which it comes later; and those that it begins."""

    alone: list[int]
    second: dict[int, list[_Second]]
    later: list[_Later]
    first: list[int]


class Squeezed(NamedTuple):
    """A folded text with single spaces, and where its characters stood before."""

    text: str
    shifts: _Shifts | None


def squeeze(folded: str) -> Squeezed:
    """A folded text made ready for any number of matchers."""
    text = _SPACES.sub(" ", folded)
    return Squeezed(text, _Shifts(folded) if len(text) < len(folded) else None)


class Matcher:
    """Finds phrases: case, hyphens and kinds of space do not matter; matches begin and end at a word's edge.

    A trailing `*` lets the last word end as it likes, a leading one lets the first begin so ("*server"). Brackets hold
    alternatives: "(was|were) (stolen|leaked)" is four phrases, "stole (the|) data" two. `~` makes a chain, whose parts
    are such phrases each, `~~` one with longer gaps, ` + ` one with short ones. A letter behind a digit begins a word
    ("85GB"). `#` is the end of a number: "# patients" is seen in "26,480 patients". A phrase may stand in the list more
    than once.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        numbers: dict[str, int] = {}  # each part once, however many phrases share it
        self._uses: list[_Uses] = []
        for phrase, written in enumerate(phrases):
            parts, links = _LINK.split(written)[::2], ["", *_LINK.split(written)[1::2]]
            ahead = -1
            for place, (part, link) in enumerate(zip(parts, links, strict=True)):
                number = numbers.setdefault(part.strip(), len(numbers))
                if number == len(self._uses):
                    self._uses.append(_Uses([], {}, [], []))
                uses, last, gap = self._uses[number], place == len(parts) - 1, _GAPS.get(link, GAP)
                if place == 0:
                    (uses.alone if last else uses.first).append(phrase)
                elif place == 1:
                    uses.second.setdefault(ahead, []).append(_Second(phrase, last, gap))
                else:
                    uses.later.append(_Later(phrase, place, last, gap))
                ahead = number
        spelt: dict[str, list[_Part]] = {}
        for part, number in numbers.items():
            ends = {(s, e): _Part(number, open_start=s, open_end=e) for s in (False, True) for e in (False, True)}
            for form in dict.fromkeys(alternatives(_levelled(part))):
                at = ends[form[:1] in _OPEN, form.endswith("*")]
                for literal in _literals(form):
                    spelt.setdefault(literal, []).append(at)
        if "" in spelt:
            raise ValueError("a phrase is empty")
        self._parts = list(spelt.values())
        # The part that a literal is alone, at the edges of words only, as most are; -1 for the others.
        self._alone = [p[0].number if len(p) == 1 and not any(p[0][1:]) else -1 for p in self._parts]
        self._automaton = AhoCorasick(list(spelt)) if spelt else None

    def find(self, folded: str | Squeezed) -> Iterator[Match]:
        """All matches in a folded text, in the order of their ends; they may overlap. Places are those of the text."""
        if self._automaton is None:
            return
        text, shifts = squeeze(folded) if isinstance(folded, str) else folded
        for match in self._matches(text, self._automaton):
            if shifts is None:
                yield match
            else:
                phrase, start, end = match
                yield Match(phrase, shifts.place(start), shifts.place(end - 1) + 1)

    def _matches(self, text: str, automaton: AhoCorasick) -> Iterator[Match]:
        stood: dict[int, tuple[int, int]] = {}  # first part of a chain to where it last stood
        begun: dict[tuple[int, int], tuple[int, int]] = {}  # (phrase, place) to where that much of its chain stood
        for number, start, end in self._standing(text, automaton):
            alone, second, later, first = self._uses[number]
            for phrase in alone:
                yield Match(phrase, start, end)
            for ahead, chains in second.items() if stood else ():
                known = stood.get(ahead)
                if known is None or not _follows(text, known[1], start, WIDE):
                    continue
                for phrase, last, gap in chains:
                    if last and start <= known[1] + gap:
                        yield Match(phrase, known[0], end)
                    elif start <= known[1] + gap:
                        begun[phrase, 1] = known[0], end
            for phrase, place, last, gap in later if begun else ():
                known = begun.get((phrase, place - 1))
                if known is None or not _follows(text, known[1], start, gap):
                    continue
                if last:
                    yield Match(phrase, known[0], end)
                else:
                    begun[phrase, place] = known[0], end
            if first:
                stood[number] = start, end

    def _standing(self, text: str, automaton: AhoCorasick) -> list[tuple[int, int, int]]:
        """(part, start, end) wherever a part stands at the edges of words, or where it need not."""
        found = list[tuple[int, int, int]]()
        add, every, alone = found.append, self._parts, self._alone
        padded = f"{text} "  # a space behind the end, which is before the beginning too: padded[-1]
        for literal, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
            before, behind = padded[start - 1], padded[end]
            within = before != " " and not _begins_word(before, text[start])
            cut = behind != " " and behind.isalnum() and text[end - 1].isalnum()
            number = alone[literal]
            if number >= 0:
                if not within and not cut:
                    add((number, start, end))
                continue
            for number, open_start, open_end in every[literal]:
                if (not cut or open_end) and (not within or open_start):
                    add((number, start, end))
        return found


def _follows(text: str, end: int, start: int, gap: int) -> bool:
    """Whether what starts there follows on what ended here: in one sentence, so many characters behind it at most."""
    return end < start <= end + gap and not _STOP.search(text, end, start)


def _literals(form: str) -> Iterator[str]:
    """A form as it stands in folded text: ten where a digit ends it."""
    bare = form.removeprefix("*").removesuffix("*")
    if "#" not in bare and "'" not in bare:
        yield bare.strip()
        return
    for digit in _DIGITS if "#" in bare else "-":
        literal = bare.replace("#", digit) if "#" in bare else bare
        if "'" in literal:
            literal = _SPACES.sub(" ", _QUOTES.sub(" ", literal))
        yield literal.strip()


def _begins_word(before: str, first: str) -> bool:
    return not before.isalnum() or not first.isalnum() or (before.isdigit() and first.isalpha())


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
