"""Dates as news writes them: "8 March", "since January 2024", "in der Nacht zum Montag", "el pasado lunes".

In: a sentence and the day of publication. Out: `Moment`s with spans and the precision that is stated. Own grammar for
English, German, Spanish, French, Italian, Portuguese and Dutch; relative days count back from publication. What
happened on a date is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractors.facts.alternation import compiled
from extractors.facts.tables import alternatives, meanings

Precision = Literal["day", "month", "year"]
_MONTHS = {word: int(number) for word, number in meanings("months").items()}
_DAYS = {word: int(number) for word, number in meanings("weekdays").items()}
_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_D = "|".join(sorted(_DAYS, key=len, reverse=True))
_YEAR = r"20\d\d|19[89]\d"
_OF = r"(?:of\s+|de\s+|del\s+)?"
_ORDINAL = r"(?:st|nd|rd|th|\.|º)?"
_ATTACK_NEXT = (
    r"(?=(?:data\s+|security\s+|cyber\s*|ransomware\s+)*"
    r"(?:breach|hack|attack|intrusion|cyber-?attack|leak|incident|outage|ransomware|raid|theft)\b)"
)
_DAY_PART = (
    r"(?:abend|nacht|morgen|mittag|nachmittag|vormittag|früh)?\b"
    r"(?:\s+(?:morning|afternoon|evening|night|abend|nacht|por la noche|soir|sera|avond|à noite))?"
)
_NO_DATE_NEXT = (
    rf"(?!,?\s+(?:den\s+|the\s+)?(?:(?:{_M})\b|[0-3]?\d(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?:{_M})\b))"  # "Sunday, May 3"
)
_SPAN_TO = (
    r"\s*(?:to|until|till|through|and|bis|und|hasta|a|al|y|à|et|-|–)\s+(?:early\s+|late\s+|mid-)?(?:[0-3]?\d\.?\s+)?"
)
_SPAN_YEAR = (  # "from March to November 2022": the year is said once
    rf"(?={_SPAN_TO}{_OF}(?:{_M})\b\.?(?:\s+[0-3]?\d\b)?(?:,?\s+{_OF}(?P<y{{n}}>{_YEAR})|\s+(?P<r{{n}}>last\s+year)))?"
)
_FORMS = (
    rf"(?P<y0>{_YEAR})-(?P<m0>\d\d)-(?P<d0>\d\d)\b",
    rf"(?P<d1>[0-3]?\d){_ORDINAL}(?:\s*(?:-|–|to|and|until|till|through|bis(?:\s+zum)?|und|y(?:\s+el)?|al|"
    rf"et(?:\s+le)?|au)\s*[0-3]?\d{_ORDINAL})?"
    rf"\s+{_OF}(?P<m1>{_M})\b\.?(?:,?\s+{_OF}(?P<y1>{_YEAR})|{_SPAN_YEAR.format(n=7)})?",
    rf"(?P<m2>{_M})\b\.?\s+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s*(?:percent|million|,\d\d\d|\d))"
    rf"(?:\s*(?:-|–|to|and)\s*(?:(?:{_M})\b\.?\s*)?[0-3]?\d(?:st|nd|rd|th)?)?(?:,?\s+(?P<y2>{_YEAR})|"
    rf"{_SPAN_YEAR.format(n=8)})?",
    rf"(?P<m4>{_M})(?:['’]s)?(?:\s+(?P<y6>20\d\d))?\s+{_ATTACK_NEXT}",
    r"(?:(?:early|late|mid|mid-|beginning of|end of|anfang|ende|mitte)[\s-]+)?"
    rf"(?P<m3>{_M})\b(?!\s+(?:be|have|not|also|affect|contain|include)\b)\.?"
    rf"(?:,?\s+{_OF}(?P<y3>{_YEAR})|\s+(?:of\s+)?(?P<rel>this|last)\s+year|\s+(?P<ago>del año pasado)|"
    rf"{_SPAN_YEAR.format(n=9)})?",
    rf"(?P<which>(?:(?:{alternatives('dates.toml', 'lead_in', 'words')})\s+)+)"
    rf"(?P<wd>{_D}){_DAY_PART}(?:\s+pasado\b)?{_NO_DATE_NEXT}",
    rf"(?P<wd2>{_D})(?:['’]s)?\s+(?=cyber|attack|hack|breach|incident|outage|ransomware)",
    rf"(?P<bare>{_D}){_DAY_PART}{_NO_DATE_NEXT}",
    rf"(?P<y5>20[012]\d)\s+{_ATTACK_NEXT}",
    r"(?P<lastnight>last\s+night|overnight|anoche|hier\s+soir|gestern\s+abend)\b",
    r"(?P<yesterday>yesterday|gestern|ayer|hier|ieri|ontem|gisteren)\b",
    r"(?P<today>today|this\s+morning|heute|hoy|aujourd['’]hui|oggi|hoje|vandaag)\b",
    r"(?P<thismonth>earlier\s+this\s+month|this\s+month|diesen\s+monat|este\s+mes)\b",
    r"(?P<lastmonth>last\s+month|(?:im\s+)?(?:letzten|vergangenen)\s+monat|el\s+mes\s+pasado|le\s+mois\s+dernier)\b",
    r"(?P<lastyear>last\s+year|letztes\s+jahr|el\s+año\s+pasado|l['’]année\s+dernière)\b",
    r"(?P<weekend>(?:over(?:\s+the)?|at\s+the|last|this|the)\s+(?:past\s+)?weekend|(?:am|seit\s+dem|"
    r"am\s+vergangenen|am\s+letzten|"
    r"vergangenes|letztes|übers)\s+wochenende|fin\s+de\s+semana|week-end|nel\s+fine\s+settimana|weekend\s+van)\b",
    r"(?P<eve>christmas\s+day|christmas\s+eve|new\s+year['’]?s\s+(?:eve|day))",
    r"(?:in|since|between|from|as\s+early\s+as|back\s+in|as\s+far\s+back\s+as|im\s+jahr|en|entre|desde|zwischen|"
    r"seit|von|depuis|"
    r"(?:spring|summer|autumn|fall|winter|frühjahr|sommer|herbst)(?:\s+of)?|during|late|"
    r"early)\s+(?P<y4>20[012]\d)\b(?!\s*(?:[-–]\d|%))",
)
_DATE = compiled(r"\b(?:" + "|".join(_FORMS) + ")")
WEEKDAY_BEFORE = compiled(rf"(?i)\b(?:{_D}),?\s+(?:den\s+|(?:the\s+)?)?$")
"""The weekday of a date written in full ("on Monday, 9 March"), before the rest of it."""
_HINT = compiled(
    rf"(?:19|20)\d\d|\b(?:{_M}|{_D}|yesterday|today|weekend|this morning|overnight|last night|month|last year|"
    r"christmas|new year|wochenende|semana|week-end|gestern|heute|ayer|anoche|hier|hoy|ieri|oggi|ontem|gisteren|"
    r"monat|mes|mois|jahr|año)"
)
_LAST = re.compile(r"(?i)\b(?:last|past|pasado|letzten|vergangenen|scors[oa]|afgelopen)\b")
_NIGHT_TO = re.compile(r"(?i)\bnacht (?:zu|zum|auf)\b")  # the night that ends on that day
_LAST_WEEK = re.compile(r"(?i)\blast week(?: on)?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date from `start` to `end` of a sentence. `named`: it names the attack itself ("Monday's attack"); `bare`: a
    weekday without any preposition."""

    on: date
    precision: Precision
    start: int
    end: int
    named: bool
    bare: bool


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near_year(month: int, day: int, published: date) -> int:
    """The year of the last such day that is not after publication (a week's grace for time zones and plans)."""
    guess = _safe(published.year, month, min(day, 28)) or published
    return published.year if guess <= published + timedelta(days=7) else published.year - 1


