"""A name prepared for comparing: everything that the rules of `agreeing` ask of it, worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from breachwire.incidents.names import GENERIC, PLACE_WORDS, PLACES
from breachwire.watching.folding import SMALL, loose, word_lists

# What may stand behind a company's name, or be left out, without naming another: its trade in the broadest words.
_TAILS = frozenset(
    re.findall(
        r"\S+",
        """
    technology service system solution software security laboratory industry digital online
    """,
    )
)
# And which part of the world is meant.
WHERE = PLACES | frozenset(
    re.findall(
        r"\S+",
        """
    us eu emea apac international worldwide global deutschland nederland italia espana polska osterreich schweiz
    suisse sverige danmark norge suomi brasil
    """,
    )
)
_BEHIND = _TAILS | WHERE
_OF_LEARNING = frozenset({"university", "college", "school"})
_DIGIT = re.compile(r"\d")
_OF_A_PLACE = PLACE_WORDS | {"city"}
_SHORT = 4
_SMALLEST_CORE = 6
COMMON = (
    GENERIC
    | PLACES
    | SMALL
    | frozenset(["service", "system", "solution", "technology", "industry", "laboratory", "center"])
)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a name. `core` is what is left without a trade or a country at its end, if that still names it.

    `loosely` is the name in one word, spelt by ear; `town` are the words without those that a place may drop ("City
    of", "Council"), none where it is no place.
    """

    written: str
    words: tuple[str, ...]
    joined: str
    loosely: str
    telling: tuple[str, ...]
    core: tuple[str, ...]
    town: tuple[str, ...]
    numbers: tuple[str, ...]
    initials: tuple[str, ...]
    capital: bool
    acronym: bool

    @property
    def in_any_order(self) -> tuple[str, ...]:
        """The words without small ones, sorted."""
        return tuple(sorted(self.telling))


@lru_cache(maxsize=1 << 14)
def forms_of(name: str) -> tuple[Form, ...]:
    """The name in each way that its letters are written; none for a name without letters."""
    return tuple(form_of(name, words) for words in word_lists(name))


def form_of(name: str, words: tuple[str, ...]) -> Form:
    """The name in one of its lists of words."""
    bare = name.strip().replace(".", "")
    telling = words if SMALL.isdisjoint(words) else tuple(word for word in words if word not in SMALL) or words
    if "airport" in words:
        telling = tuple(word for word in telling if word != "international")
    joined = "".join(words)
    return Form(
        name,
        words,
        joined,
        "".join([loose(word) for word in words]),
        telling,
        _core(words) if words[-1] in _BEHIND else (),
        _town(words, telling),
        () if joined.isalpha() else tuple(sorted(word for word in words if _DIGIT.search(word))),
        initials_of(words),
        not bare.islower(),
        2 <= len(bare) <= 6 and bare.isupper() and bare.isalnum(),
    )


def _town(words: tuple[str, ...], telling: tuple[str, ...]) -> tuple[str, ...]:
    if _OF_A_PLACE.isdisjoint(telling) or not _OF_LEARNING.isdisjoint(words):
        return ()
    return tuple(word for word in telling if word not in _OF_A_PLACE)


def initials_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first letters of three to six words, without the small ones and with them."""
    if len(words) < 3:
        return ()
    both = ("".join([w[0] for w in words if w not in SMALL]), "".join([w[0] for w in words]))
    return tuple(dict.fromkeys(letters for letters in both if 3 <= len(letters) <= 6))


def _core(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a trade or a place at their end, where what is left can only be a name; else none."""
    kept = words
    while len(kept) > 1 and kept[-1] in _BEHIND:
        kept = kept[:-1]
    if kept == words or not can_stand_alone(kept):
        return ()
    return kept


def can_stand_alone(words: tuple[str, ...]) -> bool:
    """Whether words name somebody without what was taken off: two of them, or one that is long and not ordinary."""
    telling = [word for word in words if word not in COMMON]
    if len(words) > 1:
        return bool(telling)
    return bool(telling) and len(words[0]) >= _SMALLEST_CORE and not is_ordinary(words[0])


def is_telling(words: tuple[str, ...]) -> bool:
    """Whether at least one word is neither a kind of organisation, nor a place, nor small."""
    return any(word not in COMMON for word in words)


def is_generic(words: tuple[str, ...]) -> bool:
    """Whether many organisations may be called so: kinds and compass points, and no place or name among them."""
    return all(word in GENERIC or word in SMALL for word in words)


def is_ordinary(word: str) -> bool:
    """Whether it is a word of the language, in singular or plural."""
    known = ordinary_words()
    return word in known or word.removesuffix("s") in known


def is_weak(form: Form) -> bool:
    """Whether a name by itself says too little: one short word that is no acronym, an ordinary word, or kinds alone."""
    if len(form.words) > 1:
        return is_generic(form.words)
    word = form.words[0]
    if not word.isascii():
        return False
    return (len(word) <= _SHORT and not form.acronym) or len(word) <= 2 or is_ordinary(word) or word in PLACES


@cache
def ordinary_words() -> frozenset[str]:
    """Words of English that a name may be too, in small letters."""
    text = resources.files("breachwire.watching").joinpath("ordinary_words.txt").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^[a-z-]+$", text, re.MULTILINE))
