"""A feed: what it is, what is remembered of it between nights, what is ordinary for it, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to poll. `feed_id` is made from the address; `trust` (0 to 1) breaks ties between sources."""

    feed_id: str
    url: str
    title: str
    tags: tuple[str, ...] = ()
    language: str | None = None
    trust: float = 0.5
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between nights. `state` is one of the terms of `vocab_feed_state`."""

    feed_id: str
    url: str
    state: str = "active"
    etag: str | None = None
    last_modified: str | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_full_get_at: datetime | None = None
    next_due_at: datetime | None = None
    consecutive_failures: int = 0
    last_error: str | None = None
    moved_to: str | None = None
    moved_sightings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHabits:
    """What is ordinary for a feed, learnt from what it shows and from a few of its pages; None: not known yet.

    `news_days` are days with entries, `body_lengths` characters of main text, both oldest first. `advice` and
    `needs_look` are about the last failure. The comments on the table `feed_habits` say the rest.
    """

    feed_id: str
    shown: str | None = None
    remark: str | None = None
    ttl_s: int | None = None
    last_new_at: datetime | None = None
    news_days: tuple[date, ...] = ()
    usual_gap_days: int | None = None
    entries_a_week: float | None = None
    silent_since: datetime | None = None
    silence_told_at: datetime | None = None
    body_lengths: tuple[int, ...] = ()
    body_median: int | None = None
    body_median_before: int | None = None
    bodies_empty: float | None = None
    drifted_since: datetime | None = None
    drift_told_at: datetime | None = None
    advice: str | None = None
    needs_look: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTrouble:
    """A feed that something is wrong with: `kind` is feed_silent or feed_failing, `since` the day it began."""

    feed_id: str
    title: str
    kind: str
    since: str
    words: str
