"""Names alone: what is one, what is two, and why."""

from __future__ import annotations

import pytest

from breachwire.records import Sighting
from breachwire.settings.models import Watchlist, WatchName
from breachwire.watching.agreeing import agree, difference, is_slip
from breachwire.watching.folding import word_lists
from breachwire.watching.forms import forms_of
from breachwire.watching.watcher import Watcher


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The Quill & Feather Company, Inc.", [("quill", "and", "feather")]),
        ("Brandhof GmbH & Co. KG", [("brandhof",)]),
        ("PT Trellick Tbk", [("trellick",)]),
        ("J. P. Tarrow", [("jp", "tarrow")]),
        ("Müller Optik", [("muller", "optik"), ("mueller", "optik")]),
        ("Северный Ветер", [("severnyy", "veter")]),
        ("花森電機", [("花森電機",)]),
        ("Henry VIII Trust", [("henry", "8", "trust")]),
        ("velmarkfoods.com", [("velmarkfoods",)]),
        ("Limited", [("limited",)]),
        ("!!!", []),
    ],
)
def test_a_name_has_its_words_in_each_spelling(name: str, words: list[tuple[str, ...]]) -> None:
    assert list(word_lists(name)) == words


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("fernhill", "fernhil", True),
        ("westfield", "westfeild", True),
        ("carver", "carter", False),
        ("ardmere", "ardmore", False),
        ("northfield", "southfield", False),
        ("power", "powder", False),
    ],
)
def test_a_slip_is_not_another_name(one: str, other: str, *, slip: bool) -> None:
    assert is_slip(one, other) is slip
    assert is_slip(other, one) is slip


@pytest.mark.parametrize(
    ("known", "seen", "why"),
    [
        ("District 12 Schools", "District 13 Schools", "the numbers in the two differ"),
        ("Bank of the West Kessel", "Bank of the East Kessel", "'west' is not 'east'"),
        ("Fernhill", "Fernhill Marine", "'marine' makes it another, unless it is given as an alias"),
        (
            "Fernhill Robotics",
            "Fernhill",
            "'fernhill' without 'robotics' may be another, unless it is given as an alias",
        ),
        ("Fernhill Robotics", "Somebody Else", ""),
    ],
)
def test_a_difference_is_told_in_words(known: str, seen: str, why: str) -> None:
    one, other = forms_of(known)[0], forms_of(seen)[0]
    assert agree(one, other) is None
    assert difference(one, other) == why


def test_every_rule_of_agreeing_is_found_by_the_dictionaries() -> None:
    """Among thousands of others as alone: candidates are looked up, and none that agrees may be left out."""
    pairs = [
        ("Net Harrow", "NetHarrow"),
        ("University of Ostby", "Ostby University"),
        ("City of Ostby", "Ostby City Council"),
        ("Quillfeather", "Quillfeather Technologies"),
        ("Quillfeather Software", "Quillfeather"),
        ("Northern Kessel Health Service", "NKHS"),
        ("ORWD", "Ostby Regional Water District"),
        ("Fernhill Robotics", "Fernhil Robotics"),
        ("Brightwater Westfields", "Brightwater Westfeilds"),
        ("Varkhov Stal", "Вархов Сталь"),
    ]
    others = tuple(WatchName(name=f"Ostby {word} {at}") for at in range(20) for word in ("Bank", "Clinic", "Foods"))
    for name, seen in pairs:
        watcher = Watcher(Watchlist(names=(*others, WatchName(name=name))))
        hits = watcher.hits(Sighting(incident_id="i", names=(seen,)))
        assert [hit.name for hit in hits] == [name], (name, seen)


def test_a_provider_reaches_those_who_list_it_and_an_incident_says_so() -> None:
    watcher = Watcher(Watchlist(names=(WatchName(name="Tallyworks"), WatchName(name="Anchor", tags=("bank",)))))
    seen = Sighting(incident_id="i", names=("Ostby Foods",), providers=("Tallyworks Inc.",), mentions=("Anchor",))
    (hit,) = watcher.hits(seen)
    assert (hit.name, hit.role, hit.score, hit.reason) == ("Tallyworks", "provider", 90.0, "provider is 'Tallyworks'")
    (miss,) = watcher.misses(seen)
    assert (miss.seen, miss.role) == ("Anchor", "mention")
    assert "only mentioned" in miss.why


def test_a_domain_in_the_text_is_a_mention_and_an_address_of_mail_is_not() -> None:
    watcher = Watcher(Watchlist(names=(WatchName(name="Kordane", domains=("https://www.kordane.example/",)),)))
    (hit,) = watcher.hits(Sighting(incident_id="i", text="It listed shop.kordane.example."))
    assert (hit.role, hit.score) == ("mention", 75.0)
    assert not watcher.hits(Sighting(incident_id="i", text="Mail came from x@kordane.example or notkordane.example"))
