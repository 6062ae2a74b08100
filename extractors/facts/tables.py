"""The small tables of this room, read once each: names, places, organisations, words.

In: a file beside this module. Out: frozen lookups. Contains no rules.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEGAL = re.compile(
    r"(?i)[,\s]+(?:inc|incorporated|corp|corporation|ltd|limited|llc|l\.l\.c|llp|lp|plc|gmbh|ag|s\.?a|"
    r"s\.?p\.?a|s\.?r\.?l|n\.?v|b\.?v|ab|"
    r"asa|oyj|pty|pvt|co|& co|kg|se|kgaa|co\., ltd|l\.p|p\.c)\.?$"
)
_PUNCTUATION = re.compile(r"[^\w&]+")


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A name as the tables are looked up: no case, accents, dots or leading "the"; "and" and "&" alike."""
    if name.isascii() and name.replace(" ", "").isalnum():  # most are, and need no more
        folded = " ".join(name.lower().split())
        return folded.removeprefix("the ") or folded
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    folded = name.lower().replace(".", "").replace("'", "").replace("’", "").replace("&", " and ")
    folded = " ".join(_PUNCTUATION.sub(" ", folded).split())
    return folded.removeprefix("the ") or folded


@lru_cache(maxsize=4096)
def without_legal_form(name: str) -> str:
    """ "Example Foods, Inc." as "Example Foods"; a name is never emptied."""
    previous = ""
    while name != previous:
        previous = name
        name = _LEGAL.sub("", name) or name
    return name.rstrip(" ,") or previous


def text_file(name: str) -> str:
    """A file of this folder."""
    return resources.files("extractors.facts").joinpath(name).read_text(encoding="utf-8")


@cache
def toml(name: str) -> Mapping[str, Any]:
    """A TOML file of this folder."""
    return MappingProxyType(tomllib.loads(text_file(name)))


@cache
def word_set(file: str, section: str, entry: str) -> frozenset[str]:
    """The words of one string (white space between them) or of one list in a TOML file of this folder."""
    value = toml(file)[section][entry]
    return frozenset(value.split() if isinstance(value, str) else value)


def alternatives(file: str, section: str, entry: str) -> str:
    """A list of words or word patterns as one alternation, to stand in a pattern; longer ones come first."""
    return "|".join(sorted(toml(file)[section][entry], key=len, reverse=True))


@cache
def meanings(section: str) -> Mapping[str, str]:
    """A section of numbers.toml turned round: word -> what it means ("lakh" -> "100000")."""
    table = {}
    for meaning, words in toml("numbers.toml")[section].items():
        for word in words.split() if isinstance(words, str) else words:
            table[word] = meaning
    return MappingProxyType(table)


@cache
def common_words() -> frozenset[str]:
    """English words that are no name when they stand alone with a capital."""
    listed = (line for line in text_file("common_words.txt").splitlines() if not line.startswith("#"))
    return frozenset(listed) | word_set("words.toml", "names", "common")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A large organisation of the world, as the table knows it."""

    name: str
    sector: str
    country: str


@cache
def organisations() -> Mapping[str, Organisation]:
    """Large organisations by `key`; every name and alias of the table."""
    table: dict[str, Organisation] = {}
    for name, aliases, sector, country in list(csv.reader(text_file("organisations.csv").splitlines()))[1:]:
        entry = Organisation(name=name, sector=sector, country=country)
        for written in (name, *filter(None, aliases.split("|"))):
            table[key(written)] = entry
    return MappingProxyType(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A threat actor, ransomware gang, ransomware or other malware. A `weak` name is an ordinary word and counts in
    context only."""

    canonical: str
    kind: str
    weak: bool


@cache
def known_names() -> Mapping[str, KnownName]:
    """Actors and malware by `key`, aliases included; hand-written entries win over the galaxy's."""
    table: dict[str, KnownName] = {}
    for file in ("names.csv", "names_recent.csv"):
        for row in csv.DictReader(text_file(file).splitlines()):
            own_weak = row["weak"] == "1"
            for name in (row["canonical"], *filter(None, row["aliases"].split("|"))):
                folded = key(name)
                weak = (
                    own_weak or folded in common_words() or (len(folded) <= 4 and not any(c.isdigit() for c in folded))
                )
                if folded and (file == "names_recent.csv" or folded not in table):
                    table[folded] = KnownName(canonical=row["canonical"], kind=row["kind"], weak=weak)
    return MappingProxyType(table)
