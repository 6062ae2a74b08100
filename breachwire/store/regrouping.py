"""What a replay reads and writes of stories and incidents as a whole, and the fate of each incident in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import duckdb

from breachwire.records import Change, Evidence, Incident
from breachwire.store import grouping
from breachwire.store.database import fetch, insert
from breachwire.store.grouping import StoredStory
from breachwire.store.sketches import forget_boilerplate
from breachwire.store.values import incident_from

KINDS = ("gained", "lost", "merged", "split", "changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an incident that is not what it was: `kind` is one of KINDS.

    `other_id` is the incident that it was merged into, or split off. `revision` is the row that says so.
    """

    incident_id: str
    kind: str
    other_id: str | None
    revision: int


def stories(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Story id to the ids of its articles."""
    rows = con.execute("SELECT story_id, list(article_id) FROM articles WHERE story_id IS NOT NULL GROUP BY story_id")
    return {story_id: set(articles) for story_id, articles in rows.fetchall()}


def links(con: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[str, int]]]:
    """Incident id to the articles and sections that report it, as (article id, part)."""
    rows = con.execute(
        "SELECT coalesce(by_rules, incident_id), article_id, part FROM incident_articles WHERE role = 'main' "
        "ORDER BY ALL"
    ).fetchall()
    found: dict[str, set[tuple[str, int]]] = {}
    for incident_id, article_id, part in rows:
        found.setdefault(incident_id, set()).add((article_id, part))
    return found


def withdrawn_incidents(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Incidents that no article supports any longer, with the ids of the articles that last did.

    Those that a person withdrew, or merged away, have their articles still and are left out.
    """
    rows = con.execute(
        "WITH newest AS (SELECT * FROM incident_revisions "
        "QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY revision DESC) = 1), "
        "told AS (SELECT incident_id, unnest(source_urls) AS url FROM incident_revisions "
        "WHERE article_count > 0 AND incident_id IN "
        "(SELECT incident_id FROM newest WHERE withdrawn AND article_count = 0 AND merged_into IS NULL) "
        "QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY revision DESC) = 1) "
        "SELECT t.incident_id, e.article_id FROM told AS t JOIN entries AS e USING (url) ORDER BY ALL"
    ).fetchall()
    found: dict[str, set[str]] = {}
    for incident_id, article_id in rows:
        found.setdefault(incident_id, set()).add(article_id)
    return found


def forget_stories(con: duckdb.DuckDBPyConnection) -> None:
    """Takes every article out of its story; what is boilerplate is to be counted anew too."""
    forget_boilerplate(con)
    con.execute("UPDATE articles SET story_id = NULL")
    con.execute("DELETE FROM unsettled")


def forget_incidents(con: duckdb.DuckDBPyConnection) -> None:
    """Takes away everything that is made of incidents but their revisions, which stay for ever."""
    for table in ("incident_articles", "evidence", "profiles", "profile_words"):
        con.execute(f"DELETE FROM {table}")


def all_stories(con: duckdb.DuckDBPyConnection) -> list[StoredStory]:
    """All stories with their articles and claims."""
    ids = con.execute("SELECT DISTINCT story_id FROM articles WHERE story_id IS NOT NULL ORDER BY 1").fetchall()
    return grouping.stories_by_id(con, [row[0] for row in ids])


def save_fates(con: duckdb.DuckDBPyConnection, fates: Sequence[Fate]) -> None:
    """Keeps the fates in a table of the copy alone, which `forget_fates` takes away again."""
    con.execute(
        "CREATE OR REPLACE TABLE replay_fates (incident_id VARCHAR, kind VARCHAR, other_id VARCHAR, revision INTEGER)"
    )
    insert(con, "replay_fates", [asdict(fate) for fate in fates])


def forget_fates(con: duckdb.DuckDBPyConnection) -> None:
    """The copy is a store like any other."""
    con.execute("DROP TABLE IF EXISTS replay_fates")


def changes_and_fates(con: duckdb.DuckDBPyConnection) -> list[tuple[Change, Fate]]:
    """Every incident that is not what it was, as a change without its evidence, with its fate; by kind, then by day."""
    columns = ", ".join(Incident.__slots__)
    both = fetch(
        con,
        "SELECT f.kind, f.other_id, r.revision = f.revision AS is_now, r.revision, r.changed, r.merged_into, "
        f"r.withdrawn, {columns} "
        "FROM replay_fates AS f JOIN incident_revisions AS r USING (incident_id) "
        "WHERE r.revision IN (f.revision, f.revision - 1)",
    )
    earlier = {row["incident_id"]: incident_from(row) for row in both if not row["is_now"]}
    found = []
    for row in (row for row in both if row["is_now"]):
        incident_id = row["incident_id"]
        fate = Fate(incident_id=incident_id, kind=row["kind"], other_id=row["other_id"], revision=row["revision"])
        change = Change(
            incident=incident_from(row),
            revision=row["revision"],
            changed=tuple(row["changed"]),
            previous=earlier.get(incident_id),
            evidence=(),
            merged_into=row["merged_into"],
            withdrawn=row["withdrawn"],
        )
        found.append((change, fate))
    return sorted(found, key=lambda f: (KINDS.index(f[1].kind), str(f[0].incident.disclosed_on), f[1].incident_id))


def evidence_of(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, tuple[Evidence, ...]]:
    """The evidence behind those incidents."""
    found: dict[str, list[Evidence]] = {}
    sql = "SELECT * FROM evidence WHERE incident_id IN (SELECT unnest($ids)) ORDER BY ALL"
    for row in fetch(con, sql, {"ids": list(ids)}):
        found.setdefault(row["incident_id"], []).append(Evidence(**row))
    return {incident_id: tuple(items) for incident_id, items in found.items()}
