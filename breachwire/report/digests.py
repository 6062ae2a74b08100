"""What the page of each incident is made from, as a digest that is kept in the folder beside it (`folder.MARK`).

Where the digest is the same, nothing is read, rendered or compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from breachwire.records import Decision

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Sums, for rows have no order. DuckDB's version is in `_code`, since its hashes may change with it.
_DIGESTS = """
WITH a AS (
    SELECT article_id, hash(title, body, source, url, published_at, story_id, edits) AS h
    FROM articles LEFT JOIN (
        SELECT article_id, sum(hash(r)::HUGEINT) AS edits FROM article_revisions AS r GROUP BY article_id
    ) USING (article_id)
), parts AS (
    SELECT incident_id, 'row' AS part, hash(v) AS h FROM incident_revisions AS v
    UNION ALL SELECT incident_id, 'said', hash(e, a.h) FROM evidence AS e LEFT JOIN a USING (article_id)
    UNION ALL SELECT incident_id, 'printed', hash(l, a.h) FROM incident_articles AS l JOIN a USING (article_id)
    UNION ALL SELECT incident_id, 'caused', hash(c, a.h) FROM revision_articles AS c JOIN a USING (article_id)
    UNION ALL SELECT incident_id, 'watched', hash(w) FROM watch_hits AS w
    UNION ALL
    SELECT unnest([r.incident_id, r.related_id]), 'tied',
        hash(r, a.h, i.victim, i.title, i.disclosed_on, o.victim, o.title, o.disclosed_on)
    FROM incident_relations AS r
    JOIN incidents AS i ON i.incident_id = r.incident_id JOIN incidents AS o ON o.incident_id = r.related_id
    JOIN reported AS x ON x.incident_id = r.incident_id JOIN reported AS y ON y.incident_id = r.related_id
    LEFT JOIN a USING (article_id)
)
SELECT incident_id, count(*), sum(h::HUGEINT) FILTER (part = 'row'), sum(h::HUGEINT) FILTER (part = 'said'),
    sum(h::HUGEINT) FILTER (part = 'printed'), sum(h::HUGEINT) FILTER (part = 'caused'),
    sum(h::HUGEINT) FILTER (part = 'watched'), sum(h::HUGEINT) FILTER (part = 'tied')
FROM parts JOIN reported USING (incident_id) GROUP BY incident_id
"""


def digests(con: DuckDBPyConnection, ids: Sequence[str], decided: Mapping[str, tuple[Decision, ...]]) -> dict[str, str]:
    """What the page of each incident is made from, as a digest: its rows, its articles', and the code that makes it."""
    con.execute("CREATE OR REPLACE TEMP TABLE reported AS SELECT unnest($ids::VARCHAR[]) AS incident_id", {"ids": ids})
    rows = con.execute(_DIGESTS).fetchall()
    code = _code()
    return {
        incident_id: sha256(repr((code, parts, decided.get(incident_id, ()))).encode()).hexdigest()[:24]
        for incident_id, *parts in rows
    }


@cache
def _code() -> str:
    """A digest of what makes pages: this room and its templates, the rules of plain text, and names of countries."""
    told = sha256(f"{version('duckdb')} {version('babel')}".encode())
    room = files("breachwire.report")
    found = [*room.iterdir(), *room.joinpath("templates").iterdir(), files("breachwire").joinpath("plaintext.py")]
    for file in sorted(found, key=lambda f: f.name):
        if file.name.endswith((".py", ".html")):
            told.update(file.read_bytes())
    return told.hexdigest()
