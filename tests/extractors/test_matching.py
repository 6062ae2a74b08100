"""Phrases are found where a reader would see them, and their places are those of the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.matching import GAP, WIDE, Matcher, alternatives, fold, grouped


def found(phrases: list[str], text: str) -> list[str]:
    return [text[m.start : m.end] for m in Matcher(phrases).find(fold(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "want"),
    [
        ("data breach", "A Data Breach at Norvane", ["Data Breach"]),
        ("cyber attack", "the cyber-attack, a cyber attack", ["cyber-attack", "cyber attack"]),
        ("cyber-attack", "a cyber\nattack", ["cyber\nattack"]),
        ("hacked", "unhacked, hackedly, HACKED!", ["HACKED"]),
        ("cyberangriff*", "nach Cyberangriffen auf", ["Cyberangriff"]),
        ("attorney general's office", "the Attorney General’s office", ["Attorney General’s office"]),
        ("hit by cyber attack", "port hit by ‘cyber attack’", ["hit by ‘cyber attack"]),
        ("cve-*", "CVE-2031-1234", ["CVE"]),
        ("?", "Was it hacked?", ["?"]),
        ("data  breach", "data   breach", ["data   breach"]),
        ("fuga di dati", "Una fuga di dati", ["fuga di dati"]),
    ],
)
def test_finds(phrase: str, text: str, want: list[str]) -> None:
    assert found([phrase], text) == want


def test_brackets_are_alternatives() -> None:
    assert list(alternatives("(was|were) (stolen|leaked)")) == [
        "was stolen",
        "was leaked",
        "were stolen",
        "were leaked",
    ]
    assert list(alternatives("stole (the|) data")) == ["stole the data", "stole data"]
    assert found(["(was|were) stolen"], "Files were stolen") == ["were stolen"]


def test_an_empty_phrase_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Matcher(["*"])


def test_no_phrases_find_nothing() -> None:
    assert found([], "anything") == []


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet=" ab'“-\n", max_size=60))
def test_places_hold_the_phrase(text: str) -> None:
    for match in Matcher(["a b", "b a"]).find(fold(text)):
        assert " ".join(fold(text[match.start : match.end]).split()) in ("a b", "b a")


@pytest.mark.parametrize(
    ("phrase", "text", "want"),
    [
        ("thieves ~ records", "Thieves got away with all the records.", ["Thieves got away with all the records"]),
        ("thieves ~ records", "The records of thieves", []),
        ("thieves ~ records", "Thieves fled. Records fell.", []),
        ("thieves ~ records", "Thieves " + "x " * GAP + "records", []),
        (
            "thieves ~~ records",
            "Thieves " + "x " * (GAP // 2) + "records",
            ["Thieves " + "x " * (GAP // 2) + "records"],
        ),
        ("thieves ~~ records", "Thieves " + "x " * WIDE + "records", []),
        ("thieves ~~ sold ~ records", "Thieves " + "x " * (GAP // 2) + "sold " + "x " * (GAP // 2) + "records", []),
        ("server ~ verschlüsselt", "Server am 13. Februar verschlüsselt", ["Server am 13. Februar verschlüsselt"]),
        ("server ~ verschlüsselt", "Es gab 413 Server. Verschlüsselt war keiner", []),
        ("*server ~ gesperrt", "Buchungsserver gesperrt", ["server gesperrt"]),
        ("*daten*", "Kundendatenbank", ["daten"]),
        ("server", "Buchungsserver", []),
        ("thieves ~ records", "Thieves, or other thieves, took records", ["thieves, took records"]),
        (
            "(a|some) thief* ~ (took|sold) ~ record*",
            "Some thief sold off old recordings",
            ["Some thief sold off old record"],
        ),
        ("thieves ~ sold ~ records", "Sold by thieves: records", []),
        ("data ~ data", "Data about data", ["Data about data"]),
        ("gb of files", "holds 85GB of files", ["GB of files"]),
        ("5gb", "85GB", []),
    ],
)
def test_chains_stay_within_a_sentence(phrase: str, text: str, want: list[str]) -> None:
    assert found([phrase], text) == want


def test_phrases_share_parts() -> None:
    phrases = ["thieves ~ records", "thieves ~ took ~ records", "records"]
    assert sorted(m.phrase for m in Matcher(phrases).find(fold("Thieves took records"))) == [0, 1, 2]


def test_groups_are_lists_of_words() -> None:
    assert grouped("{who} ~ (took|sold)", {"who": ("thieves", "spies")}) == "(thieves|spies) ~ (took|sold)"
    with pytest.raises(KeyError):
        grouped("{whom}", {"who": ("thieves",)})


@pytest.mark.parametrize(
    ("phrase", "text", "seen"),
    [
        ("# patients", "some 26,480 patients", True),
        ("# patients", "its patients", False),
        ("(#|million) {people}", "3 million pupils", True),
        ("({people}|letters) ~ lost", "letters were lost", True),
        ("inside + network", "inside its own network", True),
        ("inside + network", "inside a building that has no network", False),
    ],
)
def test_numbers_steps_and_groups_among_alternatives(phrase: str, text: str, seen: bool) -> None:
    matcher = Matcher([grouped(phrase, {"people": ("patients", "pupils")})])
    assert bool(list(matcher.find(fold(text)))) is seen
