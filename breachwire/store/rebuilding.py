"""What the archive is told of an entry, and what a store that is built anew from it reads and writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire.records import Feed
from breachwire.store.database import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSight:
    """When an entry was seen first, and the feed that showed it."""

    at: datetime
    feed: Feed


def first_sights(con: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> dict[str, FirstSight]:
    """Of those articles, by id; entries that are not stored are left out."""
    rows = fetch(
        con,
        "SELECT e.article_id, e.first_seen_at, e.feed_id, coalesce(f.url, '') AS url, coalesce(f.title, e.feed_id) AS "
        "title, f.tags, f.language, coalesce(f.trust, 0.5) AS trust "
        "FROM entries AS e LEFT JOIN feeds AS f ON f.feed_id = e.feed_id WHERE e.article_id IN (SELECT unnest($ids))",
        {"ids": list(article_ids)},
    )
    return {
        row["article_id"]: FirstSight(
            at=row["first_seen_at"],
            feed=Feed(
                feed_id=row["feed_id"],
                url=row["url"],
                title=row["title"],
                tags=tuple(row["tags"] or ()),
                language=row["language"],
                trust=row["trust"],
            ),
        )
        for row in rows
    }


def unseen(feed_id: str, at: datetime) -> FirstSight:
    """For an entry that is not stored."""
    return FirstSight(at=at, feed=Feed(feed_id=feed_id, url="", title=feed_id))
