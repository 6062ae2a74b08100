"""Where phrases stand in a text: one automaton for all of them, then a check of word boundaries.

`fold` and `Matcher` belong together: phrases and texts are folded alike, and folding keeps every character's place, so
that a match's start and end index the original text.

A phrase may be a chain, "hackers ~ stole ~ records": parts that follow one another in one sentence, `GAP` characters
apart at most, `WIDE` where "~~" joins them, or `STEP`, a small word or two, in "inside + network". Chains cost one
literal a part, where written out they would be thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from extractors.chains import Chains, Match, follow
from extractors.literals import Literals, Spelt, Squeezed

# Each key becomes one character: apostrophes straight, and all that joins or parts words a plain space.
_ALIKE = (
    *((c, "'") for c in "`’‘ʼ‚"),
    *((c, " ") for c in '-"\n\r\t‐‑‒–—“”„«»\u00a0\u2007\u2009\u202f\u3000'),
)
_QUOTES = re.compile(r"'(?:(?!\w)|(?<!\w'))")  # apostrophes stand within words, single quotes at their edges
_SPACES = re.compile("  +")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_GROUP = re.compile(r"\{([^{}]*)\}")
_AMONG = re.compile(r"(?<=[(|])\{([^{}]*)\}(?=[|)])")
_DIGITS = "0123456789"
_OPEN = ("#", "*")
_LINK = re.compile(r"(~~?|(?<=\s)\+(?=\s))")
GAP = 60  # characters between two parts of a chain, about ten words
WIDE = 130  # for languages whose verb stands at the sentence's end, about twenty
STEP = 16  # two or three small words
_GAPS = {"~": GAP, "~~": WIDE, "+": STEP}


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
        chains = Chains()
        for phrase, written in enumerate(phrases):
            parts = _LINK.split(written)
            known = [numbers.setdefault(part.strip(), len(numbers)) for part in parts[::2]]
            chains.add(phrase, known, [_GAPS[link] for link in parts[1::2]])
        spelt: dict[str, list[Spelt]] = {}
        for part, number in numbers.items():
            for literal, at in _literals(number, _levelled(part)):
                spelt.setdefault(literal, []).append(at)
        if "" in spelt:
            raise ValueError("a phrase is empty")
        self._literals = Literals(spelt, chains)

    def find(self, folded: str | Squeezed) -> list[Match]:
        """All matches in a folded text, in the order of their ends; they may overlap. Places are those of the text."""
        squeezed = Squeezed(folded) if isinstance(folded, str) else folded
        literals = self._literals
        standing = literals.standing(squeezed)
        return squeezed.placed(follow(squeezed.text, standing, literals.stops(squeezed))) if standing else []


def _literals(number: int, part: str) -> Iterator[tuple[str, Spelt]]:
    """A part as it stands in folded text, in each of its forms."""
    ends = {(s, e): Spelt(number, open_start=s, open_end=e) for s in (False, True) for e in (False, True)}
    closed, simple = ends[False, False], not any(sign in part for sign in "#*'")
    for form in dict.fromkeys(alternatives(part)):
        if simple:
            yield form, closed
            continue
        at = ends[form[:1] in _OPEN, form.endswith("*")]
        bare = form.removeprefix("*").removesuffix("*")
        for spelling in [bare.replace("#", digit) for digit in _DIGITS] if "#" in bare else [bare]:
            yield (_SPACES.sub(" ", _QUOTES.sub(" ", spelling)) if "'" in spelling else spelling).strip(), at
