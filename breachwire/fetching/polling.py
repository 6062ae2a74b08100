"""When a feed is due, what to ask it, and what its answer changes. Pure: the clock is handed in, nothing is fetched.

`breachwire run` is started by cron once a night, or by hand several times within a minute, and polls every feed that
has not asked to be left alone. So a feed waits only for: an `interval` of its own in feeds.toml (stretched, then, by
what the feed says of itself: TTL, Cache-Control), a Retry-After, the back-off after failures, and for ever after 410.
Without one of these `next_due_at` stays None. Waits of ours are cut by up to a tenth, differently for each feed and
always alike: a feed with interval "24h" must be due when cron comes round a few seconds early.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from breachwire.errors import ContentError, FetchError
from breachwire.fetching.client import ACCEPT_FEED, Ask
from breachwire.identity import digest
from breachwire.records import FeedState, Reply
from breachwire.settings.models import Feeds

LONGEST_WAIT = timedelta(days=1)
"""No back-off and no wish of a server keeps a feed waiting longer."""
MOVED_AFTER = 3
"""Sightings of the same permanent redirect before a feed's address is changed: some are mistakes of a day."""
_FIRST_BACKOFF = timedelta(minutes=15)
_PERMANENT = frozenset({301, 308})
_MAX_AGE = re.compile(r"(?:^|,)\s*(?:s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


def due(state: FeedState, now: datetime) -> bool:
    """Whether a feed is polled at `now`."""
    return state.state not in ("gone", "removed") and (state.next_due_at is None or state.next_due_at <= now)


def ask_for(state: FeedState, now: datetime, rules: Feeds) -> Ask:
    """What to ask: with validators, but in full every `full_get_every`, for some feeds' validators lie."""
    if state.last_full_get_at is None or now - state.last_full_get_at >= rules.full_get_every:
        return Ask(url=state.url, accept=ACCEPT_FEED)
    return Ask(url=state.url, etag=state.etag, last_modified=state.last_modified, accept=ACCEPT_FEED)


def after_reply(
    state: FeedState, reply: Reply, *, now: datetime, interval: timedelta | None, ttl: timedelta | None = None
) -> FeedState:
    """The state after an answer that was read (200) or that says that nothing is new (304).

    `interval` is the feed's own, None where feeds.toml gives none; `ttl` is what the feed's text asks for.
    """
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
    if interval is None:
        return state
    wished = min(max(ttl or timedelta(), _max_age(reply)), LONGEST_WAIT)
    return replace(state, next_due_at=now + _shortened(max(interval, wished), state.feed_id))


def after_failure(
    state: FeedState, error: FetchError | ContentError, *, now: datetime, interval: timedelta | None
) -> FeedState:
    """The state after a poll that failed. Only 410 retires a feed; everything else is tried again, ever more rarely.

    The first failure of a feed without an interval costs no wait: the next run tries again. From the second on the
    wait doubles, from a quarter of an hour to a day at most.
    """
    failures = state.consecutive_failures + 1
    state = replace(state, state="failing", last_polled_at=now, consecutive_failures=failures)
    match error:
        case FetchError(status=410):
            return replace(state, state="gone", next_due_at=None, last_error=error.what)
        case FetchError():
            wait = _shortened(_backoff(failures, interval), state.feed_id)
            if error.retry_after_s:
                wait = max(wait, min(timedelta(seconds=error.retry_after_s), LONGEST_WAIT))
            return replace(state, next_due_at=now + wait if wait else None, last_error=error.what)
        case ContentError():
            wait = _shortened(_backoff(failures, interval), state.feed_id)
            return replace(state, next_due_at=now + wait if wait else None, last_error=error.why)
        case _:
            assert_never(error)


def _backoff(failures: int, interval: timedelta | None) -> timedelta:
    doublings = min(failures, 12)
    if interval is None:
        return min(_FIRST_BACKOFF * (1 << (doublings - 2)), LONGEST_WAIT) if failures > 1 else timedelta()
    return max(interval, min(interval * (1 << (doublings - 1)), LONGEST_WAIT))


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
