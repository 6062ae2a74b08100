"""Incidents that hold some words: what the macro `search` of the published file finds, and the places that show it.

In: a connection to the published file and words. Out: `Hit`s, best first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from breachwire.cli.published import ask
from breachwire.errors import BreachwireError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AROUND = 180
"""Characters of a text that are shown around the words."""
_UNSPACED = "\u0e00"  # from this letter on: most scripts that put no spaces between words

Place = tuple[str, str]
"""A text, and where it stands."""


class WordsError(BreachwireError):
    """What was asked for holds no words, or too many."""

    exit_code = 2


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


def words_of(con: DuckDBPyConnection, text: str) -> tuple[str, ...]:
    """The words that are looked up, folded, each once, without those that say nothing. Raises WordsError."""
    import duckdb

    try:
        answer = ask(con, "SELECT inside.asked($text, 'search')", {"text": text})
    except duckdb.InvalidInputException as error:
        if "takes one to forty words" not in str(error):
            raise
        raise WordsError("give one to forty words, for example: hospital") from None
    found: Any = answer.rows[0][0]
    return tuple(dict.fromkeys(found))


def search(
    con: DuckDBPyConnection, words: Sequence[str], *, since: date | None, most: int, texts: bool
) -> tuple[Hit, ...]:
    """At most `most` incidents that hold all the words; `texts`: also where the leading article's text does."""
    answer = ask(
        con,
        "SELECT * EXCLUDE (score) FROM search($words, most := $most, texts := $texts, since := $since)",
        {"words": " ".join(words), "most": most, "texts": texts, "since": since},
    )
    rows = list(answer.named())
    places = {row["incident_id"]: list(_own(row)) for row in rows}
    for more in (_headlines, _leading, _quotes) if texts else (_headlines,):
        lacking = [row for row in rows if not _shows_all(words, places[row["incident_id"]])]
        for incident_id, text, place in more(con, lacking) if lacking else ():
            places[incident_id].append((text, place))
    return tuple(Hit(row=row, snippet=_snippet(words, places[row["incident_id"]])) for row in rows)


def spelt_alike(con: DuckDBPyConnection, words: Sequence[str]) -> list[str]:
    """For each word that no victim's name holds, the nearest word that one does."""
    answer = ask(
        con,
        """
        SELECT asked, word
        FROM (SELECT unnest($words) AS asked), (SELECT DISTINCT word FROM inside.words WHERE weight = 8)
        WHERE abs(length(word) - length(asked)) <= 2 AND jaro_winkler_similarity(word, asked) >= 0.85
        QUALIFY row_number() OVER (PARTITION BY asked ORDER BY jaro_winkler_similarity(word, asked) DESC, word) = 1
        """,
        {"words": list(words)},
    )
    near = {str(row[0]): str(row[1]) for row in answer.rows}
    return [near[word] for word in words if near.get(word, word) != word]


def _headlines(con: DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """(incident_id, text, where it stands) of the headlines of the articles that report them, earliest first."""
    answer = ask(
        con,
        "SELECT incident_id, sources FROM incidents_with_sources WHERE incident_id IN (SELECT unnest($ids))",
        {"ids": [row["incident_id"] for row in rows]},
    )
    for row in answer.named():
        yield from ((row["incident_id"], s["title"], s["source"]) for s in row["sources"] if s["role"] == "main")


def _leading(con: DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """The texts of their leading articles."""
    answer = ask(
        con,
        "SELECT article_id, body, source FROM articles WHERE article_id IN (SELECT unnest($ids))",
        {"ids": [row["primary_article_id"] for row in rows]},
    )
    held = {article_id: (body, source) for article_id, body, source in answer.rows}
    for row in rows:
        if row["primary_article_id"] in held:
            body, source = held[row["primary_article_id"]]
            yield row["incident_id"], str(body), str(source)


def _quotes(con: DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """The sentences behind their values."""
    answer = ask(
        con,
        "SELECT DISTINCT incident_id, quote FROM evidence WHERE accepted AND incident_id IN (SELECT unnest($ids))",
        {"ids": [row["incident_id"] for row in rows]},
    )
    yield from ((str(incident_id), str(quote), "evidence") for incident_id, quote in answer.rows)


def _own(row: dict[str, Any]) -> Iterator[Place]:
    """The texts of the row itself: the headline says least new, for it is shown anyway."""
    yield from ((row[name], name) for name in ("summary", "title") if row[name])
    yield (", ".join(row["victim_names"] or ()), "names")
    yield (row["victim_domain"] or "", "domain")
    yield (", ".join(filter(None, (row["threat_actor"], row["malware"], *(row["cves"] or ())))), "actor, malware, CVEs")


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Finds words that begin with one of them; where a script puts no spaces, wherever they stand."""
    ordered = sorted(words, key=len, reverse=True)
    spaced, unspaced = ([w for w in ordered if (max(w) >= _UNSPACED) is joined] for joined in (False, True))
    parts = [rf"(?<![^\W_])(?:{'|'.join(map(re.escape, spaced))})[^\W_]*"] if spaced else []
    return re.compile("|".join([*parts, *map(re.escape, unspaced)]))


def _marks(words: Sequence[str], text: str) -> list[tuple[int, str]]:
    """Where words begin with one of those asked for, and with which."""
    folded = "".join(map(_folded, text)) if not text.isascii() else text.lower()
    found = _pattern(words).finditer(folded)
    return [(m.start(), next((w for w in words if m[0].startswith(w)), m[0])) for m in found]


def _shows_all(words: Sequence[str], texts: Sequence[Place]) -> bool:
    """Whether one text holds all the words near one another, so that no other has to be looked for."""
    return any({word for _, word in _marks(words, text)} >= set(words) for text, _ in texts)


def _snippet(words: Sequence[str], texts: Sequence[Place]) -> Snippet:
    """The piece of a text that holds most different words; the first of several such."""
    best = next(((0, text, 0, place) for text, place in texts if text), (0, "", 0, ""))
    for text, place in texts:
        marks = _marks(words, text)
        for at, (start, _) in enumerate(marks):
            held = {word for begun, word in marks[at:] if begun < start + AROUND}
            if len(held) > best[0]:
                best = (len(held), text, start, place)
    return _cut(_pattern(words), best[1], best[2], best[3])


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
