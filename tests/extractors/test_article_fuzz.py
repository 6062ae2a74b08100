"""Pages that are broken at random: an article or a ContentError, in bounded time, and nothing is fetched on the way."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachwire.errors import ContentError
from breachwire.records import Article, Entry, Page
from breachwire.settings.models import ArticleText
from extractors.article import read_article

NOW = datetime(2031, 4, 3, tzinfo=UTC)
PROSE = "<p>Norvane Ferries said hackers had entered its network and copied data of customers, staff and captains.</p>"
WHOLE = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Ferry line was hit | Coastal Wire</title>"
    "<link rel='canonical' href='https://coastal.example/1'><meta property='og:title' content='Ferry line was hit'>"
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry line was hit", "datePublished": '
    '"2031-04-02T08:00:00Z", "author": [{"name": "Ann Example"}], "isAccessibleForFree": "False"}</script>'
    f"</head><body><nav><a href='/'>Home</a></nav><table><tr><td>{PROSE}<br><br>{PROSE}</td></tr></table>"
    f"<article><h1>Ferry line was hit</h1>{PROSE * 4}<ul><li>One</li></ul></article></body></html>"
).encode()
# What breaks readers: tags that never end, other encodings, controls, numbers out of range, JSON that is none.
SHARDS = [
    *(
        b"<",
        b">",
        b"</",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x1b$B",
        b"&#0;",
    ),
    *(b"&#xD800;", b"&#1114112;", b"&amp", b"<script>", b"</script>", b"<template>", b"<svg><math>", b"<frameset>"),
    *(b"<table><tr>", b"<td colspan=99999999>", b"<base href='http://['>", b"<link rel=canonical href='//[x'>", b"'"),
    *(b'"', b"{", b"]", b"[[[[", b"<meta charset=utf-7>", b"<meta charset=utf-16>", b"<?xml version='1.0'?>", b"\r"),
    b'<script type="application/ld+json">[1,null,{"@graph":{"@type":["NewsArticle",3]}}]</script>',
    b'<script type="application/ld+json">{"@type":"Article","author":7,"headline":[],"hasPart":"x"}</script>',
    *(b"\xc3", b"\xed\xa0"),
]


def read(body: bytes, content_type: str | None = "text/html") -> Article:
    url = "https://coastal.example/1"
    entry = Entry(article_id="a_1", feed_id="f_1", url=url, canonical_url=url, title="Ferry line was hit")
    page = Page(entry=entry, source="Wire", final_url=url, body=body, content_type=content_type, fetched_at=NOW)
    return read_article(page, ArticleText())


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    body = bytearray(WHOLE)
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, len(body)))
        kind = draw(st.sampled_from(["insert", "cut", "flip", "copy"]))
        if kind == "insert":
            body[at:at] = draw(st.sampled_from(SHARDS) | st.binary(max_size=8)) * draw(st.sampled_from([1, 1, 50]))
        elif kind == "cut":
            del body[at : at + draw(st.integers(1, 200))]
        elif kind == "copy":
            body[at:at] = body[at : at + draw(st.integers(1, 400))] * 3
        elif at < len(body):
            body[at] ^= draw(st.integers(1, 255))
    return bytes(body)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    broken(), st.sampled_from(["text/html", None, "text/html; charset=utf-16", "text/html; charset=shift_jis", "x;"])
)
def test_a_broken_page_is_an_article_or_a_reason(body: bytes, content_type: str | None) -> None:
    try:
        article = read(body, content_type)
    except ContentError as error:
        assert error.why
        return
    assert article.title
    assert article.body
    assert "\x00" not in article.title + article.body
    (article.title + article.body).encode("utf-8")
    assert article.canonical_url.startswith(("https://coastal.example", "http://coastal.example"))


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000 + PROSE.encode() * 4,
        b"<p>" + b"<span>" * 100_000 + PROSE.encode() * 4,
        b"<table><tr><td>" * 20_000 + PROSE.encode() * 4,
        b"<p>" + b"words that are one line " * 625_000,
        b"<div class='" + b"a " * 1_000_000 + b"'>" + PROSE.encode() * 4,
        b"<!--" * 300_000 + PROSE.encode(),
        b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script>" + PROSE.encode() * 4,
    ],
    ids=["divs", "spans", "tables", "line", "attribute", "comments", "json"],
)
def test_deep_wide_and_endless_pages_end(body: bytes) -> None:
    try:
        assert read(body).body
    except ContentError as error:
        assert error.why


def test_nothing_that_a_page_names_is_fetched_or_expanded(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("the captain's password")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        asked: list[object] = []
        for name in ("getaddrinfo", "create_connection"):
            monkeypatch.setattr(socket, name, lambda *a, **_: asked.append(a))
        bomb = "".join(f'<!ENTITY b{n + 1} "{f"&b{n};" * 10}">' for n in range(9))
        head = (
            f'<?xml version="1.0"?><!DOCTYPE html SYSTEM "{base}/x.dtd" [<!ENTITY b0 "lol">{bomb}'
            f'<!ENTITY f SYSTEM "file://{secret}"><!ENTITY h SYSTEM "{base}/h"><!ENTITY % p SYSTEM "{base}/p"> %p;]>'
        )
        page = (
            f"{head}<html xmlns:xi='http://www.w3.org/2001/XInclude'><head><base href='{base}/'><link rel=stylesheet "
            f"href='{base}/s'><?xml-stylesheet href='{base}/x.xsl'?><script src='{base}/j'></script></head><body>"
            f"<xi:include href='{base}/i'/><iframe src='{base}/f'></iframe><img src='{base}/g'>{PROSE * 4}"
            f"<p>Then &f; and &h; and &b9; were named in it.</p></body></html>"
        )
        article = read(page.encode())
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert asked == []
    assert "hackers had entered" in article.body
    assert "password" not in article.body
    assert article.body.count("lol") == 0
    assert len(article.body) < 2000
