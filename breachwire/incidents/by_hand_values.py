"""Values that people set by hand: what each field may hold, and the row with them in place.

In: a field and a text. Out: the text as it is kept, or a ConfigError that names the nearest field or value. And in:
a row that was composed and the decisions about it. Out: the row that is shown. An empty text, kept as None, is "not
stated".
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from breachwire.errors import ConfigError
from breachwire.identity import fold
from breachwire.incidents.choosing import MOST_RANSOM, rounded
from breachwire.records import Decision, Incident
from breachwire.vocabulary import (
    ATTACK_TYPES,
    CLAIM_STATUSES,
    DATA_TYPES,
    RECORD_QUALIFIERS,
    RECORD_UNITS,
    SECTORS,
)

TEXT_CHARS = 500
CRYPTO = ("BTC", "ETH", "XMR")
PRECISIONS = ("day", "month", "year")
_NO_STATE = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Codes of Unicode's list of territories that are not, or not to be used as, codes of ISO 3166-1."""
_MOST_COUNT = 2**63 - 1


def checked(field: str, text: str) -> str | None:
    """The text as a decision keeps it, None for "not stated". Raises ConfigError where field or value cannot be."""
    if field not in READERS:
        raise ConfigError(f"set {field}", _why_not(field), _nearest(field, READERS) or f"one of: {', '.join(READERS)}")
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not plain:
        if field == "title":
            raise ConfigError("set title", "an incident needs one")
        return None
    return READERS[field](field, plain)


def put(row: Incident, decisions: Sequence[Decision]) -> Incident:
    """The row with those values set, and the rest of a figure, ransom or date only as far as it agrees with them."""
    given = {d.field: d.value for d in decisions if d.field}
    if not given:
        return row
    values: dict[str, Any] = {}
    for field, text in sorted(given.items(), key=lambda g: g[0]):  # began_on before began_precision
        values.update(_columns(field, text))
    return replace(row, **_agreeing(row, values))


def _columns(field: str, text: str | None) -> Mapping[str, Any]:
    """The columns that one decision fills."""
    if field == "began_on":
        precision = PRECISIONS[2 - text.count("-")] if text else None
        return {"began_on": _first_day(text) if text else None, "began_precision": precision}
    if field == "victim":
        return {"victim": text, "victim_key": fold(text) if text else None}
    if text is None:
        return {field: () if field in _LISTS else None}
    if field in _LISTS:
        return {field: tuple(text.split(", "))}
    if field in ("records_min", "records_max"):
        return {field: int(text)}
    if field == "ransom_amount":
        return {field: Decimal(text)}
    return {field: _first_day(text) if field == "disclosed_on" else text}


def _agreeing(row: Incident, values: Mapping[str, Any]) -> dict[str, Any]:
    """All columns to write: those that were set, and what must then stand beside them."""
    was: dict[str, Any] = {f.name: getattr(row, f.name) for f in fields(Incident)}
    now = was | dict(values)
    exact = was["records_min"] is not None and was["records_min"] == was["records_max"]
    for one, other in (("records_min", "records_max"), ("records_max", "records_min")):
        if one in values and other not in values:
            crossed = now["records_max"] is not None and (now["records_min"] or 0) > now["records_max"]
            now[other] = now[one] if exact else None if crossed else now[other]
    if now["records_min"] is None and now["records_max"] is None:
        now["records_unit"] = now["records_qualifier"] = None
    if now["ransom_amount"] is None:
        now["ransom_currency"] = None
    if now["began_on"] is None:
        now["began_precision"] = None
    elif now["began_precision"] == "month":
        now["began_on"] = now["began_on"].replace(day=1)
    elif now["began_precision"] == "year":
        now["began_on"] = now["began_on"].replace(month=1, day=1)
    return now


def _why_not(field: str) -> str:
    if field in {f.name for f in fields(Incident)}:
        return "is made from the articles and not set by hand"
    return "is no column of incidents"


