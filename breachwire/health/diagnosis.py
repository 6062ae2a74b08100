"""What is wrong with a feed, in one line, and what a person may do about it; when that is told, and told again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from breachwire.errors import ContentError, FetchError
from breachwire.records import FeedHabits, FeedState

MOSTLY = 0.8
"""Share of empty bodies from which a feed's pages are said to give no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is wrong ("" for nothing), what to do, and whether a person is needed for it."""

    wrong: str = ""
    advice: str = ""
    needs_person: bool = False

    def __str__(self) -> str:
        return f"{self.wrong}; {self.advice}" if self.advice else self.wrong


def diagnose(state: FeedState, habits: FeedHabits) -> Diagnosis:
    """The gravest thing that is wrong with a feed."""
    if state.state == "gone":
        return Diagnosis(wrong=f"gone for good ({state.last_error})", advice=_GONE, needs_person=True)
    if state.state == "failing":
        return _failing(state, habits)
    if habits.silent_since and habits.last_new_at:
        return _silent(state, habits)
    if habits.drifted_since:
        return Diagnosis(
            wrong=f"its pages give {habits.body_median} characters of text of late, {habits.body_median_before} before",
            advice="open one: the site may have been rebuilt, or closed to readers who do not pay",
            needs_person=True,
        )
    if habits.bodies_empty is not None and habits.bodies_empty >= MOSTLY:
        return Diagnosis(
            wrong=f"{habits.bodies_empty:.0%} of its pages give no text", advice="what the feed itself says is read"
        )
    if state.moved_to:
        return Diagnosis(
            wrong=f"says that it has moved to {state.moved_to}", advice="believed after three sightings in a row"
        )
    return Diagnosis(wrong=habits.remark, advice="what can be read of it is read") if habits.remark else Diagnosis()


def remark(problems: Sequence[str]) -> str | None:
    """What was not right with a feed that could be read, in one line; None for nothing."""
    if not problems:
        return None
    return problems[0] + (f", and {len(problems) - 1} more of the kind" if len(problems) > 1 else "")


def _failing(state: FeedState, habits: FeedHabits) -> Diagnosis:
    times = "at the last poll" if state.consecutive_failures == 1 else f"{state.consecutive_failures} times in a row"
    good = f"last good {state.last_ok_at:%Y-%m-%d}" if state.last_ok_at else "never good"
    return Diagnosis(
        wrong=f"failed {times}, {good}: {state.last_error}",
        advice=habits.advice or "asked again at a later run",
        needs_person=habits.needs_look,
    )


def _silent(state: FeedState, habits: FeedHabits) -> Diagnosis:
    assert habits.last_new_at
    days = ((state.last_ok_at or habits.last_new_at) - habits.last_new_at).days
    usual = "a day" if habits.usual_gap_days == 1 else f"{habits.usual_gap_days} days"
    return Diagnosis(
        wrong=f"silent: nothing new since {habits.last_new_at:%Y-%m-%d} ({days} days; {usual} at most is usual)",
        advice="look whether it has moved: breachwire feeds discover SITE",
        needs_person=True,
    )


def to_tell(state: FeedState, habits: FeedHabits, *, now: datetime, again: timedelta) -> tuple[FeedHabits, str]:
    """What is to be told of a feed that answers: silence and drift, once, and `again` after that time; "" for nothing.

    Returned with the habits that remember it. Failures are told by their number: `is_worth_a_look`.
    """
    silent, drifted = habits.silent_since is not None, habits.drifted_since is not None
    told_at = habits.silence_told_at if silent else habits.drift_told_at
    if not (silent or drifted) or state.state != "active" or (told_at and now - told_at < again):
        return habits, ""
    told = replace(habits, silence_told_at=now) if silent else replace(habits, drift_told_at=now)
    return told, str(diagnose(state, habits))


_GONE = "not asked again: remove it from feeds.toml, or look for its new address"
_BY_STATUS = {
    401: "it wants a log-in: remove it from feeds.toml",
    403: "the site turns us away: set fetch.contact, or remove it from feeds.toml",
    404: "look for its new address, or remove it from feeds.toml",
    410: _GONE,
}


def what_to_do(error: FetchError | ContentError) -> str:
    """What a person may do about a feed that failed."""
    if isinstance(error, ContentError):
        return "check the address in feeds.toml"
    if error.transient:
        return "asked again at a later run"
    return _BY_STATUS.get(error.status or 0, "check the address in feeds.toml")


def needs_look(error: FetchError | ContentError, state: FeedState, notify_after: int) -> bool:
    """Whether a person should look at a feed that failed; `state` is the one after the failure.

    A feed that is gone at once, and one that was never good and fails for a lasting reason (a wrong address, a log-in):
    somebody has just added it. Of a feed that was good, a lasting reason counts when it is met again, for a page may
    be missing for an hour; a passing one after `notify_after` failures in a row.
    """
    failures = state.consecutive_failures
    if state.state == "gone":
        return True
    if isinstance(error, FetchError) and error.transient:
        return failures >= notify_after
    return failures >= 2 or state.last_ok_at is None


def is_worth_a_look(error: FetchError | ContentError, state: FeedState, notify_after: int) -> bool:
    """Whether the report of this run says so: when a look is needed for the first time, and every so many failures."""
    if not needs_look(error, state, notify_after):
        return False
    before = replace(state, consecutive_failures=state.consecutive_failures - 1, state="failing")
    first = state.consecutive_failures == 1 or state.state == "gone" or not needs_look(error, before, notify_after)
    return first or state.consecutive_failures % notify_after == 0
