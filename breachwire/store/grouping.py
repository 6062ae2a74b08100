"""Stories and incidents: what the second half of `understand` reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from breachwire.records import Article, Change, Claim, Evidence, Incident, Link, Section, Story
from breachwire.store import remembering
from breachwire.store.database import Row, fetch, insert, row_of
from breachwire.store.remembering import Remembered
from breachwire.store.values import incident_from, loads


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """A kept article with what the store knows beside it. `trust` is its feed's."""

    article: Article
    story_id: str | None
    verdict_score: float
    trust: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """A story with its articles (earliest first), all that they claim, and their sections where they are round-ups."""

    story_id: str
    articles: tuple[StoredArticle, ...]
    claims: tuple[Claim, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An incident as it stands after this run's stories: what changed, if anything, and how to match it next time.

    Evidence and links are replaced even where the row stays the same: its articles' texts may have moved.
    """

    incident_id: str
    change: Change | None
    evidence: tuple[Evidence, ...]
    links: tuple[Link, ...]
    remembered: Remembered | None


_ARTICLE = (
    "SELECT "
    + ", ".join(f"a.{name}" for name in Article.__slots__)
    + ", a.story_id, a.verdict_score, coalesce(f.trust, 0.5) AS trust "
    "FROM articles AS a LEFT JOIN feeds AS f ON f.feed_id = a.feed_id "
    "WHERE a.rowid IN (SELECT rowid FROM articles WHERE {which})"  # asked at once, all texts would be read
)
_EARLIEST_FIRST = " ORDER BY a.published_at NULLS LAST, a.article_id"


def _article(row: Row) -> StoredArticle:
    return StoredArticle(
        article=Article(**{name: row[name] for name in Article.__slots__}),
        story_id=row["story_id"],
        verdict_score=row["verdict_score"],
        trust=row["trust"],
    )


def articles_awaiting_story(con: duckdb.DuckDBPyConnection) -> list[StoredArticle]:
    """Kept articles that are in no story yet, earliest first."""
    rows = fetch(con, _ARTICLE.format(which="story_id IS NULL") + _EARLIEST_FIRST)
    return [_article(row) for row in rows]


def articles_and_their_copies(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[StoredArticle]:
    """The kept articles of those ids with all others of their stories; unknown ids are left out."""
    which = (
        "article_id IN (SELECT unnest($ids)) OR story_id IN "
        "(SELECT story_id FROM articles WHERE article_id IN (SELECT unnest($ids)))"
    )
    rows = fetch(con, _ARTICLE.format(which=which), {"ids": list(ids)})
    return [_article(row) for row in rows]


def save_stories(con: duckdb.DuckDBPyConnection, stories: Sequence[Story]) -> None:
    """Puts articles into their stories; every story named here waits for its incident."""
    rows = [{"article_id": a, "story_id": s.story_id} for s in stories for a in s.article_ids]
    if not rows:
        return
    con.execute(
        "UPDATE articles SET story_id = s.story_id FROM (SELECT unnest($rows, max_depth := 2)) AS s "
        "WHERE articles.article_id = s.article_id",
        {"rows": rows},
    )
    insert(con, "unsettled", [{"story_id": s.story_id} for s in stories])


def unsettled_stories(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Ids of the stories whose articles changed since their incident was last composed."""
    return [row[0] for row in con.execute("SELECT DISTINCT story_id FROM unsettled ORDER BY story_id").fetchall()]


def stories_by_id(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[StoredStory]:
    """Those stories with their articles and claims, by story id; one that lost all its articles is left out."""
    wanted = {"ids": list(ids)}
    rows = fetch(con, _ARTICLE.format(which="story_id IN (SELECT unnest($ids))") + _EARLIEST_FIRST, wanted)
    by_story: dict[str, list[StoredArticle]] = {}
    for row in rows:
        by_story.setdefault(row["story_id"], []).append(_article(row))
    claims: dict[str, list[Claim]] = {}
    for row in fetch(
        con,
        "SELECT c.*, a.story_id FROM claims AS c JOIN articles AS a USING (article_id) "
        "WHERE a.story_id IN (SELECT unnest($ids)) "
        "ORDER BY c.article_id, c.part, c.field, c.zone DESC, c.char_start, c.rule",
        wanted,
    ):
        claims.setdefault(row["story_id"], []).append(_claim(row))
    sections: dict[str, list[Section]] = {}
    for row in fetch(
        con,
        "SELECT s.*, a.story_id FROM article_sections AS s JOIN articles AS a USING (article_id) "
        "WHERE a.story_id IN (SELECT unnest($ids)) ORDER BY s.article_id, s.part",
        wanted,
    ):
        sections.setdefault(row.pop("story_id"), []).append(Section(**row))
    return [
        StoredStory(
            story_id=story,
            articles=tuple(members),
            claims=tuple(claims.get(story, ())),
            sections=tuple(sections.get(story, ())),
        )
        for story, members in sorted(by_story.items())
    ]


def _claim(row: Row) -> Claim:
    return Claim(
        article_id=row["article_id"],
        field=row["field"],
        value=loads(row["value"]),
        zone=row["zone"],
        start=row["char_start"],
        end=row["char_end"],
        quote=row["quote"],
        rule=row["rule"],
        confidence=row["confidence"],
        mention=row["mention"],
        part=row["part"],
    )


def links_of_incidents(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[tuple[str, Link]]:
    """(story id, link) of every main article of those incidents. Articles that are gone are left out."""
    return _main_links(con, "l.incident_id", ids)


def links_of_stories(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[tuple[str, Link]]:
    """(story id, link) of every main article of those stories. Articles that are gone are left out."""
    return _main_links(con, "a.story_id", ids)


def _main_links(con: duckdb.DuckDBPyConnection, column: str, ids: Iterable[str]) -> list[tuple[str, Link]]:
    rows = fetch(
        con,
        "SELECT a.story_id, l.* FROM incident_articles AS l JOIN articles AS a USING (article_id) "
        f"WHERE l.role = 'main' AND {column} IN (SELECT unnest($ids)) "
        "ORDER BY l.incident_id, l.article_id, l.part",
        {"ids": list(ids)},
    )
    return [(row.pop("story_id"), Link(**row)) for row in rows]


def incidents_of_lost_articles(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Incidents with a main article that is no longer kept."""
    rows = con.execute(
        "SELECT DISTINCT incident_id FROM incident_articles ANTI JOIN articles USING (article_id) "
        "WHERE role = 'main' ORDER BY incident_id"
    ).fetchall()
    return [row[0] for row in rows]


def was_minted(con: duckdb.DuckDBPyConnection, incident_id: str) -> bool:
    """Whether an incident ever had this id."""
    sql = "SELECT 1 FROM incident_revisions WHERE incident_id = ? LIMIT 1"
    return con.execute(sql, [incident_id]).fetchone() is not None


def newest(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> dict[str, tuple[int, Incident]]:
    """Incident id to (revision, row) of the newest revision of each."""
    columns = ", ".join(Incident.__slots__)
    rows = fetch(
        con,
        f"SELECT revision, {columns} FROM incident_revisions WHERE incident_id IN (SELECT unnest($ids)) "
        "QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY revision DESC) = 1",
        {"ids": list(ids)},
    )
    return {row["incident_id"]: (row["revision"], incident_from(row)) for row in rows}


def save_incidents(
    con: duckdb.DuckDBPyConnection,
    settled: Sequence[Settled],
    *,
    now: datetime,
    run_id: str,
    stories: Iterable[str] | None = None,
) -> None:
    """Appends revisions, replaces evidence, links and profile of those incidents, and clears what waited.

    Where only some `stories` were looked at, those clear; others wait on.
    """
    changes = [s.change for s in settled if s.change]
    touched = {"ids": [s.incident_id for s in settled]}
    insert(con, "incident_revisions", [revision_row(c, now, run_id) for c in changes])
    con.execute("DELETE FROM evidence WHERE incident_id IN (SELECT unnest($ids))", touched)
    con.execute("DELETE FROM incident_articles WHERE role = 'main' AND incident_id IN (SELECT unnest($ids))", touched)
    insert(con, "evidence", [row_of(e) for s in settled for e in s.evidence])
    insert(con, "incident_articles", [row_of(link) for s in settled for link in s.links])
    remembering.remember(con, [s.remembered for s in settled if s.remembered], touched["ids"])
    if stories is None:
        con.execute("DELETE FROM unsettled")
    else:
        con.execute("DELETE FROM unsettled WHERE story_id IN (SELECT unnest($ids))", {"ids": list(stories)})


def move_mentions(con: duckdb.DuckDBPyConnection, merged: Mapping[str, str]) -> None:
    """Passing mentions of incidents that were merged away become those of the incident that stayed."""
    for gone, into in merged.items():
        con.execute(
            "DELETE FROM incident_articles WHERE role = 'mention' AND incident_id = $gone AND article_id IN "
            "(SELECT article_id FROM incident_articles WHERE incident_id = $into)",
            {"gone": gone, "into": into},
        )
        con.execute(
            "UPDATE incident_articles SET incident_id = $into WHERE role = 'mention' AND incident_id = $gone",
            {"gone": gone, "into": into},
        )


def minted_at(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> dict[str, datetime]:
    """Incident id to the time of its first revision; one that was never stored is left out."""
    rows = con.execute(
        "SELECT incident_id, min(revised_at) FROM incident_revisions WHERE incident_id IN (SELECT unnest($ids)) "
        "GROUP BY incident_id",
        {"ids": list(ids)},
    ).fetchall()
    return dict(rows)


def save_mentions(con: duckdb.DuckDBPyConnection, article_ids: Iterable[str], links: Sequence[Link]) -> None:
    """Replaces the passing mentions that those articles make."""
    con.execute(
        "DELETE FROM incident_articles WHERE role = 'mention' AND article_id IN (SELECT unnest($ids))",
        {"ids": list(article_ids)},
    )
    insert(con, "incident_articles", [row_of(link) for link in links])


def revision_row(change: Change, now: datetime, run_id: str) -> Row:
    """The row of `incident_revisions` for a change: an empty list is NULL. Without articles it is withdrawn."""
    row = {k: (list(v) or None) if isinstance(v, tuple) else v for k, v in row_of(change.incident).items()}
    stamp = {"revision": change.revision, "run_id": run_id, "revised_at": now, "changed": list(change.changed)}
    lost = change.incident.article_count == 0 and change.merged_into is None
    return row | stamp | {"merged_into": change.merged_into, "withdrawn": change.withdrawn or lost}
