"""A whole watchlist against incidents: prepared once, asked often.

In: a watchlist and sightings. Out: at most one `WatchHit` a watched name and incident, the best; and on request the
near misses of one name. Candidates come from dictionaries of folded forms, so what a sighting costs hardly grows with
the list; `agreeing` and `context` decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from breachwire.records import Sighting, WatchHit
from breachwire.settings.models import Watchlist, WatchName
from breachwire.watching.agreeing import Agreement, agree, difference
from breachwire.watching.candidates import Candidates
from breachwire.watching.context import Context, Known, compared, host, known_of, label_in_letters
from breachwire.watching.folding import has_legal_form, word_lists
from breachwire.watching.forms import Form, form_of, forms_of, is_weak

RULES_VERSION = "1"
"""Raised when names are compared otherwise: then all names are looked for anew in what is stored."""
MENTION_FACTOR, PROVIDER_FACTOR = 0.8, 0.9
"""What a name counts that is only mentioned, or is the provider, of what it would as the victim."""
ALIAS = 2.0
"""What an alias counts less than the name itself."""
WEAK_ALONE, WEAK_IN_CONTEXT = 78.0, 94.0
"""What a weak name counts where nothing else is known, and where something agrees."""
BY_LABEL = 90.0
SHORTEST_LABEL = 8
IN_TEXT = 75.0
_HOST_IN_TEXT = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Watched:
    """One form of one entry: `place` in the list, and whether it is weak."""

    place: int
    form: Form
    known: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """A name of an incident that a watched name does not hit, though somebody might think so, and why not."""

    incident_id: str
    seen: str
    role: str
    why: str


@dataclass(frozen=True, slots=True)
class _Match:
    """A watched name (by its place in the list) that one name or domain of an incident matches."""

    place: int
    score: float
    matched: str
    reason: str
    role: str = "victim"


class Watcher:
    """A watchlist, folded once and asked often."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._entries = watchlist.names
        self._known: dict[int, Known] = {}
        self._domains: dict[str, list[int]] = {}
        self.forms = [form for place, entry in enumerate(watchlist.names) for form in watched_forms(place, entry)]
        self._candidates = Candidates([w.form for w in self.forms])
        for place, entry in enumerate(watchlist.names):
            for domain in dict.fromkeys(map(host, entry.domains)):
                self._domains.setdefault(domain, []).append(place)

    def hits(self, seen: Sighting) -> tuple[WatchHit, ...]:
        """The watched names that an incident hits, best first."""
        best: dict[int, _Match] = {}
        for match in self._matches(seen):
            if match.place not in best or match.score > best[match.place].score:
                best[match.place] = match
        hits = (
            WatchHit(
                incident_id=seen.incident_id,
                name=self._entries[match.place].name,
                matched=match.matched,
                score=round(match.score, 1),
                reason=match.reason,
                role=match.role,
            )
            for match in best.values()
        )
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.name)))

    def misses(self, seen: Sighting) -> tuple[Miss, ...]:
        """Names of an incident that are near a watched one and do not hit it: asked of short lists, one by one."""
        found: dict[tuple[str, str], Miss] = {}
        for role, name in _named(seen):
            for its in forms_of(name):
                for watched in self.forms:
                    why = self._why_not(watched, its, seen, role)
                    if why:
                        found.setdefault((role, name), Miss(seen.incident_id, name, role, why))
        return tuple(found.values())

    def _matches(self, seen: Sighting) -> Iterator[_Match]:
        if seen.domain:
            yield from self._by_domain(host(seen.domain), "victim's domain is {}", 100.0)
            yield from self._by_label(seen)
        for role, name in _named(seen):
            yield from self._by_name(name, role, seen)
        if self._domains:
            for word in seen.text.split():
                if "." in word[:-1] and (found := _HOST_IN_TEXT.search(word)):
                    yield from self._by_domain(host(found[0]), "its domain {} is mentioned", IN_TEXT, "mention")

    def _by_domain(self, name: str, reason: str, score: float, role: str = "victim") -> Iterator[_Match]:
        """The watched domains that this is, or stands under."""
        labels = name.split(".")
        for parent in (".".join(labels[at:]) for at in range(len(labels) - 1)):
            for place in self._domains.get(parent, ()):
                yield _Match(place, score, name, reason.format(parent), role)

    def _by_label(self, seen: Sighting) -> Iterator[_Match]:
        """Names that the victim's domain is made of, where the entry has none: holcrestwater.org, "Holcrest Water"."""
        label = label_in_letters(host(seen.domain or ""))
        if len(label) < SHORTEST_LABEL:
            return
        for at in self._candidates.joined(label):
            watched = self.forms[at]
            if not watched.weak and not self._entries[watched.place].domains:
                reason = f"victim's domain {host(seen.domain or '')} is {watched.known!r} in one word"
                yield _Match(watched.place, BY_LABEL, seen.domain or "", reason)

    def _by_name(self, name: str, role: str, seen: Sighting) -> Iterator[_Match]:
        """All matches of one name as an article writes it."""
        if "." in name and " " not in name.strip():
            as_domain = f"{_WHO[role]} is written as its domain {{}}"
            for match in self._by_domain(host(name), as_domain, 98.0, role):
                yield _weighed(match)
        for words in word_lists(name):
            if not self._candidates.are_possible(words):
                continue
            its = form_of(name, words)
            for at in self._candidates.of(its):
                answer = self._decided(self.forms[at], its, seen, role)
                if isinstance(answer, _Match):
                    yield _weighed(answer)

    def _decided(self, watched: Watched, its: Form, seen: Sighting, role: str) -> _Match | str:
        """A match, or why it is none though the names agree; "" where they do not."""
        found = agree(watched.form, its)
        if found is None:
            return ""
        entry = self._entries[watched.place]
        score, reason = found.score, f"{_WHO[role]} is {watched.known!r}"
        if watched.known != entry.name:
            score, reason = score - ALIAS, f"{reason}, an alias"
        if found.how:
            reason = f"{_WHO[role]} is close to {watched.known!r} ({score:.0f} of 100): {found.how}"
        if watched.weak or found.needs:
            told = self._in_context(watched, found, its, (seen, role))
            if isinstance(told, str):
                return told
            score, reason = min(score, told[0]), f"{reason}; {told[1]}"
        return _Match(watched.place, score, its.written, reason, role)

    def _in_context(
        self, watched: Watched, found: Agreement, its: Form, where: tuple[Sighting, str]
    ) -> tuple[float, str] | str:
        """(score, what agrees) of a weak name, or of one that needs more than names; or why it does not count."""
        seen, role = where
        known = self._what_is_known(watched.place)
        if watched.weak and (why := _not_as_it_is(watched, found, its)):
            return why
        if role == "mention":
            return f"{watched.known!r} says too little to count where it is only mentioned"
        if role == "provider":
            return _as_provider(watched, known, found)
        if watched.weak and not _is_shown(its, seen):
            return f"{watched.known!r} is an ordinary or short name, and counts only as the victim's whole name"
        context = compared(known, seen)
        if context.contradicts:
            return f"{_too_little(watched, found)}, and {', '.join(context.contradicting)}"
        return _agreed(watched, found, its, context)

    def _what_is_known(self, place: int) -> Known:
        """What an entry says besides names: worked out when it is first asked for, which most never are."""
        if place not in self._known:
            self._known[place] = known_of(self._entries[place])
        return self._known[place]

    def _why_not(self, watched: Watched, its: Form, seen: Sighting, role: str) -> str:
        answer = self._decided(watched, its, seen, role)
        return (answer or difference(watched.form, its)) if isinstance(answer, str) else ""


