"""What is said of a feed, and when: tables, without a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from breachwire.errors import ContentError, FetchError
from breachwire.health.diagnosis import diagnose, is_worth_a_look, needs_look, to_tell, what_to_do
from breachwire.records import FeedHabits, FeedState

URL = "https://herald.example/feed"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STATE = FeedState(feed_id="f_herald", url=URL, last_ok_at=NOW, last_polled_at=NOW)
HABITS = FeedHabits(feed_id="f_herald", last_new_at=NOW - DAY)
MISSING = FetchError(URL, "answered 404", transient=False, status=404)
GONE = FetchError(URL, "answered 410", transient=False, status=410)
LATE = FetchError(URL, "took longer than 20 s", transient=True)
PAGE = ContentError(URL, "is an HTML page, not a feed")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MISSING, "new address"),
        (GONE, "not asked again"),
        (FetchError(URL, "answered 403", transient=False, status=403), "fetch.contact"),
        (FetchError(URL, "answered 401", transient=False, status=401), "log-in"),
        (FetchError(URL, "is a private address", transient=False), "check the address"),
        (LATE, "later run"),
        (PAGE, "check the address"),
    ],
)
def test_a_failed_feed_says_what_to_do(error: FetchError | ContentError, words: str) -> None:
    assert words in what_to_do(error)


@pytest.mark.parametrize(
    ("error", "was_good", "told", "from_then_on"),
    [
        (MISSING, False, [1, 5, 10], 1),
        (MISSING, True, [2, 5, 10], 2),
        (PAGE, True, [2, 5, 10], 2),
        (LATE, False, [5, 10], 5),
        (LATE, True, [5, 10], 5),
    ],
    ids=["404, just added", "404, was good", "a page, was good", "late, just added", "late, was good"],
)
def test_one_notice_after_some_failures_then_reminders(
    error: FetchError | ContentError, was_good: bool, told: list[int], from_then_on: int
) -> None:
    states = [
        replace(STATE, state="failing", consecutive_failures=n, last_ok_at=NOW if was_good else None)
        for n in range(1, 13)
    ]
    assert [s.consecutive_failures for s in states if is_worth_a_look(error, s, 5)] == told
    assert [s.consecutive_failures for s in states if needs_look(error, s, 5)] == list(range(from_then_on, 13))


def test_a_feed_that_is_gone_is_told_at_once() -> None:
    assert is_worth_a_look(GONE, replace(STATE, state="gone", consecutive_failures=3), 5)


@pytest.mark.parametrize(
    ("state", "habits", "words", "person"),
    [
        ({}, {}, "", False),
        ({"state": "gone", "last_error": "answered 410"}, {}, "gone for good (answered 410); not asked again", True),
        (
            {"state": "failing", "consecutive_failures": 1, "last_error": "answered 500"},
            {"advice": "asked again at a later run"},
            "failed at the last poll, last good 2026-11-22: answered 500; asked again at a later run",
            False,
        ),
        (
            {"state": "failing", "consecutive_failures": 7, "last_error": "answered 404", "last_ok_at": None},
            {"advice": "look for its new address", "needs_look": True},
            "failed 7 times in a row, never good: answered 404; look for its new address",
            True,
        ),
        (
            {},
            {"last_new_at": NOW - 10 * DAY, "usual_gap_days": 3, "silent_since": NOW - DAY},
            "silent: nothing new since 2026-11-12 (10 days; 3 days at most is usual)",
            True,
        ),
        (
            {},
            {"body_median": 90, "body_median_before": 2400, "drifted_since": NOW},
            "its pages give 90 characters of text of late, 2400 before",
            True,
        ),
        ({}, {"remark": "is not well-formed"}, "is not well-formed; what can be read", False),
        ({}, {"bodies_empty": 0.9}, "90% of its pages give no text", False),
        ({"moved_to": "https://new.example/"}, {}, "says that it has moved to https://new.example/", False),
    ],
    ids=["nothing", "gone", "one hiccup", "failing", "silent", "drifted", "remark", "empty", "moving"],
)
def test_what_is_wrong_is_one_line(state: dict[str, Any], habits: dict[str, Any], words: str, person: bool) -> None:
    found = diagnose(replace(STATE, **state), replace(HABITS, **habits))
    assert str(found).startswith(words)
    assert (bool(str(found)), found.needs_person) == (bool(words), person)
    assert "\n" not in str(found)


@pytest.mark.parametrize("since", ["silent_since", "drifted_since"])
def test_silence_and_drift_are_told_once_and_again_after_weeks(since: str) -> None:
    habits = replace(HABITS, usual_gap_days=1, body_median=1, body_median_before=900, **{since: NOW})
    told = []
    for night in range(70):
        habits, line = to_tell(STATE, habits, now=NOW + night * DAY, again=28 * DAY)
        told += [night] if line else []
    assert told == [0, 28, 56]


def test_a_feed_that_fails_is_not_told_to_be_silent_too() -> None:
    habits = replace(HABITS, usual_gap_days=1, silent_since=NOW)
    assert to_tell(replace(STATE, state="failing"), habits, now=NOW, again=28 * DAY) == (habits, "")
