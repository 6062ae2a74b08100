"""A WARC file as a crawler of the news writes them, made from ../shared/newsroom: any number of distinct addresses.

    python -m benchmarks.warc OUT.warc.gz [--pages 30000] [--seed 7]

Four pages of a hundred are the newsroom's articles (most report an incident), the others its recorded pages of the
world's press, which report none; the share is the same at every size, so that sizes can be compared. Each page is a
request and a response, one gzip member a record, as in Common Crawl's CC-NEWS. The same seed makes the same file. It is
made in build/ or elsewhere, never committed.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from benchmarks.truth.scorer import SHARED

ARTICLES_IN_A_HUNDRED = 4
SITES = 500
_BEGUN = datetime(2024, 1, 15, 2, 30, tzinfo=UTC)


def newsroom() -> Any:
    """The module ../shared/newsroom/newsroom.py."""
    spec = importlib.util.spec_from_file_location("newsroom_of_shared", SHARED / "newsroom" / "newsroom.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def documents(seed: int) -> tuple[list[bytes], list[bytes]]:
    """The newsroom's articles, set into their pages, and its recorded pages."""
    folder = SHARED / "newsroom"
    corpus = sorted(map(str, (folder / "corpus").glob("*.jsonl.gz")))
    asked = SimpleNamespace(
        seed=seed, corpus=corpus, labels=[], articles=0, sites=SITES, port=80, nights=1, copies=4, copied_share=35
    )
    asked.pages, asked.page_repeat = str(folder / "pages"), 1
    sites, _ = newsroom().build(asked)
    placed = sorted((a for site in sites for a in site.articles), key=lambda a: (a.published, a.path))
    kinds = {kind: [a.page for a in placed if (a.truth["source"] == "page") == kind] for kind in (True, False)}
    return kinds[False], kinds[True]


def pages(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Address and HTML of so many pages."""
    articles, recorded = documents(seed)
    for number in range(count):
        host = f"www.paper{number % SITES}.example"
        if number % 100 < ARTICLES_IN_A_HUNDRED:
            nth = number // 100 * ARTICLES_IN_A_HUNDRED + number % 100
            yield f"https://{host}/2024/01/story-{nth}.html", articles[nth % len(articles)]
        else:
            yield f"https://{host}/news/{number}/page.html", recorded[(number * 7919) % len(recorded)]


def write(out: BinaryIO, count: int, seed: int) -> None:
    """Writes the file."""
    out.write(record("warcinfo", "", _BEGUN, b"software: benchmarks.warc\r\nformat: WARC File Format 1.0\r\n"))
    for number, (url, body) in enumerate(pages(count, seed)):
        when = _BEGUN + timedelta(milliseconds=100 * number)
        out.write(record("request", url, when, b"GET / HTTP/1.1\r\nUser-Agent: paper\r\n\r\n"))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        out.write(record("response", url, when, head + body))


def record(kind: str, url: str, when: datetime, block: bytes) -> bytes:
    """A WARC record, packed by itself."""
    types = {"warcinfo": "application/warc-fields"}
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Date: {when:%Y-%m-%dT%H:%M:%SZ}",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {url}')}>",
        f"Content-Type: {types.get(kind, f'application/http; msgtype={kind}')}",
        f"Content-Length: {len(block)}",
        *([f"WARC-Target-URI: {url}"] if url else []),
    ]
    return gzip.compress("\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n", 6, mtime=0)


def main() -> None:
    """Makes the file and says how large it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("wb") as out:
        write(out, args.pages, args.seed)
    print(f"{args.pages} pages, {args.out.stat().st_size / 1e6:.0f} MB: {args.out}")


if __name__ == "__main__":
    main()
