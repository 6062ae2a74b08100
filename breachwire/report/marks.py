"""The small pieces of HTML that stand on pages by the dozen, made here since a template macro costs ten times as much.

Whatever comes in is cleaned, cut and escaped; whatever goes out is markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from markupsafe import Markup

from breachwire.plaintext import clean
from breachwire.report import words
from breachwire.report.shapes import Fact, Quote, Value

LONGEST = 4_000
"""Characters of any one text on a page; the published file has all of it."""
LONG_WORD = 30
"""Characters from which a word is cut within."""
MUCH = 160
"""Characters of a value above which it is set lighter: a bold paragraph is hard to read."""
FEW = 4
"""Quotes that stand open behind one line; more are folded away."""
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

    def quote(self, *quotes: Quote) -> Markup:
        """Quotes in their sentence, which is the same for all."""
        text = quotes[0].before + quotes[0].said + quotes[0].after
        parts, at = [], 0
        for start, end in sorted((len(q.before), len(q.before) + len(q.said)) for q in quotes):
            if start >= at:
                parts += [self._piece(text[at:start]), f"<mark>{self._piece(text[start:end])}</mark>"]
                at = end
        return Markup(f'<q class="said" dir="auto">{"".join(parts)}{self._piece(text[at:])}</q>')

    def fact(self, f: Fact) -> Markup:
        """A line of an incident: what the row shows, the words behind it, and folded away the values that lost."""
        hand = f' <span class="aside">{escape(self.line(f.decided, 200))}</span>' if f.decided else ""
        told = [f"<div>\n<dt>{escape(f.label)}</dt>\n<dd>\n"]
        kind = "shown much" if len(f.shown) > MUCH else "shown" if f.shown else "shown none"
        told.append(f'<p class="{kind}">{self.text(f.shown or "not stated", 600)}{hand}</p>\n')
        taken = self._behind([v for v in f.values if v.accepted], f.shown if len(f.values) > 1 else None)
        told += taken[:FEW]
        if len(taken) > FEW:
            told.append(
                f"<details><summary>{len(taken) - FEW} more quotes</summary>\n{''.join(taken[FEW:])}</details>\n"
            )
        lost = [v for v in f.values if not v.accepted]
        if lost:
            count = f"{len(lost)} other value{'' if len(lost) == 1 else 's'} read"
            told.append(self._folded(count, self._behind(lost, "")))
        return Markup("".join([*told, "</dd>\n</div>\n"]))

    @staticmethod
    def _folded(said: str, quotes: Sequence[str]) -> str:
        return f"<details><summary>{said}</summary>\n{''.join(quotes)}</details>\n"

    def _behind(self, values: Sequence[Value], shown: str | None) -> list[str]:
        """The words behind values, those of one sentence together, and which values unless it is all of `shown`."""
        sentences: dict[tuple[str, str, str], list[Value]] = {}
        for v in values:
            q = v.quote
            sentences.setdefault((q.url, q.source, q.before + q.said + q.after), []).append(v)
        made = []
        for group in sentences.values():
            named = dict.fromkeys(v.words for v in group)
            said = ", ".join(named)
            same = shown is None or said == shown or named.keys() == set(shown.split(", "))
            name = "" if same else f"<b>{self.text(said, 300)}</b> "
            first = group[0].quote
            also = dict.fromkeys(source for v in group for source in v.quote.also if source != first.source)
            by = self.told(replace(first, also=tuple(also)) if len(group) > 1 else first)
            quoted = self.quote(*(v.quote for v in group))
            made.append(f'<p class="quote">{name}{quoted} <span class="by">{by}</span></p>\n')
        return made

    def _piece(self, text: str) -> str:
        """A part of a sentence, with a blank where it begins or ends with one."""
        if text.isascii() and text.isprintable() and len(text) <= LONGEST and "  " not in text:
            return escape(text, quote=False)
        core = escape(self.line(text, LONGEST), quote=False)
        return (" " if text[:1].isspace() and core else "") + core + (" " if text[-1:].isspace() else "")

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
