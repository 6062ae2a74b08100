"""When a feed is due, what to ask it, and what its answer changes. Pure: the clock is handed in, nothing is fetched.

`breachwire run` is started by cron once a night, or every hour, or by hand several times within a minute. Every run
polls every feed that has not asked to be left alone, and a feed waits only for:

- an `interval` of its own in feeds.toml, stretched to what the feed asks for (TTL, Cache-Control), a day at most, and
  for a feed that seldom has news, to four times itself at most;
- what it asks for, half a day at most, where runs come regularly and oftener than that: so nightly runs miss no night,
  and runs by hand, which come as they come, always poll;
- a Retry-After, a day at most; the back-off after failures; and, after 410, for ever.

Without one of these `next_due_at` stays None. Waits of ours are cut by up to a tenth, differently for each feed and
always alike: a feed with interval "24h" must be due when cron comes round a few seconds early.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles

from breachwire.errors import ContentError, FetchError
from breachwire.fetching.client import ACCEPT_FEED, Ask
from breachwire.identity import digest
from breachwire.records import FeedState, Reply
from breachwire.settings.models import Feeds

LONGEST_WAIT = timedelta(days=1)
"""No passing failure and no wish of a server keeps a feed waiting longer."""
LONGEST_WAIT_LASTING = timedelta(days=7)
"""A feed that answers 404, or with no feed, is asked ever more rarely, but once a week at least: some come back."""
HALF_DAY = timedelta(hours=12)
"""Where no interval says otherwise, a feed that is polled often may stretch the wait to this."""
QUIET_STRETCH = 4
"""Times its own interval that a feed may be left alone because it seldom has news."""
MOVED_AFTER = 3
"""Sightings of the same permanent redirect before a feed's address is changed: some are mistakes of a day."""
_FIRST_BACKOFF = timedelta(minutes=15)
_FIRST_BACKOFF_LASTING = timedelta(hours=1)
_WRONG_CLOCK = timedelta(hours=1)
_REGULAR_GAPS = 6
"""Gaps between runs that it takes to call them regular."""
_SHORTEST_RHYTHM = timedelta(minutes=5)
_PERMANENT = frozenset({301, 308})
_MAX_AGE = re.compile(r"(?:^|,)\s*(?:s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What decides how long a feed is left alone after a good answer.

    `interval` is the feed's own, None where feeds.toml gives none; `ttl` is what its text asks for; `quiet` is what is
    learnt of how seldom it has news; `rhythm` is the time from run to run where runs are regular.
    """

    interval: timedelta | None = None
    ttl: timedelta | None = None
    quiet: timedelta = timedelta()
    rhythm: timedelta | None = None


def rhythm(starts: Sequence[datetime]) -> timedelta | None:
    """The time from run to run, from the starts of the last ones; None where they do not come regularly.

    Regular are seven runs or more whose middle half of gaps lies within a fifth of the median: cron, not a person.
    """
    gaps = [(b - a).total_seconds() for a, b in pairwise(sorted(starts))]
    if len(gaps) < _REGULAR_GAPS:
        return None
    low, _, high = quantiles(gaps, n=4, method="inclusive")
    usual = median(gaps)
    if usual < _SHORTEST_RHYTHM.total_seconds() or low < 0.8 * usual or high > 1.2 * usual:
        return None
    return timedelta(seconds=usual)


def due(state: FeedState, now: datetime) -> bool:
    """Whether a feed is polled at `now`. One that was polled in the future was polled by a wrong clock, and is due."""
    if state.state in ("gone", "removed"):
        return False
    if state.last_polled_at and state.last_polled_at > now + _WRONG_CLOCK:
        return True
    return state.next_due_at is None or state.next_due_at <= now


def ask_for(state: FeedState, now: datetime, rules: Feeds) -> Ask:
    """What to ask: with validators, but in full every `full_get_every`, for some feeds' validators lie."""
    if state.last_full_get_at is None or now - state.last_full_get_at >= rules.full_get_every:
        return Ask(url=state.url, accept=ACCEPT_FEED)
    return Ask(url=state.url, etag=state.etag, last_modified=state.last_modified, accept=ACCEPT_FEED)


def after_reply(state: FeedState, reply: Reply, *, now: datetime, pace: Pace) -> FeedState:
    """The state after an answer that was read (200) or that says that nothing is new (304)."""
    fresh = reply.status != 304
    state = replace(
        _moved(state, reply),
        state="active",
        last_polled_at=now,
        last_ok_at=now,
        next_due_at=None,
        consecutive_failures=0,
        last_error=None,
        etag=reply.header("etag") if fresh else reply.header("etag") or state.etag,
        last_modified=reply.header("last-modified") if fresh else reply.header("last-modified") or state.last_modified,
        last_full_get_at=now if fresh else state.last_full_get_at,
    )
    wait = _wait(reply, pace)
    return replace(state, next_due_at=now + _shortened(wait, state.feed_id)) if wait else state


def _wait(reply: Reply, pace: Pace) -> timedelta:
    """How long a feed is left alone after a good answer; nothing: it is polled at the next run."""
    wished = max(pace.ttl or timedelta(), _max_age(reply))
    if pace.interval is not None:
        quiet = min(pace.quiet, QUIET_STRETCH * pace.interval)
        return max(pace.interval, min(max(wished, quiet), LONGEST_WAIT))
    if pace.rhythm is None or pace.rhythm >= HALF_DAY:
        return timedelta()
    stretched = min(max(wished, pace.quiet), HALF_DAY)
    return stretched if stretched > pace.rhythm else timedelta()


def after_failure(
    state: FeedState, error: FetchError | ContentError, *, now: datetime, interval: timedelta | None
) -> FeedState:
    """The state after a poll that failed. Only 410 retires a feed; everything else is tried again, ever more rarely.

    The first failure of a feed without an interval costs no wait: the next run tries again. From the second on the
    wait doubles: from a quarter of an hour to a day at most where the cause may pass (no connection, 429, 5xx), from
    an hour to a week where it is a lasting one (404, no feed).
    """
    failures = state.consecutive_failures + 1
    what = error.what if isinstance(error, FetchError) else error.why
    state = replace(state, state="failing", last_polled_at=now, consecutive_failures=failures, last_error=what)
    passing = isinstance(error, FetchError) and error.transient
    wait = _shortened(_backoff(failures, interval, passing=passing), state.feed_id)
    if isinstance(error, FetchError):
        if error.status == 410:
            return replace(state, state="gone", next_due_at=None)
        wait = max(wait, min(timedelta(seconds=error.retry_after_s or 0), LONGEST_WAIT))
    return replace(state, next_due_at=now + wait if wait else None)


def _backoff(failures: int, interval: timedelta | None, *, passing: bool) -> timedelta:
    doublings = min(failures, 16)
    longest = LONGEST_WAIT if passing else LONGEST_WAIT_LASTING
    if interval is None:
        first = _FIRST_BACKOFF if passing else _FIRST_BACKOFF_LASTING
        return min(first * (1 << (doublings - 2)), longest) if failures > 1 else timedelta()
    return max(interval, min(interval * (1 << (doublings - 1)), longest))


def _shortened(wait: timedelta, feed_id: str) -> timedelta:
    """The wait less 5 to 10 per cent, by the feed's id: feeds with one interval do not all come at one moment."""
    share = int.from_bytes(digest(feed_id, "jitter", length=4).encode("ascii")) % 1000 / 1000
    return wait * (0.95 - 0.05 * share)


def _moved(state: FeedState, reply: Reply) -> FeedState:
    """Counts a permanent redirect; the third sighting of the same target makes it the feed's address."""
    target = None
    for status, url in reply.hops:
        if status not in _PERMANENT:
            break
        target = url
    if target is None or target == state.url:
        return replace(state, moved_to=None, moved_sightings=0)
    sightings = state.moved_sightings + 1 if target == state.moved_to else 1
    if sightings >= MOVED_AFTER:
        return replace(state, url=target, moved_to=None, moved_sightings=0)
    return replace(state, moved_to=target, moved_sightings=sightings)


def _max_age(reply: Reply) -> timedelta:
    match = _MAX_AGE.search(reply.header("cache-control") or "")
    return timedelta(seconds=int(match[1])) if match else timedelta()
