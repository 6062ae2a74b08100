"""A page as the archive keeps it, and an archive to keep it in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from breachwire.archive import Archive, Kept, Origin
from breachwire.records import Entry, Feed, Reply, Term, Verdict

NOW = datetime(2026, 11, 22, 3, 4, 5, 678901, tzinfo=UTC)


def page(name: str, *, body: bytes = b"<p>Fictional Dairy lost its customer list.</p>" * 20) -> Kept:
    """A page with all that is known of it."""
    url = f"http://herald.example/{name}"
    entry = Entry(
        article_id=f"a_{name}",
        feed_id="f_1",
        url=url,
        canonical_url=url,
        title="Dairy \u201chit\u201d \x07 by \U0001f40d",
        summary="Its customers were told.",
        guid="tag:1",
        published_at=NOW - timedelta(hours=2),
    )
    look = Verdict(
        url=url,
        stage="look",
        kept=True,
        score=1.0,
        threshold=1.0,
        terms=(Term(term="customer list", text="customer list", zone="page", start=22, weight=1.0),),
        negatives=(),
        reason="'customer list' in the page",
        rule_version="7",
    )
    return Kept(
        origin=Origin(
            entry=entry,
            feed=Feed(feed_id="f_1", url="http://herald.example/feed", title="Herald", tags=("local",), trust=0.7),
            first_seen_at=NOW - timedelta(hours=1),
            fetched_at=NOW,
            final_url=url,
            run_id="r1",
            look=look,
            content_type="text/html",
        ),
        reply=Reply(
            url=url, final_url=url, status=200, headers=(("content-type", "text/html"),), body=body, fetched_at=NOW
        ),
    )


def feed_text(name: str) -> Kept:
    """A page that could not be fetched: its feed's text stands in."""
    kept = page(name)
    assert kept.origin
    return Kept(origin=replace(kept.origin, outcome="failed", error="answers 403", content_type=None))


@dataclass(frozen=True)
class Making:
    """Pages to keep, by name."""

    page = staticmethod(page)
    feed_text = staticmethod(feed_text)


@pytest.fixture
def making() -> type[Making]:
    """How pages are made."""
    return Making


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "archive", max_megabytes=512, about=(("robots", "classic"),))


@pytest.fixture
def kept(archive: Archive) -> tuple[list[str | None], Path]:
    """Three pages and one without a reply in one file: the ids of their responses, and the file."""
    ids = archive.keep([page("one"), page("two"), feed_text("three"), page("four")])
    (path,) = archive.folder.glob("2026/*.gz")
    return ids, path
