"""Articles that were edited: entries that a feed shows with other words, and what their articles said before.

An edit is an `attempts` row of the stage "revise": waiting until its page was asked for again, then ok or failed, and
`tries` counts how often that was. An edited entry is the same article, whatever its title and address are by now.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from breachwire.records import Entry, Page
from breachwire.store.database import Row, fetch, insert
from breachwire.store.grouping import Settled
from breachwire.store.polling import Poll
from breachwire.store.reading import page_of

PAUSE = timedelta(hours=12)
"""Between two times of asking for one page again: a feed that flips an entry at each poll costs one request a night."""
_EDITED = ("url", "title", "summary", "content", "author", "updated_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How often a page is asked for again in all, and how old an article may be for that."""

    times: int
    age: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An entry that was edited. `page` is what is stored of its page, without its bytes; None where it was turned away
    at the first look. `kept`: its article is kept."""

    entry: Entry
    page: Page | None
    kept: bool


def as_known(con: duckdb.DuckDBPyConnection, polls: Sequence[Poll]) -> list[Poll]:
    """The polls, where entries that are stored under another address have their own id.

    A feed may give an edited article another address. It is the same one if the guid is, is used only once, and was
    published then, or has that title and no other date: some feeds use guids again for other articles.
    """
    shown = [entry for poll in polls for entry in poll.entries if entry.guid]
    used = Counter((entry.feed_id, entry.guid) for entry in shown)
    once = [{"feed_id": feed_id, "guid": guid} for (feed_id, guid), times in used.items() if times == 1]
    if not once:
        return list(polls)
    rows = fetch(
        con,
        "SELECT e.article_id, e.canonical_url, e.feed_id, e.guid, e.title, e.published_at FROM entries AS e "
        "JOIN (SELECT unnest($rows, max_depth := 2)) AS n ON n.feed_id = e.feed_id AND n.guid = e.guid "
        "QUALIFY count(*) OVER (PARTITION BY e.feed_id, e.guid) = 1",
        {"rows": once},
    )
    known = {(row["feed_id"], row["guid"]): row for row in rows}
    return [
        replace(poll, entries=tuple(_known(e, known.get((e.feed_id, e.guid))) for e in poll.entries)) for poll in polls
    ]


def _known(entry: Entry, row: Row | None) -> Entry:
    if row is None or row["article_id"] == entry.article_id:
        return entry
    dates = entry.published_at, row["published_at"]
    retitled = entry.title.casefold() != row["title"].casefold()
    if (None in dates and retitled) or (None not in dates and dates[0] != dates[1]):
        return entry
    return replace(entry, article_id=row["article_id"], canonical_url=row["canonical_url"])


def note_edits(
    con: duckdb.DuckDBPyConnection, shown: Iterable[Entry], bounds: Bounds, *, now: datetime, run_id: str
) -> int:
    """Stores the words of entries that are not what they were, and lets their pages wait. Returns how many.

    Entries of another feed than the one that brought the article are passed over: two feeds seldom use the same words.
    """
    entries = {entry.article_id: entry for entry in reversed(list(shown))}
    if not entries:
        return 0
    rows = fetch(
        con,
        "SELECT e.article_id, e.title <> n.title AS retitled, md5(e.summary || chr(31) || e.content) <> n.digest AS "
        "reworded, coalesce(a.tries, 0) AS tries, coalesce(a.tried_at, $now) AS tried_at "
        "FROM entries AS e JOIN (SELECT unnest($rows, max_depth := 2)) AS n USING (article_id, feed_id) "
        "LEFT JOIN attempts AS a ON a.stage = 'revise' AND a.subject = e.article_id "
        "WHERE (retitled OR reworded OR n.updated_at > e.updated_at) AND coalesce(a.tries, 0) < $times "
        "AND coalesce(e.published_at, e.first_seen_at) >= $oldest",
        {"rows": [_row(e) for e in entries.values()], "times": bounds.times, "oldest": now - bounds.age, "now": now},
    )
    if not rows:
        return 0
    words = ", ".join(f"{name} = n.{name}" for name in _EDITED)
    con.execute(
        f"UPDATE entries SET {words} FROM (SELECT unnest($rows, max_depth := 2)) AS n "
        "WHERE entries.article_id = n.article_id",
        {"rows": [{n: getattr(entries[r["article_id"]], n) for n in ("article_id", *_EDITED)} for r in rows]},
    )
    con.execute(
        "DELETE FROM attempts WHERE stage = 'revise' AND subject IN (SELECT unnest($ids))",
        {"ids": [row["article_id"] for row in rows]},
    )
    insert(con, "attempts", [_waiting(row, run_id) for row in rows])
    return len(rows)


def _row(entry: Entry) -> Row:
    text = f"{entry.summary}\x1f{entry.content}".encode("utf-8", "surrogatepass")
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    row: Row = {"article_id": entry.article_id, "feed_id": entry.feed_id, "title": entry.title}
    return row | {"digest": digest, "updated_at": entry.updated_at}


def _waiting(row: Row, run_id: str) -> Row:
    what = ", ".join(word for word, so in (("title", row["retitled"]), ("text", row["reworded"])) if so) or "date"
    made: Row = {"stage": "revise", "subject": row["article_id"], "rule_version": "", "outcome": "waiting"}
    return made | {"error": f"edited: {what}", "tries": row["tries"], "tried_at": row["tried_at"], "run_id": run_id}


def edits_waiting(con: duckdb.DuckDBPyConnection, bounds: Bounds, *, now: datetime) -> list[Edited]:
    """Edited entries whose page is to be asked for again, oldest first. Those that wait for a first page are not."""
    columns = ", ".join(f"e.{name}" for name in Entry.__slots__)
    rows = fetch(
        con,
        f"SELECT {columns}, p.final_url, p.content_type, p.fetched_at, p.archive_record, f.title AS source, "
        "p.article_id IS NOT NULL AS has_page, k.article_id IS NOT NULL AS kept "
        "FROM attempts AS a JOIN entries AS e ON e.article_id = a.subject "
        "JOIN attempts AS first ON first.stage = 'fetch' AND first.subject = a.subject AND first.outcome <> 'retry' "
        "LEFT JOIN pages AS p ON p.article_id = a.subject LEFT JOIN articles AS k ON k.article_id = a.subject "
        "LEFT JOIN feeds AS f ON f.feed_id = e.feed_id WHERE a.stage = 'revise' AND a.outcome = 'waiting' "
        "AND a.tries < $times AND (a.tries = 0 OR a.tried_at <= $before) "
        "ORDER BY e.published_at NULLS LAST, e.article_id",
        {"times": bounds.times, "before": now - PAUSE},
    )
    return [
        Edited(
            entry=Entry(**{name: row[name] for name in Entry.__slots__}),
            page=page_of(row) if row["has_page"] else None,
            kept=row["kept"],
        )
        for row in rows
    ]


def note_asked(
    con: duckdb.DuckDBPyConnection, ended: Mapping[str, tuple[str, str | None]], *, now: datetime, asked: bool = True
) -> None:
    """Notes how asking again ended: (outcome, error) by article. `asked` False: it was not worth a request."""
    if not ended:
        return
    con.execute(
        f"UPDATE attempts SET outcome = n.outcome, error = n.error, tries = attempts.tries + {int(asked)}, "
        "tried_at = $now FROM (SELECT unnest($rows, max_depth := 2)) AS n "
        "WHERE attempts.stage = 'revise' AND attempts.subject = n.subject",
        {"rows": [{"subject": i, "outcome": o, "error": e} for i, (o, e) in ended.items()], "now": now},
    )


def unsettled_edits(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Articles whose edits no settling has looked at yet."""
    return {
        row[0] for row in con.execute("SELECT article_id FROM article_revisions WHERE settled_by IS NULL").fetchall()
    }


