"""Incidents against the names of the watchlist: what matches, how well, and why.

In: an incident, the victims that its articles name in passing, and the watchlist. Out: at most one `WatchHit` a watched
name, the best. Exact folded names and domains count in full; other spellings only where every word that differs is a
near spelling of its counterpart: "Royal Bank" is not "Royal Mail", and "Bank of the West" not "Bank of the East".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from breachwire.identity import fold
from breachwire.records import Incident, WatchHit

if TYPE_CHECKING:
    from breachwire.settings.models import Watchlist, WatchName

LONG_NAME = 10
"""Folded characters from which other spellings are considered: shorter names are too close to one another."""
SHORTEST_CORE = 5
"""Characters that must be left of a name without "UK", "Global" and the like."""
ALIKE = 92.0
"""token_sort_ratio that another spelling must reach."""
WORD_ALIKE = 83.0
"""ratio that each differing word must reach with its counterpart: "centre" and "center" do, "northfield" and
"southfield" do not."""
MENTION_FACTOR = 0.8
"""A name that is only mentioned counts this much of what a victim would."""

# Words behind a name that say which part of the company is meant, and not another company.
_TRAILING = frozenset(["uk", "usa", "us", "eu", "emea", "apac", "international", "worldwide", "global", "online"])


@dataclass(frozen=True, slots=True)
class _Match:
    """A watched name (by its place in the list) that one name or domain of an incident matches."""

    place: int
    score: float
    matched: str
    reason: str


class Watcher:
    """A watchlist, folded once and asked often: exact forms are looked up, other spellings compared by rapidfuzz."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._entries = watchlist.names
        self._exact: dict[str, list[tuple[int, str]]] = {}
        self._domains: dict[str, list[int]] = {}
        self._cores: dict[str, list[tuple[int, str]]] = {}
        self._joined: dict[str, list[tuple[int, str]]] = {}
        self._long: list[tuple[int, str]] = []
        self._long_folded: list[str] = []
        for place, entry in enumerate(watchlist.names):
            self._learn(place, entry)

    def _learn(self, place: int, entry: WatchName) -> None:
        for domain in entry.domains:
            self._domains.setdefault(_host(domain), []).append(place)
        forms: dict[str, str] = {}
        for name in (entry.name, *entry.aliases):
            forms.setdefault(fold(name), name)  # the name first: where an alias folds alike, the reason speaks of it
        for folded, name in forms.items():
            if not folded:
                continue
            known = (place, name)
            self._exact.setdefault(folded, []).append(known)
            if entry.weak:
                continue
            if len(core := _core(folded)) >= SHORTEST_CORE:
                self._cores.setdefault(core, []).append(known)
            if len(folded) >= LONG_NAME:
                self._joined.setdefault(folded.replace(" ", ""), []).append(known)
                self._long.append(known)
                self._long_folded.append(folded)

    def hits(self, incident: Incident, mentions: Sequence[str] = ()) -> tuple[WatchHit, ...]:
        """The watched names that this incident hits, best first. `mentions` are victims named in passing."""
        best: dict[int, _Match] = {}
        for match in self._matches(incident, mentions):
            if match.place not in best or match.score > best[match.place].score:
                best[match.place] = match
        hits = (
            WatchHit(
                incident_id=incident.incident_id,
                name=self._entries[match.place].name,
                matched=match.matched,
                score=round(match.score, 1),
                reason=match.reason,
            )
            for match in best.values()
        )
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.name)))

    def _matches(self, incident: Incident, mentions: Sequence[str]) -> Iterator[_Match]:
        if incident.victim_domain:
            yield from self._by_domain(incident.victim_domain)
        for name in dict.fromkeys(filter(None, (incident.victim, *incident.victim_names))):
            for match in self._by_name(name):
                if name == incident.victim or not self._entries[match.place].weak:
                    yield match
        for name in mentions:
            for match in self._by_name(name):
                if not self._entries[match.place].weak:
                    reason = match.reason.replace("victim", "mentioned", 1)
                    yield replace(match, score=match.score * MENTION_FACTOR, reason=reason)

    def _by_domain(self, domain: str) -> Iterator[_Match]:
        """The watched domains that this is, or stands under."""
        host = _host(domain)
        labels = host.split(".")
        for parent in (".".join(labels[at:]) for at in range(len(labels))):
            for place in self._domains.get(parent, ()):
                yield _Match(place, 100.0, host, f"victim's domain is {parent}")

    def _by_name(self, name: str) -> Iterator[_Match]:
        """All matches of one name as an article writes it."""
        folded = fold(name)
        if not folded:
            return
        for place, known in self._exact.get(folded, ()):
            is_name = known == self._entries[place].name
            yield _Match(
                place, 100.0 if is_name else 98.0, name, f"victim is {known!r}{'' if is_name else ', an alias'}"
            )
        for place in self._domains.get(_host(name), ()):
            yield _Match(place, 98.0, name, f"victim is written as its domain {_host(name)}")
        for place, known, score in self._close(folded):
            yield _Match(place, score, name, f"victim is close to {known!r} ({score:.0f} of 100)")

    def _close(self, folded: str) -> Iterator[tuple[int, str, float]]:
        """Watched names that are the same in another spelling, with how alike they are."""
        for place, known in self._cores.get(_core(folded), ()):
            yield place, known, 95.0
        if len(folded) < LONG_NAME:
            return
        for place, known in self._joined.get(folded.replace(" ", ""), ()):
            yield place, known, 97.0
        alike = process.extract(
            folded, self._long_folded, scorer=fuzz.token_sort_ratio, processor=None, score_cutoff=ALIKE, limit=None
        )
        for watched, score, at in alike:
            if differs_in_spelling(watched, folded):
                yield *self._long[at], min(score, 97.0)


def differs_in_spelling(watched: str, folded: str) -> bool:
    """Whether each word that only one of two folded names has is a near spelling of one that only the other has."""
    ours, theirs = watched.split(), folded.split()
    only_ours = [word for word in ours if word not in theirs]
    only_theirs = [word for word in theirs if word not in ours]
    return len(only_ours) == len(only_theirs) and all(
        len(word) >= 5 and any(word[0] == o[0] and fuzz.ratio(word, o) >= WORD_ALIKE for o in only_theirs)
        for word in only_ours
    )


def _host(domain: str) -> str:
    return domain.strip().strip(".").casefold().removeprefix("www.")


def _core(folded: str) -> str:
    """The name without words that only say which part of the company is meant."""
    words = folded.split()
    while len(words) > 1 and words[-1] in _TRAILING:
        words.pop()
    return " ".join(words)
