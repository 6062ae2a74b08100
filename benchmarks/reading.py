"""What reading an article costs: CPU milliseconds of each look and of the facts, side by side in one run.

    python -m benchmarks.reading

The pages are those of the sample newsroom as its server sets them and, where ../shared stands beside the repository,
the texts of its articles (judge and facts only: they have no pages). Each stage reads every text three times; the
quickest of the three counts, for the machine has other work.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.truth.bodies import page_of
from breachwire.records import Article
from breachwire.sample import Newsroom, read_sample
from breachwire.settings import load
from extractors.article import read_article
from extractors.facts import read_facts
from extractors.look import Lookout
from extractors.relevance import Judge

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "newsroom" / "corpus" / "articles.jsonl.gz"
ROUNDS = 3
T = TypeVar("T")


def cost(work: Callable[[T], object], items: Sequence[T]) -> float:
    """CPU milliseconds an item, of the quickest round."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for item in items:
            work(item)
        rounds.append(time.process_time() - started)
    return 1000 * min(rounds) / len(items)


def corpus() -> list[Article]:
    """The newsroom's articles as if they had been extracted; none where ../shared is absent."""
    if not CORPUS.is_file():
        return []
    now = datetime.now(UTC)
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Article(
            article_id=str(row["id"]),
            url="",
            canonical_url="",
            feed_id=None,
            source="",
            title=row["title"] or "",
            body=row["content"],
            body_status="full",
            fetched_at=now,
            published_at=now,
            language="en",
        )
        for row in rows
    ]


def main() -> None:
    """Measures and prints."""
    settings = load(ROOT / "config", ROOT / "build" / "reading")
    judge = Judge(settings.keywords)
    lookout = Lookout(settings.keywords, judge)
    newsroom = Newsroom(read_sample(ROOT / "data" / "sample"), 80, faults=False)
    pages = [page_of(newsroom, article) for article in newsroom.sample.articles]
    articles = [read_article(page, settings.article) for page in pages]
    extraction = cost(lambda page: read_article(page, settings.article), pages)
    print(f"  the sample's {len(pages)} pages, {_mean(len(p.body or b'') for p in pages) / 1000:.1f} kB each")
    print(f"    first look (raw page)       {cost(lookout.look, pages):6.2f} ms")
    print(f"    second look (visible text)  {cost(lookout.skim, pages):6.2f} ms")
    print(f"    extraction and metadata     {extraction:6.2f} ms")
    _rules(articles, judge, extraction)
    if known := corpus():
        print(f"  the newsroom's {len(known)} articles")
        _rules(known, judge, extraction)


def _rules(articles: Sequence[Article], judge: Judge, extraction: float) -> None:
    """Judge and facts on articles, with the facts' share of what an extraction costs."""
    facts = cost(read_facts, articles)
    print(f"    judge                       {cost(judge.judge, articles):6.2f} ms")
    print(f"    facts                       {facts:6.2f} ms   {facts / extraction:.2f} of an extraction")
    print(f"    text                        {_mean(len(a.body) for a in articles):6.0f} characters")


def _mean(sizes: Iterable[int]) -> float:
    listed = list(sizes)
    return sum(listed) / len(listed)


if __name__ == "__main__":
    main()
