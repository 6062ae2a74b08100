"""Copies among generated articles: 2,000 new ones against 10,000, 100,000 and 1,000,000 stored.

    python -m benchmarks.copies [--stored 10000 100000] [--seconds 60] [--curve] [--refold FILE]

Each size runs in a process of its own, so that its peak of memory is its own. At the smallest size the same night is
given to two others: every new body against every stored one by rapidfuzz alone, for as long as `--seconds` allows and
then reckoned up, and datasketch's MinHashLSH, where that is installed (`pip install datasketch`: it is no dependency of
the project; without it the rows are left out). `--curve` prints how recall and precision hang on the share of shingles
held, by length. `--refold` folds the articles of a store again, oldest first, newest first and all at once, and says
whether the same stories come out.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import duckdb
from rapidfuzz import fuzz

from benchmarks import stored
from benchmarks.generated import Printed
from breachwire.store.sketches import candidate_pairs
from breachwire.stories import Body, fold_copies
from breachwire.stories.copying import read
from breachwire.stories.sketching import shingles_of, words_of

SIZES = (10_000, 100_000, 1_000_000)
HEAD = f"{'':34}{'precision':>10}{'recall':>8}{'candidates':>12}{'join s':>8}{'confirm s':>11}{'peak MB':>9}"
LSH_THRESHOLDS = (0.3, 0.5)
LENGTHS = (60, 130, 250, 100_000)
HELD = (0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)

Pair = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one way of finding copies found among the new articles, in CPU seconds and megabytes."""

    name: str
    precision: float
    recall: float
    candidates: int
    join_s: float
    confirm_s: float
    peak_mb: int

    def line(self) -> str:
        """A row below HEAD."""
        shares = f"{self.name:34}{self.precision:10.4f}{self.recall:8.4f}{self.candidates:12,}"
        return shares + f"{self.join_s:8.2f}{self.confirm_s:11.2f}{self.peak_mb:9,}"


def main() -> None:
    """Prints the table."""
    args = _arguments()
    if args.one:
        print(json.dumps(ours(args.one, over_years=args.over_years)))
    elif args.refold:
        from benchmarks.refold import refold

        refold(args.refold)
    elif args.curve:
        curve()
    else:
        print(f"{len(stored.night()):,} new articles, {len(truth()):,} pairs of copies\n\n{HEAD}")
        for size in args.stored:
            print(_in_a_process(size).line(), flush=True)
        print(_in_a_process(max(args.stored), over_years=True).line(), flush=True)
        for other in (*by_minhash(), *by_brute_force(args.seconds)):
            print(other.line(), flush=True)


def ours(size: int, *, over_years: bool) -> dict[str, object]:
    """The product's own join and confirmation, over the stored file of that size."""
    night, rules = stored.night(), stored.RULES
    with duckdb.connect(str(stored.ready(size, over_years=over_years))) as con:
        con.begin()
        before = _cpu()
        pairs = candidate_pairs(con, list(night), rules)
        join = _cpu() - before
        con.rollback()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    new = [_body(i, one, None) for i, one in night.items()]
    others = {i: _body(i, _printed(i), f"s_{i}") for _, i, _ in pairs if i not in night}
    before = _cpu()
    stories = fold_copies(new, others, pairs, rules)
    confirm = _cpu() - before
    found = {frozenset(p) for s in stories for p in combinations(s.article_ids, 2)}
    name = f"breachwire, {size:,} {'over years' if over_years else 'stored'}"
    return _scored(name, found, truth()) | {
        "candidates": len(pairs),
        "join_s": join,
        "confirm_s": confirm,
        "peak_mb": peak,
    }


@cache
def truth() -> set[Pair]:
    """Pairs of ids that are one text: new ones among themselves, and with the stored text that they copy."""
    by_origin: dict[int, list[str]] = defaultdict(list)
    for article_id, one in stored.night().items():
        by_origin[one.origin].append(article_id)
    for origin, ids in by_origin.items():
        if origin < stored.FIRST_NEW:
            ids.append(stored.id_of(origin))
    return {frozenset(p) for ids in by_origin.values() for p in combinations(ids, 2)}


