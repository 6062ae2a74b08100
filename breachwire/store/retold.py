"""What earlier runs told of incidents, and who tells of them: what an alert is compared with, and what it names."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import duckdb

from breachwire.records import Outlet


def told_marks(
    con: duckdb.DuckDBPyConnection, incident_ids: Iterable[str], before: datetime | None = None
) -> set[tuple[str, str]]:
    """(incident, mark) of every material change that was queued, `before` then, for whatever rule and channel."""
    rows = con.execute(
        "SELECT incident_id, payload ->> '$.marks' FROM alerts "
        "WHERE event = 'material_change' AND incident_id IN (SELECT unnest($ids)) "
        "AND ($before IS NULL OR created_at < $before)",
        {"ids": list(incident_ids), "before": before},
    ).fetchall()
    return {(row[0], str(mark)) for row in rows for mark in json.loads(row[1] or "[]")}


def told_figures(
    con: duckdb.DuckDBPyConnection, incident_ids: Iterable[str], before: datetime | None = None
) -> dict[str, tuple[int, str]]:
    """Upper figure and unit of each incident as it was told last (`before` then); where it was never told, the first
    that was known."""
    ids = list(incident_ids)
    first = con.execute(
        "SELECT incident_id, arg_min(greatest(coalesce(records_min, 0), coalesce(records_max, 0)), revision), "
        "arg_min(coalesce(records_unit, ''), revision) FROM incident_revisions "
        "WHERE incident_id IN (SELECT unnest($ids)) AND coalesce(records_max, records_min, 0) > 0 GROUP BY ALL",
        {"ids": ids},
    ).fetchall()
    told = con.execute(
        "SELECT incident_id, arg_max(payload -> '$.incident', (created_at, revision)) FROM alerts "
        "WHERE incident_id IN (SELECT unnest($ids)) AND ($before IS NULL OR created_at < $before) GROUP BY ALL",
        {"ids": ids, "before": before},
    ).fetchall()
    found = {row[0]: (int(row[1]), str(row[2])) for row in first}
    for incident_id, held in told:
        incident = json.loads(held) if held else {}
        figure = max(incident.get("records_min") or 0, incident.get("records_max") or 0)
        if figure:
            found[incident_id] = (int(figure), str(incident.get("records_unit") or ""))
    return found


def outlets_of(con: duckdb.DuckDBPyConnection, incident_ids: Iterable[str]) -> list[Outlet]:
    """Who tells of those incidents, story by story, first published first; copies are folded."""
    rows = con.execute(
        "SELECT l.incident_id, arg_min(a.source, (coalesce(a.published_at, a.fetched_at), a.article_id)), "
        "arg_min(a.url, (coalesce(a.published_at, a.fetched_at), a.article_id)), "
        "list(a.article_id ORDER BY a.article_id), min(coalesce(a.published_at, a.fetched_at)) AS first "
        "FROM incident_articles AS l JOIN articles AS a USING (article_id) "
        "WHERE l.role = 'main' AND l.incident_id IN (SELECT unnest($ids)) "
        "GROUP BY l.incident_id, coalesce(a.story_id, a.article_id) ORDER BY l.incident_id, first, 3",
        {"ids": list(incident_ids)},
    ).fetchall()
    return [
        Outlet(
            incident_id=row[0], name=row[1] or "", url=row[2], copies=len(set(row[3])) - 1, article_ids=tuple(row[3])
        )
        for row in rows
    ]


def texts_of(con: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Title and body of those articles, by id."""
    rows = con.execute(
        "SELECT article_id, title, body FROM articles WHERE article_id IN (SELECT unnest($ids))",
        {"ids": list(set(article_ids))},
    ).fetchall()
    return {row[0]: (row[1] or "", row[2] or "") for row in rows}
