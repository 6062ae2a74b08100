"""What a page's head and JSON-LD say about its article: titles, author, dates, language, whether it is free to read.

Reads the tree that the body is taken from as well, so that a page is parsed once. Never changes the tree.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement  # type: ignore[import-untyped]

_ARTICLE_TYPES = re.compile(
    r"(?:News|Reportage|Analysis|Blog|Live|Social|Tech|Scholarly|Opinion)?(?:Article|Posting|BlogPosting)|WebPage|Report"
)
_TIERS = ("article:content_tier", "content_tier", "og:article:content_tier", "article.content_tier", "access_level")
_LOCKED_TIERS = frozenset({"metered", "locked", "paid", "premium", "subscriber", "subscribers", "member", "members"})
_FREE = ("isaccessibleforfree", "article:free", "is_free", "og:isaccessibleforfree")
_EARLIEST = 1990  # the year before which no article is dated
_MAX_JSON = 500_000  # characters of JSON-LD that are parsed
_GENERIC_AUTHOR = re.compile(
    r"(?:admin\w*|editor(?:ial)?(?: team)?|staff|redaktion|redacci[oó]n|r[eé]daction|redazione|reda[cç][aã]o|redactie|"
    r"news ?(?:desk|room|team)|"
    r"web ?(?:desk|master|team)|author|unknown|none|null|guest|agenc(?:y|ies)|https?://.*|@?\W*)",
    re.IGNORECASE,
)
_DOMAIN_LIKE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.IGNORECASE)
_PIPES = re.compile(r"\s+(?:\||::|»|«)\s+")
_DASHES = re.compile(r"\s+[-–—·•:]\s+(?=[^-–—·•]+$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the page says about itself; None and () where it says nothing. Dates are aware and in UTC."""

    titles: tuple[str, ...] = ()
    site_name: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    article_body: str = ""
    free: bool = True
    address: str = ""


def read_head(tree: HtmlElement) -> Head:
    """The head of a parsed page. Titles in the order of trust: JSON-LD, first h1, og:title, twitter, title tag."""
    meta = _meta(tree)
    parts = [part for part in _json_ld(tree) if _is_article(part)]
    headings = [" ".join(h.text_content().split()) for h in tree.iterfind(".//h1")]
    titles = [_text(p.get("headline")) for p in parts] + headings[:1]
    titles += [meta.get("og:title", ""), meta.get("twitter:title", ""), tree.findtext(".//title") or ""]
    dates = [_text(p.get("datePublished")) for p in parts]
    dates = [meta.get("article:published_time", ""), *dates, meta.get("date", ""), meta.get("dc.date", "")]
    authors = [*(_names(p.get("author")) for p in parts), meta.get("author", ""), meta.get("article:author", "")]
    site = meta.get("og:site_name") or None
    return Head(
        titles=tuple(dict.fromkeys(t for t in (" ".join(t.split()) for t in titles) if t)),
        site_name=site,
        author=next((a for a in authors if a and not is_generic_author(a, site)), None),
        published_at=next(filter(None, map(parse_time, dates)), None),
        language=tree.get("lang") or meta.get("og:locale") or None,
        article_body=max((_text(p.get("articleBody")) for p in parts), key=len, default=""),
        free=not (any(_is_locked(p) for p in parts) or _locks(meta)),
        address=_own_address(tree) or meta.get("og:url", ""),
    )


def _own_address(tree: HtmlElement) -> str:
    """The canonical link; nothing where there are several that differ, as templates that were merged have them."""
    links = {
        (link.get("href") or "").strip()
        for link in tree.iterfind(".//link[@rel]")
        if "canonical" in link.get("rel").lower().split()
    }
    return links.pop() if len(links) == 1 else ""


