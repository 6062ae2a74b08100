"""Where a telling belongs: in the incident that its articles stand in already, in another one, or in a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from breachwire import identity, incidents
from breachwire.incidents import ByHand, Printed, Profile, Telling, bare_reason, one_victim
from breachwire.incidents.tellings import victims
from breachwire.records import Link
from breachwire.settings import Settings
from breachwire.store.grouping import StoredStory
from flows.neighbours import Around


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a telling belongs, and why.

    `decision` put it there by hand, if any did; `by_rules` is the incident where the rules alone put it.
    """

    incident_id: str
    score: float
    reason: str
    by_rules: str
    decision: int | None = None


def tellings_of(story: StoredStory) -> tuple[Telling, ...]:
    """A story as the incident rules see it: several where it is a round-up."""
    printed = [Printed(article=s.article, trust=s.trust, score=s.verdict_score) for s in story.articles]
    return incidents.tellings_of(story.story_id, printed, story.claims, story.sections)


def several(stories: Mapping[str, StoredStory]) -> set[str]:
    """Those of the stories that are round-ups."""
    return {story_id for story_id, story in stories.items() if story.sections}


def known_places(
    tellings: Sequence[Telling], linked: Sequence[tuple[str, Link]], names: Mapping[str, Sequence[str]]
) -> dict[str, Placed]:
    """Tellings, by key, whose articles stand in an incident already.

    A story with one telling belongs to the first incident, where a copy joined two. A section belongs to the incident
    that its number stood in, if one of the victim's names there (`names`, by incident, the one that is shown first) is
    its own; or, since numbers move when a text is read anew, to that whose victim it names. No incident takes two
    sections of a story.
    """
    links: dict[str, list[Link]] = {}
    for story_id, link in linked:
        links.setdefault(story_id, []).append(link)
    placed: dict[str, Placed] = {}
    for telling in tellings:
        if not telling.part and (own := links.get(telling.story_id)):
            placed[telling.key] = _place(own[0])
    sections = [(t, link) for t in tellings if t.part for link in links.get(t.story_id, ())]
    taken: set[tuple[str, str]] = set()
    for telling, link in sorted(sections, key=lambda s: not _is_of(*s)):
        here = telling.story_id, link.by_rules or link.incident_id
        called = names.get(link.incident_id, ())[: None if _is_of(telling, link) else 1]
        if telling.key in placed or here in taken or not one_victim(victims(telling), called):
            continue
        placed[telling.key] = _place(link)
        taken.add(here)
    return placed


def _place(link: Link) -> Placed:
    """The place that the rules gave it, whatever was decided since."""
    by_rules = link.by_rules or link.incident_id
    return Placed(incident_id=by_rules, score=link.score, reason=bare_reason(link), by_rules=by_rules)


def as_decided(placed: Mapping[str, Placed], tellings: Sequence[Telling], hand: ByHand) -> dict[str, Placed]:
    """The same places, where no decision by hand says otherwise."""
    decided = dict(placed)
    for telling in tellings:
        if (its := placed.get(telling.key)) is not None:
            articles = [a.article_id for a in telling.articles]
            place = hand.place(its.by_rules, articles, of_round_up=telling.part > 0)
            decided[telling.key] = replace(its, incident_id=place.incident_id, decision=place.decision)
    return decided


def as_linked(links: Sequence[Link], tellings: Sequence[Telling], placed: Mapping[str, Placed]) -> tuple[Link, ...]:
    """The links of an incident's tellings, with the places that the rules gave them where those are others."""
    ruled = {(a.article_id, a.part): placed[t.key].by_rules for t in tellings for a in t.articles}
    by_rules = [ruled[link.article_id, link.part] for link in links]
    return tuple(
        replace(link, by_rules=None if place == link.incident_id else place)
        for link, place in zip(links, by_rules, strict=True)
    )


def _is_of(telling: Telling, link: Link) -> bool:
    return any((a.article_id, a.part) == (link.article_id, link.part) for a in telling.articles)


def without_leavers(
    profiles: Sequence[Profile], stories: Set[str], tellings: Sequence[Telling], placed: Mapping[str, Placed]
) -> tuple[Profile, ...]:
    """The profiles without those of `stories` that no longer tell of them: a section may come back to its incident."""
    told = {(placed[t.key].incident_id, t.story_id) for t in tellings if t.key in placed}
    return tuple(
        replace(p, story_ids=tuple(s for s in p.story_ids if s not in stories or (p.incident_id, s) in told))
        for p in profiles
    )


def place_new(
    tellings: Sequence[Telling],
    near: Around,
    settings: Settings,
    was_minted: Callable[[str], bool],
) -> dict[str, Placed]:
    """Finds the incident of each telling, or mints an id for each group that tells of a new one; by key."""
    minted: dict[str, str] = {}
    placed: dict[str, Placed] = {}
    by_key = {t.key: t for t in tellings}
    for match in incidents.match(tellings, near.profiles, settings.incidents, near.stored):
        incident_id = match.incident_id
        if incident_id is None:
            if match.group not in minted:
                minted[match.group] = mint(by_key[match.key], set(minted.values()), was_minted)
            incident_id = minted[match.group]
        placed[match.key] = Placed(
            incident_id=incident_id, score=match.score, reason=match.reason, by_rules=incident_id
        )
    return placed


def mint(first: Telling, minted: Set[str], was_minted: Callable[[str], bool]) -> str:
    """An id that was never used, made from the article that told of the incident first, or its section."""
    article = min(first.articles, key=lambda m: (m.published_at, m.article_id))
    tail = article.part
    while (candidate := identity.incident_id(article.article_id, str(tail) if tail else None)) in minted or was_minted(
        candidate
    ):
        tail += 1
    return candidate
