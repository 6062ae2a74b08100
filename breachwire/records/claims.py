"""What one text says: values with the words that state them, and all that the pure stages make of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from breachwire.records.documents import Article, Section, Verdict, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count of people, accounts, records or files. `maximum` is None for an open interval."""

    minimum: int
    maximum: int | None
    unit: str
    qualifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A sum: ISO 4217 code, or BTC, ETH, XMR."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date known to the day, month or year; `on` is the first day of what is known."""

    on: date
    precision: Literal["day", "month", "year"]


Value: TypeAlias = str | Figure | Money | Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value that one article states, with the words that state it.

    `field` is a fact's name (victim sector country attack_type claim_status threat_actor malware cve records data_type
    ransom began_on ...). `quote` is always `article.zone(zone)[start:end]`. A `mention` is about another victim than
    the one that the article reports. `rule` names the rule that found it; `confidence` is 0 to 1. `part` is the section
    of a round-up that it stands in, from 1; 0 where the article was not split.
    """

    article_id: str
    field: str
    value: Value
    zone: Zone
    start: int
    end: int
    quote: str
    rule: str
    confidence: float
    mention: bool = False
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the pure stages make of one page: what `understand` hands from extraction to the store.

    `sections` is empty unless the article is a round-up; then every claim stands in one of them. `facts_version` names
    the rules that made claims and sketch out of the text; "" where nobody asks again.
    """

    article: Article
    verdict: Verdict
    claims: tuple[Claim, ...] = ()
    sketch: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()
    facts_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a language model is asked about one article. `schema` is the JSON Schema of its answer, as text."""

    system: str
    user: str
    schema: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a language model answered, as it came, and the tokens that it says it took (0 where it does not say)."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
