"""The pieces of a news page: the blocks of an article with their clutter, and the furniture around them.

In: a `Sheet` (an article, its address, other headlines). Out: pieces of HTML. The order of the pieces is
the business of `styles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from breachwire.sample.articles import Article, Block
from breachwire.sample.words import WORDS, Words


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


def paywall(sheet: Sheet) -> str:
    """The box that stands where a subscriber would read on; nothing when everybody may."""
    text = f'<div class="paywall"><p>{escape(sheet.words.paywall)}</p></div>'
    return text if sheet.article.paywalled else ""


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
        f'<div class="comment"><b>reader{i}</b><p>{escape(c)}</p></div>' for i, c in enumerate(sheet.words.comments, 17)
    )
    return f'<section id="comments" class="comments"><h3>Kommentare / Comments</h3>{said}</section>'


def footer(sheet: Sheet) -> str:
    """The last line of the page."""
    a = sheet.article
    return f"<footer><p>&copy; {a.published.year} {escape(a.site.name)}. {sheet.words.rights}</p></footer>"
