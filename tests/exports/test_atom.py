"""Atom feeds, read by feedparser and held against RFC 4287."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import feedparser
from lxml import etree

NS = {"a": "http://www.w3.org/2005/Atom"}
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ONCE = ("id", "title", "updated", "published", "summary", "content")


def faults(text: str) -> list[str]:
    """What RFC 4287 would not have: sections 4.1.1, 4.1.2, 3.1 to 3.3, 4.2.7."""
    feed = etree.fromstring(text.encode())
    found = [f"feed has no {n}" for n in ("id", "title", "updated", "author") if len(feed.findall(f"a:{n}", NS)) != 1]
    ids = [entry.findtext("a:id", namespaces=NS) for entry in feed.findall("a:entry", NS)]
    found += ["an id twice"] if len(set(ids)) != len(ids) else []
    for entry in feed.findall("a:entry", NS):
        found += [f"entry has {n} twice" for n in _ONCE if len(entry.findall(f"a:{n}", NS)) > 1]
        found += [
            f"entry has no {n}" for n in ("id", "title", "updated") if not entry.findtext(f"a:{n}", namespaces=NS)
        ]
        links = entry.findall("a:link", NS)
        found += ["two alternates"] if sum(link.get("rel") == "alternate" for link in links) > 1 else []
        found += ["neither content nor link"] if not links and entry.find("a:content", NS) is None else []
        found += [f"no IRI: {x.get('href')}" for x in links if not re.match(r"https?://[^\s<>\"]+$", x.get("href", ""))]
        found += ["category without a term" for each in entry.findall("a:category", NS) if not each.get("term")]
    for moment in (*feed.iter("{*}updated"), *feed.iter("{*}published")):
        found += [] if _DATE.fullmatch(moment.text or "") else [f"no date: {moment.text}"]
    for each in (*feed.iter("{*}title"), *feed.iter("{*}summary"), *feed.iter("{*}content")):
        found += [f"markup in {each.tag}"] if len(each) or each.get("type", "text") != "text" else []
    return found


def test_the_feed_keeps_the_rules(press: Any) -> None:
    assert faults(press.text("atom")) == []
    assert faults('<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><entry/></feed>')


def test_feedparser_reads_an_entry_an_incident(press: Any) -> None:
    read = feedparser.parse(press.text("atom").encode())
    assert not read.bozo
    for entry, item in zip(read.entries, press.items(), strict=True):
        row = item.incident
        assert entry.id == f"tag:breachwire,2026:incidents/{row.incident_id}"
        assert abs((datetime.fromisoformat(entry.updated) - item.revised_at).total_seconds()) < 0.001
        terms = {tag.scheme.rpartition(":")[2]: tag.term for tag in entry.get("tags", [])}
        assert terms == {
            name: getattr(row, name)
            for name in ("attack_type", "claim_status", "sector", "country")
            if getattr(row, name)
        }
        if row.records_min is not None:
            assert f"{row.records_min:,}" in entry.content[0].value


def test_titles_are_text_and_links_are_of_the_web(press: Any) -> None:
    press.choose("title LIKE '%<%'")
    read = feedparser.parse(press.text("atom").encode(), sanitize_html=False)
    titles = [entry.title for entry in read.entries]
    assert any("<script>alert(1)</script>" in title for title in titles)
    assert {entry.title_detail.type for entry in read.entries} == {"text/plain"}
    assert not any(link.href.startswith("javascript") for entry in read.entries for link in entry.get("links", []))


def test_ids_stay_and_updated_moves_with_the_revision(press: Any) -> None:
    press.choose("incident_id IN ('i_000000000000', 'i_000000000001')")
    read = feedparser.parse(press.text("atom").encode())
    assert [entry.updated[:10] for entry in read.entries] == ["2026-05-05", "2026-05-04"]
