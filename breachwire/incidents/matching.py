"""Which tellings report one incident.

In: the night's tellings and the profiles of known incidents. Out: for each telling the incident that it joins, or the
group of new tellings that are one new incident, with score and reason. Tellings are looked at as the news came; the
same input in any order gives the same answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from breachwire.incidents.names import telling_words
from breachwire.incidents.tellings import Profile, Telling, in_order, merged, profile
from breachwire.incidents.weighing import Rarity, gap, in_words, reasons, total
from breachwire.incidents.words import distinctive
from breachwire.settings.models import Incidents

SHARED_WORDS = 2
HELD_BY_MOST = 400
LOOKED_AT = 60
"""Candidates of a telling: whatever holds a word of its victim's name or is named in it, and whatever shares
SHARED_WORDS words that at most HELD_BY_MOST profiles hold; the LOOKED_AT that share most are weighed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a telling belongs. `incident_id` is None for a new incident: `group` is then its first telling's story id.

    `group` of a telling that joins a known incident is that incident's id.
    """

    story_id: str
    incident_id: str | None
    group: str
    score: float
    reason: str


def match(new: Sequence[Telling], known: Sequence[Profile], rules: Incidents) -> tuple[Match, ...]:
    """One Match for each telling, in the order of the news."""
    tellings = in_order(new)
    alone = [profile("", [t]) for t in tellings]
    board = _Board(sorted(known, key=lambda p: p.incident_id), alone)
    found = []
    for telling, its in zip(tellings, alone, strict=True):
        best, score, reason = _best(its, board, rules)
        if best is None:
            board.add(telling.story_id, its)
            found.append(
                Match(story_id=telling.story_id, incident_id=None, group=telling.story_id, score=1.0, reason="first")
            )
            continue
        board.grow(best, its)
        incident = board.known.get(best)
        found.append(
            Match(
                story_id=telling.story_id,
                incident_id=incident,
                group=incident or board.labels[best],
                score=round(score, 3),
                reason=reason,
            )
        )
    return tuple(found)


def _best(its: Profile, board: _Board, rules: Incidents) -> tuple[int | None, float, str]:
    best: tuple[float, float, int] | None = None
    why = ""
    for place in board.candidates(its):
        said = reasons(its, board.profiles[place], board.rarity, rules)
        score = total(said)
        if score >= rules.threshold:
            rank = (score, -gap(its, board.profiles[place]).total_seconds(), -place)
            if best is None or rank > best:
                best, why = rank, in_words(said)
    return (None, 0.0, "") if best is None else (-best[2], best[0], why)


class _Board:
    """The incidents of this batch: known ones first, then groups as they are found, with an index of their words."""

    def __init__(self, known: Sequence[Profile], batch: Sequence[Profile]) -> None:
        self.profiles = list(known)
        self.labels = [p.incident_id for p in known]
        self.known = dict(enumerate(self.labels))
        self._wanted = {w for p in batch for w in _index_words(p)}
        self._holding: dict[str, list[int]] = defaultdict(list)
        for place, p in enumerate(self.profiles):
            self._note(place, _index_words(p))
        held = Counter({w: len(places) for w, places in self._holding.items()})
        held.update(w for p in batch for w in set(p.tokens))
        self.rarity = Rarity(len(known) + len(batch), held)

    def add(self, label: str, its: Profile) -> None:
        self.profiles.append(its)
        self.labels.append(label)
        self._note(len(self.profiles) - 1, _index_words(its))

    def grow(self, place: int, its: Profile) -> None:
        before = self.profiles[place]
        self.profiles[place] = merged(before, its)
        self._note(place, _index_words(self.profiles[place]) - _index_words(before))

    def candidates(self, its: Profile) -> list[int]:
        """Places of the profiles worth weighing, those that share most first."""
        named = {w for k in its.victim_keys for w in _name_words(k)}
        shares: Counter[int] = Counter()
        for word in sorted(_index_words(its)):
            places = self._holding.get(word, ())
            if word in named:
                shares.update(dict.fromkeys(places, SHARED_WORDS))
            elif len(places) <= HELD_BY_MOST:
                shares.update(places)
        named_in_it = {p for p in shares if self._names(p) & set(its.tokens)}
        worth = [(n, p) for p, n in shares.items() if n >= SHARED_WORDS or p in named_in_it]
        return [p for _, p in sorted(worth, key=lambda x: (-x[0], x[1]))[:LOOKED_AT]]

    def _names(self, place: int) -> set[str]:
        return {w for k in self.profiles[place].victim_keys for w in _name_words(k)}

    def _note(self, place: int, words: Iterable[str]) -> None:
        for word in self._wanted.intersection(words):
            self._holding[word].append(place)


def _index_words(p: Profile) -> set[str]:
    return {*p.tokens, *(w for k in p.victim_keys for w in _name_words(k))}


def _name_words(key: str) -> tuple[str, ...]:
    """The words that find a name: the ones that tell, or all of them for a name of generic words; and its initials."""
    words = telling_words(key)
    letters = "".join(w[0] for w in key.split())
    return (*distinctive(" ".join(words)), *words, *((letters,) if len(key.split()) > 2 else ())) or tuple(key.split())
