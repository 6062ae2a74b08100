"""The small pieces of HTML that stand on pages by the dozen, made here since a template macro costs ten times as much.

Whatever comes in is cleaned, cut and escaped; whatever goes out is markup.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from markupsafe import Markup

from breachwire.plaintext import clean
from breachwire.report import words
from breachwire.report.shapes import Quote

LONGEST = 4_000
"""Characters of any one text on a page; the published file has all of it."""
LONG_WORD = 30
"""Characters from which a word is cut within."""
_SPACE = re.compile(r"\s+")


class Marks:
    """Pieces of HTML. Remembers what is said again and again: dates and links."""

    def __init__(self) -> None:
        self.date = lru_cache(maxsize=10_000)(_date)
        self.link = lru_cache(maxsize=10_000)(self._link)
        self.text = lru_cache(maxsize=20_000)(self._text)

    def plain(self, value: object) -> object:
        """What a template prints of a value that is no markup yet; NULL is nothing."""
        if type(value) is str and (len(value) > LONGEST or not (value.isascii() and value.isprintable())):
            return clean(value if len(value) <= LONGEST else value[: LONGEST - 1] + "…")
        return "" if value is None else value

    def line(self, value: str | None, limit: int = 300) -> str:
        """A text on one line, cleaned and cut, not yet escaped."""
        text = value or ""
        if len(text) <= limit and text.isascii() and text.isprintable():
            return text
        text = _SPACE.sub(" ", clean(text[: 20 * limit])).strip()
        if len(text) <= limit:
            return text
        head, _, word = text[:limit].rpartition(" ")
        return (head if head and len(word) < LONG_WORD else text[: limit - 1]).rstrip(" ,;:") + "…"

    def outward(self, url: str | None, said: str) -> Markup:
        """A link to an article, or its words alone where the address is not one of the web."""
        return self.link(url or "", said)

    def quote(self, q: Quote) -> Markup:
        """A quote in its sentence."""
        before, said, after = (escape(self.line(part, LONGEST), quote=False) for part in (q.before, q.said, q.after))
        gap = " " if q.before[-1:].isspace() else ""
        then = " " if q.after[:1].isspace() else ""
        return Markup(f'<q class="said" dir="auto">{before}{gap}<mark>{said}</mark>{then}{after}</q>')

    def told(self, q: Quote) -> Markup:
        """Who says so, and when."""
        on = f", {self.date(q.day)}" if q.day else ""
        also = f"; also {self.text(', '.join(q.also), 200)}" if q.also else ""
        return Markup(f"{self.link(q.url, q.source)}{on}{also}")

    def bdi(self, value: str | None, limit: int = 300) -> Markup:
        """A text from outside, on one line, whose direction touches nothing around it."""
        return self.text(value or "", limit)

    def status(self, term: str | None) -> Markup:
        """Who vouches for an incident, with a mark of its own form."""
        if not term:
            return Markup()
        kind = term if term.isidentifier() and term.isascii() else ""
        return Markup(f'<span class="status {kind}">{escape(self.line(words.status(term), 40))}</span>')

    def _text(self, value: str, limit: int) -> Markup:
        return Markup(f"<bdi>{escape(self.line(value, limit), quote=False)}</bdi>")

    def _link(self, url: str, said: str) -> Markup:
        text = self._text(said, 200)
        return Markup(f'<a href="{escape(url)}" rel="noreferrer noopener">{text}</a>') if web(url) else text


def web(url: str) -> bool:
    """Whether an address may be a link: http or https, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= LONGEST
    except ValueError:
        return False


def _date(on: date | None) -> Markup:
    return Markup(f'<time datetime="{on.isoformat()}">{words.day(on)}</time>') if on else Markup()
