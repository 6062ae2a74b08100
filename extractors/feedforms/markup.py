"""RSS 0.9x and 2.0, RDF and Atom, through feedparser, which is kept away from files, network and DTDs.

feedparser is given a stream (a string could be taken for an address or a file name), UTF-8 that was decoded here, and
no DOCTYPE, so that no entity is ever declared. What is not well-formed is mended as far as that is cheap, because its
lenient parser is slow, and quadratic where markup is nested or cut on purpose.
"""

from __future__ import annotations

import html
import io
import re
from datetime import datetime, timedelta
from html.entities import html5
from typing import Any, NoReturn
from xml.parsers import expat

import feedparser

from breachwire.errors import ContentError
from extractors.feedforms import dates
from extractors.feedforms.form import Form, Item

_ILLEGAL = re.compile("\x1b\\[[0-9;]{0,20}[A-Za-z]?|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Possessive: nothing behind it can fail, and nothing in it is tried twice.
_PROLOG = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*+(?:\[[^\]]*+\]\s*+)?>)*+", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--[^>]*-->\s*)?\Z", re.IGNORECASE)
_CLOSINGS = {"rss": "</channel></rss>"}
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)")
_REFERENCE = re.compile(r"&(?:#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));|(?!#|(?:amp|lt|gt|quot|apos);))")
_OPEN = re.compile(r"<(?![!?])(?=[^<>]*(?:<|\Z))")
_OPENINGS, _ENDINGS = re.compile(r"<[A-Za-z]"), re.compile(r"</|/>")
_MAX_DEPTH = 100
"""Elements inside one another; feeds with XHTML content reach about 30."""
_MAX_UNCLOSED = 20_000
"""More open elements than this in a broken feed take the lenient parser seconds."""
_MAX_BROKEN = 1 << 19
"""Characters of a broken feed that are read: the lenient parser takes two seconds for as many."""
_MAX_ATTRIBUTES, _MAX_NAMESPACES = 200, 100
"""Of one element, and of a feed: feedparser's time grows with their square (48 s for 40,000 attributes)."""
_MAX_ELEMENTS, _FEW = 100_000, 20
"""Elements that are read, some 2.5 s of CPU; where there are more, fewer entries are tried, down to a few."""
_ATTRIBUTES = re.compile(rf"<[A-Za-z](?:[^<>=]*=){{{_MAX_ATTRIBUTES}}}")
_DECLARED = re.compile(r"xmlns:([\w.-]{1,100})\s*=")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_KINDS = {"rss": "RSS", "rss20": "RSS 2.0", "rss10": "RSS 1.0", "ato": "Atom", "atom10": "Atom 1.0"}
_PARSER_FAILURES = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, OverflowError)


class _TooManyError(Exception):
    """More elements than are read in one go."""


def from_root(text: str, url: str) -> tuple[str, str]:
    """The text from its root element on, without prolog and DOCTYPE, and the root's name as it is written.

    Raises ContentError where there is no element at all.
    """
    text = _ILLEGAL.sub("", text)
    text = text[prolog.end() :] if (prolog := _PROLOG.match(text)) else text
    root = _ROOT.search(text)
    if root is None:
        raise ContentError(url, "is not a feed")
    return text[root.start() :], root[1]