def _nearest(text: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(text.casefold(), {k.casefold(): k for k in known}, n=1, cutoff=0.5)
    return f"did you mean {next(k for k in known if k.casefold() == near[0])!r}?" if near else ""


def _refused(field: str, text: str, what: str, hint: str = "") -> ConfigError:
    return ConfigError(f"set {field}", f"{text[:60]!r} {what}", hint)


def _text(field: str, text: str) -> str:
    if len(text) > TEXT_CHARS:
        raise _refused(field, text, f"is too long: at most {TEXT_CHARS} characters")
    return text


def _one_of(terms: Sequence[str]) -> Callable[[str, str], str]:
    def read(field: str, text: str) -> str:
        term = text.casefold().replace(" ", "_").replace("-", "_")
        if term not in terms:
            raise _refused(field, text, "is none of its values", _nearest(text, terms) or f"one of: {' '.join(terms)}")
        return term

    return read


def _list_of(read: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """Items apart by commas, each once, sorted as `compose` sorts them."""
    return lambda field, text: ", ".join(sorted({read(field, i.strip()) for i in text.split(",") if i.strip()}))


def _cve(field: str, text: str) -> str:
    if not re.fullmatch(r"CVE-\d{4}-\d{4,10}", text.upper()):
        raise _refused(field, text, "is no CVE id", "CVE-2026-12345")
    return text.upper()


def _domain(field: str, text: str) -> str:
    if not re.fullmatch(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,63}", text.casefold()):
        raise _refused(field, text, "is no domain", "for example fernhill.example")
    return text.casefold()


def _country(field: str, text: str) -> str:
    names = _countries()
    if text.upper() in names:
        return text.upper()
    code = {"UK": "GB"}.get(text.upper()) or next((c for c, n in names.items() if fold(n) == fold(text)), "")
    near = difflib.get_close_matches(text.casefold(), [n.casefold() for n in names.values()], n=1)
    code = code or next((c for c, n in names.items() if near and n.casefold() == near[0]), "")
    hint = f"did you mean {code!r}, {names[code]}?" if code else "two letters of ISO 3166-1: GB, DE, US"
    raise _refused(field, text, "is no country's code", hint)


def _currency(field: str, text: str) -> str:
    from babel.numbers import list_currencies

    known = {*list_currencies(), *CRYPTO}
    if text.upper() not in known:
        raise _refused(field, text, "is no currency's code", "three letters of ISO 4217: EUR, USD; or BTC, ETH, XMR")
    return text.upper()


def _count(field: str, text: str) -> str:
    digits = re.sub(r"(?<=\d)[ ,_'](?=\d{3}\b)", "", text)
    if not re.fullmatch(r"\d{1,19}", digits) or not 0 < int(digits) <= _MOST_COUNT:
        hint = 'for "not stated" give an empty text' if digits.strip("0") == "" else "write it in digits: 20000"
        raise _refused(field, text, "is no count", hint)
    return str(int(digits))


def _amount(field: str, text: str) -> str:
    try:
        amount = Decimal(re.sub(r"(?<=\d)[ ,_'](?=\d{3}\b)", "", text))
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 < amount < MOST_RANSOM) or not rounded(amount):
        raise _refused(field, text, "is no sum", "write it in digits, without the currency: 2000000 or 0.5")
    return f"{rounded(amount):f}"


def _day(field: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _refused(field, text, "is no day", "for example 2026-03-05") from None


def _day_month_or_year(field: str, text: str) -> str:
    try:
        _first_day(text)
    except ValueError:
        raise _refused(field, text, "is no date", "for example 2026-03-05, 2026-03 or 2026") from None
    return text


def _first_day(text: str) -> date:
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        raise ValueError(text)
    return date.fromisoformat((text + "-01-01")[:10])


@cache
def _countries() -> dict[str, str]:
    """ISO 3166-1 alpha-2 to the English name."""
    from babel import Locale

    territories = Locale("en").territories.items()
    return {code: str(name) for code, name in territories if re.fullmatch("[A-Z]{2}", code) and code not in _NO_STATE}


_LISTS = ("victim_names", "cves", "data_types")

READERS: dict[str, Callable[[str, str], str]] = {
    "title": _text,
    "summary": _text,
    "victim": _text,
    "victim_names": _list_of(_text),
    "victim_domain": _domain,
    "sector": _one_of(tuple(SECTORS)),
    "country": _country,
    "attack_type": _one_of(tuple(ATTACK_TYPES)),
    "claim_status": _one_of(tuple(CLAIM_STATUSES)),
    "threat_actor": _text,
    "malware": _text,
    "cves": _list_of(_cve),
    "records_min": _count,
    "records_max": _count,
    "records_unit": _one_of(tuple(RECORD_UNITS)),
    "records_qualifier": _one_of(tuple(RECORD_QUALIFIERS)),
    "data_types": _list_of(_one_of(tuple(DATA_TYPES))),
    "ransom_amount": _amount,
    "ransom_currency": _currency,
    "began_on": _day_month_or_year,
    "began_precision": _one_of(PRECISIONS),
    "disclosed_on": _day,
}
"""Every field that may be set by hand, with what reads its text."""
