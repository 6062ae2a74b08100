"""Whether one text was made from another. In: two articles. Out: yes or no, by rules that depend on length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from breachwire.settings.models import Stories
from breachwire.stories.sketching import shingles_of, words_of

SHORTEST_PART = 0.3
BRIEF_WORDS = 60
LONG_WORDS = 130
LEAD_WORDS = 40
LEAD = 0.7
HELD = 0.55
HELD_BRIEF = 0.7
HELD_ALONE = 0.8
BRIEF_RATIO = 90.0
BRIEF_TITLE = 60.0
TOLD = 0.5
REPEATED = 2
SPELT_ALIKE = 75.0
"""How sure two texts must be to be copies: shares of the shingles of the shorter one that stand in the longer one.

A text shorter than SHORTEST_PART of the other is a quotation or a summary, never a copy (but see SAME_HEADLINE). A copy
holds HELD of its shingles (one that lost 6 % of its words still holds 0.94 ** 4 = 0.78 of them, with a list of foreign
headlines below it 0.6), and either text's lead, its first LEAD_WORDS, stands in the other to LEAD: desks cut tails and
add boxes, they keep the lead, while two stories that quote one statement or carry one notice have leads of their own.
From LONG_WORDS on, HELD_ALONE makes a copy under a new lead too. Then rapidfuzz's `token_set_ratio` must reach the
`cutoff` of the settings. Under BRIEF_WORDS outlets share phrases, so more is asked: HELD_BRIEF, or BRIEF_RATIO of
rapidfuzz's `ratio`, and headlines that are alike (BRIEF_TITLE), or that both speak of the text (TOLD of their words
stand in it): a site's placeholder under two headlines is no copy. Last, the two must not be one form letter about two
subjects. `python -m benchmarks.copies --curve` prints what other numbers would give, by length.
"""

SAME_HEADLINE = 95.0
HEADLINE_WORDS = 7
HEADLINE_WINDOW = timedelta(days=3)
"""One long headline (rapidfuzz's `ratio`, words at least, time between): a text that says no more than the headline, or
an excerpt of the other, however short, is then a copy of it. Two whole texts under one headline are not."""

_DATELINE = re.compile(
    r"\A[^\W\d_a-z][^\n.!?\u2014\u2013]{1,40}?(?:\s[\u2014\u2013-]+\s|\)\s*[:\u2014\u2013-]\s|(?<=[A-Z]{3}):\s)"
)
_NAME = re.compile(r"[^\W\d_a-z]\w+(?:[-'\u2019]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An article as it is compared: `text` is its body; `story_id` is None until it has been folded."""

    article_id: str
    text: str
    published_at: datetime
    title: str
    story_id: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A body prepared for comparing: its folded words in order, its shingles, those of its headline."""

    text: str
    words: tuple[str, ...]
    shingles: Set[str]
    title: tuple[str, ...]
    published_at: datetime


def read(body: Body, rules: Stories) -> Read:
    """The body as `are_copies` compares it: without its dateline."""
    dateline = _DATELINE.match(body.text)
    text = body.text[dateline.end() :] if dateline else body.text
    words = words_of(text)
    return Read(
        text=text,
        words=words,
        shingles=shingles_of(words, rules.shingle_words),
        title=words_of(body.title),
        published_at=body.published_at,
    )


def are_copies(a: Read, b: Read, rules: Stories) -> bool:
    """Whether one text was made from the other: see the tables of constants above. The same for (b, a).

    Two texts can be aligned in several ways of one length, and which is found depends on which of them comes first.
    """
    shorter, longer = a, b = sorted((a, b), key=lambda r: (len(r.words), r.words, r.title, r.published_at))
    size = len(shorter.words)
    if not size:
        return False
    held = _share(shorter.shingles, longer.shingles)
    if _one_headline(a, b) and (held >= HELD or _says_no_more_than_its_headline(shorter, rules)):
        return not _tell_of_different_things(a, b, 1 if size < BRIEF_WORDS else REPEATED)
    if size < SHORTEST_PART * len(longer.words) or held < HELD:
        return False
    if size < BRIEF_WORDS:
        return _are_one_brief(shorter, longer, held)
    if not (_keep_the_lead(a, b, rules) or (size >= LONG_WORDS and held >= HELD_ALONE)):
        return False
    return not _tell_of_different_things(a, b, REPEATED) and _alike(a, b) >= rules.cutoff


def _share(part: Set[str], whole: Set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _alike(a: Read, b: Read) -> float:
    return fuzz.token_set_ratio(" ".join(a.words), " ".join(b.words))


def _one_headline(a: Read, b: Read) -> bool:
    """The same long headline within days; a figure may be missing in one, never be another."""
    figures = [{w for w in r.title if w[0].isdigit()} for r in (a, b)]
    return (
        min(len(a.title), len(b.title)) >= HEADLINE_WORDS
        and abs(a.published_at - b.published_at) <= HEADLINE_WINDOW
        and (figures[0] <= figures[1] or figures[1] <= figures[0])
        and fuzz.ratio(" ".join(a.title), " ".join(b.title)) >= SAME_HEADLINE
    )


def _says_no_more_than_its_headline(one: Read, rules: Stories) -> bool:
    return _share(one.shingles, shingles_of(one.title * 2, rules.shingle_words)) >= HELD_ALONE


def _keep_the_lead(a: Read, b: Read, rules: Stories) -> bool:
    return any(
        _share(shingles_of(one.words[:LEAD_WORDS], rules.shingle_words), other.shingles) >= LEAD
        for one, other in ((a, b), (b, a))
    )


def _are_one_brief(shorter: Read, longer: Read, held: float) -> bool:
    if held < HELD_BRIEF and fuzz.ratio(" ".join(shorter.words), " ".join(longer.words)) < BRIEF_RATIO:
        return False
    if fuzz.token_set_ratio(" ".join(shorter.title), " ".join(longer.title)) < BRIEF_TITLE and not all(
        _share(set(r.title), set(r.words)) >= TOLD for r in (shorter, longer)
    ):
        return False
    return not _tell_of_different_things(shorter, longer, 1)


def _tell_of_different_things(a: Read, b: Read, times: int) -> bool:
    """One form letter, two subjects.

    Each headline holds a word that its own text says that often and the other never does, or one name stands that often
    where the other text has another. A word spelt a little differently is no other word.
    """
    return all(any(_own(mine, other, times)) for mine, other in ((a, b), (b, a))) or any(
        count >= times for count in _exchanged_names(a, b).values()
    )


def _own(mine: Read, other: Read, times: int) -> Iterator[str]:
    for word in set(mine.title).difference(other.words, other.title):
        if mine.words.count(word) >= times and not any(_spelt_alike(word, w) for w in other.title):
            yield word


def _exchanged_names(a: Read, b: Read) -> Counter[tuple[str, str]]:
    """How often a name of one stands exactly where the other has a name, where neither text says the other's."""
    ones, others = _names(a).difference(b.words), _names(b).difference(a.words)
    if not ones or not others:
        return Counter()
    places = (
        zip(a.words[c.src_start : c.src_end], b.words[c.dest_start : c.dest_end], strict=True)
        for c in Levenshtein.opcodes(a.words, b.words)
        if c.tag == "replace"
    )
    pairs = (pair for place in places for pair in place)
    return Counter((x, y) for x, y in pairs if x in ones and y in others and not _spelt_alike(x, y))


def _names(one: Read) -> frozenset[str]:
    """Its words that are written with a capital somewhere, folded."""
    return frozenset(words_of(" ".join(_NAME.findall(one.text))))


def _spelt_alike(one: str, other: str) -> bool:
    return fuzz.ratio(one, other) >= SPELT_ALIKE
