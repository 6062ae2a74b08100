"""Counts behind the overview: by time, sector, country, attack type, and the largest. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from breachwire.records import Incident
from breachwire.report import words
from breachwire.report.shapes import Hit

DAYS, WEEKS = 45, 130
"""Spans up to which the timeline counts days, and weeks; months beyond."""
BARS, BIGGEST, NEWEST = 12, 15, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `first` to the day before `end`: incidents that are ransomware, and all others."""

    first: date
    end: date
    words: str
    ransomware: int
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A value, in words, and how many incidents have it."""

    value: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The commonest values of one column; `more` others, and `unstated` incidents without any."""

    key: str
    title: str
    column: str
    bars: tuple[Bar, ...]
    more: int
    unstated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the first page shows. `recent` are the incidents of seven days that end with `until`, watched ones first."""

    total: int
    until: date
    lately: bool
    recent: tuple[Incident, ...]
    before: int
    recent_affected: int
    periods: tuple[Period, ...]
    unit: str
    charts: tuple[Chart, ...]
    biggest: tuple[Incident, ...]


def day_of(i: Incident) -> date | None:
    """The day that an incident counts to."""
    return i.disclosed_on or (i.first_seen_at.date() if i.first_seen_at else None)


def overview(listed: Sequence[Incident], hit: Mapping[str, tuple[Hit, ...]], today: date) -> Overview:
    """All figures. Where nothing was disclosed in the last seven days, the last seven days that have anything."""
    dated = [(on, i) for i in listed if (on := day_of(i)) is not None]
    newest = max((on for on, _ in dated if on <= today), default=date.min)
    lately = newest > today - timedelta(days=7)
    until = newest if dated and not lately else today
    week = [i for on, i in dated if until - timedelta(days=7) < on <= until]
    ranked = sorted(week, key=lambda i: (i.incident_id not in hit, -(words.affected(i) or 0), i.incident_id))
    periods, unit = _periods(dated)
    named = [i for i in listed if words.affected(i)]
    return Overview(
        total=len(listed),
        until=until,
        lately=lately,
        recent=tuple(ranked),
        before=sum(1 for on, _ in dated if until - timedelta(days=14) < on <= until - timedelta(days=7)),
        recent_affected=sum(words.affected(i) or 0 for i in week),
        periods=periods,
        unit=unit,
        charts=(
            _chart(listed, "attack", "Attack types", "attack_type", words.attack),
            _chart(listed, "sector", "Sectors", "sector", words.sector),
            _chart(listed, "country", "Countries", "country", words.country),
        ),
        biggest=tuple(sorted(named, key=lambda i: (-(words.affected(i) or 0), i.incident_id))[:BIGGEST]),
    )


def _chart(listed: Sequence[Incident], key: str, title: str, column: str, say: Callable[[str], str]) -> Chart:
    counted = Counter(str(value) for i in listed if (value := getattr(i, column)))
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return Chart(
        key=key,
        title=title,
        column=column.replace("_", " "),
        bars=tuple(Bar(value=value, words=say(value), count=count) for value, count in ordered[:BARS]),
        more=sum(count for _, count in ordered[BARS:]),
        unstated=len(listed) - sum(counted.values()),
    )


def _periods(dated: Sequence[tuple[date, Incident]]) -> tuple[tuple[Period, ...], str]:
    """Periods without a gap from the first day to the last, and what they are: day, week or month."""
    if not dated:
        return (), "day"
    first, last = min(on for on, _ in dated), max(on for on, _ in dated)
    days = (last - first).days
    unit = "day" if days <= DAYS else "week" if days <= 7 * WEEKS else "month"
    edges = [_floor(first, unit)]
    while edges[-1] <= last:
        edges.append(_next(edges[-1], unit))
    counts = Counter((_floor(on, unit), i.attack_type == "ransomware") for on, i in dated)
    periods = tuple(
        Period(first=a, end=b, words=_named(a, unit), ransomware=counts[a, True], others=counts[a, False])
        for a, b in pairwise(edges)
    )
    return periods, unit


def _floor(on: date, unit: str) -> date:
    if unit == "week":
        return on - timedelta(days=on.weekday())
    return on.replace(day=1) if unit == "month" else on


def _next(on: date, unit: str) -> date:
    if unit == "month":
        return (on + timedelta(days=31)).replace(day=1)
    return on + timedelta(days=7 if unit == "week" else 1)


def _named(on: date, unit: str) -> str:
    if unit == "month":
        return f"{on:%B %Y}"
    return f"week of {words.day(on)}" if unit == "week" else words.day(on)
