"""Pages to read, and what was read in them: what the first half of `understand` reads and writes."""

from __future__ import annotations

from collections.abc import Container, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import duckdb

from breachwire.records import Article, Claim, Entry, Page, Reading, Verdict
from breachwire.store import earlier, sketches
from breachwire.store.database import Row, fetch, insert
from breachwire.store.polling import save_decisions
from breachwire.store.values import dumps

_LEAD = 200  # characters of a body by which two fetchings of one article are known


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How reading one page ended: the verdicts on the way, and the reading where it was kept, or what was wrong.

    `rules` names all rules that had a say in it; "" where nobody asks again.
    """

    page: Page
    verdicts: tuple[Verdict, ...] = ()
    reading: Reading | None = None
    error: str | None = None
    rules: str = ""


def pages_awaiting_reading(con: duckdb.DuckDBPyConnection, *, rule_version: str, limit: int) -> list[Page]:
    """Up to `limit` pages that were not read at this version of the rules, oldest first, without their bytes."""
    columns = ", ".join(f"e.{name}" for name in Entry.__slots__)
    rows = fetch(
        con,
        f"SELECT {columns}, p.final_url, p.content_type, p.fetched_at, p.archive_record, f.title AS source "
        "FROM pages AS p JOIN entries AS e USING (article_id) LEFT JOIN feeds AS f ON f.feed_id = e.feed_id "
        "ANTI JOIN (SELECT subject AS article_id FROM attempts WHERE stage = 'read' AND rule_version = $version) AS a "
        "ON a.article_id = p.article_id ORDER BY e.published_at NULLS LAST, e.article_id LIMIT $limit",
        {"version": rule_version, "limit": limit},
    )
    return [page_of(row) for row in rows]


def page_of(row: Row) -> Page:
    """The page without its bytes in a row with the columns of `entries` and `pages` and the feed's name as `source`."""
    return Page(
        entry=Entry(**{name: row[name] for name in Entry.__slots__}),
        source=row["source"] or row["feed_id"],
        final_url=row["final_url"],
        body=None,
        content_type=row["content_type"],
        fetched_at=row["fetched_at"],
        archive_record=row["archive_record"],
    )


def save_readings(
    con: duckdb.DuckDBPyConnection, batch: Sequence[Outcome], *, rule_version: str, now: datetime, run_id: str
) -> None:
    """Stores how reading a batch ended. What an article said at an earlier reading is replaced, its story is kept.

    A page that cannot be read this time keeps what it said before; so does one that was asked for again and shows less,
    and what an edited one said is kept beside it. An article that is kept already under another address is not kept
    twice.
    """
    known = _stories_of(con, [outcome.page.entry.article_id for outcome in batch])
    batch, stay = _weighed(con, without_twins(con, batch), known, now=now, run_id=run_id)
    con.execute(
        "DELETE FROM attempts WHERE stage IN ('read', 'facts', 'rules', 'second_opinion') "
        "AND subject IN (SELECT unnest($ids)) AND (stage = 'read' OR subject NOT IN (SELECT unnest($stay)))",
        {"ids": [outcome.page.entry.article_id for outcome in batch], "stay": stay},
    )
    insert(con, "attempts", [_attempt(outcome, rule_version, now, run_id) for outcome in batch])
    done = [("facts", o.reading.article.article_id, o.reading.facts_version) for o in batch if o.reading]
    done += [("rules", o.page.entry.article_id, o.rules) for o in batch if o.rules and not o.error]
    insert(con, "attempts", [_rules_row(stage, subject, rules, now, run_id) for stage, subject, rules in done])
    kept = [outcome.reading for outcome in batch if outcome.reading]
    again = [o.page.entry.article_id for o in batch if not o.error and o.page.entry.article_id in known]
    if again:  # of others there is nothing yet that could go
        _forget(con, again, {reading.article.article_id for reading in kept})
    save_decisions(con, [v for outcome in batch for v in outcome.verdicts], now=now, run_id=run_id)
    insert(con, "articles", [article_row(r, known.get(r.article.article_id)) for r in kept])
    insert(con, "claims", [claim_row(claim) for reading in kept for claim in reading.claims])
    insert(con, "article_sections", [asdict(section) for reading in kept for section in reading.sections])
    sketches.save_sketches(con, kept)
    stories = sorted({story for i in again if (story := known[i])})
    insert(con, "unsettled", [{"story_id": story} for story in stories])


def _stories_of(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, str | None]:
    """Those of the articles that are kept already, and the story of each, None where it has none yet."""
    sql = "SELECT article_id, story_id FROM articles WHERE article_id IN (SELECT unnest($ids))"
    return dict(con.execute(sql, {"ids": list(ids)}).fetchall())


