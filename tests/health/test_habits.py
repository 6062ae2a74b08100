"""What is learnt of a feed: usual gaps, silence, drift. Tables and properties, without a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.health.habits import (
    ENOUGH_GAPS,
    KEPT_BODIES,
    KEPT_DAYS,
    after_good,
    after_pages,
    after_poll,
    entries_a_week,
    is_usual,
    leave_alone,
    usual_gap_days,
)
from breachwire.records import Entry, FeedHabits
from breachwire.settings.models import Feeds

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday
DAY = timedelta(days=1)
NEW = FeedHabits(feed_id="f_herald")
RULES = Feeds()


def entry(number: int, published_at: datetime | None) -> Entry:
    url = f"https://herald.example/{number}"
    return Entry(
        article_id=f"a_{number}", feed_id="f_herald", url=url, canonical_url=url, title="T", published_at=published_at
    )


def days(*ages: int) -> list[date]:
    return [(NOW - age * DAY).date() for age in ages]


@pytest.mark.parametrize(
    ("found", "gap"),
    [
        ([], None),
        (days(*range(8)), None),
        (days(*range(9)), 1),
        (days(*range(0, 63, 7)), 7),
        ([d for d in days(*range(40)) if d.weekday() < 5], 3),
        (days(*range(20), 400), 1),
    ],
    ids=["nothing", "seven gaps", "daily", "weekly", "not at weekends", "an old page that is pinned"],
)
def test_the_usual_gap(found: list[date], gap: int | None) -> None:
    assert usual_gap_days(found) == gap


def nights(habits: FeedHabits, count: int) -> list[datetime]:
    """When it is found silent, over so many nights in which nothing comes."""
    found = []
    for night in range(1, count + 1):
        habits = after_good(habits, now=NOW + night * DAY, rules=RULES)
        found += [NOW + night * DAY] if habits.silent_since else []
    return found


def test_a_daily_feed_is_silent_after_three_days_and_not_before() -> None:
    habits = after_poll(NEW, [entry(n, NOW - n * DAY) for n in range(20)], now=NOW, rules=RULES)
    assert (habits.last_new_at, habits.usual_gap_days, habits.silent_since) == (NOW, 1, None)
    assert nights(habits, 5) == [NOW + 4 * DAY, NOW + 5 * DAY]


def test_weekends_and_holidays_are_no_silence() -> None:
    workdays = [entry(n, NOW - n * DAY) for n in range(30) if (NOW - n * DAY).weekday() < 5]
    habits = after_poll(NEW, workdays, now=NOW, rules=RULES)
    assert nights(habits, 9) == []
    assert nights(habits, 10) == [NOW + 10 * DAY]


def test_a_feed_of_which_little_is_known_is_never_called_silent() -> None:
    habits = after_poll(NEW, [entry(n, NOW - n * DAY) for n in range(5)], now=NOW, rules=RULES)
    assert nights(habits, 300) == []


def test_news_end_the_silence() -> None:
    entries = [entry(n, NOW - n * DAY) for n in range(20)]
    habits = after_poll(NEW, entries, now=NOW, rules=RULES)
    habits = after_poll(habits, entries, now=NOW + 9 * DAY, rules=RULES)
    assert (habits.last_new_at, habits.silent_since) == (NOW, NOW + 9 * DAY)
    habits = replace(habits, silence_told_at=NOW + 9 * DAY)
    later = NOW + 10 * DAY
    habits = after_poll(habits, [entry(99, later - DAY / 2), *entries], now=later, rules=RULES)
    assert (habits.last_new_at, habits.silent_since, habits.silence_told_at) == (later, None, None)


def test_old_entries_seen_for_the_first_time_are_news_of_that_day() -> None:
    habits = after_poll(NEW, [entry(n, NOW - (3000 + n) * DAY) for n in range(20)], now=NOW, rules=RULES)
    assert (habits.last_new_at, habits.silent_since) == (NOW, None)


def test_entries_without_dates_are_dated_by_when_they_came() -> None:
    habits = NEW
    for night in range(12):
        habits = after_poll(habits, [entry(night, None)], now=NOW + night * DAY, rules=RULES)
    assert (habits.usual_gap_days, habits.entries_a_week) == (1, None)
    assert len(habits.news_days) == 12


def test_a_failure_is_forgotten_after_a_good_answer() -> None:
    habits = after_good(replace(NEW, advice="check the address", needs_look=True), now=NOW, rules=RULES)
    assert (habits.advice, habits.needs_look) == (None, False)


@pytest.mark.parametrize(
    ("count", "hours", "rate"), [(20, 1, 140.0), (20, 24, 7.3), (2, 24 * 7, 1.0)], ids=["busy", "daily", "slow"]
)
def test_entries_a_week(count: int, hours: int, rate: float) -> None:
    dated = [NOW - timedelta(hours=hours) * n for n in range(count)]
    assert entries_a_week(dated, NOW + timedelta(hours=hours) * (count == 2)) == pytest.approx(rate, rel=0.05)


@pytest.mark.parametrize(
    ("before", "then", "drifted"),
    [
        ([3000] * 20, [200] * 10, True),
        ([3000] * 20, [0] * 10, True),
        ([3000] * 20, [2000] * 10, False),
        ([3000, 800] * 15, [800] * 10, False),
        ([3000] * 20, [0] * 5, False),
        ([3000] * 9, [0] * 10, False),
        ([300] * 20, [50] * 10, False),
        ([], [0] * 10, False),
    ],
    ids=["shorter", "empty", "a bit shorter", "mixed", "five pages", "little known", "never much", "from the start"],
)
def test_pages_that_lose_their_text(before: list[int], then: list[int], drifted: bool) -> None:
    habits = NEW
    for length in before:
        habits = after_pages(habits, [length], now=NOW, min_chars=250)
    assert habits.drifted_since is None
    habits = after_pages(habits, then, now=NOW + DAY, min_chars=250)
    assert habits.drifted_since == (NOW + DAY if drifted else None)
    assert habits.body_median is not None
    habits = after_pages(habits, [3000] * 10, now=NOW + 2 * DAY, min_chars=250)
    assert habits.drifted_since is None


@pytest.mark.parametrize(
    ("before", "usual"),
    [([], 250), ([3000] * 20, 1200), ([3000] * 20 + [500] * 10, 1200), ([0] * 20, 0), ([300] * 30 + [3000] * 10, 1200)],
    ids=["nothing known", "ordinary", "since they lost their text", "never any", "longer of late"],
)
def test_a_page_that_is_long_enough_to_speak_for_its_feed(before: list[int], usual: int) -> None:
    habits = after_pages(NEW, before, now=NOW, min_chars=250) if before else NEW
    assert is_usual(habits, usual, min_chars=250)
    assert not is_usual(habits, usual - 1, min_chars=250)


def test_a_new_normal_is_accepted_in_time() -> None:
    habits = after_pages(NEW, [3000] * 50, now=NOW, min_chars=250)
    found = []
    for _ in range(50):
        habits = after_pages(habits, [300], now=NOW, min_chars=250)
        found.append(habits.drifted_since is not None)
    assert any(found)
    assert not found[-1]


def test_the_share_of_pages_without_text() -> None:
    assert after_pages(NEW, [0, 100, 249, 250], now=NOW, min_chars=250).bodies_empty is None
    assert after_pages(NEW, [0, 100, 249, 250] * 2, now=NOW, min_chars=250).bodies_empty == 0.75


@pytest.mark.parametrize(
    ("habits", "wait"),
    [
        (NEW, timedelta()),
        (replace(NEW, last_new_at=NOW), timedelta()),
        (replace(NEW, last_new_at=NOW - 20 * DAY), DAY),
        (replace(NEW, last_new_at=NOW, entries_a_week=7.0), timedelta(hours=1.2)),
        (replace(NEW, last_new_at=NOW + 20 * DAY), timedelta()),
    ],
    ids=["new", "news", "quiet", "daily", "a wrong clock"],
)
def test_a_feed_that_seldom_has_news_is_left_alone_longer(habits: FeedHabits, wait: timedelta) -> None:
    assert leave_alone(habits, NOW) == wait


moments = st.none() | st.integers(-60, 12_000).map(lambda age: NOW - age * DAY)


@given(st.lists(st.lists(moments, max_size=30), max_size=8), st.lists(st.integers(0, 10**6), max_size=200))
def test_whatever_a_feed_shows_what_is_kept_is_bounded(polls: list[list[datetime | None]], lengths: list[int]) -> None:
    habits = NEW
    for night, shown in enumerate(polls):
        now = NOW + night * DAY
        habits = after_poll(habits, [entry(n, d) for n, d in enumerate(shown)], now=now, rules=RULES)
        assert list(habits.news_days) == sorted(set(habits.news_days))
        assert all(day <= now.date() for day in habits.news_days)
        assert timedelta() <= leave_alone(habits, now) <= 20 * DAY
    habits = after_pages(habits, lengths, now=NOW, min_chars=250)
    assert len(habits.news_days) <= KEPT_DAYS
    assert len(habits.body_lengths) <= KEPT_BODIES
    assert habits.usual_gap_days is None or (habits.usual_gap_days >= 1 and len(habits.news_days) > ENOUGH_GAPS)
