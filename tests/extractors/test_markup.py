"""Markup is read as trafilatura reads it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from trafilatura import load_html

from extractors.markup import parse

STARTS = (
    "",
    "\n  ",
    "<!doctype html>",
    "<!DOCTYPE html>\n",
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n',
    '<?xml version="1.0" encoding="iso-8859-1"?>\n',
    "<!-- made by hand -->",
)
ROOTS = ("", "<html>", '<html lang="de">', '<html lang="en"\n class="no-js">', "<html/>\n", '<html lang="fr" />\n')
PIECES = (
    *("<head>", "<title>Fähren</title>", '<meta charset="windows-1252">', '<meta charset="utf-8"/>', "</head>"),
    *("<body>", "</body>", "<body class=second>", "<p>", "</p>", "Ein Satz — mit Strich.", "x", "&amp;", "&#8217;"),
    *("<table><tr><td>", "</table>", "<script>if (a < b) c('</p>')</script>", "<form><input name=q>", "<svg><path>"),
    *("<!-- <p>not shown</p> -->", "<?php echo 1 ?>", "<br/>", "<o:p>", "<", "</html>", "\n", "日本語", "👩‍💻"),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.sampled_from(ROOTS), st.lists(st.sampled_from(PIECES), max_size=12))
def test_the_tree_is_trafilaturas(start: str, root: str, pieces: list[str]) -> None:
    markup = start + root + "".join(pieces)
    assert written(parse(markup)) == written(load_html(markup)), markup


def written(tree: etree._Element | None) -> list[tuple[object, ...]] | None:
    """All that stands in a tree but for the space around it."""
    if tree is None:
        return None
    return [(e.tag, dict(e.attrib), (e.text or "").strip(), (e.tail or "").strip()) for e in tree.iter()]
