"""Fits the weights of the victim ranking on labelled articles, and says how well they do on articles not seen.

    python benchmarks/fit_victim.py                # measure a fit in cross-validation, and on the texts held out
    python benchmarks/fit_victim.py --write        # fit on everything, and write the weights into victim.toml
    python benchmarks/fit_victim.py --mistakes     # list what cross-validation gets wrong at the file's threshold

A conditional logit: among the candidates of one article, the right one should weigh most; `none of them` competes with
a fixed weight of 0. An article weighs one over the root of its incident's number of articles, so that a much reported
incident does not decide. Every weight starts from a prior of its own (`PRIORS`, and `ROLES` of bearing.py),
never from what the file says, and moves only as far as the labels pull: fitting twice gives the same file twice. A
weight never changes the sign of its prior. Fitted on the articles and briefs of ../shared/newsroom and on
truth/development.jsonl; truth/held_out.jsonl is measured, never fitted, and not to be looked at. The curves say what
each threshold would give.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from breachwire.identity import fold
from breachwire.records import Article
from extractors.facts.names import read_names
from extractors.facts.portrait import group_and_describe
from extractors.facts.tables import toml
from extractors.facts.text import prepare
from extractors.facts.victim import shown_name

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "newsroom" / "corpus"
TRUTH = ROOT / "benchmarks" / "truth"
WEIGHTS = ROOT / "extractors" / "facts" / "victim.toml"
FOLDS = 5
PULL = 0.6  # how strongly weights hold to their priors; smaller moves more
STEPS = 250
LEAST = 6  # candidates that must have a feature before it gets a weight
THRESHOLDS = (0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.70)
PRIORS = """
bias -3.3, in_title 0.6, in_lead 1.9, title_and_body -0.9, first 0.9, count 1.4, title_object 0.7
title_suffers 2, title_acts 1, title_compound 1.4, title_holder 0.2, lead_object 0.4, lead_suffers 1.4
lead_acts 0.1, lead_compound 0.5, lead_holder 0.7, body_object 0.3, body_suffers 1.1, body_acts 0.4
body_compound 0.5, body_holder 0.1, title_speaker 0.2, body_speaker -0.7, title_located -1.2, lead_located -0.4
body_located -0.9, title_person -0.9, lead_person -0.1, body_person -1.1, titled -1.5, as_actor -1, actor -3.6
weak_actor -1, press -2.1, vendors -2.8, authorities -3.1, products -2.3, place -1.3, nation -2.5
place_only -2.1, city_of 2.7, institution 1.7, legal_form 1.2, known 1.4, no_role -0.4, long 0.5
opens_alone -0.4, title_only -1.3, press_hit -0.5, vendors_hit -0.5, authorities_hit -1.4, products_hit -1.8
title_vehicle -0.3, lead_vehicle -0.7, body_vehicle -0.7, title_through -1, lead_through -1.3, title_agent -1.7
lead_agent -1.5, body_agent -1.5, title_aftermath -0.3, modifies -0.1, body_passing 1, lead_aftermath 1.4
title_first 0.5, title_breach 0.3, title_kind 0.6, lead_kind 0.8, body_kind 0.2, title_speaking_kind -0.8
lead_speaking_kind -0.8, body_speaking_kind -0.8, asked_for 1.3, kind_in_name 0.4, given_name -1.5
official -1.5, initials -0.3, many_words 0.2, made_up 0.2, german_noun -1.5, able 0.3, alone 0.4
named_first 0.4, meant 0.6, echoes 0.6, common_word -1, spot -1, press_name -1, press_name_hit -0.5
official_hit -0.5
"""
ROLES = {  # of bearing.py, as they weigh in the first two sentences; a little less in the headline, less in the body
    "opens": 0.2, "at": 0.6, "of": 0.3, "from": 0.3, "to": 0.2, "on": 0.2, "told": 0.3, "with": -0.2, "for": -0.2,
    "in": -0.3, "and": -0.3, "owner": 0.6, "employer": 0.5, "stays": -0.8, "charged": 0.8, "concedes": 0.6,
    "tells_own": 0.5, "passive": 0.3, "does": 0.2, "described": 0.5, "possessive": 0.4, "has_things": 0.3,
    "enumerated": -0.3, "spokesman": 0.1, "aged": -0.8, "adjacent": 0.3,
}  # fmt: skip
ZONES = {"title": 0.8, "lead": 1.0, "body": 0.4}


@dataclass(slots=True)
class Case:
    """The candidates of one article: features, whether each is the victim, and whether its shown name is right."""

    kind: str
    cluster: str
    title: str
    wanted: list[str]
    names: list[str]
    features: list[dict[str, float]]
    right: list[bool]
    shown: list[bool]
    weight: float = 1.0
    share: float = 1.0


def prior(name: str) -> float:
    """Where a weight starts."""
    listed = dict(pair.split() for pair in PRIORS.replace("\n", ",").split(",") if pair.strip())
    if name in listed:
        return float(listed[name])
    zone, _, role = name.partition("_")
    return round(ZONES.get(zone, 0.0) * ROLES.get(role, 0.0), 2)


def same(got: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether some name of a candidate is one of the wanted names, folded, or contains it."""
    for g in map(fold, got):
        for w in map(fold, wanted):
            if g == w or fuzz.ratio(g, w) >= 88:
                return True
            short, long = sorted((g, w), key=len)
            if len(short) >= 4 and f" {short} " in f" {long} " and len(short) >= 0.4 * len(long):
                return True
    return False


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def case(kind: str, cluster: str, wanted: list[str], article: Article) -> Case:
    """One article with its candidates described."""
    text = prepare(article)
    candidates = group_and_describe(text, read_names(text))
    return Case(
        kind, cluster, article.title, wanted,
        [shown_name(c) for c in candidates], [c.features for c in candidates],
        [same(c.forms, wanted) for c in candidates], [same([shown_name(c)], wanted) for c in candidates],
    )  # fmt: skip


