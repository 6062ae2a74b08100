"""When a feed is due and what its answers change: decisions as a table, without clock or network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.errors import ContentError, FetchError
from breachwire.fetching import ACCEPT_FEED, Ask
from breachwire.fetching.polling import (
    HALF_DAY,
    LONGEST_WAIT,
    LONGEST_WAIT_LASTING,
    Pace,
    after_failure,
    after_reply,
    ask_for,
    due,
    rhythm,
)
from breachwire.records import FeedState, Reply
from breachwire.settings.models import Feeds

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://herald.example/feed"
STATE = FeedState(feed_id="f_herald", url=URL)


def reply(status: int = 200, hops: tuple[tuple[int, str], ...] = (), **headers: str) -> Reply:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reply(url=URL, final_url=URL, status=status, headers=named, body=b"", fetched_at=NOW, hops=hops)


def fault(status: int | None = None, wait: float | None = None, *, passing: bool = True) -> FetchError:
    return FetchError(URL, f"answered {status}", transient=passing, status=status, retry_after_s=wait)


@pytest.mark.parametrize(
    ("changes", "is_due"),
    [
        ({}, True),
        ({"last_polled_at": NOW}, True),
        ({"next_due_at": NOW}, True),
        ({"next_due_at": NOW - DAY, "state": "failing"}, True),
        ({"next_due_at": NOW + timedelta(seconds=1)}, False),
        ({"next_due_at": NOW + DAY, "last_polled_at": NOW - DAY}, False),
        ({"next_due_at": NOW + 400 * DAY, "last_polled_at": NOW + 399 * DAY}, True),
        ({"state": "gone"}, False),
        ({"state": "removed"}, False),
    ],
)
def test_due(changes: dict[str, Any], is_due: bool) -> None:
    assert due(replace(STATE, **changes), NOW) == is_due


def test_validators_are_sent_but_not_for_ever() -> None:
    state = replace(STATE, etag='"v1"', last_modified="yesterday", last_full_get_at=NOW - DAY)
    assert ask_for(state, NOW, Feeds()) == Ask(url=URL, etag='"v1"', last_modified="yesterday", accept=ACCEPT_FEED)
    assert ask_for(state, NOW + 6 * DAY, Feeds()) == Ask(url=URL, accept=ACCEPT_FEED)
    assert ask_for(STATE, NOW, Feeds()) == Ask(url=URL, accept=ACCEPT_FEED)


def test_a_reply_renews_everything() -> None:
    before = replace(STATE, state="failing", consecutive_failures=7, last_error="x", etag='"old"', next_due_at=NOW)
    after = after_reply(before, reply(etag='"new"'), now=NOW, pace=Pace())
    assert after == replace(
        STATE, etag='"new"', last_polled_at=NOW, last_ok_at=NOW, last_full_get_at=NOW, consecutive_failures=0
    )


def test_nothing_new_keeps_the_validators_and_does_not_count_as_a_full_answer() -> None:
    before = replace(STATE, etag='"v1"', last_modified="m", last_full_get_at=NOW - DAY, consecutive_failures=2)
    after = after_reply(before, reply(304), now=NOW, pace=Pace())
    assert (after.etag, after.last_modified, after.last_full_get_at) == ('"v1"', "m", NOW - DAY)
    assert (after.last_ok_at, after.consecutive_failures) == (NOW, 0)


def test_three_runs_in_a_row_poll_a_feed_without_an_interval_three_times() -> None:
    state = STATE
    for second in range(3):
        now = NOW + timedelta(seconds=second)
        assert due(state, now)
        state = after_reply(state, reply(cache_control="max-age=3600"), now=now, pace=Pace(ttl=HOUR))


@pytest.mark.parametrize(
    ("interval", "ttl", "cache", "expected"),
    [
        (HOUR, None, "", HOUR),
        (DAY, None, "", DAY),
        (HOUR, 3 * HOUR, "", 3 * HOUR),
        (3 * HOUR, HOUR, "", 3 * HOUR),
        (HOUR, None, "public, max-age=7200", 2 * HOUR),
        (HOUR, None, "max-age=999999999", DAY),
        (HOUR, 30 * DAY, "", DAY),
        (7 * DAY, None, "", 7 * DAY),
        (HOUR, None, "no-cache", HOUR),
    ],
)
def test_an_interval_of_its_own_is_kept_and_stretched(
    interval: timedelta, ttl: timedelta | None, cache: str, expected: timedelta
) -> None:
    after = after_reply(STATE, reply(cache_control=cache), now=NOW, pace=Pace(interval=interval, ttl=ttl))
    assert after.next_due_at is not None
    assert 0.9 * expected <= after.next_due_at - NOW <= 0.95 * expected
    assert after == after_reply(STATE, reply(cache_control=cache), now=NOW, pace=Pace(interval=interval, ttl=ttl))


def test_feeds_with_one_interval_come_at_different_moments() -> None:
    states = [replace(STATE, feed_id=f"f_{n}") for n in range(20)]
    assert len({after_reply(s, reply(), now=NOW, pace=Pace(interval=HOUR)).next_due_at for s in states}) > 15


def test_a_permanent_redirect_is_believed_at_the_third_sighting() -> None:
    new = "https://news.herald.example/feed"
    state = STATE
    for sightings in (1, 2):
        state = after_reply(state, reply(hops=((301, new),)), now=NOW, pace=Pace())
        assert (state.url, state.moved_to, state.moved_sightings) == (URL, new, sightings)
    state = after_reply(state, reply(304, hops=((308, new),)), now=NOW, pace=Pace())
    assert (state.url, state.moved_to, state.moved_sightings) == (new, None, 0)


@pytest.mark.parametrize(
    "hops",
    [(), ((302, "https://else.example/"),), ((307, "https://else.example/"), (301, "https://x.example/"))],
    ids=["none", "temporary", "permanent behind temporary"],
)
def test_other_redirects_forget_what_was_seen(hops: tuple[tuple[int, str], ...]) -> None:
    state = replace(STATE, moved_to="https://new.example/", moved_sightings=2)
    after = after_reply(state, reply(hops=hops), now=NOW, pace=Pace())
    assert (after.url, after.moved_to, after.moved_sightings) == (URL, None, 0)


def test_another_target_begins_to_count_again() -> None:
    state = replace(STATE, moved_to="https://new.example/", moved_sightings=2)
    after = after_reply(state, reply(hops=((301, "https://newer.example/"),)), now=NOW, pace=Pace())
    assert (after.url, after.moved_to, after.moved_sightings) == (URL, "https://newer.example/", 1)


def test_the_end_of_a_chain_counts_as_far_as_it_is_permanent() -> None:
    hops = ((301, "https://b.example/"), (308, "https://c.example/"), (302, "https://d.example/"))
    assert after_reply(STATE, reply(hops=hops), now=NOW, pace=Pace()).moved_to == "https://c.example/"


def test_failures_are_told_and_tried_again_ever_more_rarely() -> None:
    state, waits = STATE, []
    for _ in range(20):
        state = after_failure(state, fault(500), now=NOW, interval=None)
        waits.append((state.next_due_at or NOW) - NOW)
    assert waits[0] == timedelta()
    assert timedelta(minutes=13) < waits[1] < timedelta(minutes=15)
    assert waits == sorted(waits)
    assert timedelta(hours=21) < waits[-1] < LONGEST_WAIT
    assert (state.state, state.consecutive_failures, state.last_error) == ("failing", 20, "answered 500")
    assert due(state, NOW + LONGEST_WAIT - timedelta(minutes=5))


@pytest.mark.parametrize(("interval", "wait"), [(HOUR, HOUR), (7 * DAY, 7 * DAY)])
def test_a_failure_waits_for_the_interval_at_least(interval: timedelta, wait: timedelta) -> None:
    after = after_failure(STATE, fault(500), now=NOW, interval=interval)
    assert after.next_due_at is not None
    assert 0.9 * wait <= after.next_due_at - NOW <= 0.95 * wait


@pytest.mark.parametrize(("asked", "wait"), [(2, 2), (3600, 3600), (86400, 86400), (10**7, 86400)])
def test_retry_after_is_obeyed_to_the_second_and_up_to_a_day(asked: float, wait: float) -> None:
    after = after_failure(STATE, fault(429, asked), now=NOW, interval=None)
    assert after.next_due_at == NOW + timedelta(seconds=wait)
    assert after.state == "failing"


def test_gone_is_gone() -> None:
    after = after_failure(STATE, fault(410), now=NOW, interval=HOUR)
    assert (after.state, after.next_due_at, after.last_error) == ("gone", None, "answered 410")
    assert not due(after, NOW + 999 * DAY)


def test_nothing_else_retires_a_feed() -> None:
    state = STATE
    for status in (404, 429, 500, 503, None):
        for _ in range(50):
            state = after_failure(state, fault(status), now=NOW, interval=None)
    assert state.state == "failing"
    assert due(state, NOW + DAY)


def test_content_that_cannot_be_read_is_a_failure_too() -> None:
    before = replace(STATE, etag='"v1"', last_ok_at=NOW - DAY)
    after = after_failure(before, ContentError(URL, "is an HTML page, not a feed"), now=NOW, interval=None)
    assert (after.state, after.last_error) == ("failing", "is an HTML page, not a feed")
    assert (after.etag, after.last_ok_at, after.last_polled_at) == ('"v1"', NOW - DAY, NOW)


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        (Pace(ttl=3 * HOUR), None),
        (Pace(ttl=3 * HOUR, rhythm=DAY), None),
        (Pace(ttl=30 * DAY, quiet=30 * DAY, rhythm=DAY), None),
        (Pace(rhythm=HOUR), None),
        (Pace(ttl=HOUR / 2, rhythm=HOUR), None),
        (Pace(ttl=3 * HOUR, rhythm=HOUR), 3 * HOUR),
        (Pace(ttl=3 * HOUR, quiet=5 * HOUR, rhythm=HOUR), 5 * HOUR),
        (Pace(ttl=30 * DAY, rhythm=HOUR), HALF_DAY),
        (Pace(interval=HOUR, quiet=2 * HOUR), 2 * HOUR),
        (Pace(interval=HOUR, quiet=30 * DAY), 4 * HOUR),
        (Pace(interval=7 * DAY, quiet=30 * DAY), 7 * DAY),
    ],
)
def test_where_runs_are_regular_and_often_a_feed_may_stretch_the_wait(pace: Pace, expected: timedelta | None) -> None:
    after = after_reply(STATE, reply(), now=NOW, pace=pace)
    if expected is None:
        assert after.next_due_at is None
    else:
        assert after.next_due_at is not None
        assert 0.9 * expected <= after.next_due_at - NOW <= 0.95 * expected


def starts(*gaps: timedelta) -> list[datetime]:
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] - gap)
    return moments


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        ([HOUR] * 8, HOUR),
        ([DAY] * 8, DAY),
        ([HOUR] * 5, None),
        ([], None),
        ([HOUR] * 4 + [timedelta(minutes=3)] + [HOUR] * 3, HOUR),
        ([timedelta(minutes=m) for m in (2, 45, 3, 200, 1, 7, 20, 60)], None),
        ([timedelta(seconds=2)] * 8, None),
        ([timedelta(minutes=15)] * 8, timedelta(minutes=15)),
    ],
    ids=["hourly", "nightly", "too few", "first", "hourly and once by hand", "by hand", "in a loop", "quarters"],
)
def test_regular_runs_have_a_rhythm(gaps: list[timedelta], expected: timedelta | None) -> None:
    assert rhythm(starts(*gaps)) == expected


def test_what_may_last_is_asked_ever_more_rarely_but_every_week() -> None:
    state, waits = STATE, []
    for _ in range(20):
        state = after_failure(state, fault(404, passing=False), now=NOW, interval=None)
        waits.append((state.next_due_at or NOW) - NOW)
    assert waits[0] == timedelta()
    assert waits == sorted(waits)
    assert timedelta(days=6) < waits[-1] < LONGEST_WAIT_LASTING


waits = st.timedeltas(timedelta(), timedelta(days=400))
maybe = st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=30))
ids = st.text("abcdefgh234567", min_size=1, max_size=12)


@given(ids, maybe, waits, waits, maybe)
def test_after_any_good_answer_a_feed_is_due_in_time(
    feed_id: str, interval: timedelta | None, ttl: timedelta, quiet: timedelta, usual: timedelta | None
) -> None:
    state = replace(STATE, feed_id=feed_id)
    pace = Pace(interval=interval, ttl=ttl, quiet=quiet, rhythm=usual)
    after = after_reply(state, reply(), now=NOW, pace=pace)
    assert after == after_reply(state, reply(), now=NOW, pace=pace)
    longest = max(interval, LONGEST_WAIT) if interval else HALF_DAY
    assert due(after, NOW + 0.95 * longest)
    if interval:
        assert not due(after, NOW + 0.89 * interval)
    elif usual is None or usual >= HALF_DAY:
        assert due(after, NOW)
    longer = after_reply(state, reply(), now=NOW, pace=replace(pace, ttl=ttl + HOUR))
    assert (longer.next_due_at or NOW) >= (after.next_due_at or NOW)


@given(ids, maybe, st.lists(st.tuples(st.sampled_from([404, 403, 429, 503, None]), st.booleans()), max_size=40))
def test_whatever_fails_and_however_often_a_feed_is_asked_again(
    feed_id: str, interval: timedelta | None, faults: list[tuple[int | None, bool]]
) -> None:
    state = replace(STATE, feed_id=feed_id)
    for status, passing in faults:
        state = after_failure(state, fault(status, 10.0**9, passing=passing), now=NOW, interval=interval)
        assert due(state, NOW + max(interval or HOUR, LONGEST_WAIT_LASTING))
    assert state.consecutive_failures == len(faults)
