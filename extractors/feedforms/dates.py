"""Dates as feeds write them, where feedparser reads them wrongly or not at all.

feedparser reads RFC 822, most of ISO 8601 and a few dialects. It takes zones that it does not know for UTC, knows
months in few languages, and fills what follows a year that it cannot read with today's month: such a date depends on
the clock, and none is better.
"""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from extractors.feedforms.form import aware

_YEAR_FIRST = re.compile(r"[12]\d{3}")
# What ISO 8601 allows and feedparser reads: dates in full or cut short, day of the year, a time behind T or a space.
_ISO = re.compile(
    r"\d{4}(?:-?\d{2}(?:-?\d{2})?|-?\d{3})?"
    r"(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(?:Z|UTC|GMT)?")
_KOREAN = re.compile(
    r"(\d{4})(?:년|年)\s*(\d{1,2})(?:월|月)\s*(\d{1,2})(?:일|日)(?:\s+(오전|오후|午前|午後))?\s*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_SECONDS = re.compile(r"[12]\d{9}")
# Hours and minutes east of Greenwich; names that mean one thing only, or one thing to nearly everybody.
_ZONES = {
    "WEST": "+0100", "BST": "+0100", "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MEST": "+0200", "MESZ": "+0200",
    "EET": "+0200", "SAST": "+0200", "EEST": "+0300", "MSK": "+0300", "IST": "+0530", "WIB": "+0700", "HKT": "+0800",
    "SGT": "+0800", "AWST": "+0800", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200",
    "NZDT": "+1300", "BRT": "-0300", "AKST": "-0900", "HST": "-1000",
}  # fmt: skip
_ZONE = re.compile(r"\(?\b([A-Z]{3,4})\)?\s*$")
# Months by how they begin, in the languages of config/keywords.toml and their neighbours; English ones read themselves.
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "ene gen jän janv stycz sty", "fév févr fev lut", "mär mrz mars marz maart", "abr avr kwi",
            "mai mag maj mei", "giu juin cze", "lug juil lip", "ago aoû août sie", "set sett wrz",
            "okt ott out paź", "lis noviem",
            "dez dic déc gru",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NAMED = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})\.?\s+(?:de\s+)?([^\W\d]{3,12})\.?\s+(?:de\s+)?(\d{4})(?:,?\s+(.*))?"
)
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(written: str, parsed: time.struct_time | None) -> datetime | None:
    """When that is, in UTC: by our reading of what is `written` where we have one, else as feedparser `parsed` it."""
    text = " ".join(written.split())
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    if _YEAR_FIRST.match(text) and not _ISO.fullmatch(text):
        return _year_first(text)
    try:
        plain = _zoned(text)
        if parsed is None:
            plain = _in_english(plain)
        if plain != text:
            return aware(parsedate_to_datetime(plain))
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _year_first(text: str) -> datetime | None:
    """Dates that begin with a year and are not ISO's: with slashes or dots, and Korea's and Japan's."""
    if match := _SLASHED.fullmatch(text):
        numbers, noon = [int(part or 0) for part in match.groups()], 0
    elif match := _KOREAN.fullmatch(text):
        year, month, day, half, *clock = match.groups()
        numbers = [int(part or 0) for part in (year, month, day, *clock)]
        noon = 12 if half in ("오후", "午後") and numbers[3] < 12 else 0
    else:
        return None
    try:
        return datetime(numbers[0], numbers[1], numbers[2], numbers[3] + noon, numbers[4], numbers[5], tzinfo=UTC)
    except ValueError:
        return None


def _zoned(text: str) -> str:
    """A date with its zone in numbers, where it has a name that feedparser does not know."""
    zone = _ZONE.search(text)
    return text[: zone.start()] + _ZONES[zone[1]] if zone and zone[1] in _ZONES else text


def _in_english(text: str) -> str:
    """A date of RFC 822's order with an English month, where it had another or a foreign day of the week."""
    named = _NAMED.fullmatch(text)
    if not named or not (month := _month(named[2].lower())):
        return text
    clock = re.sub(r"([+-]\d{2}):(\d{2})$", r"\1\2", named[4] or "00:00:00")
    return f"{named[1]} {_ENGLISH[month - 1]} {named[3]} {clock}"


def _month(word: str) -> int | None:
    """The number of a month whose name is foreign, or stands in a foreign date; None for no month at all."""
    for length in range(len(word), 2, -1):
        if month := _MONTHS.get(word[:length]):
            return month
    short = word[:3].capitalize()
    return _ENGLISH.index(short) + 1 if short in _ENGLISH else None
