"""OPML in and out."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachwire.errors import ContentError
from breachwire.settings.models import FeedEntry
from extractors.opml import MAX_BYTES, OpmlReading, read_opml, write_opml

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def reading(body: str, version: str = "2.0") -> OpmlReading:
    document = f'<?xml version="1.0"?><opml version="{version}"><head/><body>{body}</body></opml>'
    return read_opml(document.encode(), "list.opml")


def test_nested_folders_and_categories_are_tags() -> None:
    (feed,) = reading(
        '<outline text="Press"><outline title="Dairies &amp; Co" text="x"><outline text="Herald" type="rss"'
        ' xmlUrl="https://herald.example/feed" category="/Food/Milk,press" language="en-gb"/></outline></outline>'
    ).feeds
    assert feed == FeedEntry(
        url="https://herald.example/feed",
        title="Herald",
        tags=("Press", "Dairies & Co", "Food", "Milk", "press"),
        language="en",
    )


@pytest.mark.parametrize(
    ("attributes", "url", "title"),
    [
        ('XMLURL="https://a.example/f" TITLE="A"', "https://a.example/f", "A"),
        ('type="atom" url="https://a.example/f" text="A &amp;amp; B"', "https://a.example/f", "A & B"),
        ('xmlUrl="feed://a.example/f"', "http://a.example/f", "http://a.example/f"),
        ('xmlUrl="feed:https://a.example/f" title="" text=" A\n B "', "https://a.example/f", "A B"),
        ('xmlUrl="https://a.example/f?a=1&b=2" text="R&D"', "https://a.example/f?a=1&b=2", "R&D"),
        ('xmlUrl="https://a.example/f" text="&lt;b&gt;A&lt;/b&gt;"', "https://a.example/f", "A"),
    ],
)
def test_dialects(attributes: str, url: str, title: str) -> None:
    (feed,) = reading(f"<outline {attributes}/>", version="1.0").feeds
    assert (feed.url, feed.title) == (url, title)


def test_lines_that_are_no_feed_cost_only_themselves() -> None:
    result = reading(
        '<outline text="A" xmlUrl="https://a.example/f"/><outline text="bad" xmlUrl="ftp://b.example/f"/>'
        '<outline text="a link" type="link" url="https://c.example/"/><outline/><other/>'
        '<outline text="D" xmlUrl="https://d.example/f" language="?"/>'
    )
    assert [f.title for f in result.feeds] == ["A", "D"]
    assert result.problems == ("ftp://b.example/f: a feed's address starts with http:// or https://",)


def test_a_cut_file_gives_what_is_there_and_says_so() -> None:
    result = read_opml(b'<opml><body><outline text="A" xmlUrl="https://a.example/f"/><outline te', "list.opml")
    assert [f.title for f in result.feeds] == ["A"]
    assert result.problems[0].startswith("is not well-formed, read as far as possible: ")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_encodings(encoding: str) -> None:
    document = '<?xml version="1.0" encoding="%s"?><opml><body><outline text="Société" xmlUrl="https://a.example/"/></body></opml>'
    body = (document % encoding.removesuffix("-sig")).encode(encoding)
    assert read_opml(body, "x").feeds[0].title == "Société"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is not OPML"),
        (b"<html><body>hello</body></html>", "is not OPML"),
        (b'{"feeds": []}', "is not OPML"),
        (b'<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd"><opml/>', "declares a document type"),
        (b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml>&x;</opml>', "declares a document type"),
        ('<!DOCTYPE opml [<!ENTITY x "y">]><opml>&x;</opml>'.encode("utf-16"), "declares a document type"),
        (b"<opml>" + b" " * MAX_BYTES, "is larger than 16 MB"),
        (b"<opml>" + b'<outline text="a">' * 100 + b"</outline>" * 100 + b"</opml>", "folders within folders"),
    ],
)
def test_what_is_no_list_or_hostile_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ContentError, match=why):
        read_opml(body, "list.opml")


def test_folders_are_the_first_tag() -> None:
    feeds = [FeedEntry(url=f"https://{n}.example/f", title=n, tags=(t, "gb")) for n, t in ("ax", "by", "cx")]
    text = write_opml(feeds, NOW)
    assert text.count("<outline text=") == 2
    assert 'category="x,gb"' in text
    assert [f.title for f in read_opml(text.encode(), "x").feeds] == ["a", "c", "b"]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12)
ENTRIES = st.builds(
    FeedEntry,
    url=st.from_regex(r"https?://[a-z]{1,9}\.example(:81)?/[!-~]{0,20}", fullmatch=True),
    title=WORDS | st.sampled_from(["a < b & c", "&amp;", "<b>", "  x ", '"'.join("ab")]),
    tags=st.lists(WORDS | st.sampled_from(["a,b", "a/b", " ", "a  b", ""]), max_size=3, unique=True).map(tuple),
    language=st.none() | st.text(string.ascii_lowercase, min_size=2, max_size=3),
    trust=st.floats(0, 1),
    interval=st.none() | st.integers(1, 10**7).map(lambda s: timedelta(seconds=s)),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ENTRIES, max_size=6, unique_by=lambda f: f.url))
def test_what_was_exported_is_imported_again(feeds: list[FeedEntry]) -> None:
    result = read_opml(write_opml(feeds, NOW).encode(), "x")
    assert result.problems == ()
    assert set(result.feeds) == set(feeds)
