"""What became of articles that were edited, in the published file: for `show` and `why`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from breachwire.cli import published

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an article said before an edit: `changed` is what the next text has otherwise (title, body)."""

    article_id: str
    revision: int
    title: str
    body: str
    fetched_at: datetime
    replaced_at: datetime
    changed: tuple[str, ...]
    archive_record: str | None


def earlier_texts(con: DuckDBPyConnection, article_ids: Sequence[str]) -> list[Earlier]:
    """Of those articles, oldest first."""
    columns = ", ".join(Earlier.__slots__)
    answer = published.ask(
        con,
        f"SELECT {columns} FROM article_revisions WHERE article_id IN (SELECT unnest($ids)) "
        "ORDER BY article_id, revision",
        {"ids": list(article_ids)},
    )
    return [Earlier(**(row | {"changed": tuple(row["changed"])})) for row in answer.named()]


def articles_at(con: DuckDBPyConnection, urls: Sequence[str]) -> list[str]:
    """Ids of the kept articles at any of those addresses."""
    sql = "SELECT article_id FROM articles WHERE list_contains($urls, url) OR list_contains($urls, canonical_url)"
    return [str(row[0]) for row in published.ask(con, sql, {"urls": list(urls)}).rows]


def causes(con: DuckDBPyConnection, incident_id: str) -> list[dict[str, Any]]:
    """The articles behind each revision of an incident: revision, article_id, how, source (None for one that left)."""
    sql = (
        "SELECT r.revision, r.article_id, r.how, a.source FROM revision_articles AS r "
        "LEFT JOIN articles AS a USING (article_id) WHERE r.incident_id = $id ORDER BY r.revision, r.how, a.source"
    )
    return list(published.ask(con, sql, {"id": incident_id}).named())


def causes_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """The articles behind one revision, in words: "edited: Coastal Wire; joined: Herald, Courier and 3 more"."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["how"], []).append(row["source"] or row["article_id"])
    said = []
    for how, names in groups.items():
        shown = list(dict.fromkeys(names))
        more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
        said.append(f"{how}: {', '.join(shown[:3])}{more}")
    return "; ".join(said)


def by_revision(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Those words for each revision that has any."""
    return {n: causes_words(list(part)) for n, part in groupby(rows, key=lambda row: int(row["revision"]))}


def as_objects(texts: Sequence[Earlier], rows: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Both for machines: what the articles said before, and the articles behind each revision."""
    return {"earlier_texts": [asdict(text) for text in texts], "causes": [dict(row) for row in rows]}


def edit_lines(texts: Sequence[Earlier]) -> list[str]:
    """One line for each edit of an article, with the title that it had."""
    return [
        f"edited, seen {e.replaced_at:%Y-%m-%d %H:%M} ({' and '.join(e.changed)})"
        + (f"; before: {e.title}" if "title" in e.changed else "")
        for e in texts
    ]
