"""What an organisation is called beside its name: "the ferry line X", "X, a payroll provider in Y", "der Händler X".

In: the words before and after a name, or a headline. Out: kinds with their sector and span. The kinds stand in
kinds.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extractors.facts.tables import toml, word_set

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"[^\W_](?:[\w'’-]*\w)?")
_APPOSITION = re.compile(
    r"(?i)\s*(?:\([^)]{1,40}\))?,\s+(?:(?:an?|the|one of the|one of|which (?:is|runs|operates|owns|has|manages)|"
    r"eine?[rmsn]?|der|die|das|una?|el|la|une?|le|uma?|o|een|de|het|il)\s+|"
    r"(?:[\w-]+['’]s\s+))(?P<noun>[^,.;:()]{3,70})"
)
_PHRASE_END = re.compile(
    r"(?i)\s(?:in|of|that|which|who|for|with|based|from|whose|and|said|says|told|is|was|has|had|to|on|near|serving|"
    r"mit|aus|de|con|en|à|avec|di|in)\s"
)
_ENDINGS = ("s", "es", "n", "en", "e", "ern", "er")
MAX_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of organisation, from `start` to `end` of the text given. `speaks`: such names talk about others'
    incidents."""

    sector: str
    start: int
    end: int
    speaks: bool


@cache
def _table(section: str) -> Mapping[str, str]:
    """Kind or field of business -> sector."""
    table: dict[str, str] = {}
    for sector, words in toml("kinds.toml")[section].items():
        for word in " ".join(words.split()).split(","):
            table.setdefault(word.strip().lower(), sector)
    return MappingProxyType(table)


def _sector(words: Sequence[str]) -> str | None:
    """The sector of a kind written in these small-letter words; plurals and case endings are undone."""
    return _sector_of(" ".join(words))


@lru_cache(maxsize=16384)
def _sector_of(phrase: str) -> str | None:
    words = phrase.split()
    kinds = _table("kinds")
    if phrase in kinds:
        return kinds[phrase]
    for ending in _ENDINGS:
        if phrase.endswith(ending) and phrase[: -len(ending)] in kinds:
            return kinds[phrase[: -len(ending)]]
    if phrase.endswith("ies") and phrase[:-3] + "y" in kinds:
        return kinds[phrase[:-3] + "y"]
    generic = word_set("kinds.toml", "generic", "words")
    if len(words) > 1 and words[-1].removesuffix("s") in generic:
        return _table("fields").get(" ".join(words[:-1])) or _sector(words[:-1])
    return None


@cache
def _lasts() -> frozenset[str]:
    """The last words of all kinds, and the words that make a field of business one."""
    return frozenset(kind.rsplit(" ", 1)[-1] for kind in _table("kinds")) | word_set("kinds.toml", "generic", "words")


@lru_cache(maxsize=16384)
def _may_end(word: str) -> bool:
    """Whether some kind may end with a word of small letters, plurals and case endings undone: most words end none."""
    stems = {word, word.removesuffix("ies") + "y", *(word.removesuffix(ending) for ending in _ENDINGS)}
    return not stems.isdisjoint(_lasts())


def _ending_at(words: list[re.Match[str]], last: int) -> tuple[int, str] | None:
    """(first word, sector) of the longest kind that ends with the word `last`."""
    if not _may_end(words[last][0].lower()):
        return None
    begin = max(0, last - MAX_WORDS + 1)
    small = [w[0].lower() for w in words[begin : last + 1]]
    for first in range(begin, last + 1):
        sector = _sector(small[first - begin :])
        if sector:
            return first, sector
    return None


def _kind(words: list[re.Match[str]], found: tuple[int, str], last: int) -> Kind:
    first, sector = found
    near = {w[0].lower() for w in words[max(0, first - 2) : last + 3]}
    speaks = bool(near & word_set("kinds.toml", "speakers", "words"))
    return Kind(sector=sector, start=words[first].start(), end=words[last].end(), speaks=speaks)


def kind_before(left: str) -> Kind | None:
    """The kind right before a name that follows `left`; spans count from the start of `left`."""
    if not left.rstrip('"“‘«„').endswith(" "):
        return None
    words = list(_WORD.finditer(left, max(0, len(left) - 60)))
    if not words or left[words[-1].end() :].strip(' "“‘«„'):
        return None
    found = _ending_at(words, len(words) - 1)
    return _kind(words, found, len(words) - 1) if found else None


def kind_after(right: str) -> Kind | None:
    """The kind in an apposition right after a name: the last one of its first noun phrase."""
    if not right[:2].strip().startswith((",", "(")):
        return None
    match = _APPOSITION.match(right[:170])
    if match is None:
        return None
    stop = _PHRASE_END.search(match["noun"] + " ")
    end = match.start("noun") + (stop.start() if stop else len(match["noun"]))
    words = list(_WORD.finditer(right, match.start("noun"), end))
    for last in range(len(words) - 1, -1, -1):
        found = _ending_at(words, last)
        if found:
            return _kind(words, found, last)
    return None


def kind_of_name(name: str) -> Kind | None:
    """The kind or field that a name says itself: "Example Credit Union", "Example Ferries", "Klinikum Beispiel"."""
    words = list(_WORD.finditer(name))
    for last in (len(words) - 1, 0):
        if len(words) < 2 or (words[last][0].islower()):
            continue
        found = _ending_at(words, last) if last else ((0, s) if (s := _sector([words[0][0].lower()])) else None)
        small = words[last][0].lower()
        sector = _table("in_names").get(small) or _table("fields").get(small) or _table("fields").get(small[:-1])
        if found is None and sector:
            found = (last, sector)
        if found:
            return _kind(words, found, last)
    return None


@cache
def is_kind_word(word: str) -> bool:
    """Whether one word of small letters is a kind that stands before names and begins none of its own: "wholesaler"."""
    return _sector([word]) is not None and not any(
        word.removesuffix(e) in word_set("kinds.toml", "heads", "words") for e in ("", *_ENDINGS)
    )


def is_only_kind(name: str) -> bool:
    """Whether a name is no name but a kind written with capitals: "Healthcare Firm", "Payment Processor"."""
    words = name.lower().split()
    return is_kind_word(words[0]) if len(words) == 1 else bool(words) and _sector(words) is not None


def kinds_in(text: str) -> Iterator[Kind]:
    """Every kind that a headline or sentence names, the longest at each place."""
    words = list(_WORD.finditer(text))
    last = len(words) - 1
    while last >= 0:
        found = _ending_at(words, last)
        if found:
            yield _kind(words, found, last)
            last = found[0]
        last -= 1
