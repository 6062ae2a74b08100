"""Renders an article as its site's web page: head, furniture, and the blocks of the body with their clutter.

In: an article, its address and a few other headlines. Out: the bytes of an HTML page in the site's charset.
The order of things on the page is the business of `styles`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from breachwire.sample.articles import Article, Block
from breachwire.sample.words import WORDS, Words

JSON_LD_STYLES = frozenset(("magazine", "rail", "ledger"))
META_DATE_STYLES = frozenset(("magazine", "column", "rail", "journal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """Another article's headline and where it stands."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a page is made from: the article, its own and its feed's address, other headlines of the site."""

    article: Article
    url: str
    base: str
    feed_url: str
    neighbours: tuple[Teaser, ...]

    @property
    def words(self) -> Words:
        """The small print in the site's language."""
        return WORDS[self.article.site.language]


def render_page(sheet: Sheet) -> bytes:
    """The whole page, in the site's charset; letters that the charset lacks become character references."""
    from breachwire.sample.styles import STYLE_BODIES  # the styles are built from the pieces below

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


def shown_blocks(sheet: Sheet) -> tuple[Block, ...]:
    """The blocks that the page shows: behind a paywall only the first two."""
    return sheet.article.blocks[:2] if sheet.article.paywalled else sheet.article.blocks


def body_html(sheet: Sheet, blocks: Sequence[Block]) -> str:
    """The blocks as HTML, items that follow each other in one list, clutter set as desks set it."""
    out: list[str] = []
    in_list = False
    for block in blocks:
        if (block.kind == "item") != in_list:
            out.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        out.append(_block_html(block, sheet.words))
    if in_list:
        out.append("</ul>")
    if sheet.article.paywalled:
        out.append(f'<div class="paywall"><p>{escape(sheet.words.paywall)}</p></div>')
    return "\n".join(out)


def _block_html(block: Block, words: Words) -> str:
    text = escape(block.text)
    match block.kind:
        case "subhead":
            return f"<h2>{text}</h2>"
        case "item":
            return f"<li>{text}</li>"
        case "read-more":
            return f'<p><strong>{words.read_more} <a href="/search">{text}</a></strong></p>'
        case "also-like":
            links = "".join(f'<p><a href="/search">{escape(x)}</a></p>' for x in block.lines)
            return f"<p><strong>{text or words.also_like}</strong></p>{links}"
        case "related":
            links = "".join(f'<li><a href="/search">{escape(x)}</a></li>' for x in block.lines)
            return f'<div class="box"><strong>{text or words.related}</strong><ul>{links}</ul></div>'
        case "tail":
            return f"<p><em>{text}</em></p>"
        case "promo":
            return f'<p class="promo">{text}</p>'
        case _:
            return f"<p>{text}</p>"


def body_lines(sheet: Sheet) -> list[str]:
    """The blocks as bare lines of HTML without paragraph tags, for the oldest of the styles."""
    lines: list[str] = []
    for block in shown_blocks(sheet):
        text = escape(block.text)
        match block.kind:
            case "subhead":
                lines.append(f"<b>{text}</b>")
            case "item":
                lines.append(f"&bull; {text}")
            case "read-more":
                lines.append(f"<b>{sheet.words.read_more}</b> {text}")
            case "also-like" | "related":
                lines.append(f"<b>{text or sheet.words.also_like}</b>")
                lines.extend(f'<a href="/search">{escape(x)}</a>' for x in block.lines)
            case _:
                lines.append(text)
    return lines


def navigation(sheet: Sheet) -> str:
    """The menu with the site's name."""
    links = "".join(f'<li><a href="/{s.lower()}">{s}</a></li>' for s in sheet.words.sections)
    return f'<nav><a class="logo" href="/">{escape(sheet.article.site.name)}</a><ul>{links}</ul></nav>'


def consent(sheet: Sheet) -> str:
    """The cookie banner."""
    w = sheet.words
    text = f"<p>{w.cookies} <button>{w.accept}</button></p>"
    return f'<div class="consent cookie-banner" role="dialog">{text}</div>'


def newsletter(sheet: Sheet) -> str:
    """The newsletter box, full of the very words that a monitor looks for."""
    w = sheet.words
    form = f'<form><input type="email" name="email"><button>{w.subscribe}</button></form>'
    return f'<aside class="newsletter"><h3>Newsletter</h3><p>{w.newsletter}</p>{form}</aside>'


def headlines(sheet: Sheet, tag: str = "li") -> str:
    """Other headlines of the site as links, each in `tag`."""
    return "".join(f'<{tag}><a href="{t.url}">{escape(t.title)}</a></{tag}>' for t in sheet.neighbours)


def comments(sheet: Sheet) -> str:
    """What readers wrote underneath."""
    said = "".join(
        f'<div class="comment"><b>reader{i}</b><p>{escape(c)}</p></div>'
        for i, c in enumerate(sheet.words.comments, 17)
    )
    return f'<section id="comments" class="comments"><h3>Kommentare / Comments</h3>{said}</section>'


def footer(sheet: Sheet) -> str:
    """The last line of the page."""
    a = sheet.article
    return f"<footer><p>&copy; {a.published.year} {escape(a.site.name)}. {sheet.words.rights}</p></footer>"
