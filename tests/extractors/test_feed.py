"""Feeds of every format, good and bad, to entries."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachwire.errors import ContentError
from breachwire.identity import article_id
from breachwire.records import Entry, Feed, Reply
from extractors.feed import FeedReading, read_feed

URL = "https://herald.example/news/feed.xml"
FEED = Feed(feed_id="f_herald", url=URL, title="Herald")
REPLY = Reply(url=URL, final_url=URL, status=200, headers=(), body=b"", fetched_at=datetime(2026, 11, 22, tzinfo=UTC))
WHEN = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


def reading(body: str | bytes, content_type: str = "application/rss+xml", max_entries: int = 100) -> FeedReading:
    raw = body.encode() if isinstance(body, str) else body
    return read_feed(FEED, replace(REPLY, body=raw, headers=(("content-type", content_type),)), max_entries=max_entries)


def rss(*items: str, head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Herald</title>{head}{inside}</channel></rss>'


def item(link: str = "/a", title: str = "Dairy hit", more: str = "") -> str:
    return f"<title>{title}</title><link>{link}</link>{more}"


def only(result: FeedReading) -> Entry:
    (entry,) = result.entries
    return entry


FORMATS = {path.stem: path.read_text("utf-8") for path in (Path(__file__).parent / "feeds").iterdir()}


@pytest.mark.parametrize("body", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_same_entry(body: str) -> None:
    result = reading(body)
    entry = only(result)
    assert result.problems == ()
    assert result.title == "The Herald"
    assert entry.title == "Dairy & sons hit"
    assert entry.summary == "It was hit."
    assert entry.url == "https://www.herald.example/a?utm_source=rss&id=7"
    assert entry.canonical_url == "https://herald.example/a?id=7"
    assert entry.article_id == article_id(entry.canonical_url)
    assert entry.feed_id == "f_herald"
    assert entry.content in ("It was hit.\nNobody knows why.", "")
    assert entry.author in ("Ada Byline", None)
    assert entry.published_at in (WHEN, None)


@pytest.mark.parametrize("name", ["rss20", "atom", "jsonfeed"])
def test_rich_formats_say_more(name: str) -> None:
    entry = only(reading(FORMATS[name]))
    assert entry.content == "It was hit.\nNobody knows why."
    assert (entry.guid, entry.author, entry.published_at, entry.language) == (
        "tag:herald.example,2026:7",
        "Ada Byline",
        WHEN,
        "en",
    )


def test_atom_tells_updates_from_publication() -> None:
    assert only(reading(FORMATS["atom"])).updated_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert only(reading(FORMATS["rss20"])).updated_at is None


def test_the_configured_language_stands_in() -> None:
    body = rss(item()).encode()
    feed = replace(FEED, language="de")
    assert only(read_feed(feed, replace(REPLY, body=body), max_entries=9)).language == "de"
    assert only(read_feed(FEED, replace(REPLY, body=body), max_entries=9)).language is None


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a", "https://herald.example/a"),
        ("a?x=1&amp;y=2", "https://herald.example/news/a?x=1&y=2"),
        ("//other.example/a", "https://other.example/a"),
        (" https://herald.example/a b ", "https://herald.example/a%20b"),
        ("<![CDATA[https://herald.example/a?x=1&y=2]]>", "https://herald.example/a?x=1&y=2"),
        ("https://herald.example/ä", "https://herald.example/ä"),
    ],
)
def test_links_are_made_whole(link: str, url: str) -> None:
    assert only(reading(rss(item(link)))).url == url


def test_xml_base_is_where_atom_links_begin() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example/x/"><title>t</title><entry><title>T</title>'
        '<id>1</id><link href="y"/></entry></feed>'
    )
    assert only(reading(body)).url == "https://cdn.example/x/y"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://herald.example/x",
        "mailto:a@b.example",
        "http://",
        "http://[bad/",
        "http://herald.example:99999/",
        "",
        "https://herald.example/" + "a" * 3000,
    ],
)
def test_an_entry_without_a_web_address_costs_only_itself(link: str) -> None:
    result = reading(rss(item("/good"), item(link, "bad one"), item("/fine")))
    assert [e.canonical_url for e in result.entries] == ["https://herald.example/good", "https://herald.example/fine"]
    assert len(result.problems) == 1
    assert result.problems[0].startswith("entry 2 ")
    assert len(result.problems[0]) < 300


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    result = reading(
        rss(
            "<title>a</title><guid>https://herald.example/a</guid>",
            item("", more="<guid>https://herald.example/b</guid>"),
        )
    )
    assert [e.url for e in result.entries] == ["https://herald.example/a", "https://herald.example/b"]


def test_the_publisher_s_own_link_is_taken_from_behind_a_counter() -> None:
    body = rss(item("http://feedproxy.example/~r/1", more="<f:origLink>https://herald.example/a</f:origLink>"))
    body = body.replace("<rss ", '<rss xmlns:f="http://rssnamespace.org/feedburner/ext/1.0" ')
    assert only(reading(body)).url == "https://herald.example/a"


def test_an_address_counts_once() -> None:
    result = reading(rss(item("/a?utm_source=x", "first"), item("/b"), item("/a", "second")))
    assert [e.title for e in result.entries] == ["first", "Dairy hit"]


def test_the_feed_s_order_is_kept() -> None:
    dates = ["Wed, 18 Nov 2026 07:00:00 GMT", "Fri, 20 Nov 2026 07:00:00 GMT", "Thu, 19 Nov 2026 07:00:00 GMT"]
    result = reading(rss(*(item(f"/{n}", more=f"<pubDate>{d}</pubDate>") for n, d in enumerate(dates))))
    assert [e.published_at.day for e in result.entries if e.published_at] == [18, 20, 19]


@pytest.mark.parametrize(
    ("date", "expected", "problem"),
    [
        ("Fri, 20 Nov 2026 02:30:00 EST", WHEN, False),
        ("2026-11-20T07:30:00.000Z", WHEN, False),
        ("Mon, 23 Nov 2026 07:30:00 GMT", datetime(2026, 11, 23, 7, 30, tzinfo=UTC), False),
        ("Mon, 05 Jan 2099 07:00:00 GMT", None, True),
        ("yesterday, about noon", None, False),
        ("Fri, 99 Foo 2026", None, False),
        ("Fri, 20 Nov 0002 07:30:00 GMT", None, False),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, False),
    ],
)
def test_dates(date: str, expected: datetime | None, problem: bool) -> None:
    result = reading(rss(item(more=f"<pubDate>{date}</pubDate>")))
    assert only(result).published_at == expected
    assert bool(result.problems) == problem


def test_titles_are_plain_lines() -> None:
    nasty = "Dairy &lt;script&gt;alert(1)&lt;/script&gt;\n &lt;b&gt;hit&lt;/b&gt; \u202e!"
    assert only(reading(rss(item(title=nasty)))).title == "Dairy hit !"


@pytest.mark.parametrize(
    ("more", "title"),
    [("<description>It was hit. Badly.</description>", "It was hit. Badly."), ("", "https://herald.example/a")],
)
def test_an_entry_without_a_title_gets_one(more: str, title: str) -> None:
    assert only(reading(rss(item(title="", more=more)))).title == title


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", timedelta(minutes=30)),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        ("", None),
    ],
)
def test_ttl(head: str, ttl: timedelta | None) -> None:
    body = rss(item(), head=head).replace("<rss ", '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" ')
    assert reading(body).ttl == ttl


@pytest.mark.parametrize("kind", ["rss", "json"])
def test_only_so_many_entries_are_read(kind: str) -> None:
    body = rss(*(item(f"/{n}") for n in range(30)), head="<ttl>5</ttl>")
    if kind == "json":
        body = json.dumps({"items": [{"url": f"/{n}"} for n in range(30)]})
    result = reading(body, max_entries=10)
    assert [e.url for e in result.entries] == [f"https://herald.example/{n}" for n in range(10)]
    assert result.problems == ("has more than 10 entries: the first 10 were read",)


def test_many_problems_are_counted_and_not_all_told() -> None:
    result = reading(rss(*(item("ftp://x.example/") for _ in range(50))))
    assert len(result.problems) == 21
    assert result.problems[-1] == "and 30 problems more"


# --------------------------------------------------------------------------- broken, hostile, or no feed at all


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"hello", "is not a feed"),
        (b"/etc/passwd", "is not a feed"),
        (b"http://127.0.0.1:9/feed", "is not a feed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a feed"),
        (b"<!DOCTYPE html><title>x</title>", "is an HTML page, not a feed"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="y"><body/></html>', "is an HTML page, not a feed"),
        (b"{}", "is JSON, but not a JSON Feed: it has no list of items"),
        (b"[1]", "is JSON, but not a JSON Feed: it has no list of items"),
        (b'{"items": ', "is not valid JSON: Expecting value: line 1 column 11 (char 10)"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"<rss><channel>" + b"<a>" * 50_000, "is nested too deeply to be a feed"),
        (b"<rss><channel>&" + b"<a>" * 50_000, "is nested too deeply to be a feed"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, why: str) -> None:
    with pytest.raises(ContentError) as caught:
        reading(body)
    assert caught.value.why == why
    assert caught.value.url == URL


def test_more_elements_than_are_read_cost_the_last_entries() -> None:
    many = rss(*(item(f"/{n}", more="<x/>" * 400) for n in range(300)))
    result = reading(many, max_entries=1000)
    assert [e.url for e in result.entries] == [f"https://herald.example/{n}" for n in range(200)]
    assert result.problems == ("has more than 200 entries: the first 200 were read",)
    with pytest.raises(ContentError, match="has entries of more than 100,000 elements"):
        reading(rss(item(more="<x/>" * 100_001)))


def test_a_page_that_names_its_feed_is_a_hint() -> None:
    page = "<!doctype html><link rel=stylesheet href=x><link href='/f?a=1&amp;b=2' type='application/atom+xml'>"
    with pytest.raises(ContentError, match=r"not a feed \(it names https://herald.example/f\?a=1&b=2 as its feed\)"):
        reading(page, "text/html")


@pytest.mark.parametrize(
    "before",
    [
        "\n\n<?xml version='1.0'?>",
        "<!-- <html> -->",
        "<?xml-stylesheet href='x'?><!DOCTYPE rss [<!ENTITY x '<y>'>]>",
        "<b>Warning</b>: something in line 3<br />",
    ],
)
def test_what_stands_before_a_feed_is_passed_over(before: str) -> None:
    assert only(reading(before + rss(item()).partition("?>")[2])).title == "Dairy hit"


def test_a_feed_without_entries_is_a_feed() -> None:
    assert reading(rss()) == FeedReading(entries=(), title="Herald", kind="RSS 2.0")


@pytest.mark.parametrize("cut", ["<item><title>Cut off in the mid", "<item><title>x</title><link>/hal", "", "</chan"])
def test_a_cut_feed_gives_its_whole_entries(cut: str) -> None:
    body = rss(item("/a"), item("/b")).removesuffix("</channel></rss>") + cut
    result = reading(body)
    assert [e.url for e in result.entries] == ["https://herald.example/a", "https://herald.example/b"]
    assert result.problems[0].startswith("is not well-formed: ")


def test_a_broken_feed_that_is_very_long_says_what_was_read() -> None:
    long = f"<description>{'words ' * 2_000}</description>"
    result = reading(rss(*(item(f"/{n}", "R&D at a < b", long) for n in range(60))))
    assert 20 < len(result.entries) < 60
    assert result.problems[1] == "is broken and long: only its first 524,288 characters were read"


@pytest.mark.parametrize(
    "fault",
    ["R&D at a < b", "&nbsp;&eacute;&bogus;", "\x00\x0b\x1b[31m", "<b>open", "<x:y>unbound</x:y>", "&#0;&#xFFFF;"],
)
def test_broken_markup_costs_no_entry(fault: str) -> None:
    result = reading(rss(item("/a"), item("/b", title=f"Dairy {fault}"), item("/c")))
    assert [e.canonical_url[-2:] for e in result.entries] == ["/a", "/b", "/c"]
    assert result.entries[1].title.startswith("Dairy")


def test_names_of_characters_are_no_fault() -> None:
    result = reading(rss(item(title="Caf&eacute;&nbsp;&ndash; hit")))
    assert only(result).title == "Café – hit"
    assert result.problems == ()


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;<!ENTITY c "x">',
        f'<!ENTITY c "{"A" * 100_000}">',
    ],
    ids=["laughs", "file", "parameter", "quadratic"],
)
def test_entities_are_never_expanded(entities: str) -> None:
    body = rss(item(title="T &c;" + "&c;" * 500)).replace("<rss", f"<!DOCTYPE rss [{entities}]><rss")
    result = reading(body)
    assert len(result.entries) <= 1
    assert sum(len(e.title) for e in result.entries) < 2_000


@pytest.mark.parametrize("piece", ["<item>", "<x ", "&", "<![CDATA[", "<!--", "<!x", "<?x", "<", "&lt;b&gt;", "\n"])
def test_nonsense_takes_no_long(piece: str) -> None:
    try:
        assert reading("<rss version='2.0'><channel><item><description>" + piece * 30_000).entries == ()
    except ContentError as error:
        assert "too deeply" in error.why


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("cp1252", "application/rss+xml; charset=utf-8"),
        ("utf-8", "text/xml"),
        ("utf-8", "application/rss+xml; charset=iso-8859-1"),
        ("utf-16", "application/xml"),
    ],
)
def test_text_is_readable_whatever_the_header_says(encoding: str, content_type: str) -> None:
    result = reading(rss(item(title="Société piratée — données")).encode(encoding), content_type)
    assert only(result).title == "Société piratée — données"


def test_json_with_stray_types_costs_only_the_entries_that_have_them() -> None:
    items = [1, None, {"url": 5}, {"id": 7, "url": "/a", "title": None, "tags": 3}, {"id": "https://herald.example/b"}]
    items += [{"url": "/c", "date_published": 9, "authors": "Ada", "content_text": "a < b"}, {"url": ["x"]}]
    result = reading(json.dumps({"title": 3, "items": items}), "application/feed+json")
    assert [e.canonical_url for e in result.entries][-3:] == [f"https://herald.example/{x}" for x in "abc"]
    assert result.entries[-1].content == "a < b"
    assert len(result.problems) == 3


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | st.text(st.sampled_from(list("<>/&;![]CDAT itemlnkrs\"'=?x-")), max_size=200))
def test_only_content_errors_come_out(noise: bytes | str) -> None:
    raw = noise if isinstance(noise, bytes) else noise.encode()
    for body in (raw, rss(item(), item("/b")).encode().replace(b"Dairy", raw)):
        try:
            assert isinstance(reading(body), FeedReading)
        except ContentError as error:
            assert error.why
