"""Which incidents are related, though they are not one: a provider's and its customers', the victims of one campaign.

In: what the articles of incidents say that they came through or were part of, and the incidents that go by such a name.
Out: relations, one for each pair. The same input in any order gives the same answer. Nothing is ever merged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from breachwire.incidents.names import bare_words, is_widely_named
from breachwire.incidents.tellings import Profile
from breachwire.incidents.words import as_token
from breachwire.records import Claim, Relation

PROVIDER, CAMPAIGN, VULNERABILITY = "provider", "campaign", "cve"
RELATING = (PROVIDER, CAMPAIGN, VULNERABILITY)
"""Fields of the claims that relate incidents."""
MOST_CVES = 3
"""An article that names more vulnerabilities reports them, and not which one was used."""
SURE = 0.7
"""Confidence from which two customers are related through a provider that has no incident of its own."""
_ORDER = ("through", "campaign", "same_provider", "vulnerability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A claim of a field of RELATING, of an article about `incident_id` that was published at that time.

    `key` is its value folded, as `names.key_of` does.
    """

    incident_id: str
    key: str
    claim: Claim
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An incident that goes by a name: its victim's, or the campaign's in its headline; with its time in the news."""

    incident_id: str
    first_published_at: datetime
    last_published_at: datetime


def relations(said: Iterable[Said], known: Mapping[str, Sequence[Known]], window: timedelta) -> tuple[Relation, ...]:
    """All relations, by incident. `known` are the incidents by folded name; `window` is the time between two of one.

    Who names a provider or a campaign that has an incident of its own is related to that, of several to the one nearest
    in time. Others that name the same one are related to the one among them that was told of first.
    """
    ways: dict[tuple[str, str], list[Said]] = {}
    for s in said:
        if s.key not in ("", *(() if s.claim.field == VULNERABILITY else _names_of(s, known))):
            ways.setdefault((s.claim.field, s.key), []).append(s)
    best: dict[tuple[str, str], tuple[tuple[object, ...], Relation]] = {}
    for (field, key), those in sorted(ways.items()):
        for s, other, kind in _pairs(field, those, _hubs(field, key, known), window):
            rank = (_ORDER.index(kind), -s.claim.confidence, s.published_at, *_place(s.claim))
            pair = s.incident_id, other
            if pair not in best or rank < best[pair][0]:
                best[pair] = rank, _relation(s, other, kind)
    return tuple(best[pair][1] for pair in sorted(best))


def _names_of(s: Said, known: Mapping[str, Sequence[Known]]) -> tuple[str, ...]:
    """The key of what is said, if it is the incident's own victim: nobody is their own provider."""
    return (s.key,) if any(k.incident_id == s.incident_id for k in known.get(s.key, ())) else ()


def _hubs(field: str, key: str, known: Mapping[str, Sequence[Known]]) -> Sequence[Known]:
    """The incidents that go by the name. One that is in the news every day says nothing of which of its incidents."""
    return () if field == VULNERABILITY or is_widely_named(key) else known.get(key, ())


def _pairs(
    field: str, those: Sequence[Said], hubs: Sequence[Known], window: timedelta
) -> Iterator[tuple[Said, str, str]]:
    """(what is said, the other incident, the kind) of each relation through one name."""
    others = []
    for s in those:
        near = [h for h in hubs if _gap(s, h) <= window]
        if near:
            hub = min(near, key=lambda h: (_gap(s, h), -h.first_published_at.timestamp(), h.incident_id))
            yield s, hub.incident_id, "through" if field == PROVIDER else "campaign"
        elif field != PROVIDER or (s.claim.confidence >= SURE and not is_widely_named(s.key)):
            others.append(s)
    kind = {PROVIDER: "same_provider", CAMPAIGN: "campaign", VULNERABILITY: "vulnerability"}[field]
    head: Said | None = None
    for s in sorted(others, key=lambda s: (s.published_at, s.incident_id, *_place(s.claim))):
        if head is None or s.published_at - head.published_at > window:
            head = s
        if s.incident_id != head.incident_id:
            yield s, head.incident_id, kind


def _gap(s: Said, known: Known) -> timedelta:
    return max(timedelta(0), known.first_published_at - s.published_at, s.published_at - known.last_published_at)


def _place(claim: Claim) -> tuple[str, str, int, int]:
    return claim.article_id, claim.zone, claim.start, claim.end


def _relation(s: Said, other: str, kind: str) -> Relation:
    claim = s.claim
    return Relation(
        incident_id=s.incident_id,
        related_id=other,
        kind=kind,
        name=str(claim.value),
        article_id=claim.article_id,
        zone=claim.zone,
        char_start=claim.start,
        char_end=claim.end,
        quote=claim.quote,
        rule=claim.rule,
        confidence=claim.confidence,
    )


def words_of_name(key: str) -> tuple[str, ...]:
    """The words under which a text that names a campaign is found."""
    return tuple(dict.fromkeys(t for w in bare_words(key) if (t := as_token(w))))


def are_tied(one: Profile, other: Profile) -> bool:
    """Whether one says that it came through the other, or was part of it: then they are two, whatever else they share.

    At least half of its tellings have to say so: one of many that sees the provider's own incident with the eyes of a
    customer parts nothing. Nor where a victim goes by one name in both: then the words were about somebody else's part
    in the same incident.
    """
    return set(one.victim_keys).isdisjoint(other.victim_keys) and (_comes_of(one, other) or _comes_of(other, one))


def _comes_of(its: Profile, other: Profile) -> bool:
    if not its.through or not its.victim_keys:
        return False
    said = {key for key in its.through if 2 * its.through.count(key) >= len(its.story_ids)}
    return not said.isdisjoint(other.victim_keys) or any(is_headed(other, key) for key in said)


def is_headed(profile: Profile, key: str) -> bool:
    """Whether an incident without a victim is a campaign's own: its headline names the campaign."""
    words = words_of_name(key)
    return bool(words) and not profile.victim_keys and set(words) <= set(profile.headline)
