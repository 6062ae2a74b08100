"""Stories: the same text, wherever it is printed.

In: bodies. Out: stories, each with the copy that the others are copies of.

    sketch           the smallest shingle hashes of one body, kept in a table
    CANDIDATES_SQL   one join over that table: which bodies share several hashes
    fold_copies      reads those pairs of bodies side by side, and folds what are copies

Pure: no database, no clock. The order in which articles arrive makes no difference to what is folded with what.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from rapidfuzz import fuzz

from breachwire.identity import digest
from breachwire.records import Story
from breachwire.settings.models import Stories

CANDIDATES_SQL = """
WITH fresh AS MATERIALIZED (
    SELECT article_id, hash FROM sketches
    WHERE article_id IN (SELECT unnest(CAST($new_ids AS VARCHAR[])))
), held AS MATERIALIZED (
    SELECT article_id, hash FROM sketches WHERE hash IN (SELECT hash FROM fresh)
), telling AS MATERIALIZED (
    SELECT hash FROM held GROUP BY hash HAVING count(*) BETWEEN 2 AND $common_share
), pairs AS MATERIALIZED (
    SELECT f.article_id AS new_id, h.article_id AS other_id, count(*) AS shared
    FROM fresh f JOIN telling USING (hash) JOIN held h USING (hash)
    WHERE f.article_id <> h.article_id
      AND (f.article_id < h.article_id OR h.article_id NOT IN (SELECT article_id FROM fresh))
    GROUP BY ALL
), sizes AS (
    SELECT article_id, count(*) AS size FROM sketches
    WHERE article_id IN (SELECT new_id FROM pairs UNION SELECT other_id FROM pairs)
    GROUP BY article_id
)
SELECT p.new_id, p.other_id, p.shared
FROM pairs p JOIN sizes a ON a.article_id = p.new_id JOIN sizes b ON b.article_id = p.other_id
WHERE p.shared >= greatest(1, least($min_shared, ceil(least(a.size, b.size) * $min_shared / $sketch_size)))
ORDER BY p.new_id, p.other_id
"""
"""Pairs (new_id, other_id, shared) of bodies that share enough hashes to be read side by side.

Over `sketches(article_id VARCHAR, hash BIGINT)`, which already holds the new ones. Parameters: `$new_ids` (VARCHAR[])
and, from the settings, `$common_share`, `$min_shared` and `$sketch_size`. A hash that more than `common_share` bodies
hold is boilerplate and left out. Where a sketch is smaller than `sketch_size`, proportionally fewer are needed.
A pair of two new ones is given once.
"""

TITLE_HASHES = 4
BRIEF_WORDS = 60
SHORT_WORDS = 130
BRIEF_RATIO = 90.0
BRIEF_TITLE = 60.0
SHORT_TITLE = 60.0
SAME_TITLE = 95.0
REPEATED = 2
HELD = 0.58
HELD_SHORT = 0.72
SHORTEST_PART = 0.35
"""How sure two texts must be to be copies, by the length of the shorter one. Chosen on the newsroom's edited copies.

