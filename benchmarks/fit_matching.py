"""Fits the weights that decide which stories are one incident, and says how well they do on incidents not seen.

    python -m benchmarks.newsroom                  # leaves the store that this reads
    python -m benchmarks.fit_matching              # measure the file as it is, the prior, and fits in cross-validation
    python -m benchmarks.fit_matching --write      # fit on everything, and write breachwire/settings/weights.toml

Every reason of `breachwire/incidents/weighing.py` is a feature, and its weight what is fitted: a logistic regression
whose threshold is held at 1.0. Pairs are those that a night would weigh: each story of the newsroom against the
incidents that the matcher's own search finds for it, as they stood when it came (in the order of the news, and in the
reverse), every story before it at its labelled place; and the golden pairs of tests/cases/incidents/pairs, as two
stories of one night. Every weight starts from a prior chosen by hand (`PRIORS`), never from what the file says, and
moves only as far as the labels pull: fitting twice gives the same file twice. A weight keeps its sign; a stronger
agreement never weighs less than a weaker one (`CHAINS`); what speaks of a repeat breach or of another victim is not
fitted (`HELD`): too few labels tell of them to unlearn it. Pairs of two incidents that are far apart under the prior
(`NEAR`) are measured, not fitted: they only cost time. Folds are cut by incident: no pair that touches an incident of
a fold is fitted on there. Needs ../shared/newsroom beside the repository.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.labelled_pairs import Golden, Pair, golden, golden_pair, is_right, pairs_of, stories_of
from benchmarks.order import STORE, TRUTH
from benchmarks.truth.sets import ROOT
from breachwire.incidents import Telling, match
from breachwire.settings.models import Incidents
from breachwire.settings.weights import Weights, shipped

FILE = ROOT / "breachwire" / "settings" / "weights.toml"
FOLDS = 5
STEEPNESS = 8.0  # log odds a point of score: a quarter above the threshold is 7 to 1
FALSE_JOIN = 2.0  # how much worse it is to join two incidents than to part one; 3 and 6 only lost recall
STEPS = 300
NEAR = 0.2
PULL = 400.0  # how strongly a weight holds to its prior; of 30 to 400 this keeps most precision in cross-validation
PRIORS = {
    "name_same": 1.05, "name_alias": 0.95, "name_initials": 0.9, "name_part": 0.9, "name_spelling": 0.75,
    "name_first_word": 0.6, "name_generic": 0.4, "name_widely_known": 0.6,
    "victim_in_headline": 0.9, "victim_in_text": 0.6, "other_victim": -0.5, "other_victim_sure": -1.0,
    "other_victim_read": -0.2, "shared_words": 0.9, "days_3": 0.25, "days_14": 0.15, "days_45": 0.05,
    "days_too_many": -1.6, "days_too_many_but_began": -0.3, "began_same_day": 0.3, "began_same_month": 0.2,
    "began_same_year": 0.05, "began_days_10": 0.1, "began_days_60": -0.2, "began_days_200": -0.45,
    "began_days_more": -0.8, "began_next_year": -0.2, "began_other_year": -0.8, "attack_same": 0.1,
    "attack_same_breach": 0.05, "attack_other": -0.1, "attack_unlike": -0.3, "figure_same": 0.4,
    "figure_same_round": 0.25, "figure_far": -0.15, "actor_same": 0.2, "actor_other": -0.2, "country_same": 0.0,
    "country_other": -0.2, "sector_same": 0.0, "sector_other": 0.0,
}  # fmt: skip
HELD = {
    *("days_too_many", "days_too_many_but_began", "began_days_60", "began_days_200", "began_days_more"),
    *("began_next_year", "began_other_year", "name_generic", "other_victim", "other_victim_sure", "other_victim_read"),
}
CHAINS = (
    ("name_same", "name_alias", "name_part", "name_spelling", "name_first_word", "name_generic"),
    ("name_same", "name_initials", "name_first_word"),
    ("name_same", "name_widely_known"),
    ("victim_in_headline", "victim_in_text"),
    ("other_victim", "other_victim_sure"),
    ("days_3", "days_14", "days_45"),
    ("began_same_day", "began_same_month", "began_same_year"),
    ("began_same_day", "began_days_10"),
    ("attack_same", "attack_same_breach"),
    ("attack_other", "attack_unlike"),
    ("figure_same", "figure_same_round"),
)
NEVER_ENOUGH = ("days_3", "attack_same", "country_same", "sector_same")
SHORT_OF = 0.98
"""The first word of a name and all of NEVER_ENOUGH stay SHORT_OF the threshold: two firms that share a word of their
names are hit in one week. A word, a figure, or a day of beginning that both state has to join them."""


def rules_of(weights: Mapping[str, float]) -> Incidents:
    """The rules with other weights."""
    return Incidents(weights=Weights(**weights))


def fit(pairs: Sequence[Pair], start: Mapping[str, float], pull: float) -> dict[str, float]:
    """Weights, rounded to 0.01, that explain the labels and stay near `start`, within signs, chains and vetoes."""
    weights = dict(start)
    free = [name for name in start if name not in HELD]
    speed = dict.fromkeys(free, 0.0)
    for step in range(STEPS):
        slope = {name: pull * (weights[name] - start[name]) for name in free}
        for pair in pairs:
            z = STEEPNESS * (score(pair, weights) - 1.0)
            miss = (1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) - pair.together) * pair.weight
            miss *= 1.0 if pair.together else FALSE_JOIN
            for name, x in pair.features.items():
                if name in slope:
                    slope[name] += miss * x * STEEPNESS
        for name in free:
            speed[name] += slope[name] ** 2
            weights[name] -= 0.05 / (1 + step / 100) * slope[name] / (math.sqrt(speed[name] / (step + 1)) + 1e-6)
        _put_right(weights, free)
    return {name: round(weight, 2) + 0.0 for name, weight in weights.items()}


def _put_right(weights: dict[str, float], free: Sequence[str]) -> None:
    """Signs, chains (where the weaker of two weighs more, both get their mean, or what the held one weighs), guards."""
    for name in free:
        low, high = _bounds(name)
        weights[name] = max(low, min(high, weights[name]))
    for strong, weak in (two for chain in CHAINS for two in itertools.pairwise(chain)):
        if weights[strong] < weights[weak]:
            middle = weights[weak] if weak in HELD else (weights[strong] + weights[weak]) / 2
            weights[strong] = weights[weak] = middle
    most = SHORT_OF - sum(weights[name] for name in NEVER_ENOUGH)
    weights["name_first_word"] = max(weights["name_generic"], min(weights["name_first_word"], most))


def _bounds(name: str) -> tuple[float, float]:
    return (0.0, 2.0) if PRIORS[name] > 0 or name in ("country_same", "sector_same") else (-2.0, 0.0)


def b_cubed(gold: Mapping[str, str], found: Mapping[str, str], of: Iterable[str]) -> list[tuple[float, float]]:
    """Precision and recall of each article in `of`; one that was not found has a recall of 0 and no precision."""
    wanted, got = defaultdict(set), defaultdict(set)
    for article, cluster in gold.items():
        wanted[cluster].add(article)
        if article in found:
            got[found[article]].add(article)
    rows = []
    for article in of:
        if article not in found:
            rows.append((math.nan, 0.0))
            continue
        both = len(got[found[article]] & wanted[gold[article]])
        rows.append((both / len(got[found[article]]), both / len(wanted[gold[article]])))
    return rows


def scored(rows: Sequence[tuple[float, float]]) -> str:
    """B-cubed of those articles in words."""
    precise = [p for p, _ in rows if not math.isnan(p)]
    p, r = sum(precise) / len(precise), sum(r for _, r in rows) / len(rows)
    return f"B-cubed P {p:.3f} R {r:.3f} F1 {2 * p * r / (p + r):.3f}"


def placed(tellings: Sequence[Telling], rules: Incidents) -> dict[str, str]:
    """Article id to its group, all tellings in one night."""
    groups = {m.key: m.group for m in match(tellings, (), rules)}
    return {a.article_id: groups[t.key] for t in tellings for a in t.articles}


def fold_of(group: str) -> int:
    """The fold of an incident, or of a golden pair: the same on every machine."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Material:
    """All that is fitted on and measured."""

    tellings: Sequence[Telling]
    gold: Mapping[str, str]
    pairs: Sequence[Pair]
    golden: Sequence[Golden]


