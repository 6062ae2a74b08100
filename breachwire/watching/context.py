"""What is known of a watched organisation besides its names, and whether an incident agrees with it.

In: a watchlist entry and a sighting. Out: the things that agree and those that contradict, in words. An incident's
sector and country are read from the news and may be missing: what is missing neither agrees nor contradicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from breachwire.records import Sighting
from breachwire.settings.models import WatchName
from breachwire.vocabulary import SECTORS
from extractors.facts.tables import key, organisations
from extractors.facts.trades import trades_in, trades_of_name

# Endings of domains that say nothing of a country, though two letters make them one's: the registries' own policy.
_NO_COUNTRY = frozenset(
    re.findall(
        r"\S+",
        """
    io ai co tv me cc ly gg fm to ws
    """,
    )
)
_COUNTRY_OF = {"uk": "GB"}
_SELLING = frozenset({"technology", "telecom", "professional", "finance", "other"})
"""Sectors whose organisations are others' providers."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an entry says of the organisation: domains as bare hosts, sectors and countries of the vocabularies."""

    domains: tuple[str, ...]
    sectors: frozenset[str]
    countries: frozenset[str]

    @property
    def may_provide(self) -> bool:
        """Whether nothing speaks against its being somebody's provider."""
        return not self.sectors or bool(self.sectors & _SELLING)


@dataclass(frozen=True, slots=True)
class Context:
    """What of an incident agrees with what is known, and what contradicts it."""

    agreeing: tuple[str, ...] = ()
    contradicting: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether more speaks for it than against; the domain, which comes first, decides alone."""
        return bool(self.agreeing) and not self.contradicts

    @property
    def contradicts(self) -> bool:
        """Whether something speaks against it, and the domain does not speak for it."""
        return bool(self.contradicting) and not any(words.startswith("domain") for words in self.agreeing)


def known_of(entry: WatchName) -> Known:
    """What an entry says: by its domains, its tags, and what its names call it."""
    domains = tuple(dict.fromkeys(filter(None, map(host, entry.domains))))
    sectors = {sector for tag in entry.tags for sector in _of_tag(tag)}
    table = [found for name in (entry.name, *entry.aliases) if (found := organisations().get(key(name)))]
    if not sectors:
        sectors = {found.sector for found in table} | {s for n in (entry.name, *entry.aliases) for s in _of_name(n)}
    countries = {tag for tag in entry.tags if len(tag) == 2 and tag.isupper()} | {found.country for found in table}
    endings = {domain.rpartition(".")[2] for domain in domains} - _NO_COUNTRY
    countries |= {_COUNTRY_OF.get(end, end.upper()) for end in endings if len(end) == 2}
    return Known(domains, frozenset(filter(None, sectors)), frozenset(filter(None, countries)))


_OF_TAGS = {
    "software": "technology",
    "saas": "technology",
    "cloud": "technology",
    "hosting": "technology",
    "it": "technology",
    "security": "technology",
    "payroll": "professional",
    "law": "professional",
    "legal": "professional",
    "logistics": "transport",
    "rail": "transport",
    "shipping": "transport",
    "insurance": "finance",
    "payments": "finance",
    "water": "energy",
    "food": "manufacturing",
    "pharma": "manufacturing",
    "government": "public",
    "university": "education",
    "charity": "nonprofit",
}
"""Sectors of the words that people sort their suppliers by; others are read as articles' are."""


@lru_cache(maxsize=4096)
def _of_tag(tag: str) -> tuple[str, ...]:
    """Sectors that a tag names: by its term, or by a trade ("bank", "payroll software")."""
    if tag.casefold() in SECTORS:
        return (tag.casefold(),)
    if tag.casefold() in _OF_TAGS:
        return (_OF_TAGS[tag.casefold()],)
    return tuple(dict.fromkeys(trade.sector for trade in (*trades_in(tag), *trades_of_name(tag))))


def _of_name(name: str) -> Iterable[str]:
    return (trade.sector for trade in trades_of_name(name) if not trade.weak)


def compared(known: Known, seen: Sighting) -> Context:
    """What agrees and what contradicts. A country that differs says little: many are in several."""
    agreeing, contradicting = [], []
    if known.domains and seen.domain:
        its = host(seen.domain)
        if any(is_under(its, domain) or _label(its) == _label(domain) for domain in known.domains):
            agreeing.append(f"domain {its}")
        else:
            contradicting.append(f"its domain is {its}")
    if known.sectors and seen.sector and seen.sector != "other":
        if seen.sector in known.sectors:
            agreeing.append(f"sector {seen.sector}")
        else:
            contradicting.append(f"its sector is {seen.sector}")
    if seen.country and seen.country in known.countries:
        agreeing.append(f"country {seen.country}")
    return Context(tuple(agreeing), tuple(contradicting))


@lru_cache(maxsize=1 << 15)
def host(domain: str) -> str:
    """A domain as it is looked up: without scheme, path, port and `www.`, in small letters and punycode."""
    text = domain.strip().casefold().partition("://")[2] or domain.strip().casefold()
    text = text.split("/")[0].rpartition("@")[2].partition(":")[0].strip(".").removeprefix("*.").removeprefix("www.")
    if text.isascii():
        return text
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        return text


def is_under(name: str, domain: str) -> bool:
    """Whether a host is the domain or stands under it."""
    return name == domain or name.endswith("." + domain)


def _label(domain: str) -> str:
    """What an organisation chose of its domain: "fernhill" of fernhill.co.uk."""
    labels = domain.split(".")
    if len(labels) < 2:
        return domain
    return labels[-3] if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else labels[-2]


def label_in_letters(domain: str) -> str:
    """The label without hyphens: how a name of several words becomes a domain."""
    return _label(domain).replace("-", "")
