"""Where a site may have its feeds: what its page names, what its links look like, the usual places, its sitemaps.

Pure: pages come in, candidates go out, best first. Whoever asks tries them; nothing here says that one is a feed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree, html  # type: ignore[import-untyped]

from breachwire.errors import ContentError
from breachwire.records import Reply
from breachwire.settings.feedlist import same_feed
from extractors.encoding import decode
from extractors.feed import feed_text
from extractors.feedforms import markup, sitemap
from extractors.text import one_line

MOST = 12
"""Candidates of one origin that are worth asking a site for."""
_PAGE_SEEN = 2_000_000
"""Characters of a page that are searched."""
_LINKS_SEEN = 5_000
_FEED_TYPES = re.compile(r"(?:application|text)/(?:(?:rss|atom|rdf)\+xml|rss|atom|feed\+json|xml|json)", re.IGNORECASE)
# WordPress names its programming interface and oEmbed beside its feeds, with the type of a JSON Feed.
_NO_FEED = re.compile(r"/wp-json\b|oembed|xmlrpc|opensearch|feedback|\.(?:css|js|png|jpe?g|svg|pdf)$", re.IGNORECASE)
_LIKE_A_FEED = re.compile(
    r"(?:^|[/._?=&-])(?:rss|atom|rdf|feeds?|jsonfeed)(?:2|20)?(?:[/._?=&-]|$)|\.(?:rss|atom|rdf)$", re.IGNORECASE
)
_LESS = re.compile(r"comments?/|comments|/tag/|/author/", re.IGNORECASE)
_USUAL = (
    "feed/",
    "rss.xml",
    "feed.xml",
    "rss",
    "atom.xml",
    "index.xml",
    "index.rdf",
    "feed.json",
    "feeds/posts/default",
)
_USUAL_SITEMAPS = ("sitemap_news.xml", "news-sitemap.xml", "sitemap-news.xml", "news_sitemap.xml", "sitemap.xml")
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a feed's, and in words where it was found."""

    url: str
    found: str


def named_feeds(reply: Reply) -> tuple[Candidate, ...]:
    """The feeds that an HTML page names in its head, then links that look like feeds; feeds of comments last."""
    tree = _tree(reply)
    if tree is None:
        return ()
    base = _joined(reply.final_url, tree.xpath("string(//base/@href)")) or reply.final_url
    found = [Candidate(url=url, found="named by the page") for url in _alternates(tree, base)]
    found += [Candidate(url=url, found="linked on the page") for url in _links(tree, base)]
    return distinct(sorted(found, key=lambda c: bool(_LESS.search(urlsplit(c.url).path))))[:MOST]


def usual_feeds(url: str) -> tuple[Candidate, ...]:
    """The places where sites have their feed: beside the page that was asked for, then at the root."""
    folders = dict.fromkeys([urljoin(url, "./"), urljoin(url, "/")])
    places = [urljoin(folder, path) for path in _USUAL for folder in folders]
    return distinct([Candidate(url=place, found="a usual place") for place in places])[:MOST]


def robots_of(url: str) -> str:
    """Where the robots.txt of a site is."""
    return urljoin(url, "/robots.txt")


def named_sitemaps(robots: Reply) -> tuple[Candidate, ...]:
    """The sitemaps that a robots.txt names, those with "news" in their address first."""
    text = decode(robots.body[:500_000], robots.header("content-type"))
    urls = [joined for line in _SITEMAP_LINE.findall(text) if (joined := _joined(robots.final_url, line))]
    urls.sort(key=lambda url: "news" not in url.lower())
    return distinct([Candidate(url=url, found="named by robots.txt") for url in urls])[:MOST]


def usual_sitemaps(url: str) -> tuple[Candidate, ...]:
    """The places where sites have their news sitemap."""
    return tuple(Candidate(url=urljoin(url, "/" + path), found="a usual place") for path in _USUAL_SITEMAPS)


def listed_sitemaps(reply: Reply, count: int) -> tuple[Candidate, ...]:
    """The newest sitemaps of an index, those for news first; none where the answer is something else."""
    try:
        text, root = markup.from_root(feed_text(reply), reply.final_url)
    except ContentError:
        return ()
    if root.rpartition(":")[2].lower() != "sitemapindex":
        return ()
    urls = [_joined(reply.final_url, url) for url in sitemap.sitemaps(text, count)]
    return distinct([Candidate(url=url, found=f"listed by {reply.final_url}") for url in urls if url])


def distinct(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """Each address once, the first of its spellings."""
    once: dict[str, Candidate] = {}
    for candidate in candidates:
        once.setdefault(same_feed(candidate.url), candidate)
    return tuple(once.values())


def _tree(reply: Reply) -> html.HtmlElement | None:
    text = decode(reply.body, reply.header("content-type"))[:_PAGE_SEEN]
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _alternates(tree: html.HtmlElement, base: str) -> list[str]:
    found = []
    for link in islice(tree.iter("link"), _LINKS_SEEN):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").partition(";")[0].strip()
        if ("alternate" in rel and _FEED_TYPES.fullmatch(kind)) or "feed" in rel:
            found.append(_joined(base, link.get("href") or ""))
    return [url for url in found if url and not _NO_FEED.search(url)]


def _links(tree: html.HtmlElement, base: str) -> list[str]:
    """Links whose path or query says that a feed is behind them."""
    found = []
    for link in islice(tree.iter("a"), _LINKS_SEEN):
        url = _joined(base, link.get("href") or "")
        parts = urlsplit(url)
        tail = parts.path + ("?" + parts.query if parts.query else "")
        if url and _LIKE_A_FEED.search(tail.rstrip("/")) and not _NO_FEED.search(url):
            found.append(url)
    return found


def _joined(base: str, href: str) -> str:
    """An absolute web address without fragment; "" for anything else."""
    try:
        url = urljoin(base, one_line(href).replace(" ", "%20")) if href.strip() else ""
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        return ""
    return url.partition("#")[0] if usable and len(url) <= 2_000 else ""
