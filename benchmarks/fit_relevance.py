"""Fits the weights of config/keywords.toml on labelled articles, and says how well they do on articles not seen.

    python benchmarks/fit_relevance.py                # measure the file as it is, and a fit in cross-validation
    python benchmarks/fit_relevance.py --write        # fit on everything, and write the weights into the file

A logistic regression over the same terms and zones that the judge counts, with its threshold and zone factors held.
Every weight starts from a prior of its class (`PRIORS`, the same in all languages, or `FOR` and `AGAINST`), never from
what the file says, and moves only as far as the labels pull (`--pull`): fitting twice gives the same file twice. A term
never counts against an article, nor a negative for it, and weights are rounded to 0.1. Folds are cut by incident, so
that no incident is in both parts; briefs (a headline and one line), articles, recorded general pages and texts of our
own writing (tests/extractors/headlines.tsv, every second one of leads.tsv, truth/development.jsonl) are fitted
together: the last keep the fit from forgetting what the corpora do not speak of. The other half of leads.tsv
("unseen") and truth/held_out.jsonl ("held out") are measured, never fitted, and not to be looked at when phrases are
added. Round-ups are judged section by section elsewhere, and left out here. Needs ../shared/newsroom.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from breachwire.errors import ContentError
from breachwire.records import Entry, Page
from breachwire.settings.keywords import Keywords, TermRule
from breachwire.settings.load import read
from breachwire.settings.models import ArticleText
from extractors.article import read_article
from extractors.metadata import clean_title
from extractors.relevance import Judge, Score

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tests" / "extractors" / "headlines.tsv"
LEADS = ROOT / "tests" / "extractors" / "leads.tsv"
NEWSROOM = ROOT.parent / "shared" / "newsroom"
TRUTH = ROOT / "benchmarks" / "truth"
FOLDS = 5
STEEPNESS = 0.7  # log-odds a point of score: two points above the threshold are 4 to 1
KINDS = ("articles", "briefs", "pages", "own", "leads", "unseen", "texts", "held out")
NEVER_FITTED = ("unseen", "held out")
WEIGHT_OF = {
    "articles": 1.0,
    "briefs": 0.7,
    "pages": 3.0,
    "own": 0.7,
    "leads": 1.0,
    "texts": 1.0,
}  # of one example: a page kept is the worst mistake
LEAST, MOST = 0.1, 5.0  # bounds of a weight's size: no term is without effect, and none decides alone from the body
FOR, AGAINST = 2.0, -2.5  # priors of a term and of a negative whose concept is not in PRIORS
PRIORS = {  # concept (an id without its language) to where its weight starts: how sure one mention makes a reader
    **dict.fromkeys(
        ("data-breach", "breached", "compromised", "intrusion", "mishandled-data", "ransomware-attack"), 3.0
    ),
    **dict.fromkeys(("cyber-attack", "email-fraud", "hijacked", "insider", "flooded"), 3.0),
    **dict.fromkeys(("wrong-address", "swamped", "pages-defaced", "card-thieves", "poisoned", "insider-did"), 3.0),
    **dict.fromkeys(("paid-the-wrong", "coins-gone"), 3.0),
    **dict.fromkeys(("somebody-got-in", "attack-on-it", "open-to-all", "spied-on", "accounts-robbed"), 2.5),
    **dict.fromkeys(
        ("regulator-over-data", "held-over-data", "stopping-the-leak", "offered-and-named", "asked-for-money"), 2.5
    ),
    **dict.fromkeys(("hacked", "exposed-data", "exposed", "page-replaced", "listed-by-a-gang", "left-open"), 2.5),
    **dict.fromkeys(("stolen-data", "leaked-data", "data-was-taken", "in-court", "made-to-pay", "arrests"), 1.5),
    **dict.fromkeys(("victim-speech", "kinds-of-data", "extortion", "claim", "disruption", "confirmed-by"), 1.2),
    **dict.fromkeys(("understated", "told-its-people", "back-to-paper"), 1.2),
    **dict.fromkeys(("hacker", "taken", "records", "records-affected", "people-hit", "known-gang", "struck"), 0.8),
    **dict.fromkeys(("data-breaches", "cyber-attacks", "ransomware", "police-look-into"), 0.5),
    **dict.fromkeys(("people-counted", "works-stopped", "owned-up"), 0.5),
    **dict.fromkeys(("advice", "product-news", "survey-or-report", "what-might-happen", "question-headline"), -3.0),
    **dict.fromkeys(("not-an-attack", "fiction", "other-talk", "hazard"), -4.0),
    **dict.fromkeys(("vulnerability-write-up", "study-body", "malware-write-up", "general-threat"), -1.2),
    **dict.fromkeys(("question-mark", "why-and-if"), -1.2),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text: `terms` is rule id to the zone factors it counted with."""

    kind: str
    group: str
    title: str
    is_incident: bool
    terms: Mapping[str, float]