def read(text: str, root: str, url: str, max_entries: int) -> Form:
    """The items of an XML feed at `url` that begins with its `root`. Raises ContentError where it is no feed."""
    whole = text
    text, many = _first_items(text, max_entries)
    text = _named_entities(text)
    problems = [f"has more than {max_entries} entries: the first {max_entries} were read"] if many else []
    try:
        broken = _unsound(text, url)
    except _TooManyError:
        if max_entries <= _FEW:
            raise ContentError(url, f"has entries of more than {_MAX_ELEMENTS:,} elements: no feed has") from None
        return read(whole, root, url, max(_FEW, max_entries // 5))
    if broken:
        problems.append(f"is not well-formed: {broken}")
        if len(text) > _MAX_BROKEN:
            problems.append(f"is broken and long: only its first {_MAX_BROKEN:,} characters were read")
        text = _mended(text, root, url)
    parsed = _parse(text, url)
    if not parsed.version and not parsed.entries:
        raise ContentError(url, "is not a feed")
    items = []
    for number, entry in enumerate(parsed.entries[:max_entries], 1):
        try:
            items.append(_item(entry, is_atom=parsed.version.startswith("atom")))
        except _PARSER_FAILURES as error:
            problems.append(f"entry {number} cannot be read: {type(error).__name__}")
    return Form(
        items=tuple(items),
        title=_text(parsed.feed, "title"),
        language=_text(parsed.feed, "language"),
        kind="CDF"
        if root.lower() == "channel"
        else _KINDS.get(parsed.version, _KINDS.get(parsed.version[:3], parsed.version)),
        ttl=_ttl(parsed.feed),
        problems=tuple(problems),
    )


def _kind(root: str, version: str) -> str:
    known = _KINDS.get(version) or _KINDS.get(version[:3]) or version
    return "CDF" if root.lower() == "channel" else known


def _parse(text: str, url: str) -> Any:
    # Without a base feedparser leaves links as they are, a tenth faster; who asks for the items joins them anyway.
    base = {"content-location": url} if "xml:base" in text else {}
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"} | base,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _PARSER_FAILURES as error:
        raise ContentError(url, f"cannot be read as a feed: {type(error).__name__}") from error


def without_names(text: str) -> str:
    """XML whose references are all sound: names of HTML as characters, bare ampersands escaped."""
    return _sound_references(_named_entities(text))


def _named_entities(text: str) -> str:
    """HTML's names for characters as characters: XML knows five, and a single other one makes a feed malformed."""
    return _NAMED.sub(lambda m: html.unescape(m[0]) if m[1] in html5 else "&amp;" + m[1], text)


def _first_items(text: str, count: int) -> tuple[str, bool]:
    """The feed with its first `count` items, and whether there were more. What follows the last item stays."""
    end = last = 0
    for number, match in enumerate(_ITEM_END.finditer(text), 1):
        last = match.end()
        if number == count:
            end = last
    return (text[:end] + text[last:], True) if 0 < end < last else (text, False)


def _unsound(text: str, url: str) -> str | None:
    """What is wrong with XML, None for nothing. Raises ContentError for elements nested beyond all reason."""
    depth = elements = 0
    prefixes: set[str | None] = set()

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > _MAX_DEPTH:
            _too_deep(url)
        if len(attributes) > _MAX_ATTRIBUTES:
            _too_rich(url)
        if elements > _MAX_ELEMENTS:
            raise _TooManyError

    def declare(prefix: str | None, _uri: str) -> None:
        prefixes.add(prefix)
        if len(prefixes) > _MAX_NAMESPACES:
            _too_rich(url)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", "\x1f")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartNamespaceDeclHandler = declare
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        return str(error)
    return None


def _mended(text: str, root: str, url: str) -> str:
    """A broken feed cut after its last whole item where its end is missing, and made harmless to the lenient parser."""
    text = _sound_references(text[:_MAX_BROKEN])
    if _ATTRIBUTES.search(text) or len(set(_DECLARED.findall(text))) > _MAX_NAMESPACES:
        _too_rich(url)
    if _unsound(text, url) is None:
        return text
    if not _CLOSED.search(text[-500:]):
        ends = [m.end() for m in _ITEM_END.finditer(text)]
        text = text[: ends[-1] if ends else text.rfind(">") + 1] + _CLOSINGS.get(root.lower(), f"</{root}>")
        if _unsound(text, url) is None:
            return text
    if len(_OPENINGS.findall(text)) - len(_ENDINGS.findall(text)) > _MAX_UNCLOSED:
        _too_deep(url)
    return _OPEN.sub("&lt;", text)


def _sound_references(text: str) -> str:
    """Bare ampersands escaped, and no reference to a character that XML does not have; CDATA stays as it is."""
    pieces, at = [], 0
    while at < len(text):
        start = text.find("<![CDATA[", at)
        end = text.find("]]>", start) if start >= 0 else -1
        stop = start if end >= 0 else len(text)
        pieces.append(_REFERENCE.sub(_sound, text[at:stop]))
        at = end + 3 if end >= 0 else stop
        pieces.append(text[stop:at])
    return "".join(pieces)


def _sound(reference: re.Match[str]) -> str:
    number = int(reference[1]) if reference[1] else int(reference[2], 16) if reference[2] else None
    if number is None:
        return "&amp;"
    return reference[0] if number < 0x110000 and not _ILLEGAL.match(chr(number)) else ""


def _too_rich(url: str) -> NoReturn:
    raise ContentError(url, "has more attributes or namespaces than a feed has")


def _too_deep(url: str) -> NoReturn:
    raise ContentError(url, "is nested too deeply to be a feed")


def _item(entry: Any, *, is_atom: bool) -> Item:
    published, updated = _moment(entry, "published"), _moment(entry, "updated")  # RSS has no word for an update
    contents = [_text(c, "value") for c in dict.get(entry, "content") or [] if isinstance(c, dict)]
    return Item(
        link=_text(entry, "feedburner_origlink") or _text(entry, "link"),
        guid=_text(entry, "id"),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=max(contents, key=len, default=""),
        author=(_text(dict.get(entry, "author_detail") or {}, "name") if is_atom else "") or _text(entry, "author"),
        language=_text(entry, "language")
        or next((_text(c, "language") for c in dict.get(entry, "content") or [] if isinstance(c, dict)), ""),
        published_at=published or (None if is_atom else updated),
        updated_at=updated if published or is_atom else None,
    )


def _text(thing: Any, key: str) -> str:
    # dict.get: feedparser's own reports "published" for a missing "updated", with a warning.
    value = dict.get(thing, key)
    return value if isinstance(value, str) else ""


def _moment(entry: Any, key: str) -> datetime | None:
    parsed = dict.get(entry, key + "_parsed")
    return dates.moment(_text(entry, key), parsed) if parsed or dict.get(entry, key) else None


def _ttl(feed: Any) -> timedelta | None:
    """How long the feed asks to be left alone: RSS <ttl> in minutes, or the syndication module's period."""
    minutes = _text(feed, "ttl").strip()
    if re.fullmatch(r"[0-9]{1,6}", minutes) and int(minutes):
        return timedelta(minutes=int(minutes))
    period = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    times = _text(feed, "sy_updatefrequency").strip()
    return (
        timedelta(seconds=period / max(1, int(times) if re.fullmatch(r"[0-9]{1,6}", times) else 1)) if period else None
    )
