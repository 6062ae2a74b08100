"""When a night is due, around changes of the clocks, and which one was missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.due import Nightly, missed, read_mark, write_mark

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",  # the clocks jump at midnight
    "Africa/Cairo",
    "Africa/Casablanca",  # back and forth around Ramadan
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # had no 30 December 2011
    "Antarctica/Troll",  # two hours
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def every(at: str, zone: str) -> Nightly:
    return Nightly(at=time.fromisoformat(at), zone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "at", "day", "due"),
    [
        ("UTC", "03:30", "2026-11-22", "2026-11-22T03:30"),
        ("Europe/Berlin", "03:30", "2026-03-28", "2026-03-28T02:30"),
        ("Europe/Berlin", "03:30", "2026-03-29", "2026-03-29T01:30"),
        ("Europe/Berlin", "02:30", "2026-03-29", "2026-03-29T01:00"),  # jumped over: the moment after the jump
        ("Europe/Berlin", "02:00", "2026-03-29", "2026-03-29T01:00"),
        ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25T00:30"),  # comes twice: the first
        ("Europe/Berlin", "03:30", "2026-10-25", "2026-10-25T02:30"),
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08T07:00"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30"),
        ("Europe/London", "01:15", "2026-03-29", "2026-03-29T01:00"),
        ("America/Santiago", "00:00", "2026-09-06", "2026-09-06T04:00"),
        ("Africa/Cairo", "00:30", "2026-04-24", "2026-04-23T22:00"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:30"),
        ("Antarctica/Troll", "02:30", "2026-03-29", "2026-03-29T01:00"),
        ("Asia/Kathmandu", "03:30", "2026-11-22", "2026-11-21T21:45"),
    ],
)
def test_the_time_of_a_night(zone: str, at: str, day: str, due: str) -> None:
    assert every(at, zone).on(date.fromisoformat(day)) == utc(due)


@given(
    zone=st.sampled_from(ZONES),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    now=st.integers(1322697600, 2051222400).map(lambda s: datetime.fromtimestamp(s, UTC)),  # Dec 2011 to Jan 2035
)
def test_there_is_one_night_a_day_and_now_lies_between_two(zone: str, at: time, now: datetime) -> None:
    when = Nightly(at=at, zone=ZoneInfo(zone))
    last, following = when.last(now), when.next(now)
    assert last <= now < following
    assert timedelta(hours=20) < following - last < timedelta(hours=28) or zone == "Pacific/Apia"
    assert when.last(last) == last
    assert when.next(last) == following
    local = last.astimezone(when.zone)
    day_by_day = when.on(when.night_of(last))
    assert day_by_day == last
    assert (local.hour, local.minute) == (at.hour, at.minute) or when.is_left_out(local.date())


def test_days_that_the_clocks_jump_over_are_named() -> None:
    assert every("02:30", "Europe/Berlin").left_out(date(2026, 1, 1), days=800) == [
        date(2026, 3, 29),
        date(2027, 3, 28),
    ]
    assert every("03:30", "Europe/Berlin").left_out(date(2026, 1, 1), days=800) == []
    assert every("02:30", "UTC").left_out(date(2026, 1, 1), days=800) == []


WHEN = every("03:30", "UTC")
NOW = utc("2026-11-22T09:00")
DUE = utc("2026-11-22T03:30")


@pytest.mark.parametrize(
    ("last_night", "mark", "expected"),
    [
        (None, None, None),  # nothing was ever scheduled
        ("2026-11-22T03:30:04", None, None),
        ("2026-11-22T08:00", None, None),
        ("2026-11-22T02:30", None, None),  # an hour early, as Prefect is on the day of a jump
        ("2026-11-21T03:30:04", None, DUE),
        ("2026-11-01T03:30:04", None, DUE),  # three weeks: one night catches up on all
        ("2026-11-21T03:30:04", "2026-11-22T03:30", None),  # dealt with
        ("2026-11-20T03:30:04", "2026-11-21T03:30", DUE),
        (None, "2026-11-21T03:30", DUE),  # scheduled yesterday, and no night since
        (None, "2026-11-22T03:30", None),
    ],
)
def test_a_night_is_missed_once(last_night: str | None, mark: str | None, expected: datetime | None) -> None:
    last, dealt_with = (utc(text) if text else None for text in (last_night, mark))
    assert missed(WHEN, last_night=last, mark=dealt_with, now=NOW) == expected


def test_what_was_dealt_with_is_remembered_and_a_broken_note_is_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert read_mark(data) is None
    write_mark(data, DUE)
    assert read_mark(data) == DUE
    (data / "last-due").write_text("yesterday")
    assert read_mark(data) is None
