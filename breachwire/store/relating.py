"""Related incidents: what articles say that relates them, who goes by a name, and the relations that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

import duckdb

from breachwire.records import Claim, Relation
from breachwire.store.database import Row, fetch, insert
from breachwire.store.remembering import WHOLE_NAME
from breachwire.store.values import loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A claim with the incident that its article reports, and when that was published."""

    incident_id: str
    claim: Claim
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An incident whose victim goes by a folded name."""

    key: str
    incident_id: str
    first_published_at: datetime
    last_published_at: datetime


def stated(con: duckdb.DuckDBPyConnection, wanted: Iterable[str], most: Mapping[str, int]) -> list[Stated]:
    """The claims of those fields that stand in reports of incidents with a victim, neither withdrawn nor merged away.

    An article that has more claims of a field than `most` says is passed over.
    """
    names = ", ".join(f"c.{name}" for name in ("article_id", "field", "zone", "quote", "rule", "confidence", "part"))
    rows = fetch(
        con,
        f"SELECT l.incident_id, {names}, c.value, c.char_start, c.char_end, "
        "coalesce(a.published_at, a.fetched_at) AS published_at, "
        "count(*) OVER (PARTITION BY c.article_id, c.part, c.field) AS n "
        "FROM claims AS c JOIN incident_articles AS l ON l.article_id = c.article_id AND l.part = c.part "
        "AND l.role = 'main' JOIN articles AS a ON a.article_id = c.article_id "
        "WHERE c.field IN (SELECT unnest($fields)) AND NOT c.mention ORDER BY ALL",
        {"fields": list(wanted)},
    )
    live = _live(con, {row["incident_id"] for row in rows})
    return [
        Stated(incident_id=row["incident_id"], claim=_claim(row), published_at=row["published_at"])
        for row in rows
        if row["incident_id"] in live and row["n"] <= most.get(row["field"], row["n"])
    ]


def _claim(row: Row) -> Claim:
    names = ("article_id", "field", "zone", "quote", "rule", "confidence", "part")
    plain = {name: row[name] for name in names}
    return Claim(**plain, value=loads(row["value"]), start=row["char_start"], end=row["char_end"])


def _live(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> set[str]:
    """Those of the incidents that have a victim and stand in the view `incidents`."""
    rows = con.execute(
        "SELECT incident_id FROM incident_revisions WHERE incident_id IN (SELECT unnest($ids)) GROUP BY incident_id "
        "HAVING arg_max_null(merged_into, revision) IS NULL AND NOT arg_max(withdrawn, revision) "
        "AND arg_max_null(victim, revision) IS NOT NULL",
        {"ids": list(ids)},
    ).fetchall()
    return {row[0] for row in rows}


def named(con: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> list[Named]:
    """The incidents in the view `incidents` whose victim goes by one of those folded names."""
    rows = fetch(
        con,
        "SELECT n.key, p.incident_id, p.first_published_at, p.last_published_at "
        "FROM (SELECT unnest($keys) AS key) AS n "
        f"JOIN profile_words AS w ON w.word = md5_number_lower(n.key) AND w.kind = {WHOLE_NAME} "
        "JOIN profiles AS p USING (incident_id) ORDER BY ALL",
        {"keys": list(keys)},
    )
    live = _live(con, {row["incident_id"] for row in rows})
    return [Named(**row) for row in rows if row["incident_id"] in live]


def nameless(con: duckdb.DuckDBPyConnection, words: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """(key, JSON profile) of incidents without a victim whose text holds all the words of that key."""
    listed = [(key, word, len(its)) for key, its in words.items() for word in its]
    if not listed:
        return []
    return con.execute(
        "WITH asked AS (SELECT unnest($keys) AS key, unnest($words) AS text, unnest($counts) AS words), "
        "held AS (SELECT a.key, w.incident_id FROM asked AS a "
        f"JOIN profile_words AS w ON w.word = md5_number_lower(a.text) AND w.kind <> {WHOLE_NAME} "
        "GROUP BY a.key, w.incident_id HAVING count(DISTINCT a.text) = any_value(a.words)), "
        "whose AS (SELECT DISTINCT incident_id FROM profile_words "
        f"WHERE kind = {WHOLE_NAME} AND incident_id IN (SELECT incident_id FROM held)), "
        "gone AS (SELECT incident_id FROM incident_revisions WHERE incident_id IN (SELECT incident_id FROM held) "
        "GROUP BY 1 HAVING arg_max(withdrawn, revision)) "
        "SELECT h.key, p.profile FROM held AS h JOIN profiles AS p USING (incident_id) "
        "ANTI JOIN whose USING (incident_id) ANTI JOIN gone USING (incident_id) ORDER BY ALL",
        {"keys": [k for k, _, _ in listed], "words": [w for _, w, _ in listed], "counts": [n for _, _, n in listed]},
    ).fetchall()


def standing(con: duckdb.DuckDBPyConnection) -> dict[Relation, int]:
    """The relations that hold, each with the number of its newest row."""
    columns = [f.name for f in fields(Relation)]
    rows = fetch(con, f"SELECT {', '.join(columns)}, revision FROM incident_relations")
    return {Relation(**{name: row[name] for name in columns}): row["revision"] for row in rows}


def save(
    con: duckdb.DuckDBPyConnection,
    begun: Sequence[Relation],
    ended: Sequence[Relation],
    *,
    now: datetime,
    run_id: str,
) -> None:
    """Appends one row for each relation that holds from now on, and for each that no longer does."""
    pairs = [{"incident_id": r.incident_id, "related_id": r.related_id} for r in (*begun, *ended)]
    if not pairs:
        return
    last = {
        (row[0], row[1]): row[2]
        for row in con.execute(
            "SELECT incident_id, related_id, max(revision) FROM relation_revisions "
            "JOIN (SELECT unnest($pairs, max_depth := 2)) USING (incident_id, related_id) GROUP BY ALL",
            {"pairs": pairs},
        ).fetchall()
    }
    rows = [(r, True) for r in begun] + [(r, False) for r in ended]
    insert(
        con,
        "relation_revisions",
        [
            asdict(r)
            | {"revision": last.get((r.incident_id, r.related_id), 0) + 1, "holds": holds}
            | {"run_id": run_id, "revised_at": now}
            for r, holds in rows
        ],
    )
