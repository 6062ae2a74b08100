"""What people decided about incidents: where an article belongs all the same, and which decisions hold.

In: all decisions, in their order, and where the rules put something. Out: where it belongs. The places of the rules
are kept beside the answer, so that any decision can be taken back, in any order: what holds is asked anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from breachwire.records import Decision

_PREFIX = re.compile(r"^by hand \(decision \d+\); ")


class Place(NamedTuple):
    """An incident, and the number of the decision that put something there; None where the rules did."""

    incident_id: str
    decision: int | None


class ByHand:
    """Decisions, asked often. Each is applied once, in the order in which they were taken."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self.decisions = tuple(sorted(decisions, key=lambda d: d.decision))
        self.undone = {d.undoes: d for d in self.decisions if d.undoes is not None}
        self._moves = tuple(d for d in self.decisions if d.kind in ("merge", "split"))
        self._ids = {i for d in self._moves for i in (d.incident_id, d.other_id)}
        self._anchored = {a for d in self._moves if self.holds(d) for a in d.article_ids}
        self._withdrawn = {d.incident_id for d in self.decisions if d.kind == "withdraw" and self.holds(d)}

    def named(self) -> frozenset[str]:
        """Every incident that a decision is about, even one that was taken back."""
        return frozenset(i for d in self.decisions for i in (d.incident_id, d.other_id) if i is not None)

    def holds(self, decision: Decision) -> bool:
        """Whether a decision was not taken back."""
        return decision.decision not in self.undone

    def place(self, by_rules: str, articles: Collection[str], *, of_round_up: bool) -> Place:
        """Where a telling of those articles belongs that the rules put into the incident `by_rules`.

        What stands in an incident that was merged away goes to the one that stays, what stands in one that was split
        off goes back when the split is taken back. A text that a decision names goes where it says even if the rules
        put it into a third incident; a section of a round-up only out of the incident that was meant.
        """
        here, last = by_rules, None
        if by_rules not in self._ids and self._anchored.isdisjoint(articles):
            return Place(here, last)
        for d in self._moves:
            named = not self._anchored.isdisjoint(articles) and not set(d.article_ids).isdisjoint(articles)
            there = self._onward(d, here, named=named, of_round_up=of_round_up)
            if there != here:
                here, last = there, d.decision
        return Place(here, last if here != by_rules else None)

    def _onward(self, d: Decision, here: str, *, named: bool, of_round_up: bool) -> str:
        if d.other_id is None:
            return here
        sure = named and (here == d.incident_id or not of_round_up)
        if d.kind == "merge":
            return d.incident_id if self.holds(d) and (here == d.other_id or sure) else here
        if self.holds(d):
            return d.other_id if sure else here
        return d.incident_id if here == d.other_id else here

    def survivor(self, incident_id: str) -> str:
        """The incident that this one is a part of by now; itself where it was not merged away."""
        return self.place(incident_id, (), of_round_up=False).incident_id

    def is_withdrawn(self, incident_id: str) -> bool:
        """Whether a person said that this is no incident. What was merged into one does not share its fate."""
        return incident_id in self._withdrawn

    def values(self, incident_id: str) -> tuple[Decision, ...]:
        """The decisions that set values of an incident, one a field.

        What was said of an incident that was merged away holds for the one that stays, unless that has a value of its
        own; of two decisions alike the later one holds.
        """
        found: dict[str, tuple[bool, Decision]] = {}
        for d in self.decisions:
            if d.kind == "set" and d.field and self.holds(d):
                own = d.incident_id == incident_id
                if (own or self._merged(d.incident_id) == incident_id) and own >= found.get(d.field, (False,))[0]:
                    found[d.field] = own, d
        return tuple(d for _, d in sorted(found.values(), key=lambda x: x[1].decision))

    def _merged(self, incident_id: str) -> str:
        for d in self._moves:
            if d.kind == "merge" and d.other_id == incident_id and self.holds(d):
                incident_id = d.incident_id
        return incident_id

    def related(self, ids: Iterable[str]) -> frozenset[str]:
        """Those incidents, and all that a decision, even one taken back, ever merged or split them with."""
        found, before = set(ids), 0
        while len(found) != before:
            before = len(found)
            for d in self._moves:
                if d.other_id and not found.isdisjoint((d.incident_id, d.other_id)):
                    found.update((d.incident_id, d.other_id))
        return frozenset(found)

    def about(self, ids: Collection[str]) -> tuple[Decision, ...]:
        """The decisions about any of those incidents, and what took them back."""
        return about(self.decisions, ids)


def about(decisions: Sequence[Decision], ids: Collection[str]) -> tuple[Decision, ...]:
    """The decisions about any of those incidents, in their order."""
    return tuple(d for d in decisions if d.incident_id in ids or d.other_id in ids)


def in_words(reason: str, decision: int | None) -> str:
    """The reason of a link that a decision moved; the rules' own reason stays behind it."""
    return reason if decision is None else f"by hand (decision {decision}); {reason}"


def without_words(reason: str) -> str:
    """The rules' own reason in what `in_words` made."""
    return _PREFIX.sub("", reason)
