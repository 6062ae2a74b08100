"""The quick search finds what the pattern alone would find."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.facts import attack, status
from extractors.facts.phrases import Rows, needles, phrases, written_out
from extractors.facts.places import clues, clues_met

TEXTS = (Path(__file__).parents[1] / "leads.tsv").read_text(encoding="utf-8").splitlines()
ALL = [(f"{section} {clue.country}", clue.pattern) for section in ("text", "names") for clue in clues(section)]


@pytest.mark.parametrize(
    ("alternative", "expected"),
    [
        ("ransom note", ("ransom note",)),
        (r"encrypt(?:ed|ing) files?", ("encrypt",)),
        (r"(?:lost|missing) (?:\w+ ){0,3}(?:laptops?|phones)", ("laptop", "phones")),
        (r"(?:very )?(?:big|small) \w+", ("big", "small")),
        (r"ICO\b", ("ICO",)),
        (r"A\$\s?\d", ("A$",)),
        (r"\w+ed", ("ed",)),
        (r"\d+", ()),
        (r"(?:a(?:bc|cd)|xyz) end", (" end",)),
        (r"(?:one (?:two|three)|four)", ("one ", "four")),
        (r"(?:lost|missing) (?:usb (?:stick|key)|laptop)s", ("lost", "missing")),
        (r"(?<!never )stol(?:e|en) (?:a (?:car|van))", ("stol",)),
    ],
)
def test_needles(alternative: str, expected: tuple[str, ...]) -> None:
    assert needles(alternative) == expected


@pytest.mark.parametrize(("name", "quick"), ALL, ids=[name for name, _ in ALL])
def test_quick_search_agrees_with_the_pattern(name, quick) -> None:
    for text in (*TEXTS, *(text.lower() for text in TEXTS)):
        assert (found := quick.search(text)) == (sure := quick.pattern.search(text)) or found[0] == sure[0]


def test_search_stops_where_it_is_told() -> None:
    quick = phrases(["theft", "loss"], r"\b")
    assert quick.search("a loss, then a theft")[0] == "loss"
    assert quick.search("a long way to a theft", 10) is None
    assert quick.search("nothing") is None


@pytest.mark.parametrize("rows", [attack.table()[1], status.table()[1]], ids=["attack", "status"])
def test_rows_find_what_each_alternative_alone_would_find(rows) -> None:
    patterns = [(row, rows.pattern(number)) for number, (row, _) in enumerate(rows.alternatives)]
    for text in (text.lower() for text in TEXTS):
        sure: dict[int, int] = {}
        for row, pattern in patterns:
            if match := pattern.search(text):
                sure[row] = min(match.start(), sure.get(row, match.start()))
        assert {row: match.start() for row, match in rows.search(text).items()} == sure


def test_rows_give_the_first_match_of_each() -> None:
    rows = Rows([["stole", "theft"], ["loss(?:es)?"], [r"\d+ files"]])
    found = rows.search("a theft of 12 files, and they stole more")
    assert {row: match[0] for row, match in found.items()} == {0: "theft", 2: "12 files"}
    assert rows.search("nothing") == {}


def test_words_of_a_table_are_written_out() -> None:
    table = {"words": {"data": ["files", "names"]}, "row": [{"any": ["stole {near}{data}", "theft"]}]}
    rows = Rows(written_out(table))
    assert rows.search("they stole all of their names")[0][0] == "stole all of their names"
    assert rows.search("they stole all of the best of their names") == {}
    with pytest.raises(KeyError):
        written_out({"words": {}, "row": [{"any": ["stole {data}"]}]})


def test_a_sieve_leaves_out_only_what_cannot_match() -> None:
    for section in ("text", "names"):
        for text in TEXTS:
            matching = [clue for clue in clues(section) if clue.pattern.pattern.search(text)]
            met = clues_met(section, text)
            assert [clue for clue in met if clue.pattern.pattern.search(text)] == matching
