"""Quantities as news writes them: "1.3 million", "3.9 lakh", "412.000", "half a million", "10. 5 million", "between
5,000 and 7,000".

In: a text. Out: `Quantity`s with spans. Money and percentages are left out; vague words ("dozens of thousands") are
none. English, German, Spanish, French, Italian, Portuguese and Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractors.facts.alternation import compiled
from extractors.facts.tables import meanings

_SCALES = {word: int(value) for word, value in meanings("scales").items()}
_WORDS = meanings("words")
_SCALE = "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
_WORD = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_QUANTITY = compiled(
    rf"(?i)(?<![\w.,$€£¥₹#/-])(?:(?P<digits>\d{{1,3}}(?:(?:,\s?|\.|\s|['’])\d{{3}})+(?!\d)|"
    rf"\d++(?:[.,]\s?\d{{1,3}}+(?!\d))?+)(?:[\s-]?(?P<scale>{_SCALE})\b\.?(?:(?<=\bmil) (?P<rest>\d{{3}})\b)?)?"
    rf"|\b(?P<word>{_WORD})[\s-](?P<word_scale>million|thousand|hundred thousand|billion|lakhs?|crores?|"
    rf"Million(?:en)?|Milliarden?|mill[óo]n(?:es)?|millions?|milione|milioni|milhão|milhões|miljoen|tausend|mil|"
    rf"mille)\b"
    r"|\b(?P<hundred>(?:several |a |few )?hundred thousand)\b)"
    r"(?!\s?(?:%|percent\b|per cent\b|prozent\b|GB\b|TB\b|MB\b|gigabytes?\b|terabytes?\b|-?(?:bit|year|day|"
    r"hour|month|week|minute|page|digit)))"
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹]|\b(?:US|A|C|NZ|HK|S)?\$|\bRM|\bRs\.?|\bINR|\bUSD|\bEUR|\bGBP|\bW|\bKRW)\s?$")
_MONEY_AFTER = re.compile(
    r"(?i)\s?(?:dollars?|euros?|pounds|sterling|won\b|yen\b|rupees|yuan|bitcoins?|btc|usd|eur|gbp|[€£]|in "
    r"(?:bitcoin|cash|damages)|worth)"
)
_AT_LEAST = re.compile(
    r"(?i)\b(?:more than|over|at least|upwards of|upward of|exceed(?:s|ing)|in excess of|no fewer than|no "
    r"less than|excess of|mehr als|über|mindestens|más de|plus de|au moins|oltre|più di|mais de|meer dan|"
    r"ruim)\s+(?:an estimated\s+)?$"
)
_UP_TO = re.compile(
    r"(?i)\b(?:up to|as many as|fewer than|less than|under|a maximum of|potentially as many as|bis zu|"
    r"hasta|jusqu['’]à|fino a|até|tot wel|tot|weniger als)\s+$"
)
_ABOUT = re.compile(
    r"(?i)(?:\b(?:about|around|approximately|roughly|nearly|almost|some|an estimated|estimated|close to|"
    r"just over|just under|circa|near|rund|etwa|fast|knapp|ungefähr|casi|unos|unas|alrededor de|cerca de|"
    r"environ|près de|quelque|quasi|quase|ongeveer|bijna)|~)\s*$"
)
_FROM = re.compile(r"(?i)\b(?:from|von|de|da)\s+$")
_RANGE = re.compile(r"(?i)^\s*(?:and|to|-|–|und|bis|y|et|e|a|à)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number of things, from `start` to `end`. `maximum` is None for an open interval; `qualifier` as in the
    vocabulary."""

    start: int
    end: int
    minimum: int
    maximum: int | None
    qualifier: str

    @property
    def headline(self) -> int:
        """The figure that a headline would print."""
        return self.maximum or self.minimum


@dataclass(frozen=True, slots=True)
class _Raw:
    start: int
    end: int
    value: int
    scaled: bool


def _number(digits: str, scaled: bool) -> Decimal | None:
    compact = re.sub(r"[\s'’]", "", digits)
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", compact)
    if grouped and not scaled:
        compact = re.sub(r"[.,]", "", compact)
    elif grouped and compact.count(",") + compact.count(".") > 1:
        return None
    else:
        compact = compact.replace(",", ".")
    try:
        return Decimal(compact)
    except ArithmeticError:
        return None


def _read(match: re.Match[str]) -> int | None:
    if match["hundred"]:
        return None if match["hundred"].lower().startswith(("several", "few")) else 100_000
    if match["word"]:
        scale = match["word_scale"].lower()
        factor = 100_000 if scale == "hundred thousand" else _SCALES.get(scale, 10**6)
        return int(Decimal(_WORDS[match["word"].lower()]) * factor)
    scale = (match["scale"] or "").lower()
    value = _number(match["digits"], bool(scale))
    if value is None:
        return None
    value = value * _SCALES.get(scale, 1) + int(match["rest"] or 0)  # "6 mil 400"
    return int(value) if 0 < value < 10**11 else None


def _raws(text: str) -> Iterator[_Raw]:
    for match in _QUANTITY.finditer(text):
        if _MONEY_BEFORE.search(text[max(0, match.start() - 6) : match.start()]) or _MONEY_AFTER.match(
            text, match.end()
        ):
            continue
        value = _read(match)
        if value is not None:
            yield _Raw(match.start(), match.end(), value, bool(match["scale"] or match["word"] or match["hundred"]))


def _interval(value: int, before: str, *, scaled: bool) -> tuple[int, int | None, str]:
    if _AT_LEAST.search(before):
        return value, None, "at_least"
    if _UP_TO.search(before):
        return 0, value, "up_to"
    if _ABOUT.search(before) or scaled:
        return value, value, "about"
    return value, value, "exact"


def read_quantities(text: str) -> list[Quantity]:
    """All quantities of a text in order; "between A and B" and "A to B" are one."""
    raws = list(_raws(text))
    found: list[Quantity] = []
    skip = -1
    for index, raw in enumerate(raws):
        if index == skip:
            continue
        before = text[max(0, raw.start - 32) : raw.start]
        following = raws[index + 1] if index + 1 < len(raws) else None
        grown = _FROM.search(before) is not None  # "from 11,000 to 27,000" is two figures
        if following and not grown and _RANGE.match(text[raw.end : following.start]):
            low, high = raw.value, following.value
            if not raw.scaled and following.scaled and low < 1000 <= high:
                low *= 10 ** (len(str(high)) - len(str(high // 10**6)) if high >= 10**6 else 3)
            joined = "and" not in text[raw.end : following.start] or re.search(r"(?i)between\s+$", before)
            if low < high <= 100 * low and joined:
                skip = index + 1
                found.append(Quantity(start=raw.start, end=following.end, minimum=low, maximum=high, qualifier="about"))
                continue
        minimum, maximum, qualifier = _interval(raw.value, before, scaled=raw.scaled)
        found.append(Quantity(start=raw.start, end=raw.end, minimum=minimum, maximum=maximum, qualifier=qualifier))
    return found
