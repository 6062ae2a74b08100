"""How patiently a channel is asked within one run. Pure: numbers in, seconds out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Bounds of one run. A run ends in some minutes whatever its channels do; what is left waits for the next."""

    tries: int = 4
    """Tries of one message; while a channel fails, messages behind the first get a single one."""
    first_wait_s: float = 1.0
    most_wait_s: float = 30.0
    trouble_s: float = 60.0
    """Seconds of nothing but failures after which no further try of the same message begins."""
    messages: int = 3
    """Failed messages in a row after which a channel is left alone; one alone may be the message's own fault."""
    all_s: float = 600.0
    """Seconds that all channels have together, for they are asked at the same time."""
    grace_s: float = 5.0
    """Seconds beyond its time limit after which a channel that does not come back is left alone."""


def wait_before_next(tried: int, asked_s: float | None, patience: Patience, luck: float) -> float:
    """Seconds before the next try of a message that failed `tried` times.

    Doubled each time, up to `most_wait_s`, and spread by `luck` (0 to 1) over its upper half, so that many who fail
    together do not come back together. What the receiver asked for (`asked_s`) is never undercut.
    """
    usual = min(patience.most_wait_s, patience.first_wait_s * 2.0 ** (tried - 1))
    return max(usual * (0.5 + luck / 2), asked_s or 0.0)
