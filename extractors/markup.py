"""Markup to a tree of elements, as trafilatura reads it: `trafilatura.load_html` gives the same, and takes longer.

lxml asks a Python function for the class of each element that anybody looks at; here all are of one class, which takes
a tenth off all that is done with the tree. What libxml2 stumbles over is mended as trafilatura mends it.
"""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]
from lxml.html import HtmlElement, HTMLParser, fromstring  # type: ignore[import-untyped]

_TOP = 4096  # characters in which a page's root may be mended
# libxml2 stumbles over a document type with a slash in it, and over a root that is closed where it is opened.
_SLASHED_DOCTYPE = re.compile(r"\A< ?! ?DOCTYPE[^>\n]*/[^<>\n]*>", re.IGNORECASE)
_CLOSED_ROOT = re.compile(r"(<html\b[^<>\n]*?)\s*/>")
_PARSER = HTMLParser(collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))


def parse(markup: str) -> HtmlElement | None:
    """The root of a page's tree; None for what is no HTML. `markup` holds no characters that XML forbids."""
    top = _CLOSED_ROOT.sub(r"\1>", _SLASHED_DOCTYPE.sub("", markup[:_TOP]), count=1)
    try:
        tree = fromstring((top + markup[_TOP:]).encode("utf-8", "replace"), parser=_PARSER)
    except etree.LxmlError:
        return None
    is_markup = len(tree) > 1 or "html" in markup[:50].lower()
    return tree if is_markup else None