Under BRIEF_WORDS (a headline and a summary) outlets share phrases: the texts must be nearly identical (BRIEF_RATIO of
rapidfuzz's `ratio`) and the titles alike. Up to SHORT_WORDS, HELD_SHORT of the shorter text's shingles must stand in
the longer one, or HELD of them under a title that agrees. Above, HELD: a quoted statement makes up half of a story at
most, while a copy that lost 6 % of its words still holds 0.78 of its shingles (0.94 ** 4), and one with a list of
foreign headlines below it 0.6. Then rapidfuzz must reach the `cutoff` of the settings, or the titles be one
(SAME_TITLE), and the two must not be one form letter about two subjects. A text shorter than SHORTEST_PART of the other
is a quotation or a summary, never a copy.
"""

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+"
)
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_DECIMAL = re.compile(r"(?<=\d)[.,]\s?(?=\d)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_SIGN = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An article as it is compared: `text` is its body; `story_id` is None until it has been folded."""

    article_id: str
    text: str
    published_at: datetime
    title: str
    story_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A body prepared for reading: its folded words in order, and their shingles."""

    words: tuple[str, ...]
    shingles: frozenset[str]
    title: str


def sketch(body: str, rules: Stories, *, title: str = "") -> tuple[int, ...]:
    """The `sketch_size` smallest shingle hashes of a body and the TITLE_HASHES smallest of its title, ascending.

    Signed 64-bit integers, none of them twice. A text of fewer than `shingle_words` words gives the hash of what there
    is; one without words gives none. The same text gives the same hashes on every machine and in every version of
    Python.
    """
    of_body = _smallest(_words(body), rules, rules.sketch_size)
    return tuple(sorted({*of_body, *_smallest(_words(title), rules, TITLE_HASHES)}))


def fold_copies(
    new: Sequence[Body], others: Mapping[str, Body], pairs: Iterable[tuple[str, str, int]], rules: Stories
) -> tuple[Story, ...]:
    """The stories that the new articles belong to: one each, alone where there is no copy.

    `others` holds the stored bodies that `pairs` name, by id, and should hold every other member of their stories too,
    so that the canonical copy is chosen among all. `pairs` come from CANDIDATES_SQL; those that name an unknown id are
    passed over. A story that exists keeps its id; where a new article joins two, the older canonical copy's id stays.
    """
    bodies = {**others, **{b.article_id: b for b in new}}
    family = _Families(bodies)
    for body in bodies.values():
        if body.story_id is not None:
            family.join(body.article_id, "=" + body.story_id)
    read: dict[str, _Read] = {}
    for one, two, _ in sorted(pairs):
        if one in bodies and two in bodies and not family.same(one, two) and _near(bodies[one], bodies[two], rules):
            a, b = (read.setdefault(i, _prepare(bodies[i], rules)) for i in (one, two))
            if _are_copies(a, b, rules):
                family.join(one, two)
    wanted = {family.root(b.article_id) for b in new}
    members: dict[str, list[Body]] = {}
    for body in bodies.values():
        if (root := family.root(body.article_id)) in wanted:
            members.setdefault(root, []).append(body)
    return tuple(sorted(map(_story, members.values()), key=lambda s: s.story_id))


def canonical_order(body: Body) -> tuple[datetime, int, str]:
    """The copy that sorts first stands for the story: published first, then longest, then by id."""
    return body.published_at, -len(body.text), body.article_id


def _story(members: Sequence[Body]) -> Story:
    ranked = sorted(members, key=canonical_order)
    kept = next((b.story_id for b in ranked if b.story_id is not None), None)
    first = ranked[0].article_id
    return Story(
        story_id=kept or "s_" + digest(first), canonical_id=first, article_ids=tuple(b.article_id for b in ranked)
    )


def _near(a: Body, b: Body, rules: Stories) -> bool:
    return abs(a.published_at - b.published_at) <= rules.window


def _are_copies(a: _Read, b: _Read, rules: Stories) -> bool:
    """Whether one text was made from the other: see the table of constants above."""
    shorter, longer = sorted((a, b), key=lambda r: len(r.words))
    size = len(shorter.words)
    if not shorter.shingles or size < SHORTEST_PART * len(longer.words):
        return False
    if size < BRIEF_WORDS:
        return (
            fuzz.ratio(" ".join(a.words), " ".join(b.words), score_cutoff=BRIEF_RATIO) > 0
            and fuzz.token_set_ratio(a.title, b.title) >= BRIEF_TITLE
        )
    held = len(shorter.shingles & longer.shingles) / len(shorter.shingles)
    if held < HELD or _name_different_things(a, b):
        return False
    titles = fuzz.token_set_ratio(a.title, b.title)
    if size < SHORT_WORDS and held < HELD_SHORT and titles < SHORT_TITLE:
        return False
    return titles >= SAME_TITLE or fuzz.token_set_ratio(" ".join(a.words), " ".join(b.words)) >= rules.cutoff


def _name_different_things(a: _Read, b: _Read) -> bool:
    """One form letter, two subjects: each title holds a word that its own text repeats and the other never says."""
    return all(
        any(
            mine.words.count(w) >= REPEATED
            for w in set(mine.title.split()).difference(other.words, other.title.split())
        )
        for mine, other in ((a, b), (b, a))
    )


def _prepare(body: Body, rules: Stories) -> _Read:
    words = _words(body.text)
    return _Read(words, frozenset(_shingles(words, rules.shingle_words)), " ".join(_words(body.title)))


def _words(text: str) -> tuple[str, ...]:
    """Folded words in order, without case, accents, quotes or punctuation; Han, kana and Thai give one a character."""
    if not text.isascii():
        bare = _BEYOND_ASCII.sub(_without_marks, unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", bare)
    return tuple(_WORD.findall(_DECIMAL.sub(".", _APOSTROPHES.sub("", text)).casefold()))


def _without_marks(match: re.Match[str]) -> str:
    return "".join(c for c in match[0] if not unicodedata.combining(c))


def _shingles(words: Sequence[str], size: int) -> set[str]:
    """Every run of `size` words; what there is where there are fewer."""
    if len(words) < size:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(*(words[i:] for i in range(size)), strict=False)))


def _smallest(words: Sequence[str], rules: Stories, count: int) -> list[int]:
    digests = (blake2b(s.encode(), digest_size=8).digest() for s in _shingles(words, rules.shingle_words))
    return [int.from_bytes(raw, "big") - _SIGN for raw in heapq.nsmallest(count, digests)]


class _Families:
    """Union-find over article ids, and story ids marked with "=". The root is the smallest, whatever the order."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {i: i for i in ids}

    def root(self, item: str) -> str:
        self._parent.setdefault(item, item)
        while (parent := self._parent[item]) != item:
            self._parent[item] = item = self._parent[parent]
        return item

    def same(self, a: str, b: str) -> bool:
        return self.root(a) == self.root(b)

    def join(self, a: str, b: str) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self._parent[high] = low
