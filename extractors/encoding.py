"""Bytes to text, whatever the server says about them.

Servers lie about encodings more often than bytes do: UTF-8 is checked by its own structure first, what header and
markup declare comes second, a detector third and windows-1252 last. Never raises.
"""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MARKUP_CHARSET = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_MARKUP_SEEN = 4096
"""Bytes searched for a declaration: HTML asks authors for the first 1024, and not all keep to it."""
_DETECTED = 65536
"""Bytes shown to the detector."""
_UTF8_GOOD_TO_BAD = 4
"""Text with this many good multi-byte characters to each broken one is UTF-8 with accidents, not something else."""
# The wider table of each family: a page that says gb2312 or shift_jis uses the vendor's extension.
_WIDER = {"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "iso8859-11": "cp874"}
_ACCIDENTS = "breachwire-cp1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error(_ACCIDENTS, _as_windows_1252)


def decode(body: bytes, content_type: str | None) -> str:
    """The text of an HTTP body. `content_type` is the header's value. A byte order mark is taken off.

    Replacement characters stand only for bytes that no candidate explains.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, _ACCIDENTS if name == "utf-8" else "replace")
    if wide := _utf16_without_mark(body):
        return body.decode(wide, "replace")
    declared = _declared(body, content_type)
    if b"\x1b" in body[:_MARKUP_SEEN] and (text := _strictly(body, [n for n in declared if n.startswith("iso2022")])):
        return text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    if good >= bad * _UTF8_GOOD_TO_BAD:
        return body.decode("utf-8", _ACCIDENTS)
    guess = detect_encoding(body, max_len=_DETECTED)
    return _strictly(body, [*declared, *_known(guess), "windows-1252"]) or body.decode("windows-1252", "replace")


def _strictly(body: bytes, names: list[str]) -> str | None:
    for name in names:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that header and markup name, as Python knows them; UTF-8 is left out, for it was tried."""
    names = []
    if content_type and (match := _HEADER_CHARSET.search(content_type)):
        names.append(match[1])
    if markup := _MARKUP_CHARSET.search(body[:_MARKUP_SEEN]):
        names.append((markup[1] or markup[2]).decode("ascii", "replace"))
    return [known for name in names for known in _known(name)]


def _known(name: str | None) -> list[str]:
    """Python's name for a label of the WHATWG list, in a list; empty for UTF-8 and labels that nobody knows."""
    label = map_encoding_to_html5(name, fallback_utf8=False) if name else None
    if not label:
        return []
    label = _WIDER.get(label.lower(), label.lower())
    if label.startswith(("utf-8", "utf-16", "replacement", "x-user-defined")):
        return []
    try:
        return [label] if codecs.lookup(label) else []
    except LookupError:
        return []


def _utf16_without_mark(body: bytes) -> str | None:
    """UTF-16 markup is half zeros: the half says which end comes first."""
    head = body[:200]
    if head.count(0) < len(head) // 4 or not head:
        return None
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > 3 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 3 * odd else None
