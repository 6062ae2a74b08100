"""Folds copies into stories, and chooses the copy that stands for each.

In: new articles, stored ones, and the pairs that share hashes. Out: stories. No database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from breachwire.identity import digest
from breachwire.records import Story
from breachwire.settings.models import Stories
from breachwire.stories.copying import Body, Read, are_copies, read


def fold_copies(
    new: Sequence[Body], others: Mapping[str, Body], pairs: Iterable[tuple[str, str, int]], rules: Stories
) -> tuple[Story, ...]:
    """The stories that the new articles belong to: one each, alone where there is no copy.

    `others` holds the stored bodies that `pairs` name, by id, and should hold every other member of their stories too,
    so that the canonical copy is chosen among all. `pairs` share hashes; those that name an unknown id are passed over.
    A story that exists keeps its id; where a new article joins two, the older canonical copy's id stays.
    """
    bodies = {**others, **{b.article_id: b for b in new}}
    family = _Families(bodies)
    for body in bodies.values():
        if body.story_id is not None:
            family.join(body.article_id, "=" + body.story_id)
    texts = _Texts(bodies, rules)
    for one, two, _ in sorted(pairs, key=_most_alike_first):
        known = one in bodies and two in bodies and not family.same(one, two)
        if known and _near(bodies[one], bodies[two], rules) and are_copies(texts[one], texts[two], rules):
            family.join(one, two)
    wanted = {family.root(b.article_id) for b in new}
    members: dict[str, list[Body]] = {}
    for body in bodies.values():
        if (root := family.root(body.article_id)) in wanted:
            members.setdefault(root, []).append(body)
    return tuple(sorted(map(_story, members.values()), key=lambda s: s.story_id))


def canonical_order(body: Body) -> tuple[datetime, int, str]:
    """The copy that sorts first stands for the story: published first, then longest, then by id.

    An original that arrives after its copies takes over; the story keeps its id.
    """
    return body.published_at, -len(body.text), body.article_id


def _story(members: Sequence[Body]) -> Story:
    ranked = sorted(members, key=canonical_order)
    kept = next((b.story_id for b in ranked if b.story_id is not None), None)
    first = ranked[0].article_id
    return Story(
        story_id=kept or "s_" + digest(first), canonical_id=first, article_ids=tuple(b.article_id for b in ranked)
    )


def _near(a: Body, b: Body, rules: Stories) -> bool:
    return abs(a.published_at - b.published_at) <= rules.window


def _most_alike_first(pair: tuple[str, str, int]) -> tuple[int, str, str]:
    """Those that share most are read first: the rest of their families need not be read any more."""
    one, two, shared = pair
    return -shared, one, two


class _Texts(dict[str, Read]):
    """Bodies read for comparing, each once and only when it is asked for."""

    def __init__(self, bodies: Mapping[str, Body], rules: Stories) -> None:
        super().__init__()
        self._bodies, self._rules = bodies, rules

    def __missing__(self, article_id: str) -> Read:
        self[article_id] = made = read(self._bodies[article_id], self._rules)
        return made


class _Families:
    """Union-find over article ids, and story ids marked with "=". The root is the smallest, whatever the order."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {i: i for i in ids}

    def root(self, item: str) -> str:
        self._parent.setdefault(item, item)
        while (parent := self._parent[item]) != item:
            self._parent[item] = item = self._parent[parent]
        return item

    def same(self, a: str, b: str) -> bool:
        return self.root(a) == self.root(b)

    def join(self, a: str, b: str) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self._parent[high] = low
