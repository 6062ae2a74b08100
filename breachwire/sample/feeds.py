"""Renders a site's feed as RSS 2.0, Atom 1.0, RSS 1.0 (RDF) or JSON Feed 1.1, newest first.

In: the site, its address and the articles to show. Out: the bytes and their content type. Dates come from the
articles, so the same articles always make the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from html import escape

from breachwire.sample.articles import Article, Site

FEED_PATHS = {"rss": "/rss.xml", "atom": "/atom.xml", "rdf": "/index.rdf", "json": "/feed.json"}
CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "json": "application/feed+json",
}
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def render_feed(site: Site, base: str, articles: Sequence[Article]) -> bytes:
    """The site's feed in its own format; `base` is its address without a slash at the end."""
    newest_first = sorted(articles, key=lambda a: (a.published, a.key), reverse=True)
    return _RENDERERS[site.feed](site, base, newest_first).encode("utf-8")


def _rss(site: Site, base: str, articles: Sequence[Article]) -> str:
    items = []
    for a in articles:
        link = f"{base}{a.path}" + ("?utm_source=rss&utm_medium=feed" if site.full_text else "")
        full = "".join(f"<p>{escape(b.text)}</p>" for b in a.blocks if b.text)
        content = f"<content:encoded>{escape(full)}</content:encoded>" if site.full_text else ""
        items.append(
            f"<item><title>{escape(a.title)}</title><link>{escape(link)}</link>"
            f'<guid isPermaLink="false">{site.slug}-{a.slug}</guid>'
            f"<dc:creator>{escape(a.author)}</dc:creator>"
            f"<pubDate>{format_datetime(a.published)}</pubDate><category>{escape(a.section)}</category>"
            f"<description>{escape(a.summary)}</description>{content}</item>\n"
        )
    return (
        f'{_XML}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{escape(site.name)}</title><link>{base}/</link>"
        f"<description>{escape(site.tagline)}</description><language>{site.language}</language>"
        "<ttl>60</ttl>\n"
        f"{''.join(items)}</channel></rss>\n"
    )


def _atom(site: Site, base: str, articles: Sequence[Article]) -> str:
    entries = "".join(
        f"<entry><id>{base}{a.path}</id><title>{escape(a.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{base}{a.path}"/>'
        f"<published>{a.published.isoformat()}</published><updated>{a.published.isoformat()}</updated>"
        f"<author><name>{escape(a.author)}</name></author>"
        f'<summary type="html">{escape(f"<p>{escape(a.summary)}</p>")}</summary></entry>\n'
        for a in articles
    )
    updated = articles[0].published.isoformat() if articles else "2026-03-09T00:00:00+00:00"
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}"><id>{base}/</id>'
        f"<title>{escape(site.name)}</title><updated>{updated}</updated>"
        f'<link rel="alternate" href="{base}/"/>'
        f'<link rel="self" href="{base}{FEED_PATHS["atom"]}"/>\n{entries}</feed>\n'
    )


def _rdf(site: Site, base: str, articles: Sequence[Article]) -> str:
    order = "".join(f'<rdf:li resource="{base}{a.path}"/>' for a in articles)
    items = "".join(
        f'<item rdf:about="{base}{a.path}"><title>{escape(a.title)}</title><link>{base}{a.path}</link>'
        f"<description>{escape(a.summary)}</description><dc:creator>{escape(a.author)}</dc:creator>"
        f"<dc:date>{a.published.isoformat()}</dc:date></item>\n"
        for a in articles
    )
    return (
        f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{base}/">'
        f"<title>{escape(site.name)}</title>"
        f"<link>{base}/</link><description>{escape(site.tagline)}</description>"
        f"<items><rdf:Seq>{order}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def _json(site: Site, base: str, articles: Sequence[Article]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}{FEED_PATHS['json']}",
        "language": site.language,
        "items": [
            {
                "id": f"{base}{a.path}",
                "url": f"{base}{a.path}",
                "title": a.title,
                "summary": a.summary,
                "date_published": a.published.isoformat(),
                "authors": [{"name": a.author}],
                "tags": [a.section],
            }
            for a in articles
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


_RENDERERS: dict[str, Callable[[Site, str, Sequence[Article]], str]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
}