def gather(store: Path, truth: Path) -> Material:
    """Everything, and a word on how much it is."""
    tellings, gold, told = stories_of(store, truth)
    cases = golden()
    pairs = [*pairs_of(tellings, told), *pairs_of(tellings[::-1], told), *map(golden_pair, cases)]
    for kind in ("newsroom", "golden"):
        mine = [p.together for p in pairs if p.kind == kind]
        print(f"  {kind}: {len(mine)} pairs, {sum(mine)} of them of one incident")
    return Material(tellings, gold, pairs, cases)


def measure(name: str, material: Material, parts: Sequence[Mapping[str, float]]) -> None:
    """One line: each fold's incidents and golden pairs under the weights of that fold."""
    rows, right, losses = [], 0, []
    cache: dict[tuple[tuple[str, float], ...], dict[str, str]] = {}
    for fold, weights in enumerate(parts):
        key = tuple(sorted(weights.items()))
        if key not in cache:
            cache[key] = placed(material.tellings, rules_of(weights))
        rows += b_cubed(material.gold, cache[key], [a for a, c in material.gold.items() if fold_of(c) == fold])
        rules = rules_of(weights)
        right += sum(is_right(case, rules) for case in material.golden if fold_of(case.name) == fold)
        losses += [_loss(p, weights) for p in material.pairs if fold in map(fold_of, p.groups)]
    loss = sum(losses) / len(losses)
    print(f"  {name:26} {scored(rows)}   golden {right} of {len(material.golden)}   log loss {loss:.4f}", flush=True)


