"""What is remembered of incidents for matching, and which of them are worth reading for a night's stories.

Profiles are text that only the incident rules can read. Beside them stand their words, one narrow row each, so that the
few incidents that share something telling with a story are found by one join, however many are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from breachwire.store.database import Row, insert

IN_TEXT, IN_NAME, IN_BOTH, WHOLE_NAME = 1, 2, 3, 4
WORDS_VERSION = 1
HELD_BY_MOST, NAMED_BY_MOST = 100, 1000
MOST = 16
CHUNK = 5000
"""WORDS_VERSION is bumped where the incident rules choose other words: profiles of another version are listed anew,
CHUNK at a time. A word that more than HELD_BY_MOST incidents hold leads to none of them, one of a victim's name may be
held by NAMED_BY_MOST, and a whole name always leads to all of that name. MOST candidates of a story are read: those
whose shared words are rarest, of these those nearest in time. Chosen on python -m benchmarks.matching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An incident's profile with its words by kind: (word, IN_TEXT, IN_NAME, IN_BOTH or WHOLE_NAME)."""

    incident_id: str
    profile: str
    words: tuple[tuple[str, int], ...]
    first_published_at: datetime | None
    last_published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A story as it looks for its incident: its time, the words of its text and of its victim's names, those names."""

    key: str
    published_at: datetime
    words: frozenset[str]
    name_words: frozenset[str]
    names: tuple[str, ...]


def remember(con: duckdb.DuckDBPyConnection, rows: Sequence[Remembered], forgotten: Iterable[str] = ()) -> None:
    """Replaces what is remembered of those incidents; of `forgotten` ids nothing is left."""
    ids = {"ids": [*(r.incident_id for r in rows), *forgotten]}
    for table in ("profiles", "profile_words"):
        con.execute(f"DELETE FROM {table} WHERE incident_id IN (SELECT unnest($ids))", ids)
    insert(con, "profiles", [_row(r) for r in rows])
    _list_words(con, [(r.incident_id, r.words) for r in rows])


def list_words(con: duckdb.DuckDBPyConnection, words_of: Callable[[str], tuple[tuple[str, int], ...]]) -> int:
    """Lists the words of profiles that were stored before there was a list, or under other rules; returns how many.

    `words_of` reads a profile.
    """
    count = 0
    other = "SELECT incident_id, profile FROM profiles WHERE words_version IS DISTINCT FROM ? LIMIT ?"
    while rows := con.execute(other, [WORDS_VERSION, CHUNK]).fetchall():
        ids = {"ids": [row[0] for row in rows]}
        con.execute("DELETE FROM profile_words WHERE incident_id IN (SELECT unnest($ids))", ids)
        _list_words(con, [(incident_id, words_of(text)) for incident_id, text in rows])
        con.execute(
            f"UPDATE profiles SET words_version = {WORDS_VERSION} WHERE incident_id IN (SELECT unnest($ids))", ids
        )
        count += len(rows)
    return count


def _list_words(con: duckdb.DuckDBPyConnection, listed: Sequence[tuple[str, tuple[tuple[str, int], ...]]]) -> None:
    ids = [incident_id for incident_id, words in listed for _ in words]
    if ids:
        con.execute(
            "INSERT INTO profile_words SELECT id, md5_number_lower(word), kind "
            "FROM (SELECT unnest($ids) AS id, unnest($words) AS word, unnest($kinds) AS kind)",
            {
                "ids": ids,
                "words": [word for _, words in listed for word, _ in words],
                "kinds": [kind for _, words in listed for _, kind in words],
            },
        )


def _row(r: Remembered) -> Row:
    return {
        "incident_id": r.incident_id,
        "profile": r.profile,
        "first_published_at": r.first_published_at,
        "last_published_at": r.last_published_at,
        "words_version": WORDS_VERSION,
    }


