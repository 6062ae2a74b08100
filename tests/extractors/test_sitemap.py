"""News sitemaps as feeds."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from breachwire.errors import ContentError
from breachwire.records import Feed, Reply
from extractors.feed import FeedReading, read_feed
from extractors.feedforms import sitemap

URL = "https://quay.example/news-sitemap.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://x.example/image">'
)


def news(number: int, date: str = "", title: str = "") -> str:
    return (
        f"<url><loc>https://quay.example/n{number}</loc><image:image><image:title>no title</image:title></image:image>"
        "<news:news><news:publication><news:name>Quay Post</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{date or f'2026-11-{number:02}T05:00:00+01:00'}"
        f"</news:publication_date><news:title>{title or f'Port {number} halted'}</news:title></news:news></url>"
    )


def reading(body: str | bytes, max_entries: int = 100) -> FeedReading:
    raw = body.encode() if isinstance(body, str) else body
    now = datetime(2026, 11, 22, tzinfo=UTC)
    reply = Reply(url=URL, final_url=URL, status=200, headers=(), body=raw, fetched_at=now)
    return read_feed(Feed(feed_id="f_quay", url=URL, title="Quay"), reply, max_entries=max_entries)


def test_addresses_with_news_are_entries_newest_first() -> None:
    result = reading(HEAD + news(3) + "<url><loc>https://quay.example/about</loc></url>" + news(9) + "</urlset>")
    assert [e.url for e in result.entries] == ["https://quay.example/n9", "https://quay.example/n3"]
    first = result.entries[0]
    assert (first.title, first.language) == ("Port 9 halted", "en")
    assert first.published_at == datetime(2026, 11, 9, 4, tzinfo=UTC)
    assert (result.title, result.kind, result.language, result.problems) == ("Quay Post", "news sitemap", "en", ())


def test_only_the_newest_are_kept() -> None:
    result = reading(HEAD + "".join(news(n) for n in range(1, 20)) + "</urlset>", max_entries=2)
    assert [e.title for e in result.entries] == ["Port 19 halted", "Port 18 halted"]
    assert result.problems == ("has more than 2 entries: the newest 2 were read",)


def test_a_sitemap_in_gzip_is_unpacked() -> None:
    assert len(reading(gzip.compress((HEAD + news(1) + "</urlset>").encode())).entries) == 1


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T07:30Z", datetime(2026, 11, 20, 7, 30, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 07:30:00 GMT", datetime(2026, 11, 20, 7, 30, tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_dates(date: str, expected: datetime | None) -> None:
    assert reading(HEAD + news(1, date) + "</urlset>").entries[0].published_at == expected


def test_faults_cost_what_they_touch_alone() -> None:
    body = HEAD + news(1, title="R&D halted") + news(2) + "<url><loc>https://quay.exa"
    result = reading(body.replace(' xmlns:image="http://x.example/image"', ""))
    assert [e.url[-2:] for e in result.entries] == ["n2", "n1"]
    assert result.problems[0].startswith("is not well-formed: ")


def test_a_news_sitemap_may_be_empty() -> None:
    assert reading(HEAD + "</urlset>").entries == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<urlset><url><loc>https://quay.example/</loc></url></urlset>", "is a sitemap of 1 pages without news in it"),
        ("<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>", "is an index of 1 sitemaps, not a feed"),
        (b"\x1f\x8b\x08nonsense", "is a gzip file that cannot be unpacked"),
        (gzip.compress(b"<urlset>" + b" " * (16 << 20)), "is larger than 15 MB when it is unpacked"),
        (gzip.compress(b" ", mtime=0), "is empty"),
    ],
)
def test_what_is_no_feed_says_so(body: str | bytes, why: str) -> None:
    with pytest.raises(ContentError, match=why):
        reading(body)


def test_an_index_names_its_news_first_then_the_newest() -> None:
    entry = "<sitemap><loc>/{}.xml</loc><lastmod>{}</lastmod></sitemap>"
    pairs = [("a", "2026-11-01"), ("b", "2026-11-20"), ("news-old", "2024-01-01"), ("c", "never")]
    text = "<sitemapindex>" + "".join(entry.format(*pair) for pair in pairs) + "</sitemapindex>"
    assert sitemap.sitemaps(text, 3) == ("/news-old.xml", "/b.xml", "/a.xml")
