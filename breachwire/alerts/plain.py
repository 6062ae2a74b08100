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
_SPACE = re.compile(r"\s+")
# Words that make chat services ring everybody's bell.
_CALL = re.compile(r"@(?=(?:everyone|here|channel|all)\b)|<(?=[!@#])", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without escapes, control and direction marks; line breaks are `\\n`, tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _BREAKS.sub("\n", _ESCAPES.sub("", text))
    return _LONE.sub("\ufffd", _UNSEEN.sub("", text))


def one_line(text: str, limit: int | None = None) -> str:
    """Cleaned, on one line; cut to `limit` characters, the last of them an ellipsis."""
    if limit is not None and len(text) > 20 * limit:
        text = text[: 20 * limit]
    text = _SPACE.sub(" ", clean(text)).strip()
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def message_line(text: str, limit: int | None = None) -> str:
    """`one_line`, with nothing in it that a chat service takes for a call to everybody."""
    return one_line(_CALL.sub(lambda m: "(at)" if m[0] == "@" else "‹", text), limit)
