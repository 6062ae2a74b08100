"""A page as it came, for a plain search: which of its bytes a reader may see, and what they say without their disguise.

In: bytes. Out: bytes, or places in them. Nothing is parsed: that would cost ten times as much as searching.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from extractors.scan import Expression, Scan

_PLAIN_CHARSETS = re.compile(r"utf-?8|(us-)?ascii|iso-?8859-(1|15)|latin-?1|windows-1252|cp1252")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)")
_HEAD = 2048  # bytes in which a page names its encoding
# No later look reads scripts and styles, which are most of a page: of the general pages that hold a phrase of the broad
# list, one in four holds it there alone. JSON-LD is read: articles stand in it.
_EDGES = Scan([Expression(rb"</?script", len("/script")), Expression(rb"</?style", len("/style"))])
_SLASH = ord("/")
_JSON_LD = b"ld+json"
_OPENING = 200  # bytes of a script's tag in which its type is looked for
SEAM = b"<>"
"""What stands between stretches that are joined: it looks like a tag."""
_TAGS = re.compile(rb"</?(?:b|i|u|a|em|strong|span|mark|font|wbr|small|abbr|sup|sub)\b[^<>]*>")
_BLOCKS = re.compile(rb"<[^<>]*>")


def is_plain(body: bytes, content_type: str | None) -> bool:
    """Whether Latin letters stand in the bytes as ASCII, UTF-8 or windows-1252 would write them."""
    head = body[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        return False
    named = _CHARSET.search((content_type or "").lower()) or _CHARSET.search(head.decode("latin-1").lower())
    return named is None or bool(_PLAIN_CHARSETS.fullmatch(named[1]))


def without_scripts(raw: bytes) -> list[tuple[int, int]]:
    """Stretches (start, end) of a page outside its scripts and styles, but for scripts of JSON-LD.

    One that is never closed is not left out: the page is broken, and may be text from there on.
    """
    stretches, shown, opened, kind = list[tuple[int, int]](), 0, -1, -1
    for _, at, tag in _EDGES.find(raw):
        if raw[at] != _SLASH:
            if opened < 0:
                kind, opened = tag, at
        elif opened >= 0 and tag == kind:
            if _JSON_LD not in raw[opened : opened + _OPENING].lower():
                stretches.append((shown, opened))
                shown = at - 1
            opened = -1
    return [*stretches, (shown, len(raw))]


def place(at: int, stretches: Sequence[tuple[int, int]]) -> int:
    """Where on the page byte `at` of its stretches stands, when they are joined by seams."""
    for start, end in stretches:
        if at < end - start:
            return start + at
        at -= end - start + len(SEAM)
    raise ValueError("behind the last stretch")


def undisguised(raw: bytes) -> bytes:
    """What a reader sees of a lower-cased page, roughly: no tags, entities, soft hyphens or line breaks."""
    text = _BLOCKS.sub(b" ", _TAGS.sub(b"", raw)).decode("utf-8", "replace")
    text = html.unescape(text).replace("\u00ad", "").replace("\u200b", "")
    return " ".join(text.split()).lower().encode("utf-8", "replace")