def load() -> Iterator[Case]:
    """A case an article that reports one incident; where its victim has no name, no candidate is right."""
    for kind in ("articles", "briefs"):
        documents = {d["id"]: d for d in rows(CORPUS / f"{kind}.jsonl.gz")}
        for label in rows(CORPUS / f"{kind}-labels.jsonl"):
            if label["is_incident"] and not label.get("borderline"):
                document, main = documents[label["id"]], label["main"]
                wanted = [] if main.get("victim_unnamed") else [main["victim"], *main.get("victim_aliases", [])]
                article = make(str(document["title"]), str(document["content"]), "en")
                yield case("newsroom", str(label["cluster"] or label["id"]), wanted, article)
    for name in ("development", "held_out"):
        for row in rows(TRUTH / f"{name}.jsonl"):
            if row["is_incident"] and row["kind"] != "roundup":
                wanted = [row["victim"], *row["victim_aliases"]] if row["victim"] else []
                article = make(str(row["title"]), str(row["text"]), str(row["language"]))
                yield case(name, str(row["id"]), wanted, article)


def make(title: str, body: str, language: str) -> Article:
    """An article of that headline and text."""
    return Article(
        article_id="a", url="", canonical_url="", feed_id=None, source="", title=title.strip(),
        body=re.sub(r"\n\n+", "\n", body.strip()), body_status="full", fetched_at=datetime.now(UTC), language=language,
    )  # fmt: skip


def scores(one: Case, table: Mapping[str, float]) -> list[float]:
    """Log odds of each candidate, then 0.0 for none of them."""
    return [table["bias"] + sum(table.get(f, 0.0) * v for f, v in fs.items()) for fs in one.features] + [0.0]


def slopes(train: Sequence[Case], table: Mapping[str, float]) -> Mapping[str, float]:
    """How the likelihood of the labels grows with each weight."""
    found: defaultdict[str, float] = defaultdict(float)
    for one in train:
        row = scores(one, table)
        top = max(row)
        odds = [exp(s - top) for s in row]
        total = sum(odds)
        goal = [*one.right, not any(one.right)]
        mass = sum(o for o, g in zip(odds, goal, strict=True) if g) or 1e-300
        for i, features in enumerate(one.features):
            push = one.weight * ((odds[i] / mass if goal[i] else 0.0) - odds[i] / total)
            if abs(push) > 1e-5:
                found["bias"] += push
                for name, value in features.items():
                    if value and name in table:
                        found[name] += push * value
    return found


