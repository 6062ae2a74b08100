"""Broken bytes into the readers of feeds and pages: no crash, no hang, no flood of memory.

    python -m benchmarks.fuzz [feeds|pages] [--seconds N] [--seed N] [--keep FOLDER]

Feeds are the golden cases and what a small grammar of markup makes, pages are those of the sample; each is mutated:
bytes flipped, cut, doubled, put together with another, tokens of XML, HTML and JSON strewn in. A find is any exception
but ContentError, more than 2 s of CPU, or more than 500 MB of the whole process. Each is written to the folder with its
seed, and the exit code is 1. Runs that begin with one seed see the same documents.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.feeds import cases
from breachwire.errors import ContentError
from breachwire.records import Entry, Feed, Page, Reply
from extractors import discovering, opml
from extractors.article import read_article
from extractors.feed import read_feed
from extractors.look import Lookout

SLOW_S, MEMORY_MB = 2.0, 500
_LONGEST = 400_000
"""Bytes of a mutated document; the 15 MB that a feed may have only make each step longer."""
_FEED = Feed(feed_id="f", url="https://herald.example/feed", title="Herald")
_TOKENS = re.findall(
    r"\S+",
    """<item> </item> <entry> </entry> <title> </title> <link> <link/> <![CDATA[ ]]> <!-- --> <?xml ?> <!DOCTYPE
    <!ENTITY [ ]> & &amp; &#0; &#x110000; &lt; &bogus; &#146; <p> </p> <div <br> <script> </script> <a:b
    xmlns:a=" ' = > < /> </rss> </channel> <rss version="2.0"> <feed xmlns="http://www.w3.org/2005/Atom">
    <rdf:RDF> <urlset> <url> <loc> <news:news> <sitemapindex> <opml> <outline xmlUrl="https://a.example/"
    <pubDate> 9999-99-99T99:99:99Z 2026년 -1 1e999 NaN { } [ ] " : , \ud800 \x00 \x1b[31m \ufeff \u202e \ufffe
    xml:base="http://[" href="//[" https://[::1]:99999/ javascript: é 漢 𝕏 <guid> type="xhtml"
    type="application/json" content:encoded ]]]]> <html> <body> <table> <template> <svg> <noscript> <meta
    charset= <script type="application/ld+json"> {"@type":"NewsArticle","datePublished":[]} encoding="utf-16"
    encoding='x'""",
)


def mutated(reply: Reply, seed: int, other: bytes = b"") -> Reply:
    """The answer with its body broken in up to eight places, the same for the same seed."""
    chance = random.Random(seed)
    body = reply.body
    for _ in range(chance.randint(1, 8)):
        body = chance.choice(_MUTATIONS)(body, chance, other)[:_LONGEST]
    kinds = ["", "text/xml; charset=utf-16", "application/json", "text/html; charset=shift_jis"]
    headers = reply.headers if chance.random() < 0.9 else (("content-type", chance.choice(kinds)),)
    return replace(reply, body=body, headers=headers)


def _flip(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    data = bytearray(body or b" ")
    for _ in range(chance.randint(1, 1 + len(data) // 50)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _cut(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    start, end = sorted((chance.randint(0, len(body)), chance.randint(0, len(body))))
    return body[:start] + body[end:] if chance.random() < 0.7 else body[:end]


def _repeat(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    start = chance.randint(0, len(body))
    piece = body[start : start + chance.randint(1, 200)]
    return body[:start] + piece * chance.choice([2, 10, 1000, 20_000]) + body[start:]


def _strew(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    for _ in range(chance.randint(1, 10)):
        at = chance.randint(0, len(body))
        token = chance.choice(_TOKENS).encode("utf-8", "surrogatepass") * chance.choice([1, 1, 1, 3, 500, 5000])
        body = body[:at] + token + body[at:]
    return body


def _join(body: bytes, chance: random.Random, other: bytes) -> bytes:
    return body[: chance.randint(0, len(body))] + other[chance.randint(0, len(other)) :]


def _recode(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32", "cp1252", "gb18030"]), "replace")


_MUTATIONS: tuple[Callable[[bytes, random.Random, bytes], bytes], ...] = (_flip, _cut, _repeat, _strew, _join, _recode)


def grown(seed: int) -> bytes:
    """A document of tokens alone, nested as chance has it."""
    chance = random.Random(seed)
    return " ".join(chance.choices(_TOKENS, k=chance.choice([5, 50, 500, 5000]))).encode("utf-8", "surrogatepass")


def crash(reply: Reply) -> str:
    """What the readers of feeds, lists and addresses raise beside ContentError, as its traceback; "" for nothing."""
    for reader in (
        lambda: read_feed(_FEED, reply, max_entries=200),
        lambda: opml.read_opml(reply.body, "x"),
        lambda: discovering.named_feeds(reply),
        lambda: discovering.listed_sitemaps(reply, 3),
    ):
        try:
            reader()
        except ContentError:
            pass
        except Exception:  # noqa: BLE001  this is what is sought
            return traceback.format_exc()
    return ""


def _pages() -> tuple[list[Reply], Callable[[Reply], str]]:
    """Pages of the sample, and what their readers raise."""
    from benchmarks.truth.sets import ROOT
    from breachwire.sample import serve
    from breachwire.settings import load

    settings = load(ROOT / "config", ROOT / "data")
    lookout = Lookout(settings.keywords)
    with serve(ROOT / "data" / "sample") as room:
        import urllib.request

        urls = [room.url_of(article) for article in room.sample.articles if article.night == 1]
        bodies = [urllib.request.urlopen(url, timeout=10).read() for url in urls]

    def raised(reply: Reply) -> str:
        entry = Entry(article_id="a", feed_id="f", url=reply.url, canonical_url=reply.url, title="Harbour firm hit")
        page = Page(
            entry=entry,
            source="herald.example",
            final_url=reply.url,
            body=reply.body,
            content_type=reply.header("content-type"),
            fetched_at=reply.fetched_at,
        )
        for reader in (lookout.look, lookout.skim, lambda p: read_article(p, settings.article)):
            try:
                reader(page)
            except ContentError:
                pass
            except Exception:  # noqa: BLE001  this is what is sought
                return traceback.format_exc()
        return ""

    now, url = datetime(2026, 11, 22, tzinfo=UTC), "https://herald.example/a"
    kind = (("content-type", "text/html"),)
    return [Reply(url=url, final_url=url, status=200, headers=kind, body=b, fetched_at=now) for b in bodies], raised


def _documents(seeds: list[Reply], first: int) -> Iterator[tuple[int, Reply]]:
    """Without end: the seed, and the document that it makes."""
    seed = first
    while True:
        chance = random.Random(seed)
        base = chance.choice(seeds)
        if chance.random() < 0.15:
            base = replace(base, body=grown(seed))
        yield seed, mutated(base, seed, chance.choice(seeds).body)
        seed += 1


def main() -> None:
    """Feeds documents to the readers until the time is over; prints what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["feeds", "pages"], default="feeds", help="which readers")
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="how long (default 60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the first document")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where finds are written (default: a new folder)")
    args = parser.parse_args()
    keep = args.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    seeds, reader = ([case.reply for case in cases()], crash) if args.what == "feeds" else _pages()
    ends, finds, slowest, count = time.monotonic() + args.seconds, 0, (0.0, 0), 0
    for seed, document in _documents(seeds, args.seed):
        if time.monotonic() > ends:
            break
        start = time.process_time()
        raised = reader(document)
        spent = time.process_time() - start
        count, slowest = count + 1, max(slowest, (spent, seed))
        why = raised or (f"took {spent:.1f} s of CPU" if spent > SLOW_S else "")
        if why:
            finds += 1
            (keep / f"{args.what}-{seed}.bin").write_bytes(document.body)
            print(
                f"seed {seed}, {len(document.body):,} bytes: {why.strip().splitlines()[-1]} (kept in {keep})",
                flush=True,
            )
            (keep / f"{args.what}-{seed}.txt").write_text(why, "utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    words = f"slowest {slowest[0]:.2f} s of CPU (seed {slowest[1]}), peak {peak} MB"
    print(f"{args.what}: {count:,} documents, {finds} finds, {words}")
    sys.exit(1 if finds or peak > MEMORY_MB else 0)


if __name__ == "__main__":
    main()
