"""Which tellings report one incident.

In: the night's tellings and the profiles of known incidents. Out: for each telling the incident that it joins, or the
group of new tellings that are one new incident, with score and reason. Tellings are looked at as the news came; the
same input in any order gives the same answer. Tellings of one story, the sections of a round-up, never end in one
incident, whatever else they share and whoever else tells of both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from breachwire.incidents.sights import Rarity, Sight, finders_of, sight
from breachwire.incidents.tellings import Profile, Telling, in_order, merged, profile
from breachwire.incidents.weighing import gap, in_words, reasons, total
from breachwire.settings.models import Incidents

FIRST = "first"
SHARED_WORDS = 2
HELD_BY_MOST = 400
LOOKED_AT = 60
"""Candidates of a telling: whatever holds a word of its victim's name or is named in it, and whatever shares
SHARED_WORDS words that at most HELD_BY_MOST profiles hold; the LOOKED_AT that share most are weighed."""


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


class _Placed(NamedTuple):
    """The incident's place on the board, the score, and why."""

    place: int
    score: float
    reason: str


def match(new: Sequence[Telling], known: Sequence[Profile], rules: Incidents) -> tuple[Match, ...]:
    """One Match for each telling, in the order of the news.

    Every telling joins the best incident before it, known or new; then every new incident is looked at once more as a
    whole, and joins another where that now holds: the victim may have been named after the first story.
    """
    tellings = in_order(new)
    alone = [profile("", [t]) for t in tellings]
    board = _Board(sorted(known, key=lambda p: p.incident_id), alone)
    found: dict[str, _Placed] = {}
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


def _settled(placed: _Placed, joined: Mapping[int, _Placed]) -> _Placed:
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


def _place(siblings: Sequence[tuple[str, Profile]], board: _Board, rules: Incidents) -> dict[str, _Placed]:
    """The places of all tellings of one story. The surest is placed first: an incident takes one of them only."""
    waiting = list(siblings)
    if len(waiting) > 1:
        sure = {key: _best(sight(its, board.rarity), board, rules, but=None) for key, its in waiting}
        waiting.sort(key=lambda s: -(best.score if (best := sure[s[0]]) else 0.0))
    placed = {}
    for key, its in waiting:
        best = _best(sight(its, board.rarity), board, rules, but=None)
        if best is None:
            best = _Placed(board.add(its), 1.0, FIRST)
        else:
            board.grow(best.place, its)
        placed[key] = best
    return placed


def _join_groups(board: _Board, rules: Incidents) -> dict[int, _Placed]:
    """New groups that are one with another incident: where each was, and where it went."""
    joined: dict[int, _Placed] = {}
    for place in board.new_places():
        best = _best(board.sight(place), board, rules, but=place)
        if best is not None:
            board.grow(best.place, board.sight(place).profile)
            board.leave(place)
            joined[place] = best
    return joined


def _best(its: Sight, board: _Board, rules: Incidents, *, but: int | None) -> _Placed | None:
    """The incident that `its` belongs to, if one reaches the threshold; `but` is its own place, if it has one.

    Ties go to the incident nearest in time, then to the one that was there first.
    """
    found = []
    for place in board.candidates(its):
        if place != but and not board.holds_a_sibling(place, its.profile):
            why = reasons(its, board.sight(place), board.rarity, rules)
            if (score := total(why)) >= rules.threshold:
                found.append((-score, gap(its.profile, board.sight(place).profile), place, why))
    if not found:
        return None
    score, _, place, why = min(found, key=lambda f: f[:3])
    return _Placed(place, -score, in_words(why))


class _Board:
    """The incidents of this batch: known ones first, then groups as they are found, with an index of their words."""

    def __init__(self, known: Sequence[Profile], batch: Sequence[Profile]) -> None:
        self.known = {place: p.incident_id for place, p in enumerate(known)}
        self._profiles = list(known)
        self._sights: dict[int, Sight] = {}
        self._stories = [set(p.story_ids) for p in known]
        self._left: set[int] = set()
        self._wanted = {w for p in batch for w in (*p.tokens, *finders_of(p))}
        self._holding: dict[str, list[int]] = defaultdict(list)
        self._named: dict[str, list[int]] = defaultdict(list)
        for place, p in enumerate(known):
            self._note(place, p)
        held = Counter({w: len(places) for w, places in self._holding.items()})
        held.update(w for p in batch for w in set(p.tokens))
        self.rarity = Rarity(len(known) + len(batch), held)

    def sight(self, place: int) -> Sight:
        """What stands at a place."""
        if place not in self._sights:
            self._sights[place] = sight(self._profiles[place], self.rarity)
        return self._sights[place]

    def new_places(self) -> range:
        """The places of the groups that are no known incident."""
        return range(len(self.known), len(self._profiles))

    def add(self, its: Profile) -> int:
        """The place of a new group."""
        self._profiles.append(its)
        self._stories.append(set(its.story_ids))
        self._note(len(self._profiles) - 1, its)
        return len(self._profiles) - 1

    def leave(self, place: int) -> None:
        """The group at that place is part of another from now on."""
        self._left.add(place)

    def grow(self, place: int, its: Profile) -> None:
        """Puts a telling, or a group, into the incident at that place."""
        before = self._profiles[place]
        self._profiles[place] = merged(before, its)
        self._stories[place].update(its.story_ids)
        self._sights.pop(place, None)
        self._note(place, self._profiles[place], before)

    def holds_a_sibling(self, place: int, its: Profile) -> bool:
        """Whether a story that tells of `its` tells of the incident at that place too, as another one."""
        held = self._stories[place]
        return any(story in held for story in its.story_ids)

    def candidates(self, its: Sight) -> list[int]:
        """Places of the incidents worth weighing, those that share most first."""
        shares: Counter[int] = Counter()
        for word in its.words:
            shares.update(dict.fromkeys(self._named.get(word, ()), SHARED_WORDS))
            places = self._holding.get(word, ())
            if word in its.finders:
                shares.update(dict.fromkeys(places, SHARED_WORDS))
            elif len(places) <= HELD_BY_MOST:
                shares.update(places)
        worth = [(-n, p) for p, n in shares.items() if n >= SHARED_WORDS and p not in self._left]
        return [p for _, p in sorted(worth)[:LOOKED_AT]]

    def _note(self, place: int, its: Profile, before: Profile | None = None) -> None:
        """Writes an incident's words into the index; those that it had before are there."""
        tokens, finders = self._wanted.intersection(its.tokens), self._wanted.intersection(finders_of(its))
        if before is not None:
            tokens.difference_update(before.tokens)
            finders.difference_update(finders_of(before))
        for word in tokens:
            self._holding[word].append(place)
        for word in finders:
            self._named[word].append(place)
