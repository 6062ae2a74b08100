"""What a person may type behind the options of reading commands: days, coded values, countries, orders.

A wrong value is refused with the nearest valid one. Loads nothing but click: `breachwire --help` reads this too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPAN = re.compile(r"(\d{1,5})\s*([hdwmy])", re.IGNORECASE)
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
_NAMED_DAYS = {"today": 0, "yesterday": 1}
# Codes that people write and that ISO 3166-1 has otherwise.
_COUNTRY_HABITS = {"UK": "GB", "EL": "GR"}
ORDERS = {
    **dict.fromkeys(
        ["disclosed", "began", "published", "seen", "revised", "records", "sources", "articles", "confidence"], True
    ),
    **dict.fromkeys(["victim", "country", "sector", "attack", "status", "actor", "id"], False),
}
"""What incidents are sorted by, and whether the greatest comes first where no direction is given."""
_LAST_DAYS = {4: 12, 7: 1}
"""Months that a date of so many characters spans: a year, a month."""


def nearest(word: str, terms: Sequence[str]) -> str:
    """The term that is spelt most like the word, or "" where none is near."""
    import difflib

    begun = [term for term in terms if len(word) >= 3 and (term.startswith(word) or word in term)]
    return next(iter(begun or difflib.get_close_matches(word, terms, n=1, cutoff=0.5)), "")


class Day(click.ParamType[date]):
    """A date (2026-01-31, or 2026-01, or 2026), a span back from now (36h, 7d, 2w, 6m, 1y), today or yesterday.

    `last` takes the last day of a month or year instead of the first.
    """

    name = "WHEN"

    def __init__(self, *, last: bool = False) -> None:
        self.last = last

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = str(value).strip().lower()
        span = _SPAN.fullmatch(text)
        today = datetime.now(UTC)
        try:
            if span:
                return (today - timedelta(days=int(span[1]) * _DAYS[span[2]])).date()
            if text in _NAMED_DAYS:
                return (today - timedelta(days=_NAMED_DAYS[text])).date()
            return self._calendar(text)
        except (ValueError, OverflowError):
            self.fail(
                f"{text[:40]!r} is neither a date such as 2026-01-31 (or 2026-01, 2026)"
                " nor a span back from now such as 36h, 7d, 2w, 6m, 1y.",
                param,
                ctx,
            )

    def _calendar(self, text: str) -> date:
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
            raise ValueError(text)
        first = date.fromisoformat((text + "-01-01")[:10])
        months = _LAST_DAYS.get(len(text), 0) if self.last else 0
        if not months:
            return first
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        return date(year, month + 1, 1) - timedelta(days=1)


class Terms(click.ParamType[tuple[str, ...]]):
    """One or several terms of a vocabulary, apart by commas; case, spaces and hyphens do not matter."""

    def __init__(self, name: str, terms: Mapping[str, str]) -> None:
        self.name = name
        self.terms = tuple(terms)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for word in filter(None, (part.strip() for part in str(value).split(","))):
            term = re.sub(r"[\s-]+", "_", word.casefold())
            if term not in self.terms:
                near = nearest(term, self.terms)
                hint = f"did you mean {near!r}?" if near else f"one of: {' '.join(self.terms)}."
                self.fail(f"{word[:40]!r} is none of its values: {hint}", param, ctx)
            found.append(term)
        return tuple(found)


class Countries(click.ParamType[tuple[str, ...]]):
    """One or several countries, apart by commas: ISO 3166-1 alpha-2, UK, or the English name."""

    name = "CC"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for word in filter(None, (part.strip() for part in str(value).split(","))):
            code = _COUNTRY_HABITS.get(word.upper(), word.upper())
            names = country_names()
            code = code if code in names else next((c for c, n in names.items() if n.casefold() == word.casefold()), "")
            if not code:
                self.fail(f"{word[:40]!r} is no country: {_country_hint(word, names)}", param, ctx)
            found.append(code)
        return tuple(found)


def country_names() -> dict[str, str]:
    """ISO 3166-1 alpha-2 to the English name."""
    from babel import Locale

    names = {code: str(name) for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    return {code: name for code, name in names.items() if code not in ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")}


def _country_hint(word: str, names: Mapping[str, str]) -> str:
    codes = {name.casefold(): code for code, name in names.items()}
    near = nearest(word.casefold(), list(codes)) if len(word) > 2 else ""
    if near:
        return f"did you mean {codes[near]} ({names[codes[near]]})?"
    return "two letters of ISO 3166-1, such as GB, DE, US, or the English name."


class Order(click.ParamType[tuple[tuple[str, bool], ...]]):
    """Columns to sort by, apart by commas, each with `:asc` or `:desc` behind it or in its natural direction.

    Gives (column, descending) pairs.
    """

    name = "COLUMN[:asc|:desc]"

    def __init__(self, columns: Mapping[str, bool]) -> None:
        self.columns = columns

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[str, bool], ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for word in filter(None, (part.strip().lower() for part in str(value).split(","))):
            column, colon, way = word.partition(":")
            if column not in self.columns:
                near = nearest(column, list(self.columns))
                hint = f"did you mean {near!r}?" if near else f"one of: {' '.join(self.columns)}."
                self.fail(f"{column[:40]!r} is no column to sort by: {hint}", param, ctx)
            if colon and way not in ("asc", "desc"):
                self.fail(f"{way[:40]!r} is no direction: asc or desc.", param, ctx)
            found.append((column, way == "desc" if colon else self.columns[column]))
        return tuple(found)
