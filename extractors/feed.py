"""A feed's answer to its entries: RSS, Atom, RDF, JSON Feed and news sitemaps.

Comes in: the `Reply` with the body as it was served. Goes out: a `FeedReading`. A feed with one bad entry loses that
entry and says so; a feed that is none at all raises ContentError.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from breachwire.errors import ContentError
from breachwire.identity import article_id, canonical_url, unwrapped
from breachwire.records import Entry, Feed, Reply
from extractors.encoding import decode
from extractors.feedforms import jsonfeed, markup, sitemap
from extractors.feedforms.form import Form, Item
from extractors.text import one_line, plain_text

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_LINK_TAG = re.compile(r"<link\s[^<>]{1,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:(?:rss|atom|rdf)\+xml|feed\+json|json)\b", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]{1,500})\"|'([^']{1,500})'|([^\s\"'>]{1,500}))", re.IGNORECASE)
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][\w-]*)?\s*")
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}\x00-\x20\x7f]")
_HEAD_SEEN = 100_000
_MAX_URL, _MAX_TITLE, _MAX_TEXT = 2_000, 1_000, 500_000
"""Characters; longer addresses are dropped with their entry, longer texts are cut."""
_MAX_PROBLEMS = 20
_GZIP = b"\x1f\x8b"
_MAX_UNPACKED = 15 << 20
"""Bytes, as `fetch.max_feed_bytes` is delivered."""
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
"""A clock may be wrong by a day, and a zone left out; a date further ahead is not when anything was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """What a feed said. `problems` are lines for an operator; `ttl` is how long it asks to be left alone.

    `kind` is its format, such as "RSS 2.0" or "news sitemap"; `language` its own code, in ISO 639.
    """

    entries: tuple[Entry, ...]
    title: str | None = None
    kind: str = ""
    language: str | None = None
    problems: tuple[str, ...] = ()
    ttl: timedelta | None = None


class _DroppedError(Exception):
    """An entry that cannot be kept, with the line that says why."""


def read_feed(feed: Feed, reply: Reply, *, max_entries: int) -> FeedReading:
    """The entries of a feed, in its own order, each address once.

    Raises ContentError where the body is empty, an HTML page, or in no format that is known.
    """
    form = _form(reply, max_entries)
    entries: dict[str, Entry] = {}
    problems = list(form.problems)
    for number, item in enumerate(form.items, 1):
        try:
            entry, problem = _entry(feed, form, item, reply)
        except (_DroppedError, ValueError) as error:
            problems.append(f"entry {number} {_shown(str(error))}: dropped")
            continue
        entries.setdefault(entry.article_id, entry)
        problems += [f"entry {number} {problem}"] if problem else []
    if len(problems) > _MAX_PROBLEMS:
        problems[_MAX_PROBLEMS:] = [f"and {len(problems) - _MAX_PROBLEMS} problems more"]
    title = one_line(plain_text(form.title))[:_MAX_TITLE] or None
    return FeedReading(
        entries=tuple(entries.values()),
        title=title,
        kind=form.kind,
        language=_language(form.language, next((e.language for e in entries.values()), None)),
        problems=tuple(problems),
        ttl=form.ttl,
    )


def _form(reply: Reply, max_entries: int) -> Form:
    text = feed_text(reply)
    if text.lstrip()[:1] in "{[":
        return jsonfeed.read(text, reply.final_url, max_entries)
    if _HTML.match(text):
        raise ContentError(reply.url, "is an HTML page, not a feed" + _hint(text, reply.final_url))
    text, root = markup.from_root(text, reply.final_url)
    if root.rpartition(":")[2].lower() in sitemap.ROOTS:
        return sitemap.read(text, reply.final_url, max_entries)
    return markup.read(text, root, reply.final_url, max_entries)


def feed_text(reply: Reply) -> str:
    """The text of an answer, unpacked where a file is served as gzip (`sitemap.xml.gz`). Raises ContentError."""
    body = reply.body
    if body.startswith(_GZIP):
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = unpacking.decompress(body, _MAX_UNPACKED)
        except zlib.error as error:
            raise ContentError(reply.url, "is a gzip file that cannot be unpacked") from error
        if unpacking.unconsumed_tail:
            raise ContentError(reply.url, f"is larger than {_MAX_UNPACKED >> 20} MB when it is unpacked")
    if not body.strip():
        raise ContentError(reply.url, "is empty")
    return decode(body, reply.header("content-type"))


def _hint(page: str, base: str) -> str:
    """Where an HTML page says that its feed is, as the end of a sentence; empty where it says nothing."""
    for tag in _LINK_TAG.findall(page[:_HEAD_SEEN]):
        if _FEED_TYPE.search(tag) and (href := _HREF.search(tag)):
            try:
                found = urljoin(base, plain_text(href[1] or href[2] or href[3]))
            except ValueError:
                continue
            return f" (it names {_shown(found)} as its feed)"
    return ""


def _entry(feed: Feed, form: Form, item: Item, reply: Reply) -> tuple[Entry, str]:
    """The entry of an item, and what is not right about it ("" for nothing). Raises _DroppedError."""
    url = _address(item, reply.final_url)
    canonical = canonical_url(url)
    summary, content = plain_text(item.summary)[:_MAX_TEXT], plain_text(item.content)[:_MAX_TEXT]
    latest = reply.fetched_at + _AHEAD
    published, updated = _plausible(item.published_at, latest), _plausible(item.updated_at, latest)
    late = next((d for d in (item.published_at, item.updated_at) if d and d > latest), None)
    entry = Entry(
        article_id=article_id(canonical),
        feed_id=feed.feed_id,
        url=url,
        canonical_url=canonical,
        title=one_line(plain_text(item.title))[:_MAX_TITLE] or _first_words(summary or content) or url,
        guid=one_line(item.guid)[:_MAX_URL] or None,
        summary=summary,
        content=content,
        author=one_line(plain_text(item.author))[:_MAX_TITLE] or None,
        published_at=published,
        updated_at=updated,
        language=_language(item.language, form.language, feed.language),
    )
    return entry, f"is dated {late:%Y-%m-%d}, which is still to come: date left out" if late else ""


def _address(item: Item, base: str) -> str:
    """The absolute address of an item: its link, or its guid where that is an address. Raises _DroppedError."""
    link = item.link.strip()
    if not link and re.match(r"https?://", item.guid.strip(), re.IGNORECASE):
        link = item.guid.strip()
    if not link:
        raise _DroppedError(f"({_shown(one_line(item.title)) or 'without a title'}) has no link")
    try:
        url = unwrapped(urljoin(base, link))
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        usable, url = None, link
    if not usable:
        raise _DroppedError(f"links to {_shown(url)}, which is not a web address")
    if len(url) > _MAX_URL:
        raise _DroppedError(f"links to an address of {len(url)} characters")
    return _UNSAFE.sub(lambda m: f"%{ord(m[0]):02X}", url)


def _plausible(moment: datetime | None, latest: datetime) -> datetime | None:
    return moment if moment and _EARLIEST <= moment <= latest else None


def _language(*named: str | None) -> str | None:
    return next((match[1].lower() for name in named if name and (match := _LANGUAGE.fullmatch(name))), None)


def _first_words(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 120 else line[:120].rsplit(" ", 1)[0] + " …"


def _shown(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= 160 else text[:159] + "…"
