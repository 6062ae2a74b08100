"""Our reader of feeds against plain feedparser, over the golden cases: field by field, and CPU.

    python -m benchmarks.feeds [--show] [--rounds N]

Plain feedparser is `feedparser.parse` with its defaults (it sanitises HTML and resolves addresses); its texts are
brought to plain text before they are compared. Where a case says under `differs` why we differ, the difference is on
purpose; `--show` prints each of those with both values. Any other difference is a fault, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import calendar
import io
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser

from breachwire.errors import ContentError
from breachwire.records import Entry, Feed, Reply
from extractors.feed import read_feed
from extractors.text import one_line, plain_text

FOLDER = Path(__file__).parents[1] / "tests" / "cases" / "feeds"
FIELDS = ("title", "link", "date", "summary", "id")
URL = "https://herald.example/feed.xml"
_KEPT = 100
_FAILURES = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A golden case: the answer of a server, and what stands in its expected.json."""

    name: str
    reply: Reply
    expected: dict[str, Any]


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    """All of them, by name."""
    for path in sorted(folder.glob("*/expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        url = expected.get("url", URL)
        (feed,) = path.parent.glob("feed.*")
        reply = Reply(
            url=url,
            final_url=url,
            status=200,
            headers=(("content-type", expected["content_type"]),),
            body=feed.read_bytes(),
            fetched_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
        )
        yield Case(name=path.parent.name, reply=reply, expected=expected)


def read(case: Case) -> dict[str, Any]:
    """What our reader makes of a case, in the words of expected.json: `error`, or the feed and its entries."""
    try:
        reading = read_feed(Feed(feed_id="f", url=case.reply.url, title="x"), case.reply, max_entries=_KEPT)
    except ContentError as error:
        return {"error": error.why}
    said = {
        "kind": reading.kind,
        "title": reading.title,
        "language": reading.language,
        "ttl_s": reading.ttl.total_seconds() if reading.ttl else None,
        "entries": [_told(entry) for entry in reading.entries],
        "problems": list(reading.problems),
    }
    return {key: value for key, value in said.items() if value or key == "entries"}


def _told(entry: Entry) -> dict[str, Any]:
    said = {
        "url": entry.url,
        "title": entry.title,
        "guid": entry.guid,
        "published_at": entry.published_at and entry.published_at.isoformat(),
        "updated_at": entry.updated_at and entry.updated_at.isoformat(),
        "author": entry.author,
        "language": entry.language,
        "summary": entry.summary,
        "content": entry.content,
    }
    return {key: value for key, value in said.items() if value}


def plain(case: Case) -> list[dict[str, str]]:
    """What feedparser makes of it by itself: the five fields of each entry, texts without markup."""
    headers = {"content-type": case.expected["content_type"], "content-location": case.reply.url}
    try:
        parsed = feedparser.parse(io.BytesIO(case.reply.body), response_headers=headers)
    except _FAILURES:
        return []
    return [_theirs(entry, case.reply.url) for entry in parsed.entries[:_KEPT]]


def _theirs(entry: Any, base: str) -> dict[str, str]:
    try:
        when = datetime.fromtimestamp(calendar.timegm(dict.get(entry, "published_parsed")), UTC).isoformat()
    except (ValueError, TypeError, OverflowError):
        when = ""
    try:
        link = urljoin(base, dict.get(entry, "link") or "")
    except ValueError:
        link = dict.get(entry, "link") or ""
    return {
        "title": one_line(plain_text(dict.get(entry, "title") or "")),
        "link": link,
        "date": when,
        "summary": plain_text(dict.get(entry, "summary") or ""),
        "id": one_line(dict.get(entry, "id") or ""),
    }


def ours(case: Case) -> list[dict[str, str]]:
    """The same five fields by our reader."""
    names = dict(zip(FIELDS, ("title", "url", "published_at", "summary", "guid"), strict=True))
    return [{name: entry.get(key, "") for name, key in names.items()} for entry in read(case).get("entries", [])]


def differences(case: Case) -> Iterator[tuple[str, str, str]]:
    """Field, our value, their value, for all that differs; the field is "entries" where one side has more."""
    mine, theirs = ours(case), plain(case)
    if len(mine) != len(theirs):
        yield "entries", str(len(mine)), str(len(theirs))
    left = list(theirs)
    for at, entry in enumerate(mine):
        other = next((t for t in left if t["link"] == entry["link"]), left[0] if len(mine) == len(theirs) else None)
        if other is None:
            other = next((t for t in left if t["title"] == entry["title"]), None)
        if other is None:
            yield "entries", entry["link"], f"no such entry (number {at + 1})"
            continue
        left.remove(other)
        yield from ((f, entry[f], other[f]) for f in FIELDS if entry[f] != other[f])


def main() -> None:
    """Compares, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print each difference with both values")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="how often each feed is read for the time")
    args = parser.parse_args()
    everything = list(cases())
    on_purpose, faults = Counter[str](), 0
    for case in everything:
        reasons = case.expected.get("differs", {})
        for field, mine, theirs in differences(case):
            why = reasons.get(field, "")
            on_purpose[field] += bool(why)
            faults += not why
            if args.show or not why:
                print(f"{case.name}, {field}: {why or 'A FAULT'}\n    ours    {mine[:150]}\n    theirs  {theirs[:150]}")
        if reasons and not args.show:
            print(*(f"{case.name}, {field}: {why}" for field, why in reasons.items()), sep="\n")
    entries = sum(len(case.expected.get("entries", [])) for case in everything)
    words = ", ".join(f"{field} {count}" for field, count in on_purpose.items())
    print(f"\n{len(everything)} cases, {entries} entries; different on purpose: {words}; by mistake: {faults}")
    measure(everything, args.rounds)
    sys.exit(1 if faults else 0)


def measure(everything: list[Case], rounds: int) -> None:
    """CPU milliseconds a feed, by either reader, over the cases that have entries: the others flatter us."""
    everything = [case for case in everything if case.expected.get("entries")]
    for name, reader in (("breachwire", read), ("plain feedparser", plain)):
        start = time.process_time()
        for _ in range(rounds):
            for case in everything:
                reader(case)
        spent = (time.process_time() - start) / rounds / len(everything) * 1000
        print(f"{name:18}{spent:6.2f} ms of CPU a feed")


if __name__ == "__main__":
    main()
