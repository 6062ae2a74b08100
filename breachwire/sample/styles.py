"""The six house styles, each laying the same pieces out in its own way.

In: a `Sheet`. Out: what stands inside <body>.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from breachwire.sample.furniture import (
    Sheet,
    body_html,
    body_lines,
    comments,
    consent,
    footer,
    headlines,
    navigation,
    newsletter,
    paywall,
    shown_blocks,
)


def _time(sheet: Sheet, form: str) -> str:
    when = sheet.article.published
    return f'<time datetime="{when.isoformat()}">{when.strftime(form)}</time>'


def magazine(sheet: Sheet) -> str:
    """One <article> with a byline, most-read list and newsletter box behind it."""
    a, w = sheet.article, sheet.words
    return f"""{consent(sheet)}<header>{navigation(sheet)}</header>
<div class="page"><article class="post"><h1>{escape(a.title)}</h1>
<p class="byline">{w.by} <a rel="author" href="/staff">{escape(a.author)}</a> |
{_time(sheet, "%d %B %Y, %H:%M")}</p>
{body_html(sheet, shown_blocks(sheet))}{paywall(sheet)}
<p class="share"><a href="#">Share</a> <a href="#">Mail</a> <a href="#">Print</a></p></article>
<aside class="most-read"><h2>{w.most_read}</h2><ol>{headlines(sheet)}</ol></aside>
{newsletter(sheet)}</div>{footer(sheet)}"""


def column(sheet: Sheet) -> str:
    """A daily's story in <div>s, a related box between its halves, comments underneath."""
    a, w, blocks = sheet.article, sheet.words, shown_blocks(sheet)
    half = (len(blocks) + 1) // 2
    while half < len(blocks) and blocks[half].kind == "item":
        half += 1
    return f"""{consent(sheet)}{navigation(sheet)}
<div class="layout"><div class="story"><span class="kicker">{escape(a.section)}</span>
<h1 class="headline">{escape(a.title)}</h1>
<h2 class="standfirst">{escape(a.summary)}</h2>
<div class="meta"><span class="author">{w.by} {escape(a.author)}</span>
<span>{_time(sheet, "%d %b %Y %H:%M")}</span></div>
<div class="story-body">{body_html(sheet, blocks[:half])}
<div class="related-inline"><strong>{w.related}</strong><ul>{headlines(sheet)}</ul></div>
{body_html(sheet, blocks[half:])}{paywall(sheet)}</div></div>
{newsletter(sheet)}{comments(sheet)}</div>{footer(sheet)}"""


def table(sheet: Sheet) -> str:
    """A layout table and line breaks, as a small paper's system of 2003 still makes them."""
    a = sheet.article
    links = headlines(sheet, "div")
    return f"""<table width="100%" border="0">
<tr><td colspan="3" bgcolor="#dde"><font size="5"><b>{escape(a.site.name)}</b></font>
<br><i>{escape(a.site.tagline)}</i></td></tr>
<tr><td width="140" valign="top">{navigation(sheet)}</td>
<td valign="top"><font size="5"><b>{escape(a.title)}</b></font><br>
<font size="2" color="#666">{sheet.words.by} {escape(a.author)},
{a.published.strftime("%A %d %B %Y")}</font><br><br>
{"<br><br>".join(body_lines(sheet))}<br><br>{paywall(sheet)}</td>
<td width="180" valign="top"><b>{sheet.words.most_read}</b>{links}{newsletter(sheet)}</td></tr></table>
{consent(sheet)}{footer(sheet)}"""


def rail(sheet: Sheet) -> str:
    """<main> with a header, then a rail of other headlines that looks like more of the article."""
    a, w = sheet.article, sheet.words
    minutes = max(1, len(a.body.split()) // 200)
    return f"""{navigation(sheet)}<main><header><p class="section">{escape(a.section)}</p>
<h1>{escape(a.title)}</h1>
<div class="meta"><span>{escape(a.author)}</span> <span>{_time(sheet, "%Y-%m-%d")}</span>
<span>{minutes} {w.minutes}</span></div></header>
<section class="content"><p class="lead">{escape(a.summary)}</p>
{body_html(sheet, shown_blocks(sheet))}{paywall(sheet)}</section></main>
<section class="rail"><h4>{w.also_like}</h4>{headlines(sheet, "h5")}</section>
{newsletter(sheet)}{footer(sheet)}{consent(sheet)}"""


def journal(sheet: Sheet) -> str:
    """A trade journal: <section>s with ids, a fact box, the newsletter in the middle of the text."""
    a, w, blocks = sheet.article, sheet.words, shown_blocks(sheet)
    return f"""{navigation(sheet)}{consent(sheet)}
<section id="article-{escape(a.slug)}" class="art"><h1 itemprop="headline">{escape(a.title)}</h1>
<dl class="facts"><dt>{w.by}</dt><dd>{escape(a.author)}</dd>
<dt>Nr.</dt><dd>{_time(sheet, "%d/%m/%Y")}</dd></dl>
<div itemprop="articleBody">{body_html(sheet, blocks[:2])}</div>
{newsletter(sheet)}
<div itemprop="articleBody">{body_html(sheet, blocks[2:])}{paywall(sheet)}</div></section>
<section id="more"><h3>{w.related}</h3><ul>{headlines(sheet)}</ul></section>
{comments(sheet)}{footer(sheet)}"""


def ledger(sheet: Sheet) -> str:
    """A security desk's log: a bare post in nested <div>s, tags, and older posts behind it."""
    a, w = sheet.article, sheet.words
    return f"""<div id="top">{navigation(sheet)}</div>
<div id="wrap"><div class="entry hentry"><div class="entry-head">
<h1 class="entry-title">{escape(a.title)}</h1>
<div class="posted">{_time(sheet, "%Y-%m-%d %H:%M")} &middot; {escape(a.author)}</div></div>
<div class="entry-content">{body_html(sheet, shown_blocks(sheet))}{paywall(sheet)}</div>
<div class="tags"><a href="/tag/ransomware">ransomware</a>
<a href="/tag/breach">breach</a> <a href="/tag/apt">apt</a></div></div>
<div class="older"><h3>{w.most_read}</h3><ul>{headlines(sheet)}</ul></div>
{comments(sheet)}</div>{footer(sheet)}{consent(sheet)}"""


STYLE_BODIES: dict[str, Callable[[Sheet], str]] = {
    "magazine": magazine,
    "column": column,
    "table": table,
    "rail": rail,
    "journal": journal,
    "ledger": ledger,
}