def main() -> int:
    """Prints the measurements; ends with 1 where the corpora are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keywords", type=Path, default=ROOT / "config" / "keywords.toml")
    parser.add_argument("--newsroom", type=Path, default=NEWSROOM)
    parser.add_argument(
        "--pull", type=float, default=0.7, help="how strongly weights hold to their priors; smaller moves more"
    )
    parser.add_argument("--write", action="store_true", help="write the fitted weights into the file")
    parser.add_argument("--mistakes", action="store_true", help="list what the fitted weights get wrong")
    args = parser.parse_args()
    if not (args.newsroom / "corpus").is_dir():
        print(f"{args.newsroom} is not there: weights are fitted where the labelled corpora are", file=sys.stderr)
        return 1
    keywords = read(Keywords, args.keywords)
    weights = {rule.id: -abs(rule.weight) for rule in keywords.negatives}
    weights |= {rule.id: rule.weight for rule in keywords.terms}
    keep = keywords.thresholds.keep
    examples = list(load_examples(args.newsroom, keywords))
    print("as the file is")
    report(examples, lambda e: total(e, weights), keep)
    start = {rule.id: prior(rule) for rule in (*keywords.terms, *keywords.negatives)}
    known = [e for e in examples if e.kind not in NEVER_FITTED]
    held_out: dict[int, float] = {}
    for fold in range(FOLDS):
        seen = [e for e in known if fold_of(e) != fold]
        fitted = fit(seen, start, keep, args.pull)
        held_out.update({id(e): total(e, fitted) for e in examples if fold_of(e) == fold})
    print(f"fitted, in {FOLDS}-fold cross-validation")
    report(examples, lambda e: held_out[id(e)], keep)
    fitted = fit(known, start, keep, args.pull)
    print("fitted on everything")
    report(examples, lambda e: total(e, fitted), keep)
    if args.mistakes:
        list_mistakes(known, held_out, keep)
    if args.write:
        args.keywords.write_text(with_weights(args.keywords.read_text(encoding="utf-8"), fitted), encoding="utf-8")
        print(f"{args.keywords} written; now bump its version")
    return 0


def load_examples(newsroom: Path, keywords: Keywords) -> Iterator[Example]:
    """Articles and briefs that are not borderline, and general pages, with the terms that count in each."""
    judge = Judge(keywords)
    weights = {rule.id: rule.weight for rule in (*keywords.terms, *keywords.negatives)}
    for kind in ("articles", "briefs"):
        labels = {row["id"]: row for row in _rows(newsroom / "corpus" / f"{kind}-labels.jsonl")}
        for row in _rows(newsroom / "corpus" / f"{kind}.jsonl.gz"):
            label = labels[row["id"]]
            if label.get("borderline") or not row["title"]:
                continue
            score = judge.score(clean_title(row["title"]), row["content"], "en")
            group = label.get("cluster") or row["id"]
            yield Example(kind, group, row["title"], label["is_incident"], _factors(score, weights))
    for line in OWN.read_text(encoding="utf-8").splitlines()[1:]:
        kept, language, title, lead = line.split("\t")
        yield Example("own", title, title, kept == "yes", _factors(judge.score(title, lead, language), weights))
    lines = [line for line in LEADS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for number, line in enumerate(lines):
        _, language, kept, title, lead = line.split("\t")
        kind = "unseen" if number % 2 else "leads"
        yield Example(kind, title, title, kept == "yes", _factors(judge.score(title, lead, language), weights))
    for kind, name in (("texts", "development"), ("held out", "held_out")):
        for row in _rows(TRUTH / f"{name}.jsonl"):
            if row["kind"] == "roundup":
                continue
            score = judge.score(row["title"], row["text"], row["language"])
            yield Example(kind, row["id"], row["title"], row["is_incident"], _factors(score, weights))
    for row in _rows(newsroom / "pages" / "index.jsonl"):
        try:
            article = read_article(_page(newsroom / "pages" / row["file"], row), ArticleText())
        except ContentError:
            continue
        score = judge.score(article.title, article.body, article.language)
        yield Example("pages", row["file"], article.title, bool(row.get("is_incident")), _factors(score, weights))


def fit(examples: Sequence[Example], start: Mapping[str, float], keep: float, pull: float) -> dict[str, float]:
    """Weights, rounded to 0.1, that explain the labels and stay near `start`; signs are kept."""
    weights = dict(start)
    used = sorted({term for e in examples for term in e.terms})
    speed = dict.fromkeys(used, 0.0)
    for step in range(400):
        slope: dict[str, float] = defaultdict(float)
        for e in examples:
            z = STEEPNESS * (sum(weights[t] * x for t, x in e.terms.items()) - keep)
            miss = (1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) - e.is_incident) * WEIGHT_OF[e.kind]
            for term, x in e.terms.items():
                slope[term] += miss * x * STEEPNESS
        for term in used:
            slope[term] += pull * (weights[term] - start[term])
            speed[term] += slope[term] ** 2
            stride = 0.3 / (1 + step / 100) * slope[term] / (math.sqrt(speed[term] / (step + 1)) + 1e-6)
            weights[term] = _bounded(weights[term] - stride, start[term])
    return {term: round(weight, 1) for term, weight in weights.items()}


def prior(rule: TermRule) -> float:
    """Where the fit starts for a rule: by its concept, or the default of its side."""
    size = PRIORS.get(rule.id.removesuffix(f"-{rule.lang}"))
    return size if size is not None else (AGAINST if rule.weight < 0 else FOR)


def total(example: Example, weights: Mapping[str, float]) -> float:
    """The judge's sum under other weights."""
    return sum(weights[term] * x for term, x in example.terms.items())


