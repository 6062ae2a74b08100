"""Fragments of markup to plain text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.text import one_line, plain_text, tidy_space

CASES = {
    "plain": ("Fictional Dairy says all is well", "Fictional Dairy says all is well"),
    "inline tags": ("<p>Fictional <b>Dairy</b> was <a href='x'>hit</a>.</p>", "Fictional Dairy was hit."),
    "blocks are lines": ("<p>One</p><p>Two</p><ul><li>a</li><li>b</li></ul>", "One\nTwo\na\nb"),
    "line breaks": ("One<br>Two<br/>Three<BR />Four", "One\nTwo\nThree\nFour"),
    "space": ("  One \t two\n\n\n  three\xa0four ", "One two\nthree four"),
    "entities": ("caf&eacute; &amp; bar&#8217;s &#x201C;x&#x201D;", "café & bar’s “x”"),
    "escaped twice": ("&lt;p&gt;caf&amp;eacute; &lt;b&gt;now&lt;/b&gt;&lt;/p&gt;", "café now"),
    "escaped text stays": ("set a &lt; b and &lt;name&gt; too", "set a < b and <name> too"),
    "ampersand alone": ("AT&T and R&D & you", "AT&T and R&D & you"),
    "comparison": ("1 < 2 and 3 > 2, I <3 it", "1 < 2 and 3 > 2, I <3 it"),
    "script": ("a<script>alert('<b>')</script>b", "ab"),
    "script in capitals": ("a<SCRIPT type=x>alert(1)</SCRIPT >b", "ab"),
    "escaped script": ("a &lt;script&gt;alert(1)&lt;/script&gt; b", "a b"),
    "style": ("<style>p {color: red}</style>seen", "seen"),
    "script without end": ("How <script> tags work", "How tags work"),
    "comment": ("a<!-- <p>no</p> -->b", "ab"),
    "comment without end": ("a <!-- b", "a b"),
    "cdata": ("<![CDATA[in <i>here</i>]]>", "in here"),
    "quotes in tags": ('<img alt="a > b" src="x">text', "text"),
    "broken tag": ("<a href='x'y>z</a>", "z"),
    "terminal escapes": ("\x1b[31mred\x1b[0m \x1b]0;title\x07and \x9b1mbold", "red and bold"),
    "controls": ("a\x00b\x07c\x7fd\x9fe", "abcde"),
    "escaped controls": ("&#27;[31mred &#7;x", "[31mred x"),
    "bidi overrides": ("invoice\u202egpj.exe \u2066x\u2069", "invoicegpj.exe x"),
    "no width": ("ran\u200bsom\xadware\ufeff", "ransomware"),
    "surrogates": ("a\ud800b", "ab"),
    "separators": ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("markup", "text"), CASES.values(), ids=CASES)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_one_line() -> None:
    assert one_line(plain_text("<h1>Big\n news</h1><p>today</p>\x1b[2J")) == "Big news today"


@given(st.text(st.sampled_from(list("<>&;/!-[]pb'\"= \n\x1b\x00\u202eax#1")) | st.characters(), max_size=80))
def test_whatever_comes_out_is_clean(markup: str) -> None:
    text = plain_text(markup)
    assert text == text.strip()
    assert "\n\n" not in text
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "\n" not in one_line(markup)


@given(st.text(st.sampled_from(list("ab  \t\n\xa0\u3000é漢")) | st.characters(), max_size=20))
def test_text_without_anything_hidden_takes_a_shorter_way_to_the_same(text: str) -> None:
    assert tidy_space(text) == tidy_space(text + "\u2060")


@pytest.mark.parametrize("piece", ["<", "<a ", '<a "', "<script>", "<!--", "\x1b]", "&", " \n", "<svg>", "&lt;b"])
def test_long_nonsense_takes_no_long(piece: str) -> None:
    assert plain_text(piece * 50_000) is not None
