"""Text from the outside world made harmless for terminals, messages and tables. Nothing else is changed.

Taken out: terminal escape sequences, control characters, marks that turn the writing direction, and lone surrogates.
Zero-width joiners stay, for some scripts need them.
"""

from __future__ import annotations

import re

# ECMA-48: CSI sequences, then OSC, DCS, APC, PM and SOS strings up to their terminator, then two-character escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,2000}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,8}[0-~]"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONE = re.compile(r"[\ud800-\udfff]")
LONGEST = 200_000
_SPACE = re.compile(r"\s+")
LONGEST_URL = 1000
_URL = re.compile(r"https?://[^\s<>\"'`\\{}|^\x00-\x20\x7f-\xa0\u200b-\u206f\ufeff\ud800-\udfff]+", re.IGNORECASE)
# Words that make chat services ring everybody's bell.
_CALL = re.compile(r"@(?=(?:everyone|here|channel|all)\b)", re.IGNORECASE)
# What makes a link, an element or a block of code out of somebody's words, in HTML, Markdown or Slack's own markup; a
# scheme alone makes a link in any reader that looks for addresses. Stars and underscores stay: they only look odd, and
# chats differ in how they are escaped.
_MARKUP = str.maketrans({"<": "‹", ">": "›", "`": "'"})
_LINK = re.compile(r"\](?=[(\[:])")
_SCHEME = re.compile(r"\b(?:https?|ftp|file|data|javascript|vbscript|mailto|tel):(?://)?(?=\S)", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without escapes, control and direction marks; line breaks are `\\n`, tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _BREAKS.sub("\n", _ESCAPES.sub("", text))
    return _LONE.sub("\ufffd", _UNSEEN.sub("", text))


def one_line(text: str, limit: int | None = None) -> str:
    """Cleaned, on one line; cut to `limit` characters, the last of them an ellipsis."""
    text = text[: 20 * limit if limit is not None else LONGEST]
    text = _SPACE.sub(" ", clean(text)).strip()
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def message_line(text: str, limit: int | None = None) -> str:
    """`one_line`, with nothing in it that a reader of messages takes for a link, an element or a call to everybody."""
    line = _CALL.sub("(at)", one_line(text)).translate(_MARKUP)
    return one_line(_LINK.sub("] ", _SCHEME.sub("", line)), limit)


def safe_url(url: str) -> str:
    """An address that may stand in a link: http or https, nothing in it that ends an attribute; "" for any other."""
    return url if len(url) <= LONGEST_URL and _URL.fullmatch(url) else ""