def note_settled(con: duckdb.DuckDBPyConnection, settled: Sequence[Settled], edited: set[str], *, run_id: str) -> None:
    """Stores which articles are behind each change. To be called before the new links take the old ones' place."""
    changes = {s.incident_id: s.change for s in settled if s.change}
    before: dict[str, set[str]] = {}
    sql = (
        "SELECT DISTINCT incident_id, article_id FROM incident_articles WHERE role = 'main' "
        "AND incident_id IN (SELECT unnest($ids))"
    )
    for incident_id, article_id in con.execute(sql, {"ids": list(changes)}).fetchall():
        before.setdefault(incident_id, set()).add(article_id)
    rows: list[Row] = []
    for one in settled:
        if one.change:
            was, now = before.get(one.incident_id, set()), {link.article_id for link in one.links}
            groups = (("joined", now - was), ("edited", now & was & edited), ("left", was - now))
            row: Row = {"incident_id": one.incident_id, "revision": one.change.revision}
            rows += [row | {"article_id": i, "how": how} for how, ids in groups for i in sorted(ids)]
    insert(con, "revision_articles", rows)
    con.execute(
        "UPDATE article_revisions SET settled_by = $run "
        "WHERE settled_by IS NULL AND article_id IN (SELECT unnest($ids))",
        {"run": run_id, "ids": sorted(edited)},
    )
