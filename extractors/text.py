"""Fragments of markup, as feeds carry them, to plain text that may be stored, searched and shown on a terminal.

Not an HTML parser: pages are read by `article`. Every expression here runs in time linear in its input.
"""

from __future__ import annotations

import html
import re

_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:-]*)(?:(?:\s[^<>\"']*(?:(?:\"[^\"<]*\"|'[^'<]*')[^<>\"']*)*)?|[^<>]*)>"
    r"|<!--|<!\[CDATA\[|\]\]>|<[!?][a-zA-Z][^<>]*>"
)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form h1 h2
        h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody td tfoot th thead title tr ul""",
    )
)
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
_INLINE = frozenset(
    re.findall(r"\w+", "a abbr b big cite code del em font i img ins label mark q s small span strong sub sup u")
)
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?|\x1b[\]PX^_][^\x07\x1b\x9c\n]{0,256}(?:\x07|\x1b\\|\x9c)?"
)
# Controls, bidirectional overrides and isolates, what has no width, tag characters, lone surrogates.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u061c\u202a-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_NEWLINES = re.compile(r"\s*[\n\r\x85\u2028\u2029]\s*")
_SPACES = re.compile(r"[^\S\n\r\x85\u2028\u2029]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


def plain_text(markup: str) -> str:
    """Text without markup: blocks become lines separated by one newline, entities characters, other space one space.

    Text that was escaped twice is unescaped once more. Scripts and styles go with their content; control characters,
    terminal escapes and bidirectional overrides go too.
    """
    text = _untag(markup) if "<" in markup else markup
    if "&" in text:
        text = html.unescape(text)
        if "<" in text and _holds_known_tags(text):
            text = _untag(text)
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
    return tidy_space(text)


def one_line(text: str) -> str:
    """Plain text as a single line, for titles and names."""
    return " ".join(tidy_space(text).split())


def tidy_space(text: str) -> str:
    """Plain text without hidden characters; lines trimmed, empty ones dropped, runs of space made one."""
    if text.isprintable():  # nothing is hidden, and the one space that counts as printable is the ordinary one
        return " ".join(text.split())
    text = _HIDDEN.sub("", _ESCAPES.sub("", text))
    return _NEWLINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _untag(markup: str) -> str:
    pieces: list[str] = []
    at, absent = 0, set[str]()
    lowered = markup.lower()
    while match := _TAG.search(markup, at):
        pieces.append(markup[at : match.start()])
        at = match.end()
        name = (match[2] or "").lower()
        if match[0] == "<!--":
            end = markup.find("-->", at) if "-->" not in absent else -1
            at = end + 3 if end >= 0 else at
            absent.update(["-->"] if end < 0 else [])
        elif name in _BLOCKS:
            pieces.append("\n")
        elif name in _UNSEEN and not match[1] and name not in absent and not match[0].endswith("/>"):
            end = lowered.find("</" + name, at) if len(lowered) == len(markup) else markup.find("</" + name, at)
            at = end if end >= 0 else at
            absent.update([name] if end < 0 else [])
    pieces.append(markup[at:])
    return "".join(pieces)


def _holds_known_tags(text: str) -> bool:
    """Whether unescaping brought up real markup, and not an article's "<name>"."""
    return any((m[2] or "").lower() in (_BLOCKS | _INLINE | _UNSEEN) for m in _TAG.finditer(text))
