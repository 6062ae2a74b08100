"""Which stored incidents turn out to be one.

In: the incidents that changed, as they stand now, and those around them. Out: groups of ids that are one incident. What
was told of an incident since, a name above all, may show that another was the same all along; the order in which the
news came then makes no difference.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachwire.incidents.board import Board, Stored
from breachwire.incidents.tellings import Profile

if TYPE_CHECKING:
    from breachwire.settings.models import Incidents


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Two incidents that are one. `one` changed last; which id stays is for the caller to say."""

    one: str
    other: str
    score: float
    reason: str


def joins(
    changed: Sequence[Profile],
    around: Sequence[Profile],
    rules: Incidents,
    stored: Stored | None = None,
) -> tuple[Joined, ...]:
    """All pairs to join, in the order in which they were found; what is joined is looked at once more as a whole."""
    fresh = {p.incident_id: p for p in changed}
    known = fresh | {p.incident_id: p for p in around if p.incident_id not in fresh}
    ids = sorted(known)
    board = Board([known[i] for i in ids], [fresh[i] for i in sorted(fresh)], stored)
    waiting = deque(place for place, i in enumerate(ids) if i in fresh)
    gone: set[int] = set()
    found = []
    while waiting:
        place = waiting.popleft()
        if place in gone or (best := board.best(board.sight(place), rules, but=place)) is None:
            continue
        found.append(Joined(one=ids[place], other=ids[best.place], score=round(best.score, 3), reason=best.reason))
        board.grow(best.place, board.sight(place).profile)
        board.leave(place)
        gone.add(place)
        waiting.append(best.place)
    return tuple(found)
