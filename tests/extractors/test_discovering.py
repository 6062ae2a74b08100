"""Where a site may have its feeds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from breachwire.records import Reply
from extractors.discovering import MOST, named_feeds, named_sitemaps, usual_feeds, usual_sitemaps

URL = "https://herald.example/news/"


def page(body: str, url: str = URL) -> Reply:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Reply(url=url, final_url=url, status=200, headers=(), body=body.encode(), fetched_at=now)


def urls(body: str) -> list[str]:
    return [candidate.url for candidate in named_feeds(page(body))]


@pytest.mark.parametrize(
    ("tag", "url"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed">', "https://herald.example/feed"),
        ("<LINK REL='Alternate home' TYPE='application/atom+xml; charset=utf-8' HREF=atom.xml>", URL + "atom.xml"),
        (
            '<link rel=alternate type="application/feed+json" href="//cdn.example/f.json#x">',
            "https://cdn.example/f.json",
        ),
        (
            '<base href="https://b.example/x/"><link rel=alternate type=text/xml href="?a=1&amp;b=2">',
            "https://b.example/x/?a=1&b=2",
        ),
        ('<a href="/rss">all news</a>', "https://herald.example/rss"),
        ('<a href="https://herald.example/?feed=rss2">x</a>', "https://herald.example/?feed=rss2"),
        ('<a href="tech.rss">x</a>', URL + "tech.rss"),
    ],
)
def test_a_page_names_its_feeds(tag: str, url: str) -> None:
    assert urls(f"<!doctype html><html><head>{tag}</head><body>") == [url]


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="stylesheet" type="text/xml" href="/feed">',
        '<a href="/feedback">x</a><a href="/rssi-explained">x</a><a href="mailto:rss@herald.example">x</a>',
        '<link rel="alternate" type="application/rss+xml" href="javascript:rss()">',
        '<link rel="alternate" type="application/rss+xml" href="http://[bad/">',
        '<link rel="alternate" type="application/rss+xml">',
    ],
)
def test_what_is_no_feed_is_not_named(tag: str) -> None:
    assert urls(f"<html><head>{tag}</head></html>") == []


def test_each_once_named_ones_first_comments_last_and_not_too_many() -> None:
    links = "".join(f'<a href="/rss/{n}">x</a>' for n in range(50))
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/comments/feed/", "/feed/")
    )
    found = urls(f"<html><head>{head}</head><body><a href='/feed'>x</a>{links}")
    assert found[:2] == ["https://herald.example/feed/", "https://herald.example/rss/0"]
    assert len(found) == MOST


@pytest.mark.parametrize("body", ["", "\x00\x01", "{}", "<" * 5000, "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;"])
def test_a_page_without_sense_names_none(body: str) -> None:
    assert urls(body) == []


def test_usual_places_are_beside_the_page_and_at_the_root() -> None:
    found = [c.url for c in usual_feeds(URL + "today.html")]
    assert found[:2] == [URL + "feed/", "https://herald.example/feed/"]
    assert len(found) == len(set(found)) <= MOST
    assert all(c.url.startswith("https://herald.example/") for c in usual_sitemaps(URL))


def test_robots_txt_names_sitemaps() -> None:
    robots = page(
        "User-agent: *\r\nSitemap: /a.xml\n sitemap:https://x.example/news.xml\nSitemap: ftp://x/\n#Sitemap: /b"
    )
    assert [c.url for c in named_sitemaps(robots)] == ["https://x.example/news.xml", "https://herald.example/a.xml"]
