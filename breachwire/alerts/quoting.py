"""The sentence that a quote stands in: "1.1 million" says less than the words around it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from breachwire.alerts.message import HEADLINE_FIELDS
from breachwire.records import Change, Evidence

_SHOWN = frozenset((*HEADLINE_FIELDS, "threat_actor"))
SHORT = 80
"""Characters below which a quote is widened: it is a phrase out of a sentence."""
LONGEST = 270
"""Characters of a sentence that is quoted whole; of a longer one the part around the quote is."""
# Where a sentence ends: not behind a single letter ("U.S. officials") or a title.
_END = re.compile(r"(?<![\s.(][A-Za-z])(?<!\b(?:Mr|Ms|Dr|St|No|Nr))[.!?…。][\"”»')\]]*(?=\s|$)|\n")


def wanted(change: Change) -> tuple[Evidence, ...]:
    """The evidence whose quotes a message may show and that say too little alone."""
    return tuple(e for e in change.evidence if _is_wanted(e))


def _is_wanted(item: Evidence) -> bool:
    return item.accepted and item.field in _SHOWN and len(item.quote) < SHORT


def in_sentence(change: Change, texts: Mapping[str, tuple[str, str]]) -> Change:
    """The change with those quotes widened to their sentences.

    `texts` are title and body by article id; where an article is not among them the quote stays.
    """
    return replace(change, evidence=tuple(_widened(e, texts) if _is_wanted(e) else e for e in change.evidence))


def _widened(item: Evidence, texts: Mapping[str, tuple[str, str]]) -> Evidence:
    text = texts.get(item.article_id, ("", ""))[0 if item.zone == "title" else 1]
    if not item.quote or text[item.char_start : item.char_end] != item.quote:
        return item
    start, end = sentence_around(text, item.char_start, item.char_end)
    return replace(item, char_start=start, char_end=end, quote=text[start:end])


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a span begins and ends; of a long one, whole words around the span."""
    before = [match.end() for match in _END.finditer(text, max(0, start - 2000), start)]
    behind = _END.search(text, end, min(len(text), end + 2000))
    first = before[-1] if before else max(0, start - 2000)
    last = behind.end() if behind else min(len(text), end + 2000)
    if last - first > LONGEST:
        room = max(0, LONGEST - (end - start))
        first = max(first, start - room // 2)
        last = min(last, first + LONGEST)
        first, last = _at_words(text, first, last, start, end)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def _at_words(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The same, without the halves of words at both ends."""
    if first > 0 and not text[first - 1].isspace():
        space = text.find(" ", first, start)
        first = space + 1 if space >= 0 else start
    if last < len(text) and not text[last].isspace():
        space = text.rfind(" ", end, last)
        last = space if space >= 0 else end
    return first, last
