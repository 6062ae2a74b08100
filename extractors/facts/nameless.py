"""Capitalised words that name nobody: months and kinds, nations with a kind, sums of money, the nouns of German.

In: a name, or a word in small letters. Out: whether it is one of them. Their lists stand in words.toml and kinds.toml.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractors.facts.kinds import is_only_kind
from extractors.facts.places import place
from extractors.facts.tables import key, organisations, word_set

NATIONAL = frozenset(
    ("airport", "airports", "bank", "banks", "hospital", "hospitals", "police", "university", "universities")
)
_MONEY = re.compile(r"[$€£]\d|^\d+(?:[MKBG]|[GTM]B|K)?(?: |$)")
_GERMAN_OFFICE = re.compile(
    r"(?:gericht|polizei|anwaltschaft|ministerium|amt|behörde|klinik|kliniken|verein|werke|schule|bank)s?$"
)
GERMAN_PERSON = re.compile(
    r"(?:leiter|sprecher|chef|präsident|direktor|meister|vorsitzende|minister|schreiber|anwalt|führer|inhaber|gründer|rektor|"
    r"dezernent|beauftragte|händler|berater|kommissar|angestellte|verkäufer|betreuer|forscher|experte)(?:in|innen|n|r|s|en)?$"
)


@cache
def _names(*entries: str) -> frozenset[str]:
    """The words of several lists of [names] in words.toml, together."""
    return frozenset().union(*(word_set("words.toml", "names", entry) for entry in entries))


@cache
def _noun_parts() -> frozenset[str]:
    """German nouns that tell as the last part of a compound."""
    return _names("nouns") - _names("never_parts")


@lru_cache(maxsize=8192)
def is_no_name(name: str) -> bool:
    """Only words that name nothing by themselves, a kind with or without a nation ("UK airport"), or a sum of money."""
    if key(name) in organisations():
        return False
    first, _, rest = name.partition(" ")
    nation = rest and (place(key(first)) or ("", ""))[1] in {"country", "demonym"}
    if is_only_kind(name) or (
        nation and (is_only_kind(rest) or rest.lower() in NATIONAL or rest.lower() in _names("never"))
    ):
        return True
    words = name.lower().replace(".", "").replace("’", "'").split()
    if len(words) == 1 and words[0] in _names("org_tails", "of_heads"):
        return True
    return all(w in _names("never", "nouns") for w in words) or _MONEY.search(name) is not None


@lru_cache(maxsize=4096)
def is_german_noun(small: str) -> bool:
    """A German noun that names nobody and begins no name, alone or as the last part of a compound ("Kundendaten")."""
    if small in word_set("kinds.toml", "heads", "words") or _GERMAN_OFFICE.search(small):
        return False
    if small in _names("nouns") or GERMAN_PERSON.search(small):
        return True
    return any(small[at:] in _noun_parts() for at in range(3, len(small) - 4))
