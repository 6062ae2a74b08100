"""Are the articles that belong together together? Incidents by B-cubed, copies by pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from benchmarks.truth.shares import Clustering, Found


def b_cubed(true: Mapping[str, str], given: Mapping[str, str]) -> Clustering:
    """B-cubed (Bagga and Baldwin 1998) over the items of `true`, each item's group by its id.

    An item's precision is the share of its found group that belongs to its true group, its recall the share of its true
    group that stands in its found group: 0 for an item that `given` lacks, which has no precision. Means over items.
    """
    wanted, made = _members(true), _members({item: group for item, group in given.items() if item in true})
    precision, recall = [], []
    for item, group in true.items():
        if item not in given:
            recall.append(0.0)
            continue
        mine, its = made[given[item]], wanted[group]
        precision.append(len(mine & its) / len(mine))
        recall.append(len(mine & its) / len(its))
    return Clustering(
        precision=sum(precision) / len(precision) if precision else 0.0,
        recall=sum(recall) / len(recall) if recall else 0.0,
        articles=len(true),
        true_incidents=len(wanted),
        found_incidents=len(made),
    )


def pairs(true: Mapping[str, str], given: Mapping[str, str]) -> Found:
    """Pairs of items in one group of `given`, against pairs in one group of `true`."""
    both = Counter((true[item], given[item]) for item in true if item in given)
    right = sum(map(_pairs, both.values()))
    made = sum(map(_pairs, Counter(given[item] for item in true if item in given).values()))
    wanted = sum(map(_pairs, Counter(true.values()).values()))
    return Found(true=right, false=made - right, missed=wanted - right)


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def _members(group_of: Mapping[str, str]) -> dict[str, set[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for item, group in group_of.items():
        members[group].add(item)
    return members
