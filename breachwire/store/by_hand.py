"""What people decided about incidents, and what a decision needs to know of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb

from breachwire.records import Decision, WatchHit
from breachwire.store.database import Row, fetch, insert

BY_HAND = "by-hand-"
"""What stands, with a decision's number behind it, as run_id in the rows that the decision wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an incident's newest revision says that it is, and when its first one was seen first."""

    merged_into: str | None = None
    withdrawn: bool = False
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """An article that reports an incident, as a person would name it."""

    article_id: str
    story_id: str
    part: int
    url: str
    canonical_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An article's passing mention of an incident; `by_rules` is the incident that the rules found named."""

    incident_id: str
    article_id: str
    part: int
    by_rules: str


def decisions(con: duckdb.DuckDBPyConnection) -> list[Decision]:
    """All decisions by hand, in their order, those that were taken back and what took them back included."""
    return [decision_from(row) for row in fetch(con, "SELECT * FROM by_hand ORDER BY decision")]


def decision_from(row: Row) -> Decision:
    """The record in a row of `by_hand`."""
    return Decision(**(row | {"article_ids": tuple(row["article_ids"] or ())}))


def save(con: duckdb.DuckDBPyConnection, made: Iterable[Decision]) -> None:
    """Appends decisions. A store that is built anew is given those of the old one before anything is settled in it."""
    insert(con, "by_hand", [asdict(d) | {"article_ids": list(d.article_ids) or None} for d in made])


def standings(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> dict[str, Standing]:
    """How those incidents stand, by id; unknown ids are left out."""
    rows = fetch(
        con,
        "SELECT incident_id, arg_max_null(merged_into, revision) AS merged_into, arg_max(withdrawn, revision) AS "
        "withdrawn, arg_min_null(first_seen_at, revision) AS first_seen_at FROM incident_revisions "
        "WHERE incident_id IN (SELECT unnest($ids)) GROUP BY incident_id",
        {"ids": list(ids)},
    )
    return {row.pop("incident_id"): Standing(**row) for row in rows}


def reporting(con: duckdb.DuckDBPyConnection, incident_id: str) -> list[Reporting]:
    """The articles that report an incident, earliest first."""
    rows = fetch(
        con,
        "SELECT a.article_id, a.story_id, l.part, a.url, a.canonical_url FROM incident_articles AS l "
        "JOIN articles AS a USING (article_id) WHERE l.role = 'main' AND l.incident_id = $id "
        "ORDER BY a.published_at NULLS LAST, a.article_id, l.part",
        {"id": incident_id},
    )
    return [Reporting(**row) for row in rows]


def stories_around(
    con: duckdb.DuckDBPyConnection, incidents: Iterable[str], articles: Iterable[str]
) -> tuple[str, ...]:
    """Stories that stand in those incidents, or would by the rules alone, and those of the articles; in order."""
    rows = con.execute(
        "SELECT DISTINCT a.story_id FROM incident_articles AS l JOIN articles AS a USING (article_id) "
        "WHERE l.role = 'main' AND (l.incident_id IN (SELECT unnest($ids)) OR l.by_rules IN (SELECT unnest($ids)) "
        "OR a.article_id IN (SELECT unnest($articles))) AND a.story_id IS NOT NULL ORDER BY 1",
        {"ids": list(incidents), "articles": list(articles)},
    ).fetchall()
    return tuple(row[0] for row in rows)


def stated_victims(con: duckdb.DuckDBPyConnection, incidents: Iterable[str]) -> dict[str, list[str]]:
    """The victims that the articles of those incidents state, by incident, accepted or not."""
    rows = con.execute(
        'SELECT incident_id, list(DISTINCT "value" ORDER BY "value") FROM evidence WHERE field = \'victim\' '
        "AND incident_id IN (SELECT unnest($ids)) GROUP BY 1",
        {"ids": list(incidents)},
    ).fetchall()
    return dict(rows)


def mentions(con: duckdb.DuckDBPyConnection, incidents: Iterable[str]) -> list[Mention]:
    """Passing mentions of those incidents."""
    rows = fetch(
        con,
        "SELECT incident_id, article_id, part, coalesce(by_rules, incident_id) AS by_rules FROM incident_articles "
        "WHERE role = 'mention' AND (incident_id IN (SELECT unnest($ids)) OR by_rules IN (SELECT unnest($ids))) "
        "ORDER BY ALL",
        {"ids": list(incidents)},
    )
    return [Mention(**row) for row in rows]


def move_mention(con: duckdb.DuckDBPyConnection, mention: Mention, to: str) -> None:
    """Lets a passing mention be one of the incident `to`; where the article reports that itself, it stays as it is."""
    con.execute(
        "UPDATE incident_articles SET incident_id = $to, by_rules = nullif($ruled, $to) "
        "WHERE role = 'mention' AND article_id = $article AND part = $part "
        "AND coalesce(by_rules, incident_id) = $ruled "
        "AND NOT EXISTS (SELECT 1 FROM incident_articles AS m WHERE m.incident_id = $to AND m.article_id = $article "
        "AND (m.role = 'main' OR m.part = $part AND coalesce(m.by_rules, m.incident_id) <> $ruled))",
        {"to": to, "ruled": mention.by_rules, "article": mention.article_id, "part": mention.part},
    )


def forget_hits(con: duckdb.DuckDBPyConnection, incidents: Iterable[str], hits: Iterable[WatchHit]) -> None:
    """Takes back what decisions noted about the watchlist and those incidents, but for the hits that still are some."""
    con.execute(
        "DELETE FROM watch_hits WHERE starts_with(run_id, $by_hand) AND incident_id IN (SELECT unnest($ids)) "
        "AND NOT list_contains($hits::VARCHAR[], incident_id || ' ' || name)",
        {
            "by_hand": BY_HAND,
            "ids": list(incidents),
            "hits": [f"{hit.incident_id} {hit.name}" for hit in hits],
        },
    )


def ids_beginning(con: duckdb.DuckDBPyConnection, prefix: str) -> list[str]:
    """Up to ten incident ids, merged and withdrawn ones included, that begin so; the `i_` may be left out."""
    rows = con.execute(
        "SELECT DISTINCT incident_id FROM incident_revisions WHERE starts_with(incident_id, $a)"
        " OR starts_with(incident_id, $b) ORDER BY incident_id = $a DESC, 1 LIMIT 10",
        {"a": prefix, "b": "i_" + prefix},
    ).fetchall()
    found = [str(row[0]) for row in rows]
    return found[:1] if prefix in found else found


def ids_near(con: duckdb.DuckDBPyConnection, asked: str) -> list[str]:
    """Up to three ids of incidents that may be meant: those whose victim is called so, then those spelt alike."""
    rows = con.execute(
        "SELECT incident_id FROM incident_revisions WHERE contains(lower(victim), lower($asked)) "
        "OR jaro_winkler_similarity(incident_id, $asked) >= 0.85 "
        "OR jaro_winkler_similarity(incident_id, 'i_' || $asked) >= 0.85 GROUP BY 1 "
        "ORDER BY bool_or(contains(lower(victim), lower($asked))) DESC NULLS LAST, "
        "greatest(jaro_winkler_similarity(incident_id, $asked), jaro_winkler_similarity(incident_id, 'i_' || $asked)) "
        "DESC, 1 LIMIT 3",
        {"asked": asked},
    ).fetchall()
    return [str(row[0]) for row in rows]
