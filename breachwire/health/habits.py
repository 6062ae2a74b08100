"""What is ordinary for a feed, learnt from what it shows, and when it is not itself.

Silence: nothing new for `silent_after_gaps` times its usual gap. The usual gap is counted in days between days with
news, so that ten entries within an hour do not make a feed look busy; nine gaps of ten are not longer, so that weekends
and a holiday pass. A feed is judged once eight gaps are known.

Drift: the main text of the last pages is suddenly a fraction of what it was. A publisher who rebuilds the site, or puts
up a wall, leaves pages that answer 200 and say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

from breachwire.identity import digest
from breachwire.records import Entry, FeedHabits
from breachwire.settings.models import Feeds

KEPT_DAYS = KEPT_BODIES = 60
ENOUGH_GAPS = 8
RECENT, EARLIER = 10, 10
"""Pages whose text is of late, and pages before them that it takes to compare."""
SHRUNK = 0.4
"""Half of a publisher's articles are shorter than the median; ten in a row with a median of 0.4 of it are no chance."""
WORTH = 400
"""Characters: pages that never gave more have nothing to lose."""
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
_PATIENCE = 20
"""A feed is asked twenty times in the time that it takes to have news: an entry is late by a twentieth of that."""


def after_poll(habits: FeedHabits, entries: Sequence[Entry], *, now: datetime, rules: Feeds) -> FeedHabits:
    """After a poll that was answered with a feed: what is new in it, and whether it is silent."""
    dated = [e.published_at for e in entries if e.published_at and e.published_at <= now]
    if entries:
        shown = digest(*sorted(e.article_id for e in entries), length=12)
        is_new = shown != habits.shown
        days = {*habits.news_days, *(moment.date() for moment in dated)}
        if is_new and not dated:
            days.add(now.date())
        kept = tuple(sorted(days)[-KEPT_DAYS:])
        habits = replace(
            habits,
            shown=shown,
            last_new_at=now if is_new else habits.last_new_at,
            news_days=kept,
            usual_gap_days=usual_gap_days(kept),
            entries_a_week=entries_a_week(dated, now) if len(dated) > 1 else habits.entries_a_week,
        )
    return after_good(habits, now=now, rules=rules)


def after_good(habits: FeedHabits, *, now: datetime, rules: Feeds) -> FeedHabits:
    """After any good answer, "not modified" included: nothing is wrong with it but, perhaps, that it is silent."""
    silent = is_silent(habits, now, rules.silent_after_gaps)
    return replace(
        habits,
        advice=None,
        needs_look=False,
        last_new_at=habits.last_new_at or now,
        silent_since=(habits.silent_since or now) if silent else None,
        silence_told_at=habits.silence_told_at if silent else None,
    )


def after_pages(habits: FeedHabits, lengths: Sequence[int], *, now: datetime, min_chars: int) -> FeedHabits:
    """After pages of a feed were looked at: `lengths` are the characters of their main text, 0 for none to be had.

    `min_chars` is below what a text counts as empty.
    """
    kept = (*habits.body_lengths, *lengths)[-KEPT_BODIES:]
    recent, earlier = kept[-RECENT:], kept[:-RECENT]
    now_median = int(median(recent)) if len(recent) >= RECENT // 2 else None
    before = int(median(earlier)) if len(earlier) >= EARLIER else None
    drifted = now_median is not None and before is not None and before >= WORTH and now_median < SHRUNK * before
    return replace(
        habits,
        body_lengths=kept,
        body_median=now_median,
        body_median_before=before,
        bodies_empty=round(sum(n < min_chars for n in recent) / len(recent), 2) if now_median is not None else None,
        drifted_since=(habits.drifted_since or now) if drifted else None,
        drift_told_at=habits.drift_told_at if drifted else None,
    )


def is_usual(habits: FeedHabits, length: int, *, min_chars: int) -> bool:
    """Whether a page of `length` characters gives what its feed's pages give, or gave before they lost their text.

    Where too few are known, whether it gives a text at all.
    """
    medians = [known for known in (habits.body_median, habits.body_median_before) if known is not None]
    return length >= (SHRUNK * max(medians) if medians else min_chars)


def usual_gap_days(days: Sequence[date]) -> int | None:
    """Days from one day with news to the next, as nine gaps of ten are; None where fewer than eight are known."""
    gaps = sorted((b - a).days for a, b in pairwise(sorted(set(days))))
    return gaps[ceil(0.9 * len(gaps)) - 1] if len(gaps) >= ENOUGH_GAPS else None


def entries_a_week(dated: Sequence[datetime], now: datetime) -> float:
    """Entries a week over what a feed shows, from its oldest entry until now (a day at least)."""
    span = max(now - min(dated), _DAY)
    return round(len(dated) * (_WEEK / span), 1)


def is_silent(habits: FeedHabits, now: datetime, silent_after_gaps: float) -> bool:
    """Whether nothing was new for so many times the feed's usual gap; never where too little is known."""
    if habits.usual_gap_days is None or habits.last_new_at is None:
        return False
    return now - habits.last_new_at > silent_after_gaps * timedelta(days=habits.usual_gap_days)


def leave_alone(habits: FeedHabits, now: datetime) -> timedelta:
    """How long a feed may be left alone for it seldom has news: a twentieth of the time it takes to."""
    waited = max(now - habits.last_new_at, timedelta()) if habits.last_new_at else timedelta()
    between = _WEEK / habits.entries_a_week if habits.entries_a_week else timedelta()
    return min(max(waited, between), 365 * _DAY) / _PATIENCE
