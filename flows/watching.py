"""What polls and pages teach of a feed, and what of it is told: strings `fetching.polling`, `health` and the store."""

from __future__ import annotations

import functools
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from breachwire.errors import ContentError, FetchError
from breachwire.fetching import polling
from breachwire.health import diagnosis, habits
from breachwire.records import Entry, Feed, FeedHabits, FeedState, Reply
from breachwire.store import polling as table
from breachwire.store import runs
from breachwire.store.polling import Poll
from extractors.feed import FeedReading
from flows.house import House

LOG = logging.getLogger(__name__)
RUNS_LOOKED_AT = 9
MEASURED = 3
"""Pages of a feed that are measured in a run at most, at three milliseconds each; ten are judged together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A feed with all that is known of it. `rhythm` is the time from run to run, where that is regular."""

    feed: Feed
    state: FeedState
    habits: FeedHabits
    rhythm: timedelta | None


def watch(house: House, feeds: Mapping[str, Feed]) -> list[Watched]:
    """What is known of the feeds of feeds.toml, after the table was made to say what that says."""
    with house.store.session() as con:
        states = table.sync_feeds(con, list(feeds.values()))
        known = table.known_habits(con)
        rhythm = polling.rhythm(runs.last_starts(con, RUNS_LOOKED_AT))
    return [
        Watched(feed=feeds[i], state=state, habits=known.get(i, FeedHabits(feed_id=i)), rhythm=rhythm)
        for i, state in states.items()
    ]


def answered(house: House, watched: Watched, reply: Reply, read: FeedReading | None) -> Poll:
    """A poll that went well; `read` is None where nothing was modified. A feed that is silent is told of."""
    now, rules = house.clock(), house.settings.feeds
    if read is None:
        learnt = habits.after_good(watched.habits, now=now, rules=rules)
    else:
        ttl_s, remark = int(read.ttl.total_seconds()) if read.ttl else None, diagnosis.remark(read.problems)
        learnt = replace(watched.habits, ttl_s=ttl_s, remark=remark)
        learnt = habits.after_poll(learnt, read.entries, now=now, rules=rules)
    pace = polling.Pace(
        interval=watched.feed.interval,
        ttl=timedelta(seconds=learnt.ttl_s) if learnt.ttl_s else None,
        quiet=habits.leave_alone(learnt, now),
        rhythm=watched.rhythm,
    )
    state = polling.after_reply(watched.state, reply, now=now, pace=pace)
    learnt = _told(house, state, learnt)
    if state.url != watched.state.url:
        house.tally.notices.append(
            f"feed {watched.state.url}: has moved for good, and is asked at {state.url} from now on"
        )
    return Poll(
        state=state,
        habits=learnt,
        fetched_at=now,
        outcome="ok" if read else "unchanged",
        status=reply.status,
        size=len(reply.body) if read else None,
        entries=read.entries if read else (),
    )


def failed(house: House, watched: Watched, error: FetchError | ContentError) -> Poll:
    """A poll that failed: a line that says what to do, in the report's first part where it is worth a look."""
    now, notify_after = house.clock(), house.settings.feeds.notify_after_failures
    state = polling.after_failure(watched.state, error, now=now, interval=watched.feed.interval)
    advice = diagnosis.what_to_do(error)
    worth_a_look = diagnosis.is_worth_a_look(error, state, notify_after)
    lines = house.tally.failures if worth_a_look else house.tally.notices
    lines.append(f"feed {watched.state.url}: {state.last_error}; {advice}")
    return Poll(
        state=state,
        habits=replace(watched.habits, advice=advice, needs_look=diagnosis.needs_look(error, state, notify_after)),
        fetched_at=now,
        outcome="failed",
        status=error.status if isinstance(error, FetchError) else 200,
        error=state.last_error,
    )


def _told(house: House, state: FeedState, learnt: FeedHabits) -> FeedHabits:
    learnt, line = diagnosis.to_tell(state, learnt, now=house.clock(), again=house.settings.feeds.remind_after)
    if line:
        house.tally.failures.append(f"feed {state.url}: {line}")
    return learnt


class Measured:
    """How much text new pages of each feed give, in one run.

    A page that gives what is usual speaks for its feed; after one that gives less another is measured. Pages that all
    lost their text are thus known for it as soon as if three of each feed were measured, for a third of the time. Short
    pages are not drawn more often than a site has them: each is counted before it says whether there is another.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._min_chars = house.settings.article.min_chars
        self._lengths: dict[str, list[int]] = defaultdict(list)

    @functools.cached_property
    def _known(self) -> dict[str, FeedHabits]:
        """What is known of each feed; asked when the first page came, for most runs of a day have none."""
        with self._house.store.session() as con:
            return table.known_habits(con)

    def look(self, entry: Entry, answer: Reply | FetchError) -> None:
        """Measures a page, unless enough is known of its feed. One that may come at another time says nothing."""
        if self._is_enough(entry.feed_id) or (isinstance(answer, FetchError) and answer.transient):
            return
        if isinstance(answer, FetchError):
            self._lengths[entry.feed_id].append(0)
        elif "html" in (answer.header("content-type") or "html").lower():
            self._lengths[entry.feed_id].append(self._length(answer))

    def _is_enough(self, feed_id: str) -> bool:
        lengths = self._lengths[feed_id]
        if not lengths or len(lengths) >= MEASURED:
            return bool(lengths)
        known = self._known.get(feed_id, FeedHabits(feed_id=feed_id))
        return habits.is_usual(known, lengths[-1], min_chars=self._min_chars)

    def _length(self, answer: Reply) -> int:
        from extractors.look import main_text

        try:
            return len(main_text(answer.body, answer.header("content-type")))
        except Exception:
            LOG.exception("page %s", answer.url)
            return 0

    def learn(self, house: House) -> None:
        """Stores what was measured, and tells of feeds whose pages lost their text."""
        if not self._lengths:
            return
        now, known = house.clock(), self._known
        with house.store.session() as con:
            states = table.states(con)
        learnt: list[FeedHabits] = []
        for feed_id, lengths in self._lengths.items():
            if lengths and feed_id in states and feed_id in known:
                after = habits.after_pages(known[feed_id], lengths, now=now, min_chars=self._min_chars)
                learnt.append(_told(house, states[feed_id], after))
        if learnt:
            with house.store.session() as con:
                table.save_habits(con, learnt)
