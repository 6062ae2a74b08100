"""Copies folded, but never across a split: what a person took out of an incident is not folded into its stories again.

In: what `stories.fold_copies` takes, and the store. Out: stories. A text that is a copy of both sides goes to the one
with which it shares most. The rule is about stories of incidents that are two today: once the split is taken back, or
the two are merged, there is nothing to keep apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from breachwire import stories
from breachwire.incidents import ByHand
from breachwire.records import Story
from breachwire.settings.models import Stories
from breachwire.store import by_hand, grouping

Pair = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Which articles (by id) stand in which incident, and which two incidents people keep apart."""

    place: Mapping[str, str]
    never: frozenset[frozenset[str]]

    def clash(self, articles: Sequence[str]) -> bool:
        """Whether those articles stand in incidents that are kept apart."""
        return self.between({self.place[a] for a in articles if a in self.place})

    def between(self, incidents: set[str]) -> bool:
        """Whether two of those incidents are kept apart."""
        return any(both <= incidents for both in self.never)


def apart(con: duckdb.DuckDBPyConnection) -> Apart:
    """What splits that hold keep apart today. Sections of round-ups stand in several incidents and are left out."""
    hand = ByHand(by_hand.decisions(con))
    both = (
        frozenset((hand.survivor(d.incident_id), hand.survivor(d.other_id)))
        for d in hand.decisions
        if d.kind == "split" and d.other_id and hand.holds(d)
    )
    never = frozenset(pair for pair in both if len(pair) == 2)
    linked = grouping.links_of_incidents(con, frozenset().union(*never)) if never else []
    return Apart(place={link.article_id: link.incident_id for _, link in linked if not link.part}, never=never)


def fold_copies(
    con: duckdb.DuckDBPyConnection,
    new: Sequence[stories.Body],
    others: Mapping[str, stories.Body],
    pairs: Sequence[Pair],
    rules: Stories,
) -> tuple[Story, ...]:
    """As `stories.fold_copies`, with what people keep apart in stories of its own. Stories that exist stay whole."""
    kept_apart = apart(con)
    found = stories.fold_copies(new, others, pairs, rules)
    known = {b.article_id: b.story_id for b in (*others.values(), *new)}
    while refused := {
        p for s in found if kept_apart.clash(s.article_ids) for p in _across(s, known, pairs, kept_apart)
    }:
        pairs = [p for p in pairs if p not in refused]
        found = stories.fold_copies(new, others, pairs, rules)
    return found


def _across(story: Story, known: Mapping[str, str | None], pairs: Sequence[Pair], kept_apart: Apart) -> list[Pair]:
    """The pairs within a story that would join what is kept apart, the closest pairs joined first."""
    inside = set(story.article_ids)
    groups = {a: {a} for a in inside}

    def join(one: str, two: str) -> None:
        both = groups[one] | groups[two]
        groups.update(dict.fromkeys(both, both))

    first: dict[str, str] = {}
    for article in sorted(inside):
        if (own := known.get(article)) is not None:
            join(article, first.setdefault(own, article))
    refused = []
    for pair in sorted(pairs, key=lambda p: (-p[2], p[0], p[1])):
        one, two, _ = pair
        if one not in inside or two not in inside or groups[one] is groups[two]:
            continue
        clashing = [kept_apart.clash(sorted(g)) for g in (groups[one] | groups[two], groups[one], groups[two])]
        if clashing == [True, False, False]:
            refused.append(pair)
        else:
            join(one, two)
    return refused