def _is_locked(part: dict[str, Any]) -> bool:
    """Whether JSON-LD says that the article, or a part of it, is not free to read."""
    inner = part.get("hasPart")
    pieces = [part, *(inner if isinstance(inner, list) else [inner])]
    said = (str(p.get("isAccessibleForFree")).strip().lower() for p in pieces if isinstance(p, dict))
    return any(re.fullmatch(r"(?:https?://schema\.org/)?(?:false|no|0)", word) for word in said)


def _locks(meta: dict[str, str]) -> bool:
    """Whether meta tags say that only subscribers see all of it: `article:content_tier` is Facebook's and Apple's."""
    tier = next((meta[name].lower() for name in _TIERS if name in meta), "")
    free = next((meta[name].lower() for name in _FREE if name in meta), "")
    return tier in _LOCKED_TIERS or free in ("false", "no", "0")


def guess_date(tree: HtmlElement, url: str) -> datetime | None:
    """The date that markup, text or address suggest: dear (20 ms), for pages that state none where it belongs."""
    from htmldate import find_date

    try:
        found = find_date(tree, url=url, original_date=True, extensive_search=False)
    except AssertionError:  # it takes unwanted elements out of a tree whose root may be one of them
        return None
    return parse_time(found) if found else None


def parse_time(text: str | None) -> datetime | None:
    """A time as pages write it (ISO 8601, RFC 822), in UTC; without a zone it is taken as UTC.

    None for one before 1990, as in feeds: publishing systems write their empty date, the first day of the year 1
    or of 1970.
    """
    if not text or not text.strip():
        return None
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            when = parsedate_to_datetime(text.strip())
        except ValueError:
            return None
    if when.year < _EARLIEST:
        return None
    try:
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:
        return None


def is_generic_author(name: str, site_name: str | None) -> bool:
    """Whether a name says no more than that somebody wrote it."""
    return bool(_GENERIC_AUTHOR.fullmatch(name.strip())) or name.strip().casefold() == (site_name or "").casefold()


def clean_title(title: str, names: tuple[str, ...] = ()) -> str:
    """A headline without the site's name behind it. `names`: what the site is called, address included.

    What follows a bar goes when four words stand before it; what follows a dash only when it is one of the names or a
    domain, for dashes stand in headlines too.
    """
    title = html.unescape(title).strip()  # some are escaped twice
    parts = _PIPES.split(title)
    if len(parts) > 1 and len(parts[0].split()) >= 4:
        title = parts[0]
    keys = {_key(n) for n in names if n}
    while (match := _DASHES.search(title)) and len(title[: match.start()].split()) >= 3:
        behind = title[match.end() :]
        if _key(behind) not in keys and not _DOMAIN_LIKE.fullmatch(behind):
            break
        title = title[: match.start()]
    return title.strip()


def host_names(url: str) -> tuple[str, ...]:
    """A site's address as a title may name it: "news.example.org", "example.org", "example"."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    return (host, ".".join(labels[-2:]), labels[-2] if len(labels) > 1 else host)


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Lower-case name or property to content, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = element.get("content")
        if name and content and content.strip():
            found.setdefault(name, content.strip())
    return found


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD scripts, graphs and lists opened."""
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        text = (script.text or "").strip()
        if not text or len(text) > _MAX_JSON:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = [data]
        while waiting:
            part = waiting.pop(0)
            if isinstance(part, list):
                waiting.extend(part)
            elif isinstance(part, dict):
                yield part
                waiting.extend(
                    part[k]
                    for k in ("@graph", "mainEntity", "mainEntityOfPage")
                    if isinstance(part.get(k), list | dict)
                )


def _is_article(part: dict[str, Any]) -> bool:
    kinds = part.get("@type")
    return any(_ARTICLE_TYPES.fullmatch(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _names(author: object) -> str:
    """The names in a JSON-LD author: a string, an object with a name, or a list of those."""
    people = author if isinstance(author, list) else [author]
    names = [_text(p.get("name")) if isinstance(p, dict) else _text(p) for p in people]
    return ", ".join(n for n in names if n)