def seek(con: duckdb.DuckDBPyConnection, sought: Sequence[Sought]) -> tuple[int, dict[str, int]]:
    """How many incidents are remembered, and how many of them hold each word of those texts that any holds.

    Puts the words into the temporary table `sought` for `candidates`.
    """
    rows = [(s, word, IN_NAME if word in s.name_words else IN_TEXT) for s in sought for word in s.words | s.name_words]
    rows += [(s, name, WHOLE_NAME) for s in sought for name in s.names]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sought AS SELECT *, md5_number_lower(text) AS word FROM (SELECT "
        "unnest($keys) AS key, unnest($times) AS published_at, unnest($texts) AS text, unnest($kinds) AS sought_in)",
        {
            "keys": [s.key for s, _, _ in rows],
            "times": [s.published_at for s, _, _ in rows],
            "texts": [text for _, text, _ in rows],
            "kinds": [kind for _, _, kind in rows],
        },
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE held AS SELECT word, count(*) AS held FROM profile_words "
        f"WHERE kind <> {WHOLE_NAME} AND word IN (SELECT DISTINCT word FROM sought) GROUP BY word"
    )
    counts = con.execute("SELECT DISTINCT text, held FROM sought JOIN held USING (word)").fetchall()
    total = con.execute("SELECT count(*) FROM profiles").fetchone()
    return (int(total[0]) if total else 0), dict(counts)


def candidates(con: duckdb.DuckDBPyConnection, *, since: datetime, until: datetime, margin: timedelta) -> list[str]:
    """JSON profiles of the incidents worth weighing for what `seek` was given last, by incident id.

    Worth it is what was in the news between the two times, give or take the margin, and shares a word of a victim's
    name or two rarer words with a story.
    """
    rows = con.execute(
        f"""
        WITH asked AS (
            SELECT key, word, sought_in = {IN_NAME} AS named, held,
                ln(1 + (SELECT count(*) FROM profiles) / held) AS rarity
            FROM sought JOIN held USING (word) WHERE sought_in <> {WHOLE_NAME} AND held <= {NAMED_BY_MOST}
        ), shared AS (
            SELECT key, incident_id, if(kind > {IN_TEXT} OR named, 2, 1) AS points, rarity
            FROM profile_words JOIN asked USING (word)
            WHERE kind <> {WHOLE_NAME} AND (kind > {IN_TEXT} OR named OR held <= {HELD_BY_MOST})
            UNION ALL
            SELECT key, incident_id, 2 AS points, ln((SELECT count(*) FROM profiles)) AS rarity
            FROM profile_words JOIN sought USING (word) WHERE kind = {WHOLE_NAME} AND sought_in = {WHOLE_NAME}
        ), shares AS (
            SELECT key, incident_id, sum(points * rarity) AS score
            FROM shared GROUP BY key, incident_id HAVING sum(points) >= 2
        ), best AS (
            SELECT incident_id
            FROM shares
            JOIN (SELECT incident_id, first_published_at, last_published_at FROM profiles) USING (incident_id)
            JOIN (SELECT DISTINCT key, published_at FROM sought) USING (key)
            WHERE last_published_at >= $since AND first_published_at <= $until
            QUALIFY row_number() OVER (
                PARTITION BY key ORDER BY score DESC, abs(epoch(last_published_at - published_at)), incident_id
            ) <= {MOST}
        )
        SELECT profile FROM profiles WHERE incident_id IN (SELECT incident_id FROM best) ORDER BY incident_id
        """,
        {"since": since - margin, "until": until + margin},
    ).fetchall()
    return [row[0] for row in rows]


def profiles(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[str]:
    """The JSON profiles of those incidents, by incident id."""
    sql = "SELECT profile FROM profiles WHERE incident_id IN (SELECT unnest($ids)) ORDER BY incident_id"
    return [row[0] for row in con.execute(sql, {"ids": list(ids)}).fetchall()]


def called(con: duckdb.DuckDBPyConnection, names: Iterable[str], *, since: datetime, until: datetime) -> dict[str, str]:
    """Folded name to the incident, last in the news between those times, whose victim has it; others are left out."""
    rows = con.execute(
        "SELECT n.name, arg_max(incident_id, (p.last_published_at, incident_id)) "
        "FROM (SELECT unnest($names) AS name) AS n "
        f"JOIN profile_words AS w ON w.word = md5_number_lower(n.name) AND w.kind = {WHOLE_NAME} "
        "JOIN profiles AS p USING (incident_id) "
        "WHERE p.last_published_at >= $since AND p.first_published_at <= $until GROUP BY n.name",
        {"names": list(names), "since": since, "until": until},
    ).fetchall()
    return dict(rows)
