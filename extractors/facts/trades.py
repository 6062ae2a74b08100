"""Which sectors do words speak of? Kinds of organisation ("the co-op"), whose data it was ("patients"), words of names.

In: a sentence or a name. Out: `Trade`s with their span. The words stand in sector.toml and kinds.toml; what they weigh
is decided in `sector`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extractors.facts.tables import toml, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORD = re.compile(r"&|[^\W_](?:[\w.'’&]*\w)?")
_ENDINGS = ("s", "es", "n", "en", "e", "ern", "er", "in", "innen")
_JOINS = frozenset(("of", "for", "de", "del", "des", "du", "di", "da", "do", "für", "van", "von", "d", "der", "the"))
MAX_WORDS = 6
MIN_COMPOUND = 4
"""Letters before the ending of a German compound: "Rad|händler" is too short to be sure of, "Fahrrad|händler" not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Words from `start` to `end` of the text given that speak of a sector. `owner`: of those whose data it was;
    `plural`: of many; `bystander`: of a kind that mostly speaks about others; `weak`: a word that many names bear."""

    sector: str
    start: int
    end: int
    owner: bool = False
    plural: bool = False
    bystander: bool = False
    weak: bool = False


def _listed(words: str) -> list[str]:
    """The entries of a list; hyphens and the apostrophes of plurals part words as they do in texts."""
    return [" ".join(word.replace("-", " ").replace("s' ", "s ").split()) for word in words.split(",")]


@cache
def _table(section: str) -> Mapping[str, str]:
    """Word or phrase -> sector; for `kinds` those of kinds.toml first."""
    table: dict[str, str] = {}
    for file in ("kinds.toml", "sector.toml") if section == "kinds" else ("sector.toml",):
        for sector, words in toml(file)[section].items():
            for word in _listed(words):
                table.setdefault(word, sector)
    table.pop("", None)
    return MappingProxyType(table)


@cache
def _sections() -> Mapping[str, str]:
    """Word or phrase -> the section that lists it: kinds first, then owners, then tails of names."""
    return MappingProxyType({phrase: name for name in ("tails", "owners", "kinds") for phrase in _table(name)})


@cache
def _lasts() -> Mapping[str, int]:
    """The last words of all entries, with the number of words of the longest that ends so: most words of a text are
    none, and are passed over at once."""
    table: dict[str, int] = {}
    for phrase in _sections():
        words = phrase.split(" ")
        table[words[-1]] = max(len(words), table.get(words[-1], 0))
    return MappingProxyType(table)


@cache
def _bystanders() -> frozenset[str]:
    return frozenset(_listed(toml("sector.toml")["bystanders"]["words"]))


@cache
def _endings() -> tuple[tuple[str, str], ...]:
    """(ending, sector), the longest first."""
    return tuple(sorted(_table("endings").items(), key=lambda item: -len(item[0])))


def _without_possessive(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


@lru_cache(maxsize=16384)
def _singulars(word: str) -> tuple[str, ...]:
    """A small-letter word as the tables may hold it: itself, then without plural or case ending."""
    found = [word] if word in _lasts() else []
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    found += [word[: -len(e)] for e in _ENDINGS if len(word) > len(e) + 2 and word.endswith(e)]
    return tuple(w for w in found if w in _lasts())


@lru_cache(maxsize=16384)
def _compound(word: str) -> str | None:
    """The sector of a German compound: "landmaschinenhändler"."""
    for stem in (word, *(word[: -len(e)] for e in _ENDINGS if word.endswith(e))):
        for ending, sector in _endings():
            if stem.endswith(ending) and len(stem) >= len(ending) + MIN_COMPOUND:
                return sector
    return None


def _field(words: list[str]) -> str | None:
    """The sector of "insurance" in "insurance giant": a field of business before a generic word of kinds.toml."""
    fields = _fields()
    return next((fields[p] for p in (" ".join(words[-2:]), words[-1]) if p in fields), None) if words else None


@cache
def _fields() -> Mapping[str, str]:
    table = {word: sector for sector, words in toml("kinds.toml")["fields"].items() for word in _listed(words)}
    return MappingProxyType(table)


@cache
def _generic() -> frozenset[str]:
    words = word_set("kinds.toml", "generic", "words")
    return words | frozenset(word + "s" for word in words)


def _at(small: list[str], last: int) -> tuple[int, str, bool] | None:
    """(first word, phrase, plural) of the longest entry that ends with the word `last`."""
    word = small[last]
    for form in _singulars(word):
        for first in range(max(0, last - min(MAX_WORDS, _lasts()[form]) + 1), last + 1):
            phrase = " ".join([*small[first:last], form])
            if phrase in _sections():
                return first, phrase, form != word
    return None


def trades_in(text: str) -> Iterator[Trade]:
    """Every trade that a headline or sentence speaks of, the last first, the longest at each place."""
    words = list(WORD.finditer(text))
    small = [_without_possessive(w[0].lower()) for w in words]
    generic = _generic()
    last = len(words) - 1
    while last >= 0:
        found = _at(small, last)
        start, end = words[last].start(), words[last].start() + len(small[last])
        if small[last] in generic and (field := _field(small[max(0, last - 2) : last])) and not found:
            yield Trade(sector=field, start=words[last - 1].start(), end=end)
        elif found:
            first, phrase, plural = found
            section = _sections()[phrase]
            yield Trade(
                sector=_table(section)[phrase],
                start=words[first].start(),
                end=end,
                owner=section == "owners",
                plural=plural,
                bystander=phrase in _bystanders(),
            )
            last = first
        elif words[last][0][0].isupper() and len(small[last]) > 2 * MIN_COMPOUND and (way := _compound(small[last])):
            yield Trade(sector=way, start=start, end=end)
        last -= 1


def _name_word(words: list[str], last: int) -> tuple[int, str] | None:
    """(first word, sector) of the longest entry of `names` that ends there; else of a kind or a compound."""
    names = _table("names")
    for first in range(max(0, last - 2), last + 1):
        phrase = " ".join(words[first : last + 1])
        if phrase in names:
            return first, names[phrase]
    sector = _table("kinds").get(words[last]) or _compound(words[last])
    return (last, sector) if sector else None


@lru_cache(maxsize=4096)
def trades_of_name(name: str) -> tuple[Trade, ...]:
    """What a name says itself, its head first: "Example Ferries Group", "Spedition Beispiel", "Bank of Examples"."""
    words = list(WORD.finditer(name))
    small = [_without_possessive(w[0].lower()).rstrip(".") for w in words]
    if len(words) < 2 and _compound("".join(small)) is None:
        return ()
    join = next((i for i, w in enumerate(small) if i and w in _JOINS), len(small))
    fillers = word_set("sector.toml", "fillers", "words")
    weak = word_set("sector.toml", "weak", "words")
    found = []
    order = [*range(join - 1, -1, -1), *range(len(small) - 1, join, -1)]
    taken: set[int] = set()
    for last in order:
        if last in taken or small[last] in fillers:
            continue
        entry = _name_word(small, last)
        if entry:
            first, sector = entry
            taken |= set(range(first, last + 1))
            is_weak = first == last and small[last] in weak
            found.append(Trade(sector=sector, start=words[first].start(), end=words[last].end(), weak=is_weak))
    return tuple(sorted(found, key=lambda trade: trade.weak))
