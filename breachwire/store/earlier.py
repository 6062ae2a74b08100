"""What an article said before its page was fetched again: kept beside what it says now, or instead of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import duckdb

from breachwire.records import Article
from breachwire.store.database import Row, fetch, insert

_WORD = re.compile(r"\w{4,}")
_SHARED = 0.3
"""Share of the shorter text's words that an edit leaves in both: rewritten ones keep names, places and the subject."""
_KEPT = ("article_id", "title", "body", "body_status", "author", "published_at", "language", "archive_record")


def fetched_before(con: duckdb.DuckDBPyConnection, pages: Iterable[tuple[str, datetime]]) -> dict[str, Row]:
    """Rows of `articles`, by id, for those (article id, moment) that were fetched at another moment and are archived.

    An article that was only the feed's own words is no earlier text: its page is what was missing.
    """
    wanted = [{"article_id": i, "fetched_at": moment} for i, moment in pages]
    if not wanted:
        return {}
    rows = fetch(
        con,
        "SELECT a.* FROM articles AS a JOIN (SELECT unnest($rows, max_depth := 2)) AS n USING (article_id) "
        "WHERE a.fetched_at <> n.fetched_at AND a.archive_record IS NOT NULL",
        {"rows": wanted},
    )
    return {row["article_id"]: row for row in rows}


def why_it_stays(before: Row, now: Article | None) -> str:
    """Why the earlier text is kept in the place of what the page shows now; "" where it is not.

    Consent walls, error pages and new paywalls come as answers too: they must not take away what was read.
    """
    if now is None:
        return "asked again after an edit, it no longer reports an incident: what it said before stays"
    if before["body_status"] == "full" and now.body_status != "full":
        return f"asked again after an edit, it shows less than before ({now.body_status}): what it said before stays"
    words, its_words = (set(_WORD.findall(text.casefold())) for text in (before["body"], now.body))
    if len(words & its_words) < _SHARED * min(len(words), len(its_words)):
        return "asked again after an edit, it shows another text: what it said before stays"
    return ""


def put_back(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Points the pages of those articles to what they were read from."""
    con.execute(
        "UPDATE pages SET archive_record = a.archive_record, fetched_at = a.fetched_at FROM articles AS a "
        "WHERE pages.article_id = a.article_id AND a.article_id IN (SELECT unnest($ids))",
        {"ids": list(ids)},
    )


def save_revisions(
    con: duckdb.DuckDBPyConnection, edits: Sequence[tuple[Row, Article]], *, now: datetime, run_id: str
) -> None:
    """Stores the earlier texts of articles that say something else now; those that say the same are passed over."""
    rows: list[Row] = []
    for before, article in edits:
        if changed := [name for name in ("title", "body") if before[name] != getattr(article, name)]:
            row = {name: before[name] for name in (*_KEPT, "fetched_at", "verdict_score")}
            rows.append(row | {"changed": changed, "replaced_at": now, "run_id": run_id})
    if not rows:
        return
    known = fetch(
        con,
        "SELECT article_id, max(revision) AS revision FROM article_revisions "
        "WHERE article_id IN (SELECT unnest($ids)) GROUP BY article_id",
        {"ids": [row["article_id"] for row in rows]},
    )
    last = {row["article_id"]: row["revision"] for row in known}
    insert(con, "article_revisions", [row | {"revision": last.get(row["article_id"], 0) + 1} for row in rows])
