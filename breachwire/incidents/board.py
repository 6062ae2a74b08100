"""The incidents that a batch is held against, with an index of their words.

In: known incidents and the batch's own profiles. Out: places, and which of them are worth weighing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from breachwire.incidents.relating import are_tied
from breachwire.incidents.sights import Rarity, Sight, finders_of, sight
from breachwire.incidents.tellings import Profile, merged
from breachwire.incidents.weighing import gap, in_words, reasons, total

if TYPE_CHECKING:
    from breachwire.settings.models import Incidents

SHARED_WORDS = 2
HELD_BY_MOST = 100
LOOKED_AT = 16
"""Candidates of a telling: whatever holds a word of its victim's name or is named in it, and whatever shares
SHARED_WORDS words that at most HELD_BY_MOST profiles hold; the LOOKED_AT whose shared words are rarest are weighed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How many incidents are stored in all, and how many of them hold each of the batch's words."""

    incidents: int = 0
    held_by: Mapping[str, int] = field(default_factory=dict)


class Placed(NamedTuple):
    """The incident's place on the board, the score, and why."""

    place: int
    score: float
    reason: str


class Board:
    """The incidents of this batch: known ones first, then groups as they are found, with an index of their words."""

    def __init__(self, known: Sequence[Profile], batch: Sequence[Profile], stored: Stored | None = None) -> None:
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
        if stored is None:
            stored = Stored(incidents=len(known), held_by={w: len(places) for w, places in self._holding.items()})
        held = Counter(stored.held_by)
        held.update(w for p in batch if not p.incident_id for w in set(p.tokens))
        self.rarity = Rarity(stored.incidents + len(batch), held)

    def sight(self, place: int) -> Sight:
        """What stands at a place."""
        if place not in self._sights:
            self._sights[place] = sight(self._profiles[place], self.rarity)
        return self._sights[place]

    def new_places(self) -> range:
        """The places of the groups that are no known incident."""
        return range(len(self.known), len(self._profiles))

    def best(self, its: Sight, rules: Incidents, *, but: int | None = None) -> Placed | None:
        """The incident that `its` belongs to, if one reaches the threshold; `but` is its own place, if it has one.

        Ties go to the incident nearest in time, then to the one that was there first.
        """
        found = []
        for place in self._candidates(its):
            if place != but and self._may_meet(place, its.profile):
                why = reasons(its, self.sight(place), self.rarity, rules)
                if (score := total(why)) >= rules.threshold:
                    found.append((-score, gap(its.profile, self.sight(place).profile), place, why))
        if not found:
            return None
        score, _, place, why = min(found, key=lambda f: f[:3])
        return Placed(place, -score, in_words(why))

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
        """Puts a telling, a group, or another known incident into the incident at that place."""
        before = self._profiles[place]
        self._profiles[place] = merged(before, its)
        self._stories[place].update(its.story_ids)
        self._sights.pop(place, None)
        self._note(place, self._profiles[place], before)

    def _may_meet(self, place: int, its: Profile) -> bool:
        """Whether no story tells of both as two incidents, and neither says that it came through the other."""
        return self._stories[place].isdisjoint(its.story_ids) and not are_tied(its, self._profiles[place])

    def _candidates(self, its: Sight) -> list[int]:
        """Places of the incidents worth weighing, those that share most first."""
        shares: dict[int, int] = {}
        told: dict[int, float] = {}
        for word in sorted(its.words):
            tells = self.rarity.of(word)
            places = self._holding.get(word, ())
            points = SHARED_WORDS if word in its.finders else 1
            held = [(SHARED_WORDS, self._named.get(word, ()))]
            if points > 1 or len(places) <= HELD_BY_MOST:
                held.append((points, places))
            for counts, where in held:
                for place in where:
                    shares[place] = shares.get(place, 0) + counts
                    told[place] = told.get(place, 0.0) + counts * tells
        worth = [(-told[p], p) for p, n in shares.items() if n >= SHARED_WORDS and p not in self._left]
        return [p for _, p in nsmallest(LOOKED_AT, worth)]

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
