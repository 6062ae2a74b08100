"""Whether two names are one organisation's, by the names alone.

In: two forms. Out: an `Agreement` with a score, or none; `difference` then says in words why not. Where the names do
not decide it, `needs` says what else has to: see `context`. The cutoffs were chosen on two thirds of
benchmarks/watch_pairs.txt and measured on the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from breachwire.incidents.names import PLACES
from breachwire.watching.folding import loose
from breachwire.watching.forms import WHERE, Form, can_stand_alone, is_telling

Needs: TypeAlias = Literal["", "no contradiction", "agreement"]

SHORTEST_JOINED = 5
"""Letters from which "Net Harrow" and "Netharrow" are one name."""
SHORTEST_MISSPELT = 6
LONG, LONGER, ALONE = 7, 9, 9
"""Letters of a word from which one more, one less or two swapped are a slip; from which one other letter is; and from
which a name of one word may have a slip at all. "Carver" is not "Carter", nor "Ardmere" "Ardmore"."""
RESEMBLING = 80.0
"""fuzz.ratio at which a name that differs is worth showing as a near miss."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two names that may be one organisation's: a score of 0 to 100, how they agree, what else must be so."""

    score: float
    how: str
    needs: Needs = ""


def agree(known: Form, seen: Form) -> Agreement | None:
    """Compares a watched name with one that an article writes. None where they are not one organisation's."""
    if known.words == seen.words:
        return Agreement(100.0, "")
    if known.numbers != seen.numbers:
        return None
    if known.joined == seen.joined and len(seen.joined) >= SHORTEST_JOINED:
        return Agreement(97.0, "written apart or together")
    return (
        _by_words(known, seen)
        or _by_town(known, seen)
        or _by_core(known, seen)
        or _by_spelling(known, seen)
        or _by_initials(known, seen)
    )


def difference(known: Form, seen: Form) -> str:
    """Why two names that do not agree are two, in words; "" where nobody would think them one."""
    shared = {word for word in known.telling if is_telling((word,))} & set(seen.telling)
    if not shared and not fuzz.ratio(known.joined, seen.joined, score_cutoff=RESEMBLING):
        return ""
    if known.numbers != seen.numbers:
        return "the numbers in the two differ"
    return _what_differs(known, seen)


def _by_words(known: Form, seen: Form) -> Agreement | None:
    """The same words but for small ones: in one order, or in another where one of them is a name."""
    if known.telling == seen.telling:
        return Agreement(96.0, "but for small words")
    if known.in_any_order == seen.in_any_order and is_telling(known.telling):
        return Agreement(90.0, "the same words in another order")
    return None


def _by_town(known: Form, seen: Form) -> Agreement | None:
    """The city of X is X city council; whether X alone is the city, something else has to say."""
    if not known.town and not seen.town:
        return None
    if known.town == seen.town:
        return Agreement(90.0, "the same town")
    if (known.town or known.telling) == (seen.town or seen.telling) and len(known.words) + len(seen.words) > 2:
        return Agreement(84.0, "the town, if it is meant", "agreement")
    return None


def _by_core(known: Form, seen: Form) -> Agreement | None:
    """One of the two has a country or the broadest of trades behind it; where both have another, they are two."""
    for long, short in ((seen, known), (known, seen)):
        if long.core and long.core == short.words:
            behind = long.words[len(long.core) :]
            return Agreement(93.0 if WHERE.issuperset(behind) else 88.0, f"without {' '.join(behind)!r} behind it")
    return None


def _by_spelling(known: Form, seen: Form) -> Agreement | None:
    """Word by word the same or nearly so."""
    if known.loosely == seen.loosely and len(seen.joined) >= LONG and is_telling(known.words):
        return Agreement(92.0, "spelt by another ear")
    if len(known.words) != len(seen.words):
        return None
    pairs = [(a, b) for a, b in zip(known.words, seen.words, strict=True) if a != b]
    shortest = ALONE if len(known.words) == 1 else SHORTEST_MISSPELT
    if len(pairs) > 1 or not all(min(len(a), len(b)) >= shortest and is_slip(a, b) for a, b in pairs):
        return None
    return Agreement(min(fuzz.ratio(known.joined, seen.joined), 95.0), "but for the spelling")


def is_slip(one: str, other: str) -> bool:
    """Whether two words are one that somebody misspelt, and not two that look alike."""
    if not one.isalpha() or not other.isalpha() or one[0] != other[0]:
        return False
    if loose(one) == loose(other):
        return True
    shorter = min(len(one), len(other))
    if OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    return shorter >= (LONG if len(one) != len(other) or sorted(one) == sorted(other) else LONGER)


def _by_initials(known: Form, seen: Form) -> Agreement | None:
    """One is an acronym, in capitals, of the other's three words or more. Many have the same three letters."""
    for short, long in ((seen, known), (known, seen)):
        if short.acronym and short.joined in long.initials:
            needs: Needs = "agreement" if len(short.joined) == 3 else "no contradiction"
            return Agreement(82.0, f"the initials of {long.written!r}", needs)
    return None


def _what_differs(known: Form, seen: Form) -> str:
    ours = [word for word in known.telling if word not in seen.telling]
    theirs = [word for word in seen.telling if word not in known.telling]
    if ours and theirs:
        return f"{' '.join(ours)!r} is not {' '.join(theirs)!r}"
    if theirs:
        return f"{' '.join(theirs)!r} makes it another, unless it is given as an alias"
    if ours and set(ours) <= PLACES:
        return f"it says nothing of {' '.join(ours)!r}"
    if ours:
        alone = "is too little" if not can_stand_alone(seen.words) else "may be another"
        return f"{' '.join(seen.words)!r} without {' '.join(ours)!r} {alone}, unless it is given as an alias"
    return "the same words in another order, none of them a name"
