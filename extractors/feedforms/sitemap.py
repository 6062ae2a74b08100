"""News sitemaps (the news extension of sitemaps.org's protocol), and the indexes that lead to them.

A site without a feed often has one, for search engines: the addresses of the last two days with title and date. Read as
a stream by libxml2, which is given no DOCTYPE, resolves no entity and reaches neither files nor network.
"""

from __future__ import annotations

import heapq
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree  # type: ignore[import-untyped]

from breachwire.errors import ContentError
from extractors.feedforms import markup
from extractors.feedforms.form import Form, Item, iso_date

ROOTS = frozenset({"urlset", "sitemapindex"})
_NEWS_NAMESPACE = "/sitemap-news/"
_HEAD = 2_000
"""Characters in which a root element declares its namespaces."""
_LISTED = 50_000
"""Sitemaps that one index may list, by the protocol."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def read(text: str, url: str, max_entries: int) -> Form:
    """The newest `max_entries` items of a news sitemap that begins with its root, newest first.

    Raises ContentError for an index of sitemaps, and for a sitemap whose addresses have no news in them.
    """
    text = markup.without_names(text)
    if _root(text) == "sitemapindex":
        listed = len(sitemaps(text, _LISTED))
        raise ContentError(url, f"is an index of {listed} sitemaps, not a feed (give one of them that holds news)")
    seen = _Count()
    items = heapq.nlargest(max_entries, _items(text, seen), key=lambda item: item.published_at or _NEVER)
    if not items and _NEWS_NAMESPACE not in text[:_HEAD]:
        raise ContentError(url, f"is a sitemap of {seen.urls} pages without news in it, not a feed")
    problems = [f"is not well-formed: {seen.fault}"] if seen.fault else []
    if seen.news > len(items):
        problems.append(f"has more than {max_entries} entries: the newest {max_entries} were read")
    return Form(items=tuple(items), title=seen.publication, kind="news sitemap", problems=tuple(problems))


def sitemaps(text: str, count: int) -> tuple[str, ...]:
    """The sitemaps that an index lists, those with "news" in their address first, then by newest `lastmod`."""
    found: list[tuple[bool, datetime, str]] = []
    for element in _elements(text, "sitemap", _Count()):
        said = {_name(child): _words(child) for child in element}
        if loc := said.get("loc"):
            found.append(("news" in loc.lower(), iso_date(said.get("lastmod", "")) or _NEVER, loc))
    return tuple(loc for _, _, loc in heapq.nlargest(count, found, key=lambda row: row[:2]))


def _root(text: str) -> str:
    return text[1:100].split(">", 1)[0].split(None, 1)[0].rpartition(":")[2].lower()


class _Count:
    """What was seen beside the items."""

    def __init__(self) -> None:
        self.urls = self.news = 0
        self.publication = self.fault = ""


def _items(text: str, seen: _Count) -> Iterator[Item]:
    for element in _elements(text, "url", seen):
        seen.urls += 1
        children = {_name(child): child for child in element}
        news = children.get("news")
        if news is None or "loc" not in children:
            continue
        seen.news += 1
        said = {_name(child): _words(child) for child in news.iter() if child is not news}
        seen.publication = seen.publication or said.get("name", "")
        modified = children.get("lastmod")
        yield Item(
            link=_words(children["loc"]),
            title=_as_markup(said.get("title", "")),
            language=said.get("language", ""),
            published_at=iso_date(said.get("publication_date", "")),
            updated_at=iso_date(_words(modified)) if modified is not None else None,
        )


def _elements(text: str, name: str, seen: _Count) -> Iterator[etree._Element]:
    """The elements of that name, one at a time: each is emptied once the next one is asked for."""
    events = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            if _name(element) == name:
                yield element
                element.clear()
                while (before := element.getprevious()) is not None:
                    parent = before.getparent()
                    if parent is None:
                        break
                    parent.remove(before)
    except etree.XMLSyntaxError as error:
        seen.fault = str(error)[:160]
    if not seen.fault and (fault := events.error_log.last_error) is not None:
        seen.fault = fault.message[:160]


def _name(element: etree._Element) -> str:
    """The local name in lower case, of a prefix that nobody declared too."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _words(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _as_markup(text: str) -> str:
    # Titles are text here, and markup for whoever reads a Form; those that were escaped twice stay as they are.
    return text.replace("<", "&lt;")
