"""Texts from outside as a file of another format may hold them, and times as they are written."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# What neither JSON readers nor XML 1.0 (production Char) take, and the marks that turn the writing direction.
_BARRED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff\ufeff]")
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]{0,2000}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,8}[0-~]"
)
_SPACE = re.compile(r"\s+")
_WEB = re.compile(r"https?://[^\s/?#\"'<>\\^`{|}]+[^\s\"'<>\\^`{|}]*", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without terminal escapes, control characters, direction marks and lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    return _BARRED.sub("", _ESCAPES.sub("", text))


def line(text: str, limit: int | None = None) -> str:
    """Cleaned, on one line, cut to `limit` characters."""
    text = _SPACE.sub(" ", clean(text)).strip()
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def is_web(url: str) -> bool:
    """Whether this is an address of the web that may stand as a link; `javascript:` and the like are not."""
    return _WEB.fullmatch(url) is not None


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond: STIX wants no fewer digits, Atom takes them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