_WHO = {"victim": "victim", "mention": "mentioned", "provider": "provider"}


def watched_forms(place: int, entry: WatchName) -> list[Watched]:
    """All forms of an entry's name and aliases; where two fold alike, the name's own, for the reason speaks of it."""
    forms: dict[tuple[str, ...], Watched] = {}
    for name in (entry.name, *entry.aliases):
        for form in forms_of(name):
            weak = is_weak(form) if entry.weak is None else entry.weak and (name == entry.name or len(form.words) == 1)
            forms.setdefault(form.words, Watched(place, form, name, weak))
    return list(forms.values())


def _named(seen: Sighting) -> Sequence[tuple[str, str]]:
    """(role, name) of every name, each once, in its strongest role."""
    roles: dict[str, str] = dict.fromkeys(seen.names, "victim")
    for role, names in (("provider", seen.providers), ("mention", seen.mentions)):
        for name in names:
            roles.setdefault(name, role)
    return [(role, name) for name, role in roles.items()]


def _weighed(match: _Match) -> _Match:
    factor = {"mention": MENTION_FACTOR, "provider": PROVIDER_FACTOR}.get(match.role)
    if factor is None:
        return match
    return _Match(match.place, match.score * factor, match.matched, match.reason, match.role)


def _as_provider(watched: Watched, known: Known, found: Agreement) -> tuple[float, str] | str:
    if found.needs:
        return f"{_too_little(watched, found)} of a provider"
    if not known.may_provide:
        return f"{watched.known!r} is an ordinary or short name, and is no provider by what is known of it"
    return WEAK_ALONE, "named as the provider"


def _not_as_it_is(watched: Watched, found: Agreement, its: Form) -> str:
    """Why an ordinary word is not meant as a name; "" where it may be."""
    if found.score < 100:
        return f"{watched.known!r} is an ordinary or short name, and counts only as it is"
    return "" if its.capital else f"{its.written!r} is written in small letters, as an ordinary word"


def _is_shown(its: Form, seen: Sighting) -> bool:
    """Whether it is the victim's name that the incident shows, and not one of its others."""
    return any(its.words == form.words for form in forms_of(seen.names[0]))


def _agreed(watched: Watched, found: Agreement, its: Form, context: Context) -> tuple[float, str] | str:
    """What speaks for a name that nothing contradicts; or why that is not enough."""
    score = WEAK_IN_CONTEXT if watched.weak else found.score
    if context.agreeing:
        return score, f"{', '.join(context.agreeing)} agrees"
    if watched.weak and has_legal_form(its.written):
        return score, "written with its legal form"
    if found.needs == "agreement":
        return f"{_too_little(watched, found)}, and nothing else agrees"
    return (WEAK_ALONE if watched.weak else score), "nothing else is known that agrees or contradicts"


def _too_little(watched: Watched, found: Agreement) -> str:
    return f"{found.how} says too little" if found.needs else f"{watched.known!r} is an ordinary or short name"
