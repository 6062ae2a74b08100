"""Feeds, their entries, and the pages they lead to: what `collect` reads and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire.records import Entry, Feed, FeedHabits, FeedState, Page, Verdict
from breachwire.store.database import Row, fetch, insert, row_of

KEPT_FETCHES = 50
MAX_TRIES = 3  # a page that fails this often for passing reasons is not asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How one poll of a feed ended: its new state and habits, the entries that it showed, a row for `feed_fetches`."""

    state: FeedState
    habits: FeedHabits
    fetched_at: datetime
    outcome: str
    status: int | None = None
    size: int | None = None
    entries: tuple[Entry, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How asking for one page ended. `page` is None where the first look turned it away; `verdict` says why.

    `outcome` is ok, retry (failed for a passing reason: tried again at the next run) or failed.
    """

    entry: Entry
    outcome: str
    verdict: Verdict | None = None
    page: Page | None = None
    error: str | None = None


def sync_feeds(con: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> dict[str, FeedState]:
    """Makes the table say what feeds.toml says; returns each listed feed's state. Those that left stay as removed."""
    known = {row["feed_id"]: row for row in fetch(con, "SELECT * FROM feeds")}
    listed = {feed.feed_id for feed in feeds}
    con.execute(
        "UPDATE feeds SET state = 'removed' WHERE state <> 'removed' AND feed_id NOT IN (SELECT unnest($ids))",
        {"ids": sorted(listed)},
    )
    insert(con, "feeds", [_feed_row(f) | {"url": f.url, "state": "active"} for f in feeds if f.feed_id not in known])
    for feed in feeds:
        row = known.get(feed.feed_id)
        told = _feed_row(feed)
        if row and any(row[key] != value for key, value in told.items()):
            con.execute(
                "UPDATE feeds SET title = $title, tags = $tags, language = $language, trust = $trust "
                "WHERE feed_id = $feed_id",
                told,
            )
        if row and row["state"] == "removed":
            con.execute("UPDATE feeds SET state = 'active' WHERE feed_id = $feed_id", {"feed_id": feed.feed_id})
    return {feed_id: state for feed_id, state in states(con).items() if feed_id in listed}


def states(con: duckdb.DuckDBPyConnection) -> dict[str, FeedState]:
    """What is remembered of every feed, by its id."""
    rows = fetch(con, f"SELECT {', '.join(FeedState.__slots__)} FROM feeds")
    return {row["feed_id"]: FeedState(**row) for row in rows}


def _feed_row(feed: Feed) -> Row:
    return {
        "feed_id": feed.feed_id,
        "title": feed.title,
        "tags": list(feed.tags),
        "language": feed.language,
        "trust": feed.trust,
    }


def known_habits(con: duckdb.DuckDBPyConnection) -> dict[str, FeedHabits]:
    """What was learnt of each feed that was ever polled."""
    rows = fetch(con, f"SELECT {', '.join(FeedHabits.__slots__)} FROM feed_habits")
    lists = ("news_days", "body_lengths")
    return {row["feed_id"]: FeedHabits(**row | {name: tuple(row[name] or ()) for name in lists}) for row in rows}


def save_habits(con: duckdb.DuckDBPyConnection, habits: Sequence[FeedHabits]) -> None:
    """Stores what was learnt of feeds, in the place of what was known."""
    rows = [row_of(h) | {"news_days": list(h.news_days), "body_lengths": list(h.body_lengths)} for h in habits]
    con.execute("DELETE FROM feed_habits WHERE feed_id IN (SELECT unnest($ids))", {"ids": [h.feed_id for h in habits]})
    insert(con, "feed_habits", rows)


def save_polls(con: duckdb.DuckDBPyConnection, polls: Sequence[Poll], *, run_id: str) -> int:
    """Stores states, fetch rows and entries together: a validator never outlives the entries it stands for.

    Returns the number of entries not seen before.
    """
    fresh = _new_entries(con, [(p.fetched_at, e) for p in polls for e in p.entries])
    insert(con, "entries", [row_of(entry) | {"first_seen_at": seen, "run_id": run_id} for seen, entry in fresh])
    new_of: dict[str, int] = {}
    for _, entry in fresh:
        new_of[entry.feed_id] = new_of.get(entry.feed_id, 0) + 1
    states = [row_of(poll.state) for poll in polls]
    if states:
        names = [n for n in FeedState.__slots__ if n != "feed_id"]
        con.execute(
            f"UPDATE feeds SET {', '.join(f'{n} = s.{n}' for n in names)} "
            "FROM (SELECT unnest($rows, max_depth := 2)) AS s WHERE feeds.feed_id = s.feed_id",
            {"rows": states},
        )
    save_habits(con, [poll.habits for poll in polls])
    insert(con, "feed_fetches", [_fetch_row(poll, run_id, new_of) for poll in polls])
    con.execute(
        "DELETE FROM feed_fetches WHERE rowid IN (SELECT rowid FROM feed_fetches "
        f"QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY fetched_at DESC) > {KEPT_FETCHES})"
    )
    return len(fresh)


def _fetch_row(poll: Poll, run_id: str, new_of: Mapping[str, int]) -> Row:
    return {
        "feed_id": poll.state.feed_id,
        "fetched_at": poll.fetched_at,
        "run_id": run_id,
        "outcome": poll.outcome,
        "status": poll.status,
        "bytes": poll.size,
        "entries": len(poll.entries) if poll.outcome == "ok" else None,
        "entries_new": new_of.get(poll.state.feed_id, 0) if poll.outcome == "ok" else None,
        "error": poll.error,
    }


def _new_entries(
    con: duckdb.DuckDBPyConnection, entries: Sequence[tuple[datetime, Entry]]
) -> list[tuple[datetime, Entry]]:
    """Those not stored yet, each article once: of two feeds that show one address the first in feed order keeps it."""
    first: dict[str, tuple[datetime, Entry]] = {}
    for seen, entry in sorted(entries, key=lambda pair: (pair[1].feed_id, pair[1].article_id)):
        first.setdefault(entry.article_id, (seen, entry))
    known = fetch(con, "SELECT article_id FROM entries WHERE article_id IN (SELECT unnest($ids))", {"ids": list(first)})
    for row in known:
        del first[row["article_id"]]
    return list(first.values())


def entries_awaiting_fetch(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Entries whose page was never fetched, or failed for a passing reason fewer than three times; oldest first.

    As (article_id, url): how many wait has no limit, and their texts are long.
    """
    return con.execute(
        "SELECT e.article_id, e.url FROM entries AS e "
        "LEFT JOIN attempts AS a ON a.stage = 'fetch' AND a.subject = e.article_id "
        f"WHERE a.subject IS NULL OR (a.outcome = 'retry' AND a.tries < {MAX_TRIES}) "
        "ORDER BY e.published_at NULLS LAST, e.article_id"
    ).fetchall()


def entries_by_id(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[Entry]:
    """Those entries, oldest first."""
    rows = fetch(
        con,
        f"SELECT {', '.join(Entry.__slots__)} FROM entries WHERE article_id IN (SELECT unnest($ids)) "
        "ORDER BY published_at NULLS LAST, article_id",
        {"ids": list(ids)},
    )
    return [Entry(**row) for row in rows]


def save_fetched(con: duckdb.DuckDBPyConnection, batch: Sequence[Fetched], *, now: datetime, run_id: str) -> None:
    """Stores how each page's fetch ended; a page that came after an earlier failure is read again."""
    ids = [f.entry.article_id for f in batch]
    tries = {
        row["subject"]: row["tries"]
        for row in fetch(
            con,
            "SELECT subject, tries FROM attempts WHERE stage = 'fetch' AND subject IN (SELECT unnest($ids))",
            {"ids": ids},
        )
    }
    if tries:  # pages that were never asked for have nothing that could go
        again = {"ids": list(tries)}
        con.execute("DELETE FROM attempts WHERE stage <> 'revise' AND subject IN (SELECT unnest($ids))", again)
        con.execute("DELETE FROM pages WHERE article_id IN (SELECT unnest($ids))", again)
    stamp: Row = {"run_id": run_id}
    insert(
        con,
        "attempts",
        [
            {
                "stage": "fetch",
                "subject": f.entry.article_id,
                "rule_version": "",
                "outcome": f.outcome,
                "error": f.error,
                "tries": tries.get(f.entry.article_id, 0) + 1,
                "tried_at": now,
            }
            | stamp
            for f in batch
        ],
    )
    insert(
        con,
        "pages",
        [
            {
                "article_id": f.entry.article_id,
                "final_url": f.page.final_url,
                "content_type": f.page.content_type,
                "archive_record": f.page.archive_record,
                "fetched_at": f.page.fetched_at,
            }
            | stamp
            for f in batch
            if f.page
        ],
    )
    save_decisions(con, [f.verdict for f in batch if f.verdict], now=now, run_id=run_id)


def save_decisions(con: duckdb.DuckDBPyConnection, verdicts: Sequence[Verdict], *, now: datetime, run_id: str) -> None:
    """Stores verdicts; an earlier one on the same address and stage is replaced."""
    if not verdicts:
        return
    stamp: Row = {"decided_at": now, "run_id": run_id}
    rows = [row_of(v) | stamp for v in {(v.url, v.stage): v for v in verdicts}.values()]
    for row in rows:
        row["terms"], row["negatives"] = (list(map(row_of, row[name])) for name in ("terms", "negatives"))
    con.execute(
        "DELETE FROM decisions USING (SELECT unnest($urls) AS url, unnest($stages) AS stage) AS n "
        "WHERE decisions.url = n.url AND decisions.stage = n.stage",
        {"urls": [row["url"] for row in rows], "stages": [row["stage"] for row in rows]},
    )
    insert(con, "decisions", rows)
