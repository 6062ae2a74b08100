"""What a message to people must not hold besides what `breachwire.plaintext` takes out of every text."""

from __future__ import annotations

import re

from breachwire.plaintext import one_line

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


def message_line(text: str, limit: int | None = None) -> str:
    """`one_line`, with nothing in it that a reader of messages takes for a link, an element or a call to everybody."""
    line = _CALL.sub("(at)", one_line(text)).translate(_MARKUP)
    return one_line(_LINK.sub("] ", _SCHEME.sub("", line)), limit)


def safe_url(url: str) -> str:
    """An address that may stand in a link: http or https, nothing in it that ends an attribute; "" for any other."""
    return url if len(url) <= LONGEST_URL and _URL.fullmatch(url) else ""