def score(pair: Pair, weights: Mapping[str, float]) -> float:
    """The sum that decides."""
    return sum(weights[name] * value for name, value in pair.features.items())


def _loss(pair: Pair, weights: Mapping[str, float]) -> float:
    z = STEEPNESS * (score(pair, weights) - 1.0)
    return math.log1p(math.exp(-max(-30.0, min(30.0, z if pair.together else -z))))


def written(toml: str, weights: Mapping[str, float]) -> str:
    """The file's text with each key's number changed and all else as it was."""
    return re.sub(r"(?m)^(\w+) = -?[\d.]+", lambda m: f"{m[1]} = {weights[m[1]]}", toml)


def main() -> int:
    """Measures, cross-validates, writes if asked to; ends with 1 where the store is not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, default=STORE)
    parser.add_argument("--truth", type=Path, default=TRUTH)
    parser.add_argument("--pull", type=float, nargs="+", default=[30.0, 100.0, 200.0, PULL], help="pulls to measure")
    parser.add_argument("--write", action="store_true", help=f"fit on everything with a pull of {PULL:g}, and write it")
    args = parser.parse_args()
    if not args.store.is_file() or not args.truth.is_file():
        print(f"{args.store} is not there: python -m benchmarks.newsroom makes it", file=sys.stderr)
        return 1
    material = gather(args.store, args.truth)
    near = [p for p in material.pairs if p.together or score(p, PRIORS) > NEAR]
    measure("the file as it is", material, [shipped()] * FOLDS)
    measure("priors, by hand", material, [PRIORS] * FOLDS)
    for pull in args.pull:
        parts = [fit([p for p in near if fold not in map(fold_of, p.groups)], PRIORS, pull) for fold in range(FOLDS)]
        measure(f"pull {pull:g}, cross-validated", material, parts)
        measure(f"pull {pull:g}, on what it saw", material, [fit(near, PRIORS, pull)] * FOLDS)
    if args.write:
        FILE.write_text(written(FILE.read_text(encoding="utf-8"), fit(near, PRIORS, PULL)), encoding="utf-8")
        print(f"{FILE} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
