"""Which tellings report one incident.

In: the night's tellings and the profiles of known incidents. Out: for each telling the incident that it joins, or the
group of new tellings that are one new incident, with score and reason. Tellings are looked at as the news came; the
same input in any order gives the same answer. Tellings of one story, the sections of a round-up, never end in one
incident, whatever else they share and whoever else tells of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachwire.incidents.board import Board, Placed, Stored
from breachwire.incidents.sights import sight
from breachwire.incidents.tellings import Profile, Telling, in_order, profile

if TYPE_CHECKING:
    from breachwire.settings.models import Incidents

FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a telling belongs. `incident_id` is None for a new incident: `group` is then its first telling's key.

    `group` of a telling that joins a known incident is that incident's id. `key` is the telling's.
    """

    key: str
    incident_id: str | None
    group: str
    score: float
    reason: str


def match(
    new: Sequence[Telling],
    known: Sequence[Profile],
    rules: Incidents,
    stored: Stored | None = None,
) -> tuple[Match, ...]:
    """One Match for each telling, in the order of the news.

    `known` are the incidents worth looking at, `stored` says how many there are in all (only those where left out).
    Every telling joins the best incident before it, known or new; then every new incident is looked at once more as a
    whole, and joins another where that now holds: the victim may have been named after the first story.
    """
    tellings = in_order(new)
    alone = [profile("", [t]) for t in tellings]
    board = Board(sorted(known, key=lambda p: p.incident_id), alone, stored)
    found: dict[str, Placed] = {}
    for siblings in _by_story(tellings, alone):
        found.update(_place(siblings, board, rules))
    placed = [found[t.key] for t in tellings]
    joined = _join_groups(board, rules)
    ends = [_settled(p, joined) for p in placed]
    groups: dict[int, str] = {}
    for telling, end in zip(tellings, ends, strict=True):
        groups.setdefault(end.place, board.known.get(end.place, telling.key))
    return tuple(
        Match(
            key=telling.key,
            incident_id=board.known.get(end.place),
            group=groups[end.place],
            score=round(end.score, 3),
            reason=end.reason,
        )
        for telling, end in zip(tellings, ends, strict=True)
    )


def _settled(placed: Placed, joined: Mapping[int, Placed]) -> Placed:
    """Where a telling ended up. The first of a group that joined another has the group's score and reason."""
    while placed.place in joined:
        onward = joined[placed.place]
        placed = onward if placed.reason == FIRST else placed._replace(place=onward.place)
    return placed


def _by_story(tellings: Sequence[Telling], alone: Sequence[Profile]) -> list[list[tuple[str, Profile]]]:
    """(key, profile) of the tellings, those of one story together; stories as their first telling came."""
    stories: dict[str, list[tuple[str, Profile]]] = {}
    for telling, its in zip(tellings, alone, strict=True):
        stories.setdefault(telling.story_id, []).append((telling.key, its))
    return list(stories.values())


def _place(siblings: Sequence[tuple[str, Profile]], board: Board, rules: Incidents) -> dict[str, Placed]:
    """The places of all tellings of one story. The surest is placed first: an incident takes one of them only."""
    waiting = list(siblings)
    if len(waiting) > 1:
        sure = {key: board.best(sight(its, board.rarity), rules) for key, its in waiting}
        waiting.sort(key=lambda s: -(best.score if (best := sure[s[0]]) else 0.0))
    placed = {}
    for key, its in waiting:
        best = board.best(sight(its, board.rarity), rules)
        if best is None:
            best = Placed(board.add(its), 1.0, FIRST)
        else:
            board.grow(best.place, its)
        placed[key] = best
    return placed


def _join_groups(board: Board, rules: Incidents) -> dict[int, Placed]:
    """New groups that are one with another incident: where each was, and where it went."""
    joined: dict[int, Placed] = {}
    for place in board.new_places():
        best = board.best(board.sight(place), rules, but=place)
        if best is not None:
            board.grow(best.place, board.sight(place).profile)
            board.leave(place)
            joined[place] = best
    return joined
