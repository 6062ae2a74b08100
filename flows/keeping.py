"""Which id each group keeps: things are grouped from nothing, and called as they were called where that can be.

In: the new groups and the old ones, as sets of what they are made of. Out: for each new group the old id that it keeps,
and what became of the ids that none keeps. Pure; the same groups keep the same ids in any order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`ids`: new group to the old id that it keeps. `went`: an id that none keeps to the group that has most of it.

    `came`: a group without an id to the old id that most of it comes from. Where nothing is shared, a key is absent.
    """

    ids: Mapping[str, str]
    went: Mapping[str, str]
    came: Mapping[str, str]


def keep_ids(new: Mapping[str, Set[str]], old: Mapping[str, Set[str]]) -> Kept:
    """Each old id goes to the group that shares most with it, the largest shares first; ties go to the smaller id."""
    shared = _shared(new, old)
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for _, old_id, group in shared:
        if old_id not in taken and group not in ids:
            ids[group] = old_id
            taken.add(old_id)
    went: dict[str, str] = {}
    came: dict[str, str] = {}
    for _, old_id, group in shared:
        if old_id not in taken:
            went.setdefault(old_id, group)
        if group not in ids:
            came.setdefault(group, old_id)
    return Kept(ids=ids, went=went, came=came)


def _shared(new: Mapping[str, Set[str]], old: Mapping[str, Set[str]]) -> list[tuple[int, str, str]]:
    """(minus how many are shared, old id, group), in the order in which they are to be looked at."""
    holders: dict[str, list[str]] = defaultdict(list)
    for old_id, made_of in old.items():
        for part in made_of:
            holders[part].append(old_id)
    counts = Counter((old_id, group) for group, made_of in new.items() for part in made_of for old_id in holders[part])
    return sorted((-count, old_id, group) for (old_id, group), count in counts.items())
