"""The Atom feed, read back by feedparser and held to RFC 4287."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from breachwire.alerts.channels import Message
from breachwire.alerts.channels.atom import AtomChannel
from breachwire.errors import ChannelError
from breachwire.settings.channels import AtomKind

Make = Callable[..., Message]
ATOM = "{http://www.w3.org/2005/Atom}"


def channel(path: Path, **more: Any) -> AtomChannel:
    said = {"kind": "atom", "path": path.name, "url": "https://desk.example/alerts.atom"}
    return AtomChannel("feed", path, AtomKind.model_validate(said | more))


def test_any_reader_can_follow_it(tmp_path: Path, message_to: Make) -> None:
    path = tmp_path / "new" / "alerts.atom"
    for number in (1, 2):
        page = "<!doctype html><head><style>p{}</style></head><body>a &lt; <p>How many: <b>1,000</b></p>"
        channel(path).deliver(message_to(number, html=page))
    feed = feedparser.parse(path.read_bytes())
    assert not feed.bozo
    assert feed.version == "atom10"
    assert [e.id for e in feed.entries] == ["urn:breachwire:n_0002", "urn:breachwire:n_0001"]
    newest = feed.entries[0]
    assert newest.title == "Fernhill Robotics: data breach, 2,000 people"
    assert newest.link == "https://dusk.example/a"
    assert newest.updated == "2026-11-20T05:00:00+00:00"
    assert newest.content[0].value == "a &lt; <p>How many: <b>1,000</b></p>"
    assert {tag.term for tag in newest.tags} == {"new_incident", "data_breach", "NL"}
    root = etree.fromstring(path.read_bytes())
    for required in ("id", "title", "updated", "author"):  # RFC 4287, 4.1.1
        assert len(root.findall(ATOM + required)) == 1
    assert [child.tag for child in root][-2:] == [ATOM + "entry"] * 2
    assert sorted(p.name for p in path.parent.iterdir()) == ["alerts.atom"]


def test_nothing_twice_and_no_more_than_wanted(tmp_path: Path, message_to: Make) -> None:
    path = tmp_path / "alerts.atom"
    for number in (1, 2, 3, 4, 3):
        receipt = channel(path, entries=3).deliver(message_to(number))
    assert receipt.words == "stood in the feed already"
    ids = [e.id for e in feedparser.parse(path.read_bytes()).entries]
    assert ids == ["urn:breachwire:n_0004", "urn:breachwire:n_0003", "urn:breachwire:n_0002"]


def test_hostile_text_stays_text(tmp_path: Path, message_to: Make) -> None:
    path = tmp_path / "alerts.atom"
    hostile = "</title><script>x</script>&amp;]]>\x00\x0b\x1b[2J\u202e\ufffe\ud800" + "x" * 100_000
    data = {
        "event": hostile,
        "incident": {"source_urls": ["javascript:alert(1)", "https://a b", "https://ok.example/"]},
    }
    channel(path).deliver(message_to(1, subject=hostile, text=hostile, data=data))
    channel(path).deliver(message_to(2))
    entry = feedparser.parse(path.read_bytes()).entries[1]
    root = etree.fromstring(path.read_bytes())
    assert root.findall(f".//{ATOM}script") == []
    assert not [e for e in root.iter() if not str(e.tag).startswith(ATOM)]
    title = root.findall(f"{ATOM}entry/{ATOM}title")[1].text
    assert title is not None
    assert title.startswith("</title><script>x</script>&amp;]]>")
    assert len(title) <= 300
    assert entry.link == "https://ok.example/"


def test_somebody_elses_file_is_left_alone(tmp_path: Path, message_to: Make) -> None:
    path = tmp_path / "notes.txt"
    for text in ("my notes", "<html/>", ""):
        path.write_text(text)
        with pytest.raises(ChannelError, match="is no Atom feed"):
            channel(path).deliver(message_to())
        assert path.read_text() == text
