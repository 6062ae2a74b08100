"""Places and nationalities: which country does a name stand for?

In: a name as it is written. Out: an ISO 3166-1 alpha-2 code and what kind of name it was, or nothing. Names of
countries come from CLDR (Babel) in the languages that the product reads, most cities from cities.csv (GeoNames); the
rest from places.toml. A city whose country is not clear has an empty code.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extractors.facts.phrases import Phrases, Sieve, phrases
from extractors.facts.tables import key, text_file, toml

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "nl")
_AMBIGUOUS = frozenset(("jersey", "georgia", "jordan", "chad", "guinea", "turkey", "mali", "niger", "cuba", "polen"))


@cache
def places() -> Mapping[str, tuple[str, str]]:
    """Key of a name -> (country, kind); kinds: country, demonym, city, state, institution."""
    from babel import Locale

    table: dict[str, tuple[str, str]] = {}
    lists = toml("places.toml")
    for section, kind in (
        ("institutions", "institution"),
        ("cities", "city"),
        ("states", "state"),
        ("demonyms", "demonym"),
    ):
        for country, names in lists[section].items():
            for name in names.replace("\n", " ").split(","):
                table[key(name.strip())] = (country, kind)
    for row in csv.DictReader(text_file("cities.csv").splitlines()[1:]):
        table.setdefault(key(row["name"]), (row["country"], "city"))
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "UN", "EZ", "ZZ", "QO"}:
                folded = key(name)
                if folded not in _AMBIGUOUS or language == "en":
                    table.setdefault(folded, (code, "country"))
    for country, names in lists["aliases"].items():
        for name in names.split(","):
            table[key(name.strip())] = (country, "country")
    table["georgia"] = ("US", "state")
    table.pop("", None)
    return MappingProxyType(table)


@cache
def adjectives() -> Mapping[str, str]:
    """Nationality words that their languages write small -> country."""
    table = {}
    for country, words in toml("places.toml")["adjectives"].items():
        for word in words.split(","):
            table[word.strip()] = country
    return MappingProxyType(table)


@cache
def domains() -> Mapping[str, str]:
    """Last label of a host name -> country."""
    table = {}
    for country, labels in toml("places.toml")["domains"].items():
        for label in labels.split(","):
            table[label.strip()] = country
    return MappingProxyType(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A pattern that speaks for a country, with its weight in votes."""

    country: str
    weight: float
    pattern: Phrases


@cache
def clues(section: str) -> tuple[Clue, ...]:
    """Clues of places.toml: those in a `text`, and those in the `names` of organisations."""
    found = []
    for weight, lists in toml("places.toml")["clues"][section].items():
        for country, patterns in lists.items():
            found.append(Clue(country=country, weight=float(weight), pattern=phrases(patterns)))
    return tuple(found)


@cache
def _sieve(section: str) -> Sieve:
    return Sieve([clue.pattern for clue in clues(section)])


def clues_met(section: str, text: str) -> list[Clue]:
    """The clues of a section that may match the text, in their order."""
    return [clues(section)[number] for number in _sieve(section).met(text)]


def place(name_key: str) -> tuple[str, str] | None:
    """(country, kind) of a name that is a place, nationality or national institution."""
    return places().get(name_key)


def is_place(name_key: str) -> bool:
    """Whether the name is a country, city, state or nationality and nothing more."""
    found = places().get(name_key)
    return found is not None and found[1] != "institution"
