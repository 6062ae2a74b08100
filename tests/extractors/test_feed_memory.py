"""A feed of 50,000 entries costs no more memory than its own text."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime

import pytest

from breachwire.records import Feed, Reply
from extractors.feed import read_feed

TEXT = "The cranes of Larkwell Docks stand still. " * 4
KINDS = {
    "rss": (
        "<rss version='2.0'><channel><title>x</title>",
        "<item><title>Firm {0} hit</title><link>https://h.example/{0}</link><description>"
        + TEXT
        + "</description></item>",
        "</channel></rss>",
    ),
    "atom": (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>",
        "<entry><title>Firm {0} hit</title><link href='https://h.example/{0}'/><summary>" + TEXT + "</summary></entry>",
        "</feed>",
    ),
    "sitemap": (
        "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>",
        "<url><loc>https://h.example/{0}</loc><news:news><news:title>" + TEXT + "</news:title></news:news></url>",
        "</urlset>",
    ),
    "json": ('{"items": [', json.dumps({"url": "U{0}", "content_text": TEXT}).replace("U{0}", "/{0}"), "]}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_memory_follows_what_is_kept(kind: str) -> None:
    head, item, tail = KINDS[kind]
    items = (item.replace("{0}", str(n)) for n in range(10_000 if kind == "sitemap" else 50_000))
    body = (head + (", " if kind == "json" else "").join(items) + tail).encode()
    reply = Reply(
        url="https://h.example/f",
        final_url="https://h.example/f",
        status=200,
        headers=(),
        body=body,
        fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    tracemalloc.start()
    try:
        reading = read_feed(Feed(feed_id="f", url="https://h.example/f", title="x"), reply, max_entries=500)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(reading.entries) == 500
    assert peak < 4 * len(body) + (16 << 20)
