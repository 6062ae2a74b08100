"""Phrases are found where a reader would see them, and their places are those of the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.matching import GAP, STEP, WIDE, Matcher, alternatives, fold, grouped


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


def test_a_part_may_reach_across_the_end_of_a_sentence() -> None:
    phrases = ["of st. mary ~ records", "mary ~ lost", "thieves ~ lost"]
    text = "Thieves! Of St. Mary lost records? Lost"
    assert found(phrases, text) == ["Mary lost", "Of St. Mary lost records"]


OPEN = ("a*", "*a", "*a*", "b a*", "5*", "#", "# a")
LITERALS = ("a", "a b", "5", "a5", "5a", "ä", "ш a", "a.b", "?", "a'b", "²a", *OPEN)
ALONE = {phrase: Matcher([phrase]) for phrase in LITERALS}
TOGETHER = Matcher(LITERALS)


@given(st.text(alphabet="aab5  .,-'?äш²ª", max_size=30))
def test_each_phrase_stands_where_its_letters_do_at_the_edges_of_words(text: str) -> None:
    """One literal alone, looked for character by character."""
    folded = " ".join(fold(text).split())
    for phrase, matcher in ALONE.items():
        spelt = dict.fromkeys(phrase.strip("*").replace("#", digit) for digit in "0123456789")
        places = [
            (start, start + len(literal))
            for literal in spelt
            for start in range(len(folded))
            if folded.startswith(literal, start)
            and (phrase[0] in "*#" or starts_word(folded, start))
            and (phrase[-1] == "*" or ends_word(folded, start + len(literal)))
        ]
        assert [(m.start, m.end) for m in matcher.find(folded)] == sorted(places, key=lambda p: (p[1], p[0]))


LINKED = ("a ~ b", "b ~ a", "a + b", "a ~ c", "c", "a ~ b ~ c", "b ~~ c ~ a", "b's ~ a", "a ~ b's", "c c ~ a", "b ~ b")
LINKED_ALONE = [Matcher([phrase]) for phrase in LINKED]
LINKED_TOGETHER = Matcher(LINKED)


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "b's", "a,", "a!", "b.", "c?", "dd " * 15]), max_size=16))
def test_chains_together_are_found_as_each_alone_and_as_their_parts_follow(words: list[str]) -> None:
    text = " ".join(" ".join(words).split())
    together = [tuple(match) for match in LINKED_TOGETHER.find(text)]
    alone = [(n, match.start, match.end) for n, matcher in enumerate(LINKED_ALONE) for match in matcher.find(text)]
    assert sorted(together) == sorted(alone)
    assert [end for _, _, end in together] == sorted(end for _, _, end in together)
    for number, first, gap, second in ((0, "a", GAP, "b"), (1, "b", GAP, "a"), (2, "a", STEP, "b"), (3, "a", GAP, "c")):
        assert sorted(place for n, *place in together if n == number) == followed(text, first, gap, second)


def followed(text: str, first: str, gap: int, second: str) -> list[list[int]]:
    """Places of a chain of two parts of one letter each, told letter by letter."""
    places, began = list[list[int]](), -1
    for at, letter in enumerate(text):
        stands = starts_word(text, at) and ends_word(text, at + 1)
        if letter == second and stands and began >= 0 and at - began - 1 <= gap:
            places.append([began, at + 1])
        if letter == first and stands:
            began = at
        if letter in ".!?" and text[at + 1 : at + 2] == " ":
            began = -1
    return sorted(places)


def starts_word(text: str, at: int) -> bool:
    before, first = text[at - 1 : at], text[at]
    return not (before.isalnum() and first.isalnum()) or (before.isdigit() and first.isalpha())


def ends_word(text: str, at: int) -> bool:
    return not (text[at - 1].isalnum() and text[at : at + 1].isalnum())


@given(st.text(alphabet="aab5  .,-'?äш²ª", max_size=40))
def test_phrases_together_are_found_as_each_alone(text: str) -> None:
    folded = fold(text)
    together = TOGETHER.find(folded)
    alone = [(n, m.start, m.end) for n, matcher in enumerate(ALONE.values()) for m in matcher.find(folded)]
    assert sorted(together) == sorted(alone)
    assert [(m.end, m.start) for m in together] == sorted((m.end, m.start) for m in together)
