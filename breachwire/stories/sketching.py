"""Words, shingles and sketches of a text. In: a body and its title. Out: its sketch, hashes to be kept in a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from breachwire.settings.models import Stories

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
    digests = [blake2b(s.encode(), digest_size=8).digest() for s in shingles_of(words, rules.shingle_words)]
    digests.sort()
    return [int.from_bytes(raw, "big") - _SIGN for raw in digests[:count]]