def fold_of(example: Example) -> int:
    """The fold of an example: the same for all texts about one incident, on every machine."""
    return int(hashlib.sha256(example.group.encode()).hexdigest(), 16) % FOLDS


def report(examples: Iterable[Example], value: Callable[[Example], float], keep: float) -> None:
    """One line of precision, recall and F1 a kind."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for e in examples:
        kept = value(e) >= keep
        if kept or e.is_incident:
            counts[e.kind][0 if kept and e.is_incident else 1 if kept else 2] += 1
    for kind in KINDS:
        hits, false, missed = counts[kind]
        precision, recall = hits / max(1, hits + false), hits / max(1, hits + missed)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"  {kind:9} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}   {hits=} {false=} {missed=}")


def list_mistakes(examples: Iterable[Example], held_out: Mapping[int, float], keep: float) -> None:
    """Every wrong decision in cross-validation, the worst first."""
    wrong = [(held_out[id(e)], e) for e in examples if (held_out[id(e)] >= keep) != e.is_incident]
    for value, e in sorted(wrong, key=lambda pair: -abs(pair[0] - keep)):
        print(f"  {'missed' if e.is_incident else 'false'} {value:6.1f} {e.kind:8} {e.title[:110]}")


def with_weights(toml: str, weights: Mapping[str, float]) -> str:
    """The file's text with each rule's `weight = ` line changed and all else, comments included, as it was."""
    current = None
    lines = []
    for line in toml.split("\n"):
        if found := re.match(r'id\s*=\s*"([^"]+)"', line):
            current = found[1]
        elif (found := re.match(r"weight\s*=\s*(-?[\d.]+)", line)) and current in weights:
            line = f"weight = {weights[current]}" + line[found.end() :]  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def _bounded(weight: float, start: float) -> float:
    return max(LEAST, min(MOST, weight)) if start > 0 else max(-MOST, min(-LEAST, weight))


def _factors(score: Score, weights: Mapping[str, float]) -> dict[str, float]:
    factors: dict[str, float] = defaultdict(float)
    for term in (*score.terms, *score.negatives):
        factors[term.term] += abs(term.weight / weights[term.term])
    return dict(factors)


def _rows(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _page(path: Path, row: Mapping[str, str]) -> Page:
    raw = path.read_bytes()
    entry = Entry(
        article_id=row["file"],
        feed_id="",
        url=row["url"],
        canonical_url=row["url"],
        title=row.get("title") or "",
        published_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    body = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return Page(
        entry=entry,
        source="",
        final_url=row["url"],
        body=body,
        content_type=None,
        fetched_at=datetime(2025, 1, 1, tzinfo=UTC),
    )


if __name__ == "__main__":
    sys.exit(main())