def fit(train: Sequence[Case]) -> dict[str, float]:
    """Gradient ascent from the priors, each weight with steps of its own size (as RMSprop does), signs kept."""
    seen = Counter(name for one in train for fs in one.features for name, value in fs.items() if value)
    start = {name: prior(name) for name in ("bias", *sorted(seen)) if name == "bias" or seen[name] >= LEAST}
    table, size = dict(start), dict.fromkeys(start, 0.0)
    for step in range(STEPS):
        found = slopes(train, table)
        rate = 0.08 * (1 - step / STEPS)
        for name, first in start.items():
            slope = found[name] - 2 * PULL * (table[name] - first)
            size[name] = 0.9 * size[name] + 0.1 * slope * slope
            value = table[name] + rate * slope / (size[name] ** 0.5 + 1e-3)
            keeps = abs(first) < 0.12 or name == "bias" or value * first > 0
            table[name] = value if keeps else 0.0
    return {name: round(value, 2) for name, value in table.items()}


def outcome(one: Case, table: Mapping[str, float], accept: float) -> tuple[str, str]:
    """right, wrong, missed, extra (a name where the victim has none) or none; and the name chosen."""
    row = scores(one, table)
    top = max(row)
    odds = [exp(s - top) for s in row]
    best = max(range(len(row) - 1), key=lambda i: row[i], default=-1)
    if best < 0 or odds[best] / sum(odds) < accept:
        return ("missed" if one.wanted else "none"), ""
    if not one.wanted:
        return "extra", one.names[best]
    return ("right" if one.shown[best] else "wrong"), one.names[best]


def curve(name: str, cases: Sequence[Case], tables: Mapping[int, Mapping[str, float]]) -> None:
    """Precision and recall of the shown name over the thresholds; each incident counts once."""
    for accept in THRESHOLDS:
        tally: defaultdict[str, float] = defaultdict(float)
        for one in cases:
            tally[outcome(one, tables[id(one)], accept)[0]] += one.share
        told = tally["right"] + tally["wrong"]
        print(
            f"  {name:12} accept {accept:.2f}  precision {tally['right'] / max(told, 1e-9):.3f}"
            f"  recall {tally['right'] / max(told + tally['missed'], 1e-9):.3f}  unnamed but told {tally['extra']:.0f}"
        )


def write(table: Mapping[str, float]) -> None:
    """Puts the weights into victim.toml, behind what stands above them."""
    head = WEIGHTS.read_text(encoding="utf-8").split("[weights]\n")[0]
    lines = (f"{name} = {value:.2f}\n" for name, value in table.items() if value)
    WEIGHTS.write_text(head + "[weights]\n" + "".join(lines), encoding="utf-8")


def main() -> int:
    """Cross-validates, measures what was held out, writes if asked to; ends with 1 where the corpora are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the weights fitted on everything into victim.toml")
    parser.add_argument("--mistakes", action="store_true", help="list what cross-validation gets wrong")
    args = parser.parse_args()
    if not CORPUS.is_dir():
        print(f"{CORPUS} is not there: weights are fitted where the labelled corpora are", file=sys.stderr)
        return 1
    cases = list(load())
    sizes = Counter(one.cluster for one in cases)
    for one in cases:
        one.weight, one.share = sizes[one.cluster] ** -0.5, 1 / sizes[one.cluster]
    known = [one for one in cases if one.kind != "held_out"]
    tables: dict[int, Mapping[str, float]] = {}
    for part in range(FOLDS):
        table = fit([one for one in known if fold_of(one) != part])
        tables.update({id(one): table for one in known if fold_of(one) == part})
    final = fit(known)
    tables.update({id(one): final for one in cases if one.kind == "held_out"})
    print(f"cross-validated in {FOLDS} folds of incidents; held out: fitted on all the others")
    for kind in ("newsroom", "development", "held_out"):
        curve(kind, [one for one in cases if one.kind == kind], tables)
    if args.mistakes:
        accept = float(toml("victim.toml")["thresholds"]["accept"])
        for one in known:
            result, name = outcome(one, tables[id(one)], accept)
            if result in {"wrong", "missed", "extra"}:
                print(f"  {result:6} {one.kind:11} {name!r}, wanted {one.wanted[:1]}: {one.title}")
    if args.write:
        write(final)
        print(f"{WEIGHTS} written")
    return 0


def fold_of(one: Case) -> int:
    """Which part of the cross-validation an incident belongs to."""
    return int(hashlib.sha256(one.cluster.encode()).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    sys.exit(main())
