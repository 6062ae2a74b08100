"""The main text in a page's tree, by trafilatura.

trafilatura compares what it finds with what two other extractors find. That takes longer than the finding and seldom
changes it, so it is asked to only where the page shows much more prose than was found, or what was found is no prose.
Of 346 recorded pages of the world's press a comparison changes 10; all of them, and all of the sample's, are compared.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lxml.html import HtmlElement  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from trafilatura.settings import Document, Extractor

_LAYOUT_CELL_CHARS = 250  # a cell with more text than this holds prose, not data
_RUN_CHARS = 25  # the comparison takes nothing shorter for a paragraph
# It prefers an extractor that finds twice as much. Our prose leaves out what theirs may have in it, such as headings.
_MUCH_MORE = 1.75
_SHORT = 250  # characters: what is shorter trafilatura always compares, which is idle where the page shows no more
# What is no prose, whatever its length; of links lists of other stories are made.
_NO_PROSE = frozenset(
    {"a", "aside", "button", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "iframe"}
    | {"nav", "noscript", "script", "select", "style", "svg", "template", "textarea"}
)
# What makes the comparison look further where a text has it.
_UNCLEAN = (
    *("aside", "audio", "button", "fencedframe", "fieldset", "figure", "footer", "iframe", "input", "label", "link"),
    *("nav", "noindex", "noscript", "object", "option", "select", "source", "svg", "time"),
)


def body_text(tree: HtmlElement) -> str:
    """The page's main text as trafilatura finds it, a paragraph a line; empty for none. Layout tables are opened."""
    if not _open_layout_tables(tree):  # in what these hold trafilatura alone finds nothing
        found = _extract(tree, compare=False)
        if found is not None and _stands(found, tree):
            return found.text or ""
    found = _extract(tree, compare=True)
    return (found.text if found else None) or ""


def _extract(tree: HtmlElement, *, compare: bool) -> Document | None:
    from trafilatura import bare_extraction  # a fifth of a second that a night without pages can spare

    found = bare_extraction(tree, options=_options(compare=compare))
    return None if isinstance(found, dict) else found  # a dictionary comes only where one was asked for


@functools.cache
def _options(*, compare: bool) -> Extractor:
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", precision=True, comments=False, fast=not compare)


def _stands(found: Document, tree: HtmlElement) -> bool:
    """Whether a comparison would leave what was found as it is: most of the page's prose, in paragraphs, clean."""
    text, body = found.text, found.body
    if not text or _prose(tree) > max(_MUCH_MORE * len(text), _SHORT):
        return False
    paragraphs = sum(1 for p in body.iter("p") if next(p.itertext(), ""))
    tables = sum(1 for _ in body.iter("table"))
    return 0 < paragraphs >= tables and next(body.iter(*_UNCLEAN), None) is None


def _prose(tree: HtmlElement) -> int:
    """Characters of the page that may be prose: runs of text of some length, where running text may stand."""
    count, waiting = 0, [tree]
    while waiting:
        element = waiting.pop()
        runs = [element.text]
        for child in element:
            runs.append(child.tail)
            if child.tag not in _NO_PROSE:
                waiting.append(child)
        count += sum(len(run) for run in runs if run and len(run) >= _RUN_CHARS)
    return count


def _open_layout_tables(tree: HtmlElement) -> bool:
    """Tables that only lay out the page become plain blocks: a cell of prose would come out as one table row.

    Returns whether there were any.
    """
    opened = False
    for table in list(tree.iter("table")):
        cells = table.iter("td")
        if any(
            len(c.findall("br")) >= 2 or c.find(".//p") is not None or _length(c) > _LAYOUT_CELL_CHARS for c in cells
        ):
            opened = True
            for part in list(table.iter("table", "tbody", "tr", "td")):
                part.tag = "div"
    return opened


def _length(element: HtmlElement) -> int:
    return len(str(element.text_content()).strip())
