"""What extraction leaves that is not the article: links to other stories, prompts, agency tails, bylines.

Every rule is about a whole paragraph: one that merely contains "read more" in a sentence stays. `furniture` holds the
expressions, this module what is done with the lines that they find.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.furniture import (
    BYLINE,
    COMMENTS_HEADING,
    LIST_HEADING,
    LONE_POINTER,
    POINTER,
    PROMPT,
    SITE_BEHIND,
    TAIL,
    TRAILING_STAMP,
)

MAX_LINK_CHARS = 220  # a paragraph longer than this is no link or headline
MAX_PROMPT_CHARS = 320
_LONGEST_LIST = 30  # lines of a list of other stories
_HEAD_PARAGRAPHS = 6  # where the title is repeated and bylines stand
_SENTENCE_END = re.compile(r"[.!?:;…。][\"”’')\]»]*$")
_TWO_SENTENCES = re.compile(r"[.!?][\"”’')\]]* +[\"“‘(]?[A-ZÄÖÜÀ-Ý][^.!?]{20,}[.!?]")
_SPEECH_END = re.compile(r"[.!?,][\"”’»]$")
_NO_WORD = re.compile(r"[\W_]+")
_BULLET = re.compile(r"^(?:[-*•·–]|\d{1,2}[.)])\s+")


def tidy(paragraphs: Sequence[str], title: str) -> tuple[str, ...]:
    """The paragraphs that are the article's own, in order, with their spaces collapsed.

    The title's repetition at the top goes too, unless nothing else would be left.
    """
    lines = [line for line in (" ".join(p.split()) for p in paragraphs) if line]
    lines = _without_comments(lines)
    lines = _without_lists(lines)
    body = [line for line in lines if not _is_furniture(line)]
    return tuple(_without_head(body, title) or body or lines)


def looks_like_headline(line: str) -> bool:
    """Whether a line could be another story's headline: short, and not a sentence that ends as sentences do."""
    line = _BULLET.sub("", line)
    if len(line) > MAX_LINK_CHARS or _TWO_SENTENCES.search(line) or _SPEECH_END.search(line):
        return False
    if not _SENTENCE_END.search(line) or line.endswith(("...", "…", "?", "!")):
        return True
    return _is_title_case(line)


def _is_title_case(line: str) -> bool:
    """Most of its longer words begin with a capital: "Council Pays Ransom." """
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", line) if len(w) > 3]
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)


def _is_furniture(line: str) -> bool:
    if len(line) <= MAX_LINK_CHARS and POINTER.match(line) and not _TWO_SENTENCES.search(line):
        return True
    if len(line) <= MAX_PROMPT_CHARS and (TAIL.fullmatch(line) or PROMPT.fullmatch(line)):
        return not (len(line) > 120 and _TWO_SENTENCES.search(line) and not _is_legal(line))
    return bool(LIST_HEADING.fullmatch(line) or (len(line) <= 140 and BYLINE.fullmatch(line)))


def _is_legal(line: str) -> bool:
    low = line.casefold()
    return "rights reserved" in low or "may not be" in low or "headline has been changed" in low or "cookie" in low


def _without_comments(lines: list[str]) -> list[str]:
    """Cut at a comment section's heading, where it stands behind at least half of the text."""
    total = sum(map(len, lines))
    before = 0
    for number, line in enumerate(lines):
        if before * 2 >= total and number and COMMENTS_HEADING.fullmatch(line):
            return lines[:number]
        before += len(line)
    return lines


def _without_lists(lines: list[str]) -> list[str]:
    """Each list of other stories goes with its heading: the lines behind it, as long as they look like headlines."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        if not LIST_HEADING.fullmatch(lines[number]):
            kept.append(lines[number])
            number += 1
            continue
        number += 1
        lone = LONE_POINTER.fullmatch(lines[number - 1])
        number += _link_behind(lines, number) if lone else _headlines(lines, number)
    return kept


def _link_behind(lines: list[str], number: int) -> int:
    """1 where a lone pointer's link stands in the line behind it: a headline without any final mark."""
    linked = number < len(lines) and looks_like_headline(lines[number]) and not _SENTENCE_END.search(lines[number])
    return int(linked)


def _headlines(lines: list[str], number: int) -> int:
    """How many lines from `number` on look like headlines; furniture between them does not end the run."""
    count = 0
    for line in lines[number : number + _LONGEST_LIST]:
        if not (looks_like_headline(line) or _is_furniture(line)):
            break
        count += 1
    return count


def _without_head(lines: list[str], title: str) -> list[str]:
    """Without the title's repetition among the first paragraphs: alone, or with the site's name or a time behind it."""
    wanted = _key(title)
    kept = list(lines)
    for number in range(min(_HEAD_PARAGRAPHS, len(lines)) - 1, -1, -1):
        line = lines[number].strip("| ")
        if wanted and _key(line) == wanted:
            del kept[number]
        elif wanted and number < 3 and line.casefold().startswith(title.casefold()):
            rest = line[len(title) :]
            if SITE_BEHIND.fullmatch(rest):
                del kept[number]
            elif stamp := TRAILING_STAMP.match(rest):
                kept[number : number + 1] = [r] if (r := rest[stamp.end() :].strip("| ")) else []
    return kept


def _key(text: str) -> str:
    return _NO_WORD.sub("", text.casefold())
