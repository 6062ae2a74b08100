"""What the archive is told of an entry, and what a store that is built anew from it reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from breachwire.errors import StoreError
from breachwire.records import Decision, Entry, Feed
from breachwire.store import by_hand
from breachwire.store.database import Row, connect, fetch, insert

_AT_ONCE = 1000
Connection = duckdb.DuckDBPyConnection


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


def save_sights(con: duckdb.DuckDBPyConnection, sights: Sequence[tuple[Entry, FirstSight]], *, run_id: str) -> None:
    """Stores entries as the archive has them; an earlier one of the same article is replaced."""
    ids = [entry.article_id for entry, _ in sights]
    con.execute("DELETE FROM entries WHERE article_id IN (SELECT unnest($ids))", {"ids": ids})
    insert(con, "entries", [asdict(e) | {"first_seen_at": sight.at, "run_id": run_id} for e, sight in sights])
    feeds = {sight.feed.feed_id: sight.feed for _, sight in sights}
    known = fetch(
        con,
        "SELECT feed_id, state FROM feeds WHERE feed_id IN (SELECT unnest($ids))",
        {"ids": list(feeds)},
    )
    for row in known:
        feed = feeds.pop(row["feed_id"])
        if row["state"] == "removed":  # what feeds.toml says of a feed is newer than any archive
            con.execute(
                "UPDATE feeds SET title = $title, trust = $trust WHERE feed_id = $id",
                {"title": feed.title, "trust": feed.trust, "id": feed.feed_id},
            )
    names = ("feed_id", "url", "title", "language", "trust")
    rows = [{name: getattr(f, name) for name in names} | {"tags": list(f.tags)} for f in feeds.values()]
    insert(con, "feeds", [row | {"state": "removed"} for row in rows])


def known_pages(con: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> set[str]:
    """Those of the articles that have a page already."""
    sql = "SELECT article_id FROM pages WHERE article_id IN (SELECT unnest($ids))"
    return {row[0] for row in con.execute(sql, {"ids": list(article_ids)}).fetchall()}


def decisions_by_hand(path: Path) -> list[Decision]:
    """What people decided, as a store or a published file has it. Raises StoreError or LockedError."""
    with _reading(path) as con:
        return by_hand.decisions(con)


def read_under(path: Path) -> set[tuple[str, str]]:
    """(stage, version) of the rules that a store's pages were read under. Raises StoreError or LockedError."""
    with _reading(path) as con:
        rows = con.execute("SELECT DISTINCT stage, rule_version FROM attempts WHERE stage IN ('read', 'facts')")
        return {(str(stage), str(version)) for stage, version in rows.fetchall()}


def kept_answers(path: Path) -> Iterator[list[Row]]:
    """A language model's answers that a store holds, some at a time. Raises StoreError or LockedError."""
    with _reading(path) as con:
        cursor = con.execute("SELECT * FROM opinions ORDER BY asked_at, article_id, question")
        names = [column[0] for column in cursor.description or ()]
        while rows := cursor.fetchmany(_AT_ONCE):
            yield [dict(zip(names, row, strict=True)) for row in rows]


def save_answers(con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    """Stores answers as `kept_answers` gave them."""
    insert(con, "opinions", rows)


def records_in(path: Path, file: str) -> dict[int, str]:
    """The records of an archive file (YYYY/name) that a store points to: where each begins, and its article's address.

    Raises StoreError or LockedError.
    """
    with _reading(path) as con:
        rows = con.execute(
            "SELECT split_part(p.archive_record, ':', 2)::BIGINT, any_value(e.url) FROM pages AS p "
            "LEFT JOIN entries AS e USING (article_id) WHERE starts_with(p.archive_record, $file || ':') GROUP BY 1",
            {"file": file},
        ).fetchall()
    return {int(start): url or "" for start, url in rows}


def files_pointed_to(path: Path) -> dict[str, int]:
    """The archive files (YYYY/name) that a store points to, and to how many records of each.

    Raises StoreError or LockedError.
    """
    with _reading(path) as con:
        rows = con.execute(
            "SELECT split_part(archive_record, ':', 1) AS file, count(*) FROM pages "
            "WHERE archive_record IS NOT NULL GROUP BY file ORDER BY file"
        ).fetchall()
    return {str(file): int(count) for file, count in rows}


@contextmanager
def _reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not path.is_file():
        raise StoreError(str(path), "is not there")
    con = connect(path, read_only=True)
    try:
        yield con
    except duckdb.Error as error:
        raise StoreError(str(path), str(error).strip().partition("\n")[0]) from error
    finally:
        con.close()
