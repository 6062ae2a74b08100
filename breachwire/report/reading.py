"""What the pages need of the published file, a stretch of incidents at a time so that memory does not grow with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from breachwire.records import Decision, FeedHabits, FeedState, Incident
from breachwire.report import words
from breachwire.report.cases import Printed, Revision, Said, facts_of, figures_of, steps_of, summary_of, told_of
from breachwire.report.shapes import Case, Hit, Tie

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = 12
"""Articles that are named behind one value of one incident; the published file has them all."""
Row: TypeAlias = tuple[Any, ...]
_COLUMNS = tuple(f.name for f in fields(Incident))
"""incident_id first."""


class Beside(NamedTuple):
    """What is known of incidents beside their rows: names in the report, watched names, decisions by hand."""

    names: Mapping[str, str]
    hits: Mapping[str, tuple[Hit, ...]]
    decided: Mapping[str, tuple[Decision, ...]]


_TIES = {
    "through": "came through the incident at {name}",
    "campaign": "part of the same campaign: {name}",
    "same_provider": "came through the same provider: {name}",
    "vulnerability": "names the same vulnerability: {name}",
}


def incidents(con: DuckDBPyConnection, since: date | None) -> list[Incident]:
    """The incidents disclosed on or after `since`, newest first."""
    rows = con.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM incidents"
        " WHERE $since IS NULL OR coalesce(disclosed_on, first_seen_at::DATE) >= $since::DATE"
        " ORDER BY coalesce(disclosed_on, first_seen_at::DATE) DESC NULLS LAST, records_min DESC NULLS LAST,"
        " incident_id",
        {"since": since},
    ).fetchall()
    return [_incident(row) for row in rows]


def hits(con: DuckDBPyConnection) -> dict[str, tuple[Hit, ...]]:
    """The names of the watchlist that each incident hits, best first."""
    found: dict[str, list[Hit]] = defaultdict(list)
    rows = con.execute("SELECT incident_id, name, matched, score, reason FROM watch_hits ORDER BY score DESC, name")
    for incident_id, name, matched, score, reason in rows.fetchall():
        found[incident_id].append(Hit(incident_id=incident_id, name=name, matched=matched, score=score, reason=reason))
    return {incident_id: tuple(items) for incident_id, items in found.items()}


def feeds(con: DuckDBPyConnection) -> Iterator[tuple[str, FeedState, FeedHabits]]:
    """Title, state and habits of each feed that is polled."""
    cursor = con.execute("SELECT * FROM feed_health")
    names = [column[0] for column in cursor.description or ()]
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        state = FeedState(**{f.name: row[f.name] for f in fields(FeedState) if f.name in row})
        habits = FeedHabits(**{f.name: row[f.name] for f in fields(FeedHabits) if f.name in row})
        yield row["title"], state, habits


def cases(con: DuckDBPyConnection, ids: Sequence[str], beside: Beside) -> Iterator[Case]:
    """What the pages of those incidents show. All at once, so not more than some hundreds."""
    said, printed = _by_incident(_said(con, ids)), _by_incident(_printed(con, ids))
    revised, tied = _by_incident(_revisions(con, ids)), _ties(con, ids, beside.names)
    for incident_id in ids:
        revisions = [_revision(row) for row in revised[incident_id]]
        newest = revisions[-1]
        own = list(map(Said._make, said.get(incident_id, ())))
        told = [Printed._make((*row[:8], tuple(row[8] or ()))) for row in printed.get(incident_id, ())]
        yield Case(
            incident=newest.incident,
            revision=newest.revision,
            facts=facts_of(newest.incident, own, beside.decided.get(incident_id, ())),
            summary=summary_of(own),
            figures=figures_of(own, revisions),
            told=told_of(list(dict.fromkeys(told))),
            steps=steps_of(revisions),
            ties=tuple(tied.get(incident_id, ())),
            hits=beside.hits.get(incident_id, ()),
        )


def _incident(row: Sequence[Any]) -> Incident:
    named = zip(_COLUMNS, row, strict=True)
    stated: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in named if v is not None}
    return Incident(**stated)


def _revision(row: Row) -> Revision:
    incident_id, number, at, by, merged_into, withdrawn, caused, *values = row
    because = words.because([(how, source) for how, source in caused or ()])
    return Revision(_incident((incident_id, *values)), number, at, by, because, merged_into, withdrawn)


def _by_incident(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _said(con: DuckDBPyConnection, ids: Sequence[str]) -> list[Row]:
    """Evidence with its article. The range of ids lets DuckDB pass over what is not asked for."""
    return con.execute(
        """
        SELECT e.incident_id, e.field, e.value, e.article_id, e.zone, e.char_start, e.char_end, e.quote, e.rule,
            e.confidence, e.accepted,
            coalesce(if(e.zone = 'title', a.title, a.body)[greatest(1, e.char_start - 199) : e.char_start], ''),
            coalesce(if(e.zone = 'title', a.title, a.body)[e.char_end + 1 : e.char_end + 200], ''),
            coalesce(a.source, e.article_id), coalesce(a.url, ''), a.published_at::DATE
        FROM (
            SELECT * FROM evidence
            WHERE incident_id BETWEEN $first AND $last AND list_contains($ids, incident_id)
                AND field NOT IN ('title', 'victim_names')
            QUALIFY row_number() OVER (
                PARTITION BY incident_id, field, value, accepted ORDER BY confidence DESC, article_id, char_start
            ) <= $most
        ) AS e LEFT JOIN articles AS a USING (article_id)
        ORDER BY e.incident_id, e.field, e.accepted DESC, e.confidence DESC, a.published_at, e.article_id, e.char_start
        """,
        {"first": ids[0], "last": ids[-1], "ids": list(ids), "most": MOST},
    ).fetchall()


def _printed(con: DuckDBPyConnection, ids: Sequence[str]) -> list[Row]:
    return con.execute(
        """
        SELECT l.incident_id, a.article_id, l.role, a.source, a.url, a.title, a.published_at, a.story_id,
            (SELECT list(
                    strftime(r.replaced_at, '%Y-%m-%d') || if(list_contains(r.changed, 'title'), ': ' || r.title, '')
                    ORDER BY r.revision
                ) FROM article_revisions AS r WHERE r.article_id = a.article_id)
        FROM incident_articles AS l JOIN articles AS a USING (article_id)
        WHERE l.incident_id BETWEEN $first AND $last AND list_contains($ids, l.incident_id)
        ORDER BY l.incident_id, l.role, a.published_at NULLS LAST, a.article_id
        """,
        {"first": min(ids), "last": max(ids), "ids": list(ids)},
    ).fetchall()


def _revisions(con: DuckDBPyConnection, ids: Sequence[str]) -> list[Row]:
    return con.execute(
        f"""
        SELECT incident_id, revision, revised_at, run_id, merged_into, withdrawn, (
                SELECT list(DISTINCT [c.how, a.source])
                FROM revision_articles AS c JOIN articles AS a USING (article_id)
                WHERE c.incident_id = v.incident_id AND c.revision = v.revision
            ), {", ".join(_COLUMNS[1:])}
        FROM incident_revisions AS v
        WHERE incident_id BETWEEN $first AND $last AND list_contains($ids, incident_id)
        ORDER BY incident_id, revision
        """,
        {"first": min(ids), "last": max(ids), "ids": list(ids)},
    ).fetchall()


def _ties(con: DuckDBPyConnection, ids: Sequence[str], names: Mapping[str, str]) -> dict[str, list[Tie]]:
    """Related incidents, both ways; those that are not in the report are left out."""
    rows = con.execute(
        """
        SELECT r.incident_id, r.related_id, r.kind, r.name, r.quote, coalesce(a.source, r.article_id), o.disclosed_on,
            i.disclosed_on
        FROM incident_relations AS r JOIN incidents AS i ON i.incident_id = r.incident_id
        JOIN incidents AS o ON o.incident_id = r.related_id LEFT JOIN articles AS a USING (article_id)
        WHERE list_contains($ids, r.incident_id) OR list_contains($ids, r.related_id)
        ORDER BY o.disclosed_on, r.related_id, r.incident_id
        """,
        {"ids": list(ids)},
    ).fetchall()
    found: dict[str, list[Tie]] = defaultdict(list)
    for incident_id, related_id, kind, name, quote, source, its_day, own_day in rows:
        ways = ((incident_id, related_id, its_day, True), (related_id, incident_id, own_day, False))
        for one, other, on, towards in ways:
            if other not in names:
                continue
            back = kind == "through" and not towards
            said = "came through this incident" if back else _TIES.get(kind, "{name}").format(name=name)
            found[one].append(Tie(incident_id=other, name=names[other], day=on, words=said, quote=quote, source=source))
    return found
