"""The rules of plain text, which every room takes from one place."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.cli.output import Table, as_csv, as_json
from breachwire.exports.plain import write_csv
from breachwire.plaintext import clean, no_formula, one_line, seen_json


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("tab\there\nnext", "tab\there\nnext"),
        ("\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "red link"),
        ("\x9b2J\x9d0;title\x9c wiped \x1bc", " wiped "),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("right \u202eto left\u202c \u2066isolate\u2069 \u200fmark", "right to left isolate mark"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("soft\u00adhyphen\u200b\ufeff", "softhyphen"),
        ("not in XML: \ufffe\uffff\x00", "not in XML: "),
        ("\ud800 alone, tag \U000e0041", "\ufffd alone, tag "),
        ("café 日本 👩\u200d🚒", "café 日本 👩\u200d🚒"),
    ],
)
def test_clean_takes_what_nobody_sees_and_keeps_the_rest(text: str, left: str) -> None:
    assert clean(text) == left


@given(st.text(st.characters(), max_size=300))
def test_clean_leaves_no_control_character(text: str) -> None:
    once = clean(text)
    assert not [c for c in once if c not in "\n\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert clean(once) == once or "\x1b" not in once


def test_one_line_is_one_and_no_longer_than_told() -> None:
    assert one_line("a\n\n b" * 50, 10) == "a ba ba b…"
    assert one_line("x" * 1_000_000, 5) == "xxxx…"


FORMULAS = [
    "=1",
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+cmd",
    "-2+3",
    "@SUM(A1)",
    " =1",
    "\xa0=1",
    "＝1",
    "－A1",
    "\t1",
    "\n=1",
    "-",
]
NO_FORMULAS = ["-5", "+49", "-1,000.5", "12-14", "a=b", "", " -5", "'=1", "(=1)"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text_wherever_csv_is_written(text: str) -> None:
    assert no_formula(text) == "'" + text
    listed = io.StringIO()
    write_csv(["a", "b"], [(text, ["safe", text])], listed)
    for written in (listed.getvalue(), as_csv(Table(columns=("a",), rows=[(text,)]))):
        assert next(iter(list(csv.reader(io.StringIO(written)))[1]))[0] == "'"
    assert "; '" in listed.getvalue()


@pytest.mark.parametrize("text", NO_FORMULAS)
def test_numbers_and_words_stay_as_they_are_in_csv(text: str) -> None:
    assert no_formula(text) == text


@given(st.text(st.characters(), max_size=60))
def test_json_that_is_seen_holds_the_same_and_no_terminal_obeys_it(text: str) -> None:
    shown = seen_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(shown) == [text]
    assert not [c for c in shown if c != " " and not c.isprintable() and clean(c) != c]
    assert json.loads(as_json([text])) == [text]


def test_json_escapes_by_pairs_beyond_the_first_plane() -> None:
    assert seen_json('"\U000e0041\u202e\x7f日本"') == '"\\udb40\\udc41\\u202e\\u007f日本"'