def _weekend_month(published: date) -> date:
    """The first of the month in which the last weekend before publication began."""
    saturday = published - timedelta(days=(published.weekday() - 5) % 7 or 7)
    return saturday.replace(day=1)


def _holiday(name: str, published: date) -> date:
    name = name.lower()
    if "christmas" in name:
        month, day = 12, 24 if name.endswith("eve") else 25
    else:
        month, day = (12, 31) if name.endswith("eve") else (1, 1)
    return date(_near_year(month, day, published), month, day)


def _named_day(match: re.Match[str], published: date) -> tuple[date, Precision]:
    """A weekday: the last one; a week earlier after "last week on"."""
    name = (match["wd"] or match["wd2"] or match["bare"]).lower()
    back = (published.weekday() - _DAYS[name]) % 7
    day = published - timedelta(days=back or (7 if _LAST.search(match[0]) else 0))
    if _NIGHT_TO.search(match[0]):
        day -= timedelta(days=1)
    week_before = _LAST_WEEK.search(match.string, 0, match.start()) is not None
    if week_before and day.isocalendar().week == published.isocalendar().week:
        day -= timedelta(days=7)
    return day, "day"


def _relative(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    """Dates that count from publication."""
    first = published.replace(day=1)
    answers: tuple[tuple[str, date, Precision], ...] = (
        ("lastnight", published - timedelta(days=1), "day"),
        ("yesterday", published - timedelta(days=1), "day"),
        ("today", published, "day"),
        ("thismonth", first, "month"),
        ("lastmonth", (first - timedelta(days=1)).replace(day=1), "month"),
        ("lastyear", date(published.year - 1, 1, 1), "year"),
        ("weekend", _weekend_month(published), "month"),
    )
    if match["wd"] or match["wd2"] or match["bare"]:
        return _named_day(match, published)
    if match["eve"]:
        return _holiday(match["eve"], published), "day"
    return next(((on, precision) for group, on, precision in answers if match[group]), None)


def _day(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    """ "2025-03-12", "12 March 2025", "March 12"."""
    form = next(i for i in "012" if match[f"m{i}"])
    month = int(match["m0"]) if form == "0" else _MONTHS[match[f"m{form}"].lower()]
    day = int(match[f"d{form}"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    stated = match[f"y{form}"] or (match[f"y{int(form) + 6}"] if form != "0" else None)
    year = int(stated) if stated else _near_year(month, day, published)
    on = _safe(year, month, day)
    return (on, "day") if on else None


def _month(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    """ "March 2025", "in March", "March's attack", "June of last year"."""
    name = match["m3"] or match["m4"]
    stated = match["y3"] or match["y6"] or match["y9"]
    month = _MONTHS[name.lower()]
    if stated:
        year = int(stated)
    elif (match["rel"] or "").lower() == "last" or match["ago"] or match["r9"]:
        year = published.year - 1
    else:
        year = _near_year(month, 1, published)
    return date(year, month, 1), "month"


_ROMANCE_MONTH = re.compile(r"(?i)\b(?:en|desde|depuis|début|fin|a|em|dal|da|in het) $")


def _is_a_word(sentence: str, start: int, month: str) -> bool:
    """Whether a month without a year is written small and is not French or Spanish: "may", "march"."""
    return sentence[start].islower() and month.isascii() and not _ROMANCE_MONTH.search(sentence, 0, start)


def _resolve(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    if match["m0"] or match["m1"] or match["m2"]:
        return _day(match, published)
    if match["m3"] or match["m4"]:
        return _month(match, published)
    if match["y4"] or match["y5"]:
        return date(int(match["y4"] or match["y5"]), 1, 1), "year"
    return _relative(match, published)


def read_moments(sentence: str, lower: str, published: date) -> Iterator[Moment]:
    """Every date of a sentence that is not after publication, in order. `lower` is the sentence in small letters."""
    if not _HINT.search(lower):
        return
    for match in _DATE.finditer(lower):
        month = match.start("m3")
        if month >= 0 and not match["y3"] and _is_a_word(sentence, month, match["m3"]):
            continue
        resolved = _resolve(match, published)
        if resolved is None or resolved[0] > published or resolved[0].year < 1995:
            continue
        yield Moment(
            on=resolved[0],
            precision=resolved[1],
            start=match.start(),
            end=match.end(),
            named=bool(match["wd2"] or match["m4"] or match["y5"]),
            bare=bool(match["bare"]),
        )
