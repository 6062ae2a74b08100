"""Text from the outside world made harmless for terminals, messages, tables, spreadsheets and JSON.

Words that everyone shares: every room that writes a text somewhere takes its rules from here, so that there is one of
each. Imports nothing of the project. What a message to people must not hold besides is in alerts/plain.py.
"""

from __future__ import annotations

import re

LONGEST = 200_000
"""Characters that are looked at where a text is put on one line without a limit."""
# ECMA-48: CSI sequences, then OSC, DCS, APC, PM and SOS strings up to their terminator, then two-character escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,2000}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,8}[0-~]"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LONE = re.compile(r"[\ud800-\udfff]")
# Control characters, what has no shape, marks that turn the writing direction, and what XML 1.0 (production Char) bars.
_NEVER = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff\U000e0000-\U000e007f"
)
_UNSEEN = re.compile(f"[{_NEVER}]")
_SUSPECT = re.compile(rf"[{_NEVER}\x0b-\x0d\u2028\u2029\ud800-\udfff]")
_IN_JSON = re.compile(rf"[{_NEVER}\xa0\u200c\u200d\u2028\u2029\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
# What a spreadsheet takes for a formula, blanks before it included (OWASP, "CSV Injection"), and what begins with a
# tab or a line break. A sign before nothing but a number is a number; "+49" and "-1,000.5" are left alone.
_FORMULA = re.compile(r"[\t\r\n]|\s*(?:[=@＝＠]|[+\-＋－](?!\d[\d.,]*\Z))")


def clean(text: str) -> str:
    """The text without escapes, control and direction marks and lone surrogates; line breaks are `\\n`, tabs stay.

    Zero-width joiners stay too, for some scripts need them.
    """
    if (text.isascii() and text.isprintable()) or not _SUSPECT.search(text):
        return text
    text = _BREAKS.sub("\n", _ESCAPES.sub("", text))
    return _LONE.sub("\ufffd", _UNSEEN.sub("", text))


def one_line(text: str, limit: int | None = None) -> str:
    """Cleaned, on one line; cut to `limit` characters, the last of them an ellipsis."""
    text = text[: 20 * limit if limit is not None else LONGEST]
    text = _SPACE.sub(" ", clean(text)).strip()
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def no_formula(text: str) -> str:
    """The text as a cell of CSV: with an apostrophe in front where a spreadsheet would take it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def seen_json(text: str) -> str:
    """JSON as it was dumped, with every character escaped that cannot be seen or that a terminal would obey.

    Loses nothing: whoever reads it gets the very same values.
    """
    return text if text.isascii() and "\x7f" not in text else _IN_JSON.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    """RFC 8259, section 7: a character beyond the first plane is a pair of surrogates."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
