"""What is already known that is like a document: an indication for people, not how a night matches."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from breachwire.records import Article, Incident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN, CANDIDATES = 3, 60
STORY_ALIKE, INCIDENT_ALIKE = 70.0, 60.0
DAYS = 90
_WORDS = re.compile(r"\w{4,}")


def nearest_articles(con: DuckDBPyConnection, article: Article) -> list[tuple[object, ...]]:
    """Up to three stored articles with the likest bodies: (likeness of 100, source, title, story id)."""
    words = sorted({w.lower() for w in _WORDS.findall(article.title)})
    rows = con.execute(
        """
        SELECT source, title, story_id, body FROM articles
        WHERE article_id <> $id
        ORDER BY len(list_intersect(regexp_extract_all(lower(title), '\\w{4,}'), $words)) DESC, article_id
        LIMIT $limit
        """,
        {"id": article.article_id, "words": words, "limit": CANDIDATES},
    ).fetchall()
    scored: list[tuple[Any, ...]] = [
        (round(fuzz.token_set_ratio(article.body, body, score_cutoff=STORY_ALIKE)), source, title, story_id)
        for source, title, story_id, body in rows
    ]
    return sorted((row for row in scored if row[0]), key=lambda row: -row[0])[:SHOWN]


def nearest_incidents(con: DuckDBPyConnection, incident: Incident, at: datetime) -> list[tuple[object, ...]]:
    """Up to three incidents with the likest victim or headline: (likeness of 100, disclosed, victim, title, id)."""
    rows = con.execute(
        """
        SELECT disclosed_on, victim, title, incident_id, victim_key FROM incidents
        WHERE contains(victim_key, $key) OR contains($key, victim_key)
            OR abs(date_diff('day', coalesce(disclosed_on, first_seen_at::DATE), $at::DATE)) <= $days
        ORDER BY victim_key = $key DESC NULLS LAST, jaro_winkler_similarity(lower(title), lower($title)) DESC
        LIMIT $limit
        """,
        {"key": incident.victim_key, "at": at, "days": DAYS, "title": incident.title, "limit": CANDIDATES},
    ).fetchall()
    scored: list[tuple[Any, ...]] = [
        (round(_likeness(incident, title, key)), disclosed, victim, title, incident_id)
        for disclosed, victim, title, incident_id, key in rows
    ]
    return sorted((row for row in scored if row[0] >= INCIDENT_ALIKE), key=lambda row: -row[0])[:SHOWN]


def _likeness(incident: Incident, title: str, key: str | None) -> float:
    """The mean of the headline's and the victim's, or the headline's alone where a victim is not named."""
    headline = fuzz.token_set_ratio(incident.title.lower(), title.lower())
    if not incident.victim_key or not key:
        return headline
    return (headline + fuzz.token_sort_ratio(incident.victim_key, key)) / 2
