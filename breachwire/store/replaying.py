"""A replay's copy of the store: how it is taken, what is read of it and written into it, how it takes its place."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import duckdb

from breachwire.errors import StoreError
from breachwire.records import Article, Claim, Entry, Page, Section, Verdict
from breachwire.store.database import Row, beside, connect, fetch, insert
from breachwire.store.polling import save_decisions
from breachwire.store.reading import Outcome, claim_row, page_of, save_readings
from breachwire.store.sketches import sketches_of
from breachwire.vocabulary import SECOND_OPINION

_STEP = 1 << 22
_FETCHED = 500

ClaimRow: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A document as it is stored: its page without the bytes, and its text where it was kept.

    `kept` is whether it is among the articles. `facts_version` names the rules that made its claims, "" where that is
    not known; `claims` (rows as `claims_of` gives them) and `sketch` are given where these are not today's rules.
    """

    page: Page
    kept: bool = False
    article: Article | None = None
    sections: tuple[Section, ...] = ()
    score: float = 0.0
    facts_version: str = ""
    claims: frozenset[ClaimRow] = frozenset()
    sketch: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What is written beside everything: the versions of the rules, the moment and the run.

    `reading_version` names all rules of reading, `facts_version` those of facts: see `flows.rules`.
    """

    rule_version: str
    facts_version: str
    now: datetime
    run_id: str
    reading_version: str = ""


def take_copy(store: Path, copy: Path) -> str:
    """Copies the store file, and returns its digest. Nobody may write to it meanwhile. Raises StoreError."""
    checkpoint(store)
    made = hashlib.blake2b(digest_size=16)
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        with store.open("rb") as source, copy.open("wb") as target:
            while piece := source.read(_STEP):
                made.update(piece)
                target.write(piece)
    except OSError as error:
        raise StoreError(
            str(copy), f"the store could not be copied: {error.strerror}", "a replay needs as much room as the store"
        ) from error
    return made.hexdigest()


def digest_of(store: Path) -> str:
    """The digest that `take_copy` would return now."""
    checkpoint(store)
    with store.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def checkpoint(store: Path) -> None:
    """Brings what a killed run left in the log into the file; a file without a log is not touched."""
    if not store.is_file():
        raise StoreError(str(store), "there is no store yet", "breachwire run makes one")
    if store.with_name(store.name + ".wal").exists():
        con = connect(store)
        try:
            con.execute("CHECKPOINT")
        finally:
            con.close()


def put_in_place(copy: Path, store: Path) -> None:
    """The copy becomes the store, in one step."""
    checkpoint(copy)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.replace(store)
    handle = os.open(store.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_READ_SO = (
    "(SELECT r.subject FROM attempts AS r LEFT JOIN articles AS kept ON kept.article_id = r.subject "
    "LEFT JOIN attempts AS v ON v.stage = 'facts' AND v.subject = r.subject AND v.rule_version = $facts "
    "WHERE r.stage = 'rules' AND r.rule_version = $reading AND r.outcome = 'ok' "
    "AND (kept.article_id IS NULL OR v.subject IS NOT NULL))"
)
"""Documents that these very rules have read."""


def count_pages(con: duckdb.DuckDBPyConnection) -> int:
    """How many documents there are."""
    row = con.execute("SELECT count(*) FROM pages").fetchone()
    return int(row[0]) if row else 0


def count_kept(con: duckdb.DuckDBPyConnection) -> int:
    """How many of them are kept."""
    row = con.execute("SELECT count(*) FROM articles").fetchone()
    return int(row[0]) if row else 0


def pass_over_what_was_read(con: duckdb.DuckDBPyConnection, stamp: Stamp) -> int:
    """Notes that today's rules have read what the very same rules read before, whatever they were called then.

    Returns how many documents that are. `stored_documents` leaves them out.
    """
    rules: Row = {"reading": stamp.reading_version, "facts": stamp.facts_version}
    con.execute(
        "UPDATE attempts SET rule_version = $version, tried_at = $now, run_id = $run_id WHERE stage = 'read' "
        f"AND outcome = 'ok' AND rule_version <> $version AND subject IN {_READ_SO}",
        rules | {"version": stamp.rule_version, "now": stamp.now, "run_id": stamp.run_id},
    )
    row = con.execute(f"SELECT count(*) FROM pages WHERE article_id IN {_READ_SO}", rules).fetchone()
    return int(row[0]) if row else 0


def stored_documents(con: duckdb.DuckDBPyConnection, stamp: Stamp, *, with_texts: bool) -> Iterator[Stored]:
    """The documents that have a page and that today's rules did not read, oldest first.

    Not `with_texts`: all of them, without their texts, for they are to be read from the archive.
    """
    entry = ", ".join(f"e.{name} AS e_{name}" for name in Entry.__slots__)
    article = ", ".join(f"a.{name} AS a_{name}" for name in Article.__slots__)
    sections: dict[str, list[Section]] = {}
    for row in fetch(con, "SELECT * FROM article_sections ORDER BY article_id, part"):
        sections.setdefault(row["article_id"], []).append(Section(**row))
    cursor = beside(con).execute(
        f"SELECT {entry}, {article}, p.final_url, p.content_type, p.fetched_at, p.archive_record, f.title AS source, "
        "a.verdict_score, v.rule_version AS facts_version "
        "FROM pages AS p JOIN entries AS e USING (article_id) LEFT JOIN feeds AS f ON f.feed_id = e.feed_id "
        "LEFT JOIN articles AS a ON a.article_id = p.article_id "
        "LEFT JOIN attempts AS v ON v.stage = 'facts' AND v.subject = p.article_id "
        f"WHERE NOT $with_texts OR p.article_id NOT IN {_READ_SO} "
        "ORDER BY e.published_at NULLS LAST, e.article_id",
        {"reading": stamp.reading_version, "facts": stamp.facts_version, "with_texts": with_texts},
    )
    names = [column[0] for column in cursor.description or ()]
    while values := cursor.fetchmany(_FETCHED):
        rows = [dict(zip(names, row, strict=True)) for row in values]
        documents = [_stored(row, tuple(sections.get(row["e_article_id"], ())), with_texts=with_texts) for row in rows]
        yield from _with_claims(con, documents, stamp.facts_version)
    cursor.close()


def _with_claims(con: duckdb.DuckDBPyConnection, documents: Sequence[Stored], facts_version: str) -> Iterator[Stored]:
    """The documents, those with what stands in the store whose facts are to be read again."""
    ids = [d.article.article_id for d in documents if d.article and (d.facts_version != facts_version or d.sections)]
    claims = claims_of(con, ids) if ids else {}
    sketches = sketches_of(con, ids) if ids else {}
    wanted = set(ids)
    for document in documents:
        own = document.page.entry.article_id
        if own not in wanted:
            yield document
        else:
            yield replace(document, claims=frozenset(claims.get(own, ())), sketch=sketches.get(own, frozenset()))


def _stored(row: Row, sections: tuple[Section, ...], *, with_texts: bool) -> Stored:
    entry = {name: row[f"e_{name}"] for name in Entry.__slots__}
    page = page_of(row | entry)
    kept = row["a_article_id"] is not None
    if not kept or not with_texts:
        return Stored(page=page, kept=kept)
    return Stored(
        page=page,
        kept=True,
        article=Article(**{name: row[f"a_{name}"] for name in Article.__slots__}),
        sections=sections,
        score=row["verdict_score"],
        facts_version=row["facts_version"] or "",
    )


def save_unchanged(con: duckdb.DuckDBPyConnection, batch: Sequence[tuple[str, float | None]], stamp: Stamp) -> None:
    """Documents (id, score) that say what they said before: their score, and that today's rules have read them.

    The score is None where a document is kept as little as before.
    """
    rows = [{"article_id": i, "score": score} for i, score in batch if score is not None]
    if rows:
        con.execute(
            "UPDATE articles SET verdict_score = r.score FROM (SELECT unnest($rows, max_depth := 2)) AS r "
            "WHERE articles.article_id = r.article_id AND articles.verdict_score IS DISTINCT FROM r.score",
            {"rows": rows},
        )
    _save_attempts(con, "read", stamp.rule_version, [i for i, _ in batch], stamp)
    _save_attempts(con, "facts", stamp.facts_version, [i for i, score in batch if score is not None], stamp)
    _save_attempts(con, "rules", stamp.reading_version, [i for i, _ in batch], stamp)


def _save_attempts(con: duckdb.DuckDBPyConnection, stage: str, version: str, ids: Sequence[str], stamp: Stamp) -> None:
    wanted: Row = {"stage": stage, "ids": list(ids), "version": version}
    known = con.execute(
        "SELECT subject FROM attempts WHERE stage = $stage AND rule_version = $version AND outcome = 'ok' "
        "AND subject IN (SELECT unnest($ids))",
        wanted,
    ).fetchall()
    stale = sorted(set(ids) - {row[0] for row in known})
    con.execute(
        "DELETE FROM attempts WHERE stage = $stage AND subject IN (SELECT unnest($ids))",
        {"stage": stage, "ids": stale},
    )
    row: Row = {"stage": stage, "rule_version": version, "outcome": "ok", "tries": 1}
    insert(con, "attempts", [row | {"subject": i, "tried_at": stamp.now, "run_id": stamp.run_id} for i in stale])


def save_changed(con: duckdb.DuckDBPyConnection, batch: Sequence[Outcome], stamp: Stamp) -> None:
    """Documents that say something else, are kept no longer, or cannot be read."""
    if batch:
        save_readings(con, batch, rule_version=stamp.rule_version, now=stamp.now, run_id=stamp.run_id)


def save_verdicts(con: duckdb.DuckDBPyConnection, verdicts: Sequence[Verdict], stamp: Stamp) -> None:
    """Verdicts that differ from those that are stored."""
    columns = ", ".join(f"d.{name}" for name in Verdict.__slots__)
    rows = fetch(
        con,
        f"SELECT {columns} FROM decisions AS d WHERE d.url IN (SELECT unnest($urls))",
        {"urls": [v.url for v in verdicts]},
    )
    known = {(row["url"], row["stage"]): row for row in rows}
    differ = [v for v in verdicts if known.get((v.url, v.stage)) != _listed(v)]
    save_decisions(con, differ, now=stamp.now, run_id=stamp.run_id)


def _listed(verdict: Verdict) -> Row:
    row = asdict(verdict)
    return row | {"terms": list(row["terms"]), "negatives": list(row["negatives"])}


def claims_of(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> Mapping[str, set[ClaimRow]]:
    """What the rules made of those articles: rows of `claims` as tuples, by article."""
    found: dict[str, set[ClaimRow]] = {}
    sql = (
        "SELECT article_id, field, value, zone, char_start, char_end, quote, rule, confidence, mention, part "
        "FROM claims WHERE article_id IN (SELECT unnest($ids)) AND NOT starts_with(rule, $prefix)"
    )
    for row in con.execute(sql, {"ids": list(ids), "prefix": SECOND_OPINION}).fetchall():
        found.setdefault(row[0], set()).add(row)
    return found


def claim_rows(claims: Sequence[Claim]) -> set[ClaimRow]:
    """Claims as `claims_of` gives them."""
    order = ("article_id", "field", "value", "zone", "char_start", "char_end", "quote", "rule", "confidence")
    return {tuple(row[name] for name in (*order, "mention", "part")) for row in map(claim_row, claims)}


def forget_opinions(con: duckdb.DuckDBPyConnection, *, version: str) -> None:
    """Takes away what was made of a language model's answers; the answers stay, and so do turns that brought none."""
    con.execute("DELETE FROM claims WHERE starts_with(rule, $prefix)", {"prefix": SECOND_OPINION})
    con.execute(
        "DELETE FROM attempts WHERE stage = 'second_opinion' AND (outcome = 'ok' OR rule_version <> $version)",
        {"version": version},
    )
