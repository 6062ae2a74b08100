"""Incidents against the names of the watchlist: what matches, how well, and why.

In: an incident, the victims that its articles name in passing, and the watchlist. Out: at most one `WatchHit` a watched
name, the best. Exact folded names and domains count in full; other spellings only where every word that differs is a
near spelling of its counterpart: "Royal Bank" is not "Royal Mail", and "Bank of the West" not "Bank of the East".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from breachwire.identity import fold
from breachwire.records import Incident

if TYPE_CHECKING:
    from breachwire.settings.models import Watchlist, WatchName

LONG_NAME = 10
"""Folded characters from which other spellings are considered: shorter names are too close to one another."""
ALIKE = 92.0
"""token_sort_ratio that another spelling must reach."""
WORD_ALIKE = 83.0
"""ratio that each differing word must reach with its counterpart: "centre" and "center" do, "northfield" and
"southfield" do not."""
MENTION_FACTOR = 0.8
"""A name that is only mentioned counts this much of what a victim would."""

# Words behind a name that say which part of the company is meant, and not another company.
_TRAILING = frozenset(["uk", "usa", "us", "eu", "emea", "apac", "international", "worldwide", "global", "online"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit:
    """A watched `name` that an incident hits: `matched` is the incident's name or domain, `score` is 0 to 100."""

    incident_id: str
    name: str
    matched: str
    score: float
    reason: str


class Watcher:
    """A watchlist, folded once and asked often."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._names = tuple(_Watched(entry) for entry in watchlist.names)

    def hits(self, incident: Incident, mentions: Sequence[str] = ()) -> tuple[WatchHit, ...]:
        """The watched names that this incident hits, best first. `mentions` are victims named in passing."""
        victims = list(dict.fromkeys(filter(None, (incident.victim, *incident.victim_names))))
        found = []
        for watched in self._names:
            candidates = [
                *watched.by_domain(incident.victim_domain),
                *(c for name in victims for c in watched.by_name(name, whole=name == incident.victim)),
                *(
                    (score * MENTION_FACTOR, matched, reason.replace("victim", "mentioned", 1))
                    for name in mentions
                    for score, matched, reason in watched.by_name(name)
                    if not watched.entry.weak
                ),
            ]
            if candidates:
                score, matched, reason = max(candidates, key=lambda c: c[0])
                found.append(
                    WatchHit(
                        incident_id=incident.incident_id,
                        name=watched.entry.name,
                        matched=matched,
                        score=round(score, 1),
                        reason=reason,
                    )
                )
        return tuple(sorted(found, key=lambda hit: (-hit.score, hit.name)))


def watch_hits(incident: Incident, mentions: Sequence[str], watchlist: Watchlist) -> tuple[WatchHit, ...]:
    """`Watcher(watchlist).hits(incident, mentions)`, for a single question."""
    return Watcher(watchlist).hits(incident, mentions)


class _Watched:
    """One entry of the watchlist in the forms that it is compared in."""

    def __init__(self, entry: WatchName) -> None:
        self.entry = entry
        self._domains = tuple(d.strip().strip(".").casefold().removeprefix("www.") for d in entry.domains)
        # The name itself first: where an alias folds alike, the reason speaks of the name.
        self._names: dict[str, str] = {}
        for name in (entry.name, *entry.aliases):
            self._names.setdefault(fold(name), name)
        self._names.pop("", None)

    def by_domain(self, domain: str | None) -> Iterator[tuple[float, str, str]]:
        """A match of the victim's domain, or of one under a watched domain."""
        host = (domain or "").strip().strip(".").casefold().removeprefix("www.")
        for watched in self._domains:
            if host and (host == watched or host.endswith("." + watched)):
                yield 100.0, host, f"victim's domain is {watched}"

    def by_name(self, name: str, *, whole: bool = True) -> Iterator[tuple[float, str, str]]:
        """Matches of one name as an article writes it. `whole`: it is the victim's display name."""
        folded = _folded(name)
        if not folded or (self.entry.weak and not whole):
            return
        if folded in self._names:
            known = self._names[folded]
            is_name = known == self.entry.name
            yield (100.0 if is_name else 98.0), name, f"victim is {known!r}" + ("" if is_name else ", an alias")
            return
        if name.casefold().removeprefix("www.") in self._domains:
            yield 98.0, name, f"victim is written as its domain {name.casefold()}"
            return
        if self.entry.weak:
            return
        for watched, known in self._names.items():
            score = alike(watched, folded)
            if score:
                yield score, name, f"victim is close to {known!r} ({score:.0f} of 100)"


def alike(watched: str, folded: str) -> float:
    """How alike two different folded names are, 0 where they are not the same name in another spelling."""
    core, other = _core(watched), _core(folded)
    if core == other and len(core) >= 5:
        return 95.0
    if min(len(watched), len(folded)) < LONG_NAME:
        return 0.0
    if watched.replace(" ", "") == folded.replace(" ", ""):
        return 97.0
    score = fuzz.token_sort_ratio(watched, folded)
    if score < ALIKE:
        return 0.0
    ours, theirs = watched.split(), folded.split()
    only_ours = [word for word in ours if word not in theirs]
    only_theirs = [word for word in theirs if word not in ours]
    if len(only_ours) != len(only_theirs):
        return 0.0
    near = all(
        len(word) >= 5 and any(word[0] == o[0] and fuzz.ratio(word, o) >= WORD_ALIKE for o in only_theirs)
        for word in only_ours
    )
    return score if near else 0.0


def _core(folded: str) -> str:
    words = folded.split()
    while len(words) > 1 and words[-1] in _TRAILING:
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return fold(name)
