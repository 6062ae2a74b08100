"""Fits the weights of the victim ranking on labelled articles and prints the [weights] of extractors/facts/victim.toml.

    python benchmarks/fit_victim.py CORPUS_FOLDER [CORPUS_FOLDER ...]      # folders with *-labels.jsonl and *.jsonl.gz

A conditional logit: among the candidates of one article, the right one should weigh most; `none of them` competes with
a fixed weight of 0. An article weighs one over the root of its incident's number of articles, so that a much reported
incident does not decide. Prints what is won by five folds of incidents held out, before the fit on everything.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp
from pathlib import Path

from rapidfuzz import fuzz

from breachwire.identity import fold
from breachwire.records import Article
from extractors.facts.names import read_names
from extractors.facts.text import prepare
from extractors.facts.victim import group_and_describe, weights

PENALTY = 0.02
RATE = 0.15
EPOCHS = 250


@dataclass(slots=True)
class Case:
    """The candidates of one article: features, whether each is right; its cluster and weight."""

    features: list[dict[str, float]]
    right: list[bool]
    cluster: str
    weight: float = 1.0


def same(got: list[str], wanted: list[str]) -> bool:
    """Whether some name of a candidate is one of the wanted names, folded, or contains it."""
    for g in map(fold, got):
        for w in map(fold, wanted):
            if g == w or fuzz.ratio(g, w) >= 88:
                return True
            short, long = sorted((g, w), key=len)
            if len(short) >= 4 and f" {short} " in f" {long} " and len(short) >= 0.4 * len(long):
                return True
    return False


def cases(folder: Path) -> list[Case]:
    """One case an article that reports an incident (or none at all: then no candidate is right)."""
    found = []
    for labels in sorted(folder.glob("*-labels.jsonl")):
        kind = labels.name.removesuffix("-labels.jsonl")
        with gzip.open(folder / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as file:
            documents = {d["id"]: d for d in map(json.loads, file)}
        for label in map(json.loads, labels.read_text(encoding="utf-8").splitlines()):
            if not label["is_incident"] or label.get("borderline"):
                continue
            document = documents[label["id"]]
            main = label["main"]
            wanted = [] if main.get("victim_unnamed") else [main["victim"], *main.get("victim_aliases", [])]
            article = Article(
                article_id="a", url="", canonical_url="", feed_id=None, source="", title=document["title"].strip(),
                body=document["content"].strip(), body_status="full", fetched_at=datetime.now(UTC),
            )  # fmt: skip
            text = prepare(article)
            candidates = group_and_describe(text, read_names(text))
            right = [same(list(c.forms), wanted) for c in candidates]
            found.append(Case([c.features for c in candidates], right, label["cluster"] or label["id"]))
    sizes = Counter(c.cluster for c in found)
    for case in found:
        case.weight = 1 / sizes[case.cluster] ** 0.5
    return found


def scores(case: Case, table: dict[str, float]) -> list[float]:
    """Log odds of each candidate, then 0.0 for none of them."""
    return [table["bias"] + sum(table.get(f, 0.0) * v for f, v in fs.items()) for fs in case.features] + [0.0]


def fit(train: list[Case], start: dict[str, float]) -> dict[str, float]:
    """Gradient ascent from the hand-set weights, drawn back to them."""
    table = dict(start)
    speed: Counter[str] = Counter()
    for _ in range(EPOCHS):
        gradient: Counter[str] = Counter()
        for case in train:
            row = scores(case, table)
            top = max(row)
            odds = [exp(s - top) for s in row]
            total = sum(odds)
            goal = [*case.right, not any(case.right)]
            mass = sum(o for o, g in zip(odds, goal, strict=True) if g)
            for i, features in enumerate(case.features):
                push = case.weight * ((odds[i] / mass if goal[i] else 0.0) - odds[i] / total)
                if abs(push) > 1e-4:
                    gradient["bias"] += push
                    for name, value in features.items():
                        gradient[name] += push * value
        for name in gradient.keys() | table.keys():
            slope = (
                gradient[name] / len(train) * 20 - PENALTY * 20 * (table.get(name, 0.0) - start.get(name, 0.0)) * 0.1
            )
            speed[name] = 0.8 * speed[name] + slope
            table[name] = table.get(name, 0.0) + RATE * speed[name] * 0.5
    return table


def won(case: Case, table: dict[str, float]) -> str:
    """right, wrong, missed or none for the best candidate of a case."""
    row = scores(case, table)
    best = row.index(max(row))
    if best == len(case.right):
        return "missed" if any(case.right) else "none"
    return "right" if case.right[best] else "wrong"


def main() -> None:
    """Cross-validates, then fits on everything and prints the weights."""
    data = [c for folder in sys.argv[1:] for c in cases(Path(folder))]
    start = weights()
    clusters = sorted({c.cluster for c in data})
    tally: Counter[str] = Counter()
    for part in range(5):
        held = set(clusters[part::5])
        table = fit([c for c in data if c.cluster not in held], start)
        tally.update(won(c, table) for c in data if c.cluster in held)
    print("# hand-set ", dict(Counter(won(c, start) for c in data)), file=sys.stderr)
    print("# held out ", dict(tally), file=sys.stderr)
    final = fit(data, start)
    print("# fitted on all ", dict(Counter(won(c, final) for c in data)), file=sys.stderr)
    print("[weights]")
    for name, value in final.items():
        print(f"{name} = {value:.2f}")


if __name__ == "__main__":
    main()
