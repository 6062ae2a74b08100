"""How a body is laid out: where its sections begin and end.

In: a body, one paragraph a line. Out: spans. What the sections say is for `split` to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

LONGEST_HEADING = 110
MOST_WORDS = 16
SHORTEST_TEXT = 60
"""Characters: a section with less text below its heading tells nothing; a line with less is no paragraph."""
SENTENCE_TITLE = 120

_BULLET = re.compile(r"(?:[-*•·–—▪‣]|\(?\d{1,2}[.):]|#\d{1,2}[.:)]?)\s+")
_LABEL = re.compile(r"(?=[^\n]{0,90}?[^\W\d_]{2})[^.:!?\n]{3,80}(?::|\s[–—-])\s+(?=\S)")
_ENDS_AS_PROSE = re.compile(r"[.!?…:;,][\"”’»')\]]*$")
_SENTENCE = re.compile(r".+?[.!?…](?=[\"”’»')\]]*(?:\s|$))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A section: its heading is `body[start:title_end]`, the text below it `body[text_start:end]`.

    Without a heading `text_start` is `start`, and the title is the text's first sentence, for people to read.
    """

    start: int
    title_end: int
    text_start: int
    end: int

    @property
    def is_headed(self) -> bool:
        """Whether a heading, or a label in front of the text, names the section."""
        return self.text_start > self.start

    def heading(self, body: str) -> str:
        """The heading; empty where there is none."""
        return body[self.start : self.title_end] if self.is_headed else ""

    def text(self, body: str) -> str:
        """What stands below the heading."""
        return body[self.text_start : self.end]

    def shown_end(self, body: str) -> int:
        """Where the title that people are shown ends: a label goes on into the sentence that it stands before."""
        line = body[self.start : self.end].split("\n", 1)[0]
        if self.is_headed and len(line) > self.text_start - self.start:
            return self.start + _title_chars(line)
        return self.title_end


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the body; `at` is where its words begin, behind a bullet or number if it has one."""

    start: int
    at: int
    end: int
    text: str

    @property
    def is_item(self) -> bool:
        return self.at > self.start

    @property
    def is_prose(self) -> bool:
        return len(self.text) >= SHORTEST_TEXT and not self.is_short

    @property
    def is_short(self) -> bool:
        """A line that could be a heading, by its own form."""
        return (
            len(self.text) <= LONGEST_HEADING
            and len(self.text.split()) <= MOST_WORDS
            and not _ENDS_AS_PROSE.search(self.text)
            and any(c.isupper() or c.isdigit() for c in self.text[:1])
        )


def headed_sections(body: str) -> tuple[tuple[Span, ...], int]:
    """Sections by headings, items and labels, in order, and where the first begins (what is before is introduction).

    A heading is a short line without a final mark and with a paragraph behind it; its section goes to the next
    beginning. An item of a list, or a paragraph behind a label ("Velmark Foods: ..."), is a section of one line.
    """
    lines = list(_lines(body))
    labelled = sum(1 for line in lines if _label_end(line)) >= 2
    found: list[Span] = []
    open_section: Span | None = None
    first = len(body)
    for number, line in enumerate(lines):
        begun = _begins(lines, number, labelled=labelled)
        if begun is None:
            if open_section is not None and line.text:
                open_section = replace(open_section, end=line.end)
            continue
        first = min(first, line.start)
        if open_section is not None:
            found.append(open_section)
            open_section = None
        if begun.is_headed and begun.end == begun.text_start:
            open_section = begun
        else:
            found.append(begun)
    if open_section is not None:
        found.append(open_section)
    return tuple(s for s in found if s.end - s.text_start >= SHORTEST_TEXT), first


def paragraphs(body: str) -> tuple[Span, ...]:
    """Each paragraph of prose as a section without heading."""
    return tuple(_unheaded(line) for line in _lines(body) if line.is_prose)


def _begins(lines: list[_Line], number: int, *, labelled: bool) -> Span | None:
    """The section that begins with that line, or None. A heading's section has no text yet."""
    line = lines[number]
    behind = next((other for other in lines[number + 1 :] if other.text), None)
    before = lines[number - 1] if number else None
    heads = line.is_short and behind is not None and behind.is_prose and not behind.is_item
    in_a_list = line.is_item and before is not None and before.is_item and before.is_short
    if heads and behind is not None and not in_a_list:
        return Span(start=line.at, title_end=line.end, text_start=behind.at, end=behind.at)
    if label := _label_end(line) if labelled or line.is_item else 0:
        at = line.at + len(line.text[:label].rstrip(" :–—-"))
        return Span(start=line.at, title_end=at, text_start=line.at + label, end=line.end)
    if line.is_item and line.is_prose:
        return _unheaded(line)
    return None


def _unheaded(line: _Line) -> Span:
    return Span(start=line.at, title_end=line.at + _title_chars(line.text), text_start=line.at, end=line.end)


def first_sentence_end(text: str) -> int:
    """Where the first sentence of a text ends; the whole text where it has no final mark."""
    match = _SENTENCE.match(text)
    return match.end() if match else len(text)


def _title_chars(text: str) -> int:
    """How much of a text without heading stands for it: its first sentence, cut at a word where it is long."""
    end = first_sentence_end(text)
    if end <= SENTENCE_TITLE:
        return len(text[:end].rstrip("."))
    cut = text.rfind(" ", SENTENCE_TITLE // 2, SENTENCE_TITLE)
    return cut if cut > 0 else SENTENCE_TITLE


def _label_end(line: _Line) -> int:
    """Where the text behind a label begins; 0 where the line has none, or nothing to say behind it."""
    match = _LABEL.match(line.text)
    if match is None or len(line.text) - match.end() < SHORTEST_TEXT or not line.text[0].isupper():
        return 0
    return match.end()


def _lines(body: str) -> Iterator[_Line]:
    start = 0
    for raw in body.split("\n"):
        bullet = _BULLET.match(raw)
        left = bullet.end() if bullet else len(raw) - len(raw.lstrip())
        text = raw[left:].rstrip()
        yield _Line(start if bullet else start + left, start + left, start + left + len(text), text)
        start += len(raw) + 1
