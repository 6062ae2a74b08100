"""Second opinions: which stories wait for one, what was answered, and the claims made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire.records import Answer, Claim
from breachwire.store.database import fetch, insert
from breachwire.store.reading import claim_row
from breachwire.vocabulary import SECOND_OPINION

STAGE = "second_opinion"
MAX_TRIES = 3  # an article about which this many nights had no answer is left to the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer with what it was given to: `question` is its digest, `fields` are the facts that were wanted."""

    article_id: str
    question: str
    fields: tuple[str, ...]
    model: str
    answer: Answer
    asked_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one article's turn ended: outcome ok, retry (at a later run) or failed."""

    article_id: str
    outcome: str
    error: str | None = None
    claims: tuple[Claim, ...] = ()


def stories_waiting(con: duckdb.DuckDBPyConnection, *, version: str, run_id: str, fetched_since: datetime) -> list[str]:
    """Ids of stories none of whose articles had its turn at this version, those last in the news first.

    Stories that were fetched earlier wait only where an answer about them is kept: that one costs nothing.
    """
    rows = con.execute(
        "SELECT a.story_id FROM articles AS a "
        "LEFT JOIN attempts AS t ON t.stage = $stage AND t.subject = a.article_id AND t.rule_version = $version "
        "LEFT JOIN (SELECT DISTINCT article_id FROM opinions) AS o ON o.article_id = a.article_id "
        "WHERE a.story_id IS NOT NULL GROUP BY a.story_id "
        f"HAVING count(*) FILTER (t.outcome <> 'retry' OR t.tries >= {MAX_TRIES} OR t.run_id = $run) = 0 "
        "AND (max(a.fetched_at) >= $since OR count(o.article_id) > 0) "
        "ORDER BY max(coalesce(a.published_at, a.fetched_at)) DESC, a.story_id",
        {"stage": STAGE, "version": version, "run": run_id, "since": fetched_since},
    ).fetchall()
    return [row[0] for row in rows]


def kept_answers(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[Kept]:
    """All answers about those articles, the newest first."""
    rows = fetch(
        con,
        "SELECT * FROM opinions WHERE article_id IN (SELECT unnest($ids)) ORDER BY asked_at DESC, article_id, question",
        {"ids": list(ids)},
    )
    return [
        Kept(
            article_id=row["article_id"],
            question=row["question"],
            fields=tuple(row["fields"]),
            model=row["model"],
            answer=Answer(text=row["answer"], input_tokens=row["input_tokens"], output_tokens=row["output_tokens"]),
            asked_at=row["asked_at"],
            run_id=row["run_id"],
        )
        for row in rows
    ]


def answered_since(con: duckdb.DuckDBPyConnection, moment: datetime) -> int:
    """How many answers came since then, of whatever run."""
    row = con.execute("SELECT count(*) FROM opinions WHERE asked_at >= ?", [moment]).fetchone()
    return int(row[0]) if row else 0


def keep_answer(con: duckdb.DuckDBPyConnection, kept: Kept) -> None:
    """Stores an answer; an earlier one to the same question is replaced."""
    con.execute(
        "DELETE FROM opinions WHERE article_id = $article AND question = $question",
        {"article": kept.article_id, "question": kept.question},
    )
    row = {
        "article_id": kept.article_id,
        "question": kept.question,
        "fields": list(kept.fields),
        "model": kept.model,
        "answer": kept.answer.text,
        "input_tokens": kept.answer.input_tokens,
        "output_tokens": kept.answer.output_tokens,
        "asked_at": kept.asked_at,
        "run_id": kept.run_id,
    }
    insert(con, "opinions", [row])


def save_turns(
    con: duckdb.DuckDBPyConnection, turns: Sequence[Tried], *, version: str, now: datetime, run_id: str
) -> None:
    """Stores how articles' turns ended. Claims of an earlier turn are replaced, and their stories settled anew.

    A turn that brought no answer leaves what an earlier one claimed.
    """
    if not turns:
        return
    ids = {"ids": [turn.article_id for turn in turns], "stage": STAGE}
    before = fetch(
        con,
        "SELECT subject, tries FROM attempts WHERE stage = $stage AND subject IN (SELECT unnest($ids)) "
        "AND rule_version = $version",
        ids | {"version": version},
    )
    tries = {row["subject"]: row["tries"] for row in before}
    con.execute("DELETE FROM attempts WHERE stage = $stage AND subject IN (SELECT unnest($ids))", ids)
    insert(
        con,
        "attempts",
        [
            {
                "stage": STAGE,
                "subject": turn.article_id,
                "rule_version": version,
                "outcome": turn.outcome,
                "error": turn.error,
                "tries": tries.get(turn.article_id, 0) + 1,
                "tried_at": now,
                "run_id": run_id,
            }
            for turn in turns
        ],
    )
    _replace_claims(con, [turn for turn in turns if turn.outcome == "ok"])


def _replace_claims(con: duckdb.DuckDBPyConnection, turns: Sequence[Tried]) -> None:
    touched = {"ids": [turn.article_id for turn in turns]}
    stories = con.execute(
        "SELECT DISTINCT story_id FROM articles WHERE article_id IN (SELECT unnest($ids)) AND story_id IS NOT NULL",
        touched,
    ).fetchall()
    siblings = {"stories": [row[0] for row in stories], "prefix": SECOND_OPINION}
    con.execute(
        "DELETE FROM claims WHERE starts_with(rule, $prefix) AND article_id IN "
        "(SELECT article_id FROM articles WHERE story_id IN (SELECT unnest($stories)))",
        siblings,
    )
    insert(con, "claims", [claim_row(claim) for turn in turns for claim in turn.claims])
    insert(con, "unsettled", [{"story_id": story} for story in siblings["stories"]])