def by_minhash() -> Iterator[Measured]:
    """datasketch's MinHashLSH over the same shingles, 128 permutations, at SIZES[0] stored; no confirmation."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("  datasketch is not installed: its rows are left out", flush=True)
        return
    before, hashes = _cpu(), {}
    for article_id, one in _everything():
        hashes[article_id] = MinHash(num_perm=128)
        hashes[article_id].update_batch([s.encode() for s in shingles_of(words_of(one.body), 4)])
    hashing = _cpu() - before
    for threshold in LSH_THRESHOLDS:
        before, index = _cpu(), MinHashLSH(threshold=threshold, num_perm=128)
        for article_id, made in hashes.items():
            index.insert(article_id, made)
        found = {frozenset((i, o)) for i in stored.night() for o in index.query(hashes[i]) if o != i}
        yield Measured(
            **_scored(f"MinHashLSH {threshold}, {SIZES[0]:,} stored", found, truth()),
            candidates=len(found),
            join_s=hashing + _cpu() - before,
            confirm_s=0.0,
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        )


def by_brute_force(seconds: float) -> Iterator[Measured]:
    """rapidfuzz's token_set_ratio of new bodies with all others, as many as the CPU seconds allow, reckoned up."""
    texts = {i: " ".join(words_of(one.body)) for i, one in _everything()}
    before, tried, found = _cpu(), set[str](), set[Pair]()
    for i in stored.night():
        if _cpu() - before > seconds:
            break
        tried.add(i)
        found |= {
            frozenset((i, o))
            for o, text in texts.items()
            if o != i and fuzz.token_set_ratio(texts[i], text, score_cutoff=stored.RULES.cutoff)
        }
    wanted = {pair for pair in truth() if pair & tried}
    yield Measured(
        **_scored(f"rapidfuzz, all pairs ({len(tried)} tried)", found, wanted),
        candidates=len(texts) * len(stored.night()),
        join_s=0.0,
        confirm_s=(_cpu() - before) / max(1, len(tried)) * len(stored.night()),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def curve() -> None:
    """What each threshold of the share held would give among candidates, by the words of the shorter text."""
    rules = stored.RULES
    with duckdb.connect(str(stored.ready(SIZES[0]))) as con:
        con.begin()
        pairs = candidate_pairs(con, list(stored.night()), rules.model_copy(update={"min_shared": 2}))
        con.rollback()
    rows: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one, two, _ in pairs:
        a, b = sorted((read(_body(i, _printed(i), None), rules) for i in (one, two)), key=lambda r: len(r.words))
        held = len(a.shingles & b.shingles) / max(1, len(a.shingles))
        length = next(n for n in LENGTHS if len(a.words) < n)
        rows[length].append((held, frozenset((one, two)) in truth()))
    print("words below" + "".join(f"{'held ' + str(h):>16}" for h in HELD))
    for length, seen in sorted(rows.items()):
        cells = []
        for threshold in HELD:
            kept = [is_copy for held, is_copy in seen if held >= threshold]
            right = sum(kept)
            cells.append(f"{right / max(1, len(kept)):.3f} / {right / max(1, sum(c for _, c in seen)):.3f}")
        print(f"{length:>11,}" + "".join(f"{cell:>16}" for cell in cells))
    print("precision / recall of the share held alone, before leads, headlines and names are looked at")


def _scored(name: str, found: set[Pair], wanted: set[Pair]) -> dict[str, object]:
    right = len(found & wanted)
    return {"name": name, "precision": right / max(1, len(found)), "recall": right / max(1, len(wanted))}


def _everything() -> Iterable[tuple[str, Printed]]:
    yield from ((stored.id_of(n), stored.press().article(n)) for n in range(SIZES[0]))
    yield from stored.night().items()


def _printed(article_id: str) -> Printed:
    night: Mapping[str, Printed] = _night()
    return night[article_id] if article_id in night else stored.press().article(stored.number_of(article_id))


@cache
def _night() -> Mapping[str, Printed]:
    return stored.night()


def _body(article_id: str, one: Printed, story: str | None) -> Body:
    return Body(article_id=article_id, text=one.body, published_at=one.published_at, title=one.title, story_id=story)


def _in_a_process(size: int, *, over_years: bool = False) -> Measured:
    stored.ready(size, over_years=over_years)
    command = [sys.executable, "-m", "benchmarks.copies", "--one", str(size), *["--over-years"] * over_years]
    done = subprocess.run(command, check=True, cwd=stored.ROOT, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(done.stdout))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, nargs="+", default=list(SIZES), help="sizes of the store")
    parser.add_argument("--seconds", type=float, default=60.0, help="CPU seconds that brute force may take")
    parser.add_argument("--curve", action="store_true", help="print what other thresholds would give")
    parser.add_argument("--refold", type=Path, metavar="FILE", help="a private store whose articles are folded again")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--over-years", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
