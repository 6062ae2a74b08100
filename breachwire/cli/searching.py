"""Incidents that hold some words: in their names and headlines first, then in their articles' texts.

In: a connection to the published file and words. Out: `Hit`s, best first, with the place that shows the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from breachwire.cli.published import Rows, ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_WORDS = 8
"""As many as the macro `search` of the published file takes."""
MANY = 50
"""Articles of one incident that are looked through for a place to show."""
AROUND = 180
"""Characters of a text that are shown around the words."""
# The macro passes them over too.
_UNSAID = frozenset(["the", "of", "and", "a", "an", "to", "in", "for", "on", "by", "at", "from", "with"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of a text on one line, with the spans of the words in it; where it stands."""

    text: str
    spans: tuple[tuple[int, int], ...]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A row of the view `incidents` that holds the words, and where."""

    row: dict[str, Any]
    snippet: Snippet


def words_of(text: str) -> tuple[str, ...]:
    """The words that are looked for, folded, each once, without those that say nothing."""
    found = re.findall(r"[^\W_]+", "".join(map(_folded, text)))
    return tuple(word for word in dict.fromkeys(found) if word not in _UNSAID)


def search(
    con: DuckDBPyConnection, words: Sequence[str], *, since: date | None, most: int, bodies: bool
) -> tuple[Hit, ...]:
    """At most `most` incidents that hold all the words; `bodies`: those whose articles do so behind the others."""
    found = _named(con, words, since, most)
    if bodies and len(found) < most:
        found += _told(con, words, since, tuple(row["incident_id"] for row in found), most - len(found))
    texts = _texts(con, [row["incident_id"] for row in found], words[0])
    return tuple(
        Hit(row=row, snippet=_snippet(words, [*_own(row), *texts.get(row["incident_id"], [])])) for row in found
    )


def spelt_alike(con: DuckDBPyConnection, words: Iterable[str]) -> list[str]:
    """For each word that no victim's name holds, the nearest word that one does."""
    near = []
    for word in words:
        answer = ask(
            con,
            """
            SELECT w FROM (SELECT DISTINCT unnest(regexp_extract_all(lower(strip_accents(victim)), '\\w+')) AS w
            FROM incidents) WHERE abs(length(w) - length($word)) <= 2 AND jaro_winkler_similarity(w, $word) >= 0.85
            ORDER BY jaro_winkler_similarity(w, $word) DESC, w LIMIT 1
            """,
            {"word": word},
        )
        near += [str(row[0]) for row in answer.rows if row[0] != word]
    return near


def _named(con: DuckDBPyConnection, words: Sequence[str], since: date | None, most: int) -> list[dict[str, Any]]:
    """What the file's own macro finds: rows of incidents."""
    # The words are letters and digits alone; a macro takes no parameters that it uses more than once.
    answer = ask(
        con,
        f"SELECT * FROM search('{' '.join(words)}') "
        "WHERE $since IS NULL OR coalesce(disclosed_on, first_seen_at::DATE) >= $since::DATE LIMIT $most",
        {"since": since, "most": most},
    )
    return [{name: value for name, value in row.items() if name != "score"} for row in answer.named()]


def _told(
    con: DuckDBPyConnection, words: Sequence[str], since: date | None, known: Sequence[str], most: int
) -> list[dict[str, Any]]:
    """Incidents one of whose articles holds all the words, those with most such articles first."""
    folded = "lower(strip_accents(a.title || chr(10) || a.body))"
    held = " AND ".join(
        # The first is fast and decides for most articles; the second wants the beginning of a word.
        f"contains({folded}, '{word}') AND regexp_matches({folded}, '(^|[^\\p{{L}}\\p{{N}}]){word}')"
        for word in words
    )
    answer: Rows = ask(
        con,
        f"""
        SELECT i.* FROM incidents AS i JOIN (
            SELECT l.incident_id, count(*) AS n FROM incident_articles AS l JOIN articles AS a USING (article_id)
            WHERE l.role = 'main' AND l.part = 0 AND {held} GROUP BY 1) AS f USING (incident_id)
        WHERE NOT list_contains($known::VARCHAR[], i.incident_id)
            AND ($since IS NULL OR coalesce(i.disclosed_on, i.first_seen_at::DATE) >= $since::DATE)
        ORDER BY f.n DESC, i.disclosed_on DESC NULLS LAST, i.incident_id LIMIT $most
        """,
        {"since": since, "known": list(known), "most": most},
    )
    return list(answer.named())


def _texts(con: DuckDBPyConnection, ids: Sequence[str], word: str) -> dict[str, list[tuple[str, str]]]:
    """(text, where it stands) of the articles of each incident, titles before bodies, earliest first.

    Of very many those that hold the word, for one of them shows it.
    """
    answer = ask(
        con,
        f"""
        SELECT l.incident_id, a.source, a.title, a.body
        FROM incident_articles AS l JOIN articles AS a USING (article_id)
        WHERE l.role = 'main' AND list_contains($ids::VARCHAR[], l.incident_id)
        QUALIFY row_number() OVER (PARTITION BY l.incident_id ORDER BY contains(
            lower(strip_accents(a.title || chr(10) || a.body)), '{word}') DESC, a.published_at, a.article_id) <= {MANY}
        ORDER BY a.published_at NULLS LAST, a.article_id
        """,
        {"ids": list(ids)},
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in answer.named():
        found.setdefault(row["incident_id"], []).append((row["title"], row["source"]))
    for row in answer.named():
        found[row["incident_id"]].append((row["body"], row["source"]))
    return found


def _own(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(text, where it stands) of the row itself: the headline says least new, for it is shown anyway."""
    yield from ((row[name] or "", name) for name in ("summary", "title"))
    yield (", ".join(row["victim_names"] or ()), "names")
    yield (", ".join(filter(None, (row["threat_actor"], row["malware"], *(row["cves"] or ())))), "actor, malware, CVEs")


def _snippet(words: Sequence[str], texts: Sequence[tuple[str, str]]) -> Snippet:
    """The piece of a text that holds most different words; the first of several such."""
    pattern = re.compile(rf"(?<![^\W_])({'|'.join(sorted(words, key=len, reverse=True))})[^\W_]*")
    best = next(((0, text, 0, place) for text, place in texts if text), (0, "", 0, ""))
    for text, place in texts:
        folded = "".join(map(_folded, text)) if not text.isascii() else text.lower()
        marks = [(m.start(), m[1]) for m in pattern.finditer(folded)]
        for at, (start, _) in enumerate(marks):
            held = {word for begun, word in marks[at:] if begun < start + AROUND}
            if len(held) > best[0]:
                best = (len(held), text, start, place)
    return _cut(pattern, best[1], best[2], best[3])


def _cut(pattern: re.Pattern[str], text: str, start: int, place: str) -> Snippet:
    from breachwire.plaintext import one_line

    left = max(0, start - AROUND // 3)
    left = text.find(" ", left, start) + 1 or left if left else 0
    right = min(len(text), left + AROUND + AROUND // 3)
    right = text.rfind(" ", start, right) if right < len(text) and text.rfind(" ", start, right) > start else right
    said = one_line(("…" if left else "") + text[left:right] + ("…" if right < len(text) else ""))
    spans = tuple(m.span() for m in pattern.finditer("".join(map(_folded, said))))
    return Snippet(text=said, spans=spans, place=place)


@cache
def _folded(char: str) -> str:
    """One character for one, without case and accents, so that places stay what they are."""
    plain = unicodedata.normalize("NFKD", char)[:1].lower()
    return plain if len(plain) == 1 else char
