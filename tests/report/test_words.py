"""Values in words, and what is counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from breachwire.records import Incident
from breachwire.report import words
from breachwire.report.cases import _within_sentence
from breachwire.report.figures import overview
from breachwire.report.marks import Marks
from breachwire.report.shapes import Fact, Quote, Value


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (412, "412"),
        (9_999, "9,999"),
        (87_000, "87 k"),
        (999_600, "1 M"),
        (1_234_567, "1.23 M"),
        (2_500_000_000, "2.5 bn"),
    ],
)
def test_short_numbers(number: int, said: str) -> None:
    assert words.short(number) == said


def test_values_in_words() -> None:
    assert words.figure(None, 5_000, "accounts", "up_to") == "up to 5,000 accounts"
    assert words.figure(5_000, 8_000, None, "about") == "5,000 to 8,000 records"
    assert words.ransom(Decimal("2500000.00"), "USD") == "2,500,000 USD"
    assert words.began(date(2026, 3, 1), "month") == "March 2026"
    assert (words.country("GB"), words.country("ZZZ")) == ("United Kingdom", "ZZZ")
    assert words.affected(Incident(incident_id="i", title="t", records_min=3, records_unit="files")) is None


def test_what_caused_a_revision_in_words() -> None:
    caused = [("joined", "The Dusk"), ("edited", "The Noon"), ("joined", "The Dawn"), ("joined", "The Dawn")]
    assert words.because(caused) == "Edited by The Noon; Reported by The Dawn, The Dusk"
    assert words.because([]) == ""


def test_values_of_one_sentence_stand_in_it_together() -> None:
    def of(start: int, end: int) -> Quote:
        text = "They took names and dates of birth."
        parts = {"before": text[:start], "said": text[start:end], "after": text[end:]}
        return Quote(**parts, source="The Dawn", url="", day=None, rule="r", confidence=0.9)

    values = tuple(
        Value(words=text, accepted=True, quote=of(start, start + len(text)))
        for text, start in (("dates of birth", 20), ("names", 10))
    )
    shown = str(Marks().fact(Fact(label="Data", shown="dates of birth, names", values=values)))
    assert shown.count("<q ") == 1
    assert "They took <mark>names</mark> and <mark>dates of birth</mark>." in shown
    assert "<b>" not in shown


def test_a_quote_is_shown_in_its_sentence_alone() -> None:
    before, after = "It was late. The firm told the U.S. press that ", " were taken. Nobody knows."
    assert _within_sentence(before, after, "12 files") == ("The firm told the U.S. press that ", " were taken.")
    assert _within_sentence("قال المستشفى إنه أغلق أبوابه. نسخ متسللون ", " مريض؟ لا أحد يعلم.", "20,000") == (
        "نسخ متسللون ",
        " مريض؟",
    )
    assert _within_sentence("発表した。顧客情報", "が流出した。調査中。", "３万件") == ("顧客情報", "が流出した。")
    assert _within_sentence("One.\nTwo ", " three\nFour", "and") == ("Two ", " three")
    long = "word " * 40
    assert _within_sentence(long, long, "and")[0].startswith("… word")
    assert _within_sentence(long, long, "and")[1].endswith(" …")


def test_a_long_text_is_cut_between_words_and_a_long_word_within() -> None:
    marks = Marks()
    assert marks.line("The firm said, late on Monday, that", 20) == "The firm said, late…"
    assert marks.line("x" * 100, 20) == "x" * 19 + "…"
    assert marks.line("a\u202eb\n\tc") == "ab c"
    assert str(marks.outward("javascript:x", "<b>")) == "<bdi>&lt;b&gt;</bdi>"
    assert 'href="https://a.example/?q=&quot;&amp;b"' in str(marks.outward('https://a.example/?q="&b', "a"))


@pytest.mark.parametrize(("days", "unit"), [(3, "day"), (200, "week"), (3_000, "month")])
def test_the_timeline_has_no_gaps_and_loses_nobody(days: int, unit: str) -> None:
    first = date(2016, 2, 29)
    listed = [
        Incident(incident_id=f"i_{n}", title="t", disclosed_on=first + timedelta(days=n * days)) for n in (0, 0, 1)
    ]
    o = overview(listed, {}, first + timedelta(days=days + 30))
    assert o.unit == unit
    assert sum(p.others for p in o.periods) == 3
    assert all(a.end == b.first for a, b in zip(o.periods, o.periods[1:], strict=False))
    assert (o.lately, o.until) == (False, first + timedelta(days=days))
