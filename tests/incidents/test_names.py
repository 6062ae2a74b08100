"""When two names are one victim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.incidents.names import agreement, aliases_in, key_of
from breachwire.incidents.words import distinctive


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Orlo Foods", "Orlo Foods Inc.", "same"),
        ("orlofoods.com", "OrloFoods", "same"),
        ("City of Marlowton", "Marlowton", "same"),
        ("Marlowton City Council", "City of Marlowton", "same"),
        ("Varenna Northern Rail Authority", "VNRA", "initials"),
        ("University of the Fells", "UOF", "initials"),
        ("Fells Valley Water Trust", "Fells Valley Water", "part"),
        ("Kestrelworks", "Kestrelwroks", "spelling"),
        ("Kestrel", "Kestrel Aerostructures Holding", "first word"),
        ("National Bank", "National Bank", "generic"),
        ("Bank of the West", "Bank of the East", "none"),
        ("Halden Freight", "Halden Grammar School", "none"),
        ("Hospital", "Hospital", "none"),
        ("Saint Odo Hospital", "Saint Odo University", "none"),
        ("Line 4", "Line 5", "none"),
        ("", "", "none"),
    ],
)
def test_agreement(one: str, other: str, kind: str) -> None:
    assert agreement((key_of(one),), (key_of(other),))[0] == kind
    assert agreement((key_of(other),), (key_of(one),))[0] == kind


def test_a_second_name_that_is_the_first_elsewhere_is_an_alias() -> None:
    assert agreement(("kestrelworks", "orlo"), ("orlo",)) == ("alias", "orlo")


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("The Varenna Northern Rail Authority (VNRA) said", ["VNRA"], ("Varenna Northern Rail Authority",)),
        ("The Varenna Northern Rail Authority (VNRA) said", ["Varenna Northern Rail Authority"], ("VNRA",)),
        ("Kestrelworks Aerostructures (Kestrel) said", ["Kestrelworks Aerostructures"], ("Kestrel",)),
        ("Kestrelworks (Reuters) said", ["Orlo"], ()),
        ("no brackets", ["Orlo"], ()),
    ],
)
def test_names_in_brackets(text: str, names: list[str], found: tuple[str, ...]) -> None:
    assert aliases_in(text, names) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hackers stole data of 33.7 million customers at Orlo", ("orlo", "33700000")),
        ("33. 7 million at Orlo’s warehouses in 2026", ("orlo", "warehouse", "33700000")),
        ("412,000 pupils; 412.000 Schüler", ("pupil", "schuler", "412000")),
        ("12 trams of 400k", ("tram", "400000")),
    ],
)
def test_distinctive_words(text: str, words: tuple[str, ...]) -> None:
    assert distinctive(text) == words


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_can_be_read(text: str, names: list[str]) -> None:
    assert len(set(distinctive(text))) == len(distinctive(text))
    aliases_in(text, names)
    agreement(tuple(map(key_of, names)), (key_of(text),))