def _forget(con: duckdb.DuckDBPyConnection, ids: Sequence[str], kept: Set[str]) -> None:
    """Deletes what those articles said; where they are not `kept` any longer, where they are mentioned too."""
    for table in ("articles", "article_sections", "claims"):
        con.execute(f"DELETE FROM {table} WHERE article_id IN (SELECT unnest($ids))", {"ids": list(ids)})
    sketches.forget_sketches(con, ids)
    con.execute(
        "DELETE FROM incident_articles WHERE role = 'mention' AND article_id IN (SELECT unnest($ids))",
        {"ids": sorted(set(ids) - kept)},
    )


def _weighed(
    con: duckdb.DuckDBPyConnection, batch: Sequence[Outcome], known: Container[str], *, now: datetime, run_id: str
) -> tuple[list[Outcome], list[str]]:
    """The outcomes, those of pages that were asked for again weighed against what they said; and whose text stays.

    `known` are articles that are kept already. Earlier texts of articles that were edited are stored on the way.
    """
    pages = [o.page for o in batch if not o.error and o.page.entry.article_id in known]
    before = earlier.fetched_before(con, [(page.entry.article_id, page.fetched_at) for page in pages])
    weighed, stay, edits = list[Outcome](), list[str](), list[tuple[Row, Article]]()
    for outcome in batch:
        row = before.get(outcome.page.entry.article_id)
        article = outcome.reading.article if outcome.reading else None
        if row is not None and (why := earlier.why_it_stays(row, article)):
            stay.append(row["article_id"])
            weighed.append(replace(outcome, verdicts=(), reading=None, error=why))
            continue
        if row is not None and article:
            edits.append((row, article))
        weighed.append(outcome)
    if stay:
        earlier.put_back(con, stay)
    earlier.save_revisions(con, edits, now=now, run_id=run_id)
    return weighed, stay


def without_twins(con: duckdb.DuckDBPyConnection, batch: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes, where readings of articles that are kept under another id are turned away, and say so.

    Two entries lead to one article where a feed wraps its links. Pages' own addresses are not enough to tell, for
    templates break: title or beginning must be the same too.
    """
    readings = [outcome.reading.article for outcome in batch if outcome.reading]
    stored = fetch(
        con,
        "SELECT article_id, url, canonical_url, title, substr(body, 1, $length) AS lead FROM articles WHERE rowid IN "
        "(SELECT rowid FROM articles WHERE canonical_url IN (SELECT unnest($urls)))",  # else all bodies are read
        {"urls": [a.canonical_url for a in readings], "length": _LEAD},
    )
    anew = {outcome.page.entry.article_id for outcome in batch}
    known: dict[str, list[Row]] = {}
    for row in stored:
        if row["article_id"] not in anew:
            known.setdefault(row["canonical_url"], []).append(row)
    kept = []
    for outcome in batch:
        if outcome.reading and not outcome.error:
            article = outcome.reading.article
            row = {"article_id": article.article_id, "url": article.url, "title": article.title}
            row["lead"] = article.body[:_LEAD]
            twins = known.setdefault(article.canonical_url, [])
            twin = next((t for t in twins if _same(t, row)), None)
            twins += [] if twin else [row]
            kept.append(_turned_away(outcome, twin) if twin else outcome)
        else:
            kept.append(outcome)
    return kept


def _same(one: Row, other: Row) -> bool:
    if one["article_id"] == other["article_id"]:
        return False
    return one["title"].casefold() == other["title"].casefold() or (
        one["lead"] == other["lead"] and len(one["lead"]) > 80
    )


def _turned_away(outcome: Outcome, twin: Row) -> Outcome:
    reason = f"the same article as {twin['url']}, which is kept as {twin['article_id']}"
    *before, last = outcome.verdicts
    return replace(outcome, verdicts=(*before, replace(last, kept=False, reason=reason)), reading=None)


def _attempt(outcome: Outcome, rule_version: str, now: datetime, run_id: str) -> Row:
    return {
        "stage": "read",
        "subject": outcome.page.entry.article_id,
        "rule_version": rule_version,
        "outcome": "failed" if outcome.error else "ok",
        "error": outcome.error,
        "tries": 1,
        "tried_at": now,
        "run_id": run_id,
    }


def _rules_row(stage: str, subject: str, rules: str, now: datetime, run_id: str) -> Row:
    """Which rules made the claims, or all of the reading: `replay` keeps what the same rules would make again."""
    row: Row = {"stage": stage, "subject": subject, "rule_version": rules}
    return row | {"outcome": "ok", "error": None, "tries": 1, "tried_at": now, "run_id": run_id}


def article_row(reading: Reading, story_id: str | None) -> Row:
    """The row of `articles` for a reading."""
    row = {name: getattr(reading.article, name) for name in Article.__slots__}
    return row | {"story_id": story_id, "verdict_score": reading.verdict.score}


def claim_row(claim: Claim) -> Row:
    """The row of `claims` for a claim."""
    row: Row = {name: getattr(claim, name) for name in Claim.__slots__}
    row["char_start"], row["char_end"] = row.pop("start"), row.pop("end")
    row["value"] = dumps(claim.value)
    return row
