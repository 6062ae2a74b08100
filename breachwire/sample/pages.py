"""Renders an article as its site's web page: the head here, the body in the site's house style.

In: a `Sheet`. Out: the bytes of an HTML page in the site's charset.
"""

from __future__ import annotations

import json
from html import escape

from breachwire.sample.furniture import Sheet
from breachwire.sample.styles import STYLE_BODIES

JSON_LD_STYLES = frozenset(("magazine", "rail", "ledger"))
META_DATE_STYLES = frozenset(("magazine", "column", "rail", "journal"))


def render_page(sheet: Sheet) -> bytes:
    """The whole page, in the site's charset; letters that the charset lacks become character references."""
    site = sheet.article.site
    page = (
        f'<!doctype html>\n<html lang="{site.language}">\n<head>\n{_head(sheet)}\n</head>\n<body>\n'
        f"{STYLE_BODIES[site.style](sheet)}\n<script>window.metrics = [];</script>\n</body>\n</html>\n"
    )
    return page.encode(site.charset, "xmlcharrefreplace")


def _head(sheet: Sheet) -> str:
    a, e = sheet.article, escape
    lines = [
        f'<meta charset="{a.site.charset}">',
        f"<title>{e(a.title)} | {e(a.site.name)}</title>",
        f'<link rel="canonical" href="{sheet.url}">',
        f'<link rel="alternate" title="{e(a.site.name)}" href="{sheet.feed_url}">',
        f'<meta name="description" content="{e(a.summary)}">',
        f'<meta property="og:title" content="{e(a.title)}">',
        f'<meta property="og:site_name" content="{e(a.site.name)}">',
        '<meta property="og:type" content="article">',
        "<style>.consent{position:fixed;bottom:0}</style>",
    ]
    if a.site.style in META_DATE_STYLES:
        lines.append(f'<meta property="article:published_time" content="{a.published.isoformat()}">')
        lines.append(f'<meta name="author" content="{e(a.author)}">')
    if a.site.style in JSON_LD_STYLES or a.paywalled:
        lines.append(f'<script type="application/ld+json">{_json_ld(sheet)}</script>')
    return "\n".join(lines)


def _json_ld(sheet: Sheet) -> str:
    a = sheet.article
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": a.title,
        "datePublished": a.published.isoformat(),
        "author": {"@type": "Person", "name": a.author},
        "publisher": {"@type": "Organization", "name": a.site.name},
        "mainEntityOfPage": sheet.url,
    }
    if a.paywalled:
        data["isAccessibleForFree"] = False
    return json.dumps(data, ensure_ascii=True).replace("</", "<\\/")
