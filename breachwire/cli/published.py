"""Queries over data/incidents.duckdb, opened read-only: what the reading commands know.

In: a connection from `opened` and plain values. Out: records, or `Rows` where a table is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breachwire.cli.folders import Folders
from breachwire.errors import ConfigError, StoreError
from breachwire.records import Decision, Evidence, Incident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_INCIDENT_FIELDS = tuple(f.name for f in fields(Incident))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """An answer as it came: column names and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def named(self) -> Iterator[dict[str, Any]]:
        """Each row, column name to value."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An article's part in an incident."""

    article_id: str
    url: str
    source: str
    title: str
    published_at: datetime | None
    story_id: str | None
    role: str
    reason: str | None
    body: str

    def zone(self, zone: str) -> str:
        """The text that spans of that zone index."""
        return self.title if zone == "title" else self.body


def missing(path: Path) -> ConfigError:
    """What a reading command says where no night has been published."""
    return ConfigError(
        str(path), "no published database yet", "run `breachwire run` first, or name the folder with --data"
    )


@contextmanager
def opened(folders: Folders) -> Iterator[DuckDBPyConnection]:
    """The published file, read-only. Raises ConfigError where there is none, StoreError where it cannot be read."""
    path = folders.published
    if not path.is_file():
        raise missing(path)
    import duckdb

    from breachwire.store.database import connect

    con = connect(path, read_only=True)
    try:
        yield con
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        what = str(error).splitlines()[0]
        raise StoreError(
            str(path), f"is not a file that this version published: {what}", "run `breachwire run`"
        ) from None
    except duckdb.Error as error:
        raise StoreError(str(path), str(error).splitlines()[0], "publish it again with `breachwire run`") from None
    finally:
        con.close()


def ask(con: DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None) -> Rows:
    """The answer to one query with $named values."""
    cursor = con.execute(sql, dict(values)) if values else con.execute(sql)
    return Rows(columns=tuple(c[0] for c in cursor.description or ()), rows=tuple(cursor.fetchall()))


def ids_beginning(con: DuckDBPyConnection, prefix: str) -> list[str]:
    """Up to ten incident ids, merged and withdrawn ones included, that begin so; the `i_` may be left out."""
    from breachwire.store import by_hand

    return by_hand.ids_beginning(con, prefix)


def ids_near(con: DuckDBPyConnection, asked: str) -> list[str]:
    """Up to three ids of incidents that may be meant by a text that is no beginning of an id."""
    from breachwire.store import by_hand

    return by_hand.ids_near(con, asked)


def decided(con: DuckDBPyConnection) -> list[Decision]:
    """All decisions by hand, in their order."""
    from breachwire.store import by_hand

    return by_hand.decisions(con)


def revisions(con: DuckDBPyConnection, incident_id: str) -> Rows:
    """Every revision of an incident, oldest first."""
    return ask(con, "SELECT * FROM incident_revisions WHERE incident_id = $id ORDER BY revision", {"id": incident_id})


def survivor(con: DuckDBPyConnection, incident_id: str) -> str:
    """The incident that this one was merged into, or itself."""
    seen = {incident_id}
    while True:
        answer = ask(
            con,
            "SELECT merged_into FROM incident_revisions WHERE incident_id = $id ORDER BY revision DESC LIMIT 1",
            {"id": incident_id},
        )
        into = answer.rows[0][0] if answer.rows else None
        if into is None or into in seen:
            return incident_id
        incident_id = str(into)
        seen.add(incident_id)


def evidence(con: DuckDBPyConnection, incident_id: str) -> list[Evidence]:
    """The words behind every value, in the order of the columns, accepted and surest first."""
    columns = ", ".join(f'"{f.name}"' for f in fields(Evidence))
    answer = ask(
        con,
        f"SELECT {columns} FROM evidence WHERE incident_id = $id"
        " ORDER BY accepted DESC, confidence DESC, article_id, char_start",
        {"id": incident_id},
    )
    order = {name: at for at, name in enumerate(_INCIDENT_FIELDS)}
    return sorted((Evidence(**row) for row in answer.named()), key=lambda item: order.get(item.field, len(order)))


def sources(con: DuckDBPyConnection, incident_id: str) -> list[Source]:
    """The articles of an incident, reports before mentions, earliest first."""
    answer = ask(
        con,
        """
        SELECT a.article_id, a.url, a.source, a.title, a.published_at, a.story_id, l.role, l.reason, a.body
        FROM incident_articles AS l JOIN articles AS a USING (article_id)
        WHERE l.incident_id = $id
        ORDER BY l.role, a.published_at NULLS LAST, a.article_id
        """,
        {"id": incident_id},
    )
    return [Source(**row) for row in answer.named()]


def related(con: DuckDBPyConnection, incident_id: str) -> Rows:
    """The incidents that are related to one: those that it came through or is of a campaign with, then the others.

    `towards` says that the words stand in an article about the one asked for.
    """
    return ask(
        con,
        """
        SELECT r.incident_id = $id AS towards, if(towards, r.related_id, r.incident_id) AS other_id, r.kind, r.name,
            i.victim, i.title, i.disclosed_on, r.quote, r.article_id, a.source, a.url, r.zone, r.char_start, r.char_end,
            r.confidence, r.run_id, if(r.zone = 'title', a.title, a.body) AS "text"
        FROM incident_relations AS r
        JOIN incidents AS i ON i.incident_id = if(r.incident_id = $id, r.related_id, r.incident_id)
        LEFT JOIN articles AS a USING (article_id)
        WHERE $id IN (r.incident_id, r.related_id)
        ORDER BY towards DESC, i.disclosed_on, other_id
        """,
        {"id": incident_id},
    )


def decisions(con: DuckDBPyConnection, urls: Sequence[str]) -> Rows:
    """The decisions about any of these addresses, in the order in which a document comes to the stages."""
    return ask(
        con,
        """
        SELECT * FROM decisions WHERE list_contains($urls, url)
        ORDER BY url, list_position(['look', 'skim', 'judge'], stage), decided_at
        """,
        {"urls": list(urls)},
    )


def addresses(con: DuckDBPyConnection, urls: Sequence[str]) -> list[str]:
    """Those canonical addresses, and those by which the feeds know the same articles, where they wrap their links."""
    from breachwire.identity import canonical_url

    answer = ask(con, "SELECT url FROM articles WHERE canonical_url IN (SELECT unnest($urls))", {"urls": list(urls)})
    return list(dict.fromkeys([*urls, *(canonical_url(str(row[0])) for row in answer.rows)]))


def near_misses(con: DuckDBPyConnection, near: float, since: datetime) -> Rows:
    """Articles that were refused with a score of at least `near`, closest to the threshold first."""
    return ask(
        con,
        """
        SELECT url, stage, score, threshold, reason, decided_at,
            list_distinct(list_transform(terms, lambda t: t."text")) AS terms
        FROM decisions
        WHERE NOT kept AND stage = 'judge' AND score >= $near AND decided_at >= $since
        ORDER BY threshold - score, decided_at DESC LIMIT 100
        """,
        {"near": near, "since": since},
    )


def last_run(con: DuckDBPyConnection) -> dict[str, Any] | None:
    """The newest run that was no back-fill, or None where none is stored."""
    return next(
        ask(con, "SELECT * FROM runs WHERE engine <> 'backfill' ORDER BY started_at DESC LIMIT 1").named(), None
    )
