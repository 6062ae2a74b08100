"""Words, shingles and sketches of a text, and the join that finds who shares them.

In: a body and its title. Out: its sketch, hashes to be kept in a table. CANDIDATES_SQL is one join over that table.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from breachwire.settings.models import Stories

CANDIDATES_SQL = """
WITH fresh AS MATERIALIZED (
    SELECT article_id, hash, size FROM sketches
    WHERE article_id IN (SELECT unnest(CAST($new_ids AS VARCHAR[])))
), found AS MATERIALIZED (
    SELECT article_id, hash, size FROM sketches WHERE hash IN (SELECT hash FROM fresh)
), telling AS MATERIALIZED (
    SELECT hash FROM found GROUP BY hash HAVING count(*) BETWEEN 2 AND $common_share
), held AS (
    SELECT found.* FROM found JOIN telling USING (hash)
), pairs AS (
    SELECT f.article_id AS new_id, h.article_id AS other_id, count(*) AS shared,
        least(any_value(f.size), any_value(h.size)) AS size
    FROM fresh f JOIN held h USING (hash)
    WHERE f.article_id <> h.article_id
    GROUP BY f.article_id, h.article_id
)
SELECT new_id, other_id, shared FROM pairs
WHERE shared >= greatest(1, least($min_shared, ceil(size * $min_shared / $sketch_size)))
  AND (new_id < other_id OR other_id NOT IN (SELECT article_id FROM fresh))
ORDER BY new_id, other_id
"""
"""Pairs (new_id, other_id, shared) of bodies that share enough hashes to be read side by side.

Over `sketches(article_id VARCHAR, hash BIGINT, size UTINYINT)`, which already holds the new ones; `size` is how many
hashes the article has. Parameters: `$new_ids` (VARCHAR[]) and, from the settings, `$common_share`, `$min_shared` and
`$sketch_size`. A hash that more than `common_share` bodies hold is boilerplate and left out. Where a sketch is smaller
than `sketch_size`, proportionally fewer are needed. A pair of two new ones is given once.

The table is read twice from end to end, by hash tables of the new ids and of their hashes, without an index: one over
36 million hashes would cost more to keep than it saves, and grow the file by half.
"""

TITLE_HASHES = 4
"""Hashes of the headline that stand in a sketch beside the body's, so that a teaser finds its article."""

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+"
)
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_DECIMAL = re.compile(r"(?<=\d)[.,]\s?(?=\d)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_SIGN = 1 << 63


def sketch(body: str, rules: Stories, *, title: str = "") -> tuple[int, ...]:
    """The `sketch_size` smallest shingle hashes of a body and the TITLE_HASHES smallest of its title, ascending.

    Signed 64-bit integers, none of them twice. A text of fewer than `shingle_words` words gives the hash of what there
    is; one without words gives none. The same text gives the same hashes on every machine and in every version of
    Python.
    """
    of_body = _smallest(words_of(body), rules, rules.sketch_size)
    return tuple(sorted({*of_body, *_smallest(words_of(title), rules, TITLE_HASHES)}))


def words_of(text: str) -> tuple[str, ...]:
    """Folded words in order, without case, accents, quotes or punctuation; Han, kana and Thai give one a character."""
    if not text.isascii():
        bare = _BEYOND_ASCII.sub(_without_marks, unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", bare)
    return tuple(_WORD.findall(_DECIMAL.sub(".", _APOSTROPHES.sub("", text)).casefold()))


def _without_marks(match: re.Match[str]) -> str:
    return "".join(c for c in match[0] if not unicodedata.combining(c))


def shingles_of(words: Sequence[str], size: int) -> set[str]:
    """Every run of `size` words; what there is where there are fewer."""
    if len(words) < size:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(*(words[i:] for i in range(size)), strict=False)))


def _smallest(words: Sequence[str], rules: Stories, count: int) -> list[int]:
    digests = (blake2b(s.encode(), digest_size=8).digest() for s in shingles_of(words, rules.shingle_words))
    return [int.from_bytes(raw, "big") - _SIGN for raw in heapq.nsmallest(count, digests)]
