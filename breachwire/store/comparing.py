"""Two stores side by side, by what they say: ids of stories, incidents and runs, and their dates, do not count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from breachwire.errors import StoreError
from breachwire.store.database import attach

SHOWN = 20
"""Differences that are told of each kind."""
_OURS = {"archive_record", "story_id"}
_STAMPS = {"incident_id", "revision", "run_id", "revised_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How many of one kind there are in both. `differ`: the same thing with other values."""

    kind: str
    before: int
    after: int
    same: int
    only_before: int
    only_after: int
    differ: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not the same: `what` says how, in words."""

    kind: str
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two stores side by side. `same_ids` is how many incidents that are in both have the same id."""

    sides: tuple[Side, ...]
    differences: tuple[Difference, ...]
    same_ids: int

    @property
    def equal(self) -> bool:
        """Whether both say the same."""
        return all(s.before == s.after == s.same for s in self.sides)


def compare(before: Path, after: Path) -> Comparison:
    """Two stores or published files: articles by id, stories and incidents by the articles that they are made of.

    Raises StoreError, or LockedError where another process keeps one open.
    """
    con = duckdb.connect()
    try:
        con.execute("SET TimeZone = 'UTC'")
        attach(con, before, "before")
        attach(con, after, "after")
        for side in ("before", "after"):
            _lay_out(con, side)
        articles, told = _matched(con, "article", "articles", _OURS)
        stories, more = _matched(con, "story", "stories", set())
        incidents, most = _matched(con, "incident", "incidents", _STAMPS)
        row = con.execute(
            "SELECT count(*) FROM before_incidents AS b JOIN after_incidents AS a USING (key) "
            "WHERE a.incident_id = b.incident_id"
        ).fetchone()
    except duckdb.Error as error:
        raise StoreError(str(before), f"cannot be compared: {str(error).partition(chr(10))[0]}") from error
    finally:
        con.close()
    return Comparison(
        sides=(articles, stories, incidents), differences=(*told, *more, *most), same_ids=int(row[0]) if row else 0
    )


def _lay_out(con: duckdb.DuckDBPyConnection, side: str) -> None:
    """Three tables of one store, each with the `key` that a thing is known by in both, and a `name` for people."""
    con.execute(f"CREATE TEMP TABLE {side}_articles AS SELECT article_id AS key, url AS name, * FROM {side}.articles")
    con.execute(
        f"CREATE TEMP TABLE {side}_stories AS SELECT md5(string_agg(article_id, ' ' ORDER BY article_id)) AS key, "
        f"arg_min(title, article_id) || if(count(*) > 1, ' (' || count(*) || ' articles)', '') AS name "
        f"FROM {side}.articles WHERE story_id IS NOT NULL GROUP BY story_id"
    )
    con.execute(
        f"CREATE TEMP TABLE {side}_incidents AS SELECT l.key, coalesce(i.victim || ': ', '') || i.title AS name, i.* "
        f"FROM {side}.incidents AS i JOIN (SELECT incident_id, "
        "md5(string_agg(article_id || '/' || part, ' ' ORDER BY article_id, part)) AS key "
        f"FROM {side}.incident_articles WHERE role = 'main' GROUP BY incident_id) AS l USING (incident_id)"
    )


def _matched(con: duckdb.DuckDBPyConnection, kind: str, table: str, but: set[str]) -> tuple[Side, list[Difference]]:
    before, after = f"before_{table}", f"after_{table}"
    counts = [_count(con, f"FROM {name}") for name in (before, after)]
    gone, new = f"FROM {before} ANTI JOIN {after} USING (key)", f"FROM {after} ANTI JOIN {before} USING (key)"
    columns = _shared_columns(con, before, after, but | {"key", "name"})
    unlike = " OR ".join(f'b."{c}" IS DISTINCT FROM a."{c}"' for c in columns) or "false"
    both = f"FROM {before} AS b JOIN {after} AS a USING (key)"
    differ = _count(con, f"{both} WHERE {unlike}")
    told = [
        Difference(kind=kind, name=str(name), what=what)
        for rows, what in ((gone, "not in the new store"), (new, "only in the new store"))
        for (name,) in con.execute(f"SELECT name {rows} ORDER BY name LIMIT {SHOWN}").fetchall()
    ]
    named = ", ".join(f'if(b."{c}" IS DISTINCT FROM a."{c}", \'{c}\', NULL)' for c in columns) or "NULL"
    told += [
        Difference(kind=kind, name=str(name), what="differs in " + str(what))
        for name, what in con.execute(
            f"SELECT b.name, concat_ws(', ', {named}) {both} WHERE {unlike} ORDER BY 1 LIMIT {SHOWN}"
        ).fetchall()
    ]
    side = Side(
        kind=table,
        before=counts[0],
        after=counts[1],
        same=_count(con, both) - differ,
        only_before=_count(con, gone),
        only_after=_count(con, new),
        differ=differ,
    )
    return side, told


def _shared_columns(con: duckdb.DuckDBPyConnection, before: str, after: str, but: set[str]) -> list[str]:
    """Columns of both: the older store may lack some."""
    names = [[str(row[0]) for row in con.execute(f"DESCRIBE {table}").fetchall()] for table in (before, after)]
    return [name for name in names[1] if name in names[0] and name not in but]


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    row = con.execute(f"SELECT count(*) {rows}").fetchone()
    return int(row[0]) if row else 0
