"""Who was attacked: patterns, other names, passing victims, silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extractors.facts.candidates import group
from extractors.facts.names import read_names
from extractors.facts.text import prepare

CASES = [
    (
        "Quillmark confirms customer data stolen in cyber attack",
        "Quillmark said hackers had accessed its systems.",
        "Quillmark",
    ),
    (
        "Hackers breach Fernhollow Logistics",
        "The haulier Fernhollow Logistics said its servers were encrypted on Sunday.",
        "Fernhollow Logistics",
    ),
    (
        "Data breach at Ostrava Lane Clinic exposes patients",
        "Ostrava Lane Clinic is writing to patients after the breach.",
        "Ostrava Lane Clinic",
    ),
    (
        "University of Westmere hit by ransomware",
        "The University of Westmere was hit by ransomware on Monday.",
        "University of Westmere",
    ),
    (
        "Thousands affected as Pellham Borough Council hacked",
        "Pellham Borough Council said data was stolen.",
        "Pellham Borough Council",
    ),
    (
        "Massive Data Breach Exposes Millions Of Tarnwick Telecom Customers",
        "Tarnwick Telecom said hackers stole the data.",
        "Tarnwick Telecom",
    ),
    (
        "Cyberangriff auf Hotelkette Sonnenhof",
        "Die Hotelkette Sonnenhof ist Opfer eines Hackerangriffs geworden.",
        "Sonnenhof",
    ),
    (
        "Stadtwerke Hallbruck von Hackern angegriffen",
        "Die Stadtwerke Hallbruck wurden angegriffen.",
        "Stadtwerke Hallbruck",
    ),
    ("La aseguradora Montelar sufre un ciberataque", "La compañía Montelar ha confirmado el ciberataque.", "Montelar"),
    (
        "Ciberataque al Ayuntamiento de Villaclara",
        "El Ayuntamiento de Villaclara ha sufrido un ataque.",
        "Ayuntamiento de Villaclara",
    ),
    ("Cyberattaque contre la mutuelle Sanovie", "La mutuelle Sanovie a été victime d'une cyberattaque.", "Sanovie"),
    ("Attacco hacker a Banca Valdorno", "Banca Valdorno ha confermato un attacco informatico.", "Banca Valdorno"),
    (
        "Cyberaanval op ziekenhuis Westerhaven",
        "Het ziekenhuis Westerhaven is getroffen door een cyberaanval.",
        "Westerhaven",
    ),
]


@pytest.mark.parametrize(("title", "body", "victim"), CASES)
def test_victim_of_headline_and_lead(facts: Callable, title: str, body: str, victim: str) -> None:
    assert facts(title, body).best("victim") == victim


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Hospital hit by ransomware", "A hospital was hit by a ransomware attack on Monday, officials said."),
        ("Hackers steal data of thousands", "The attackers took names and addresses. Police are investigating."),
        ("Why passwords leak", "Security experts say that people should use long passwords."),
    ],
)
def test_vague_texts_name_nobody(facts: Callable, title: str, body: str) -> None:
    assert facts(title, body).best("victim") is None


def test_initials_in_brackets_are_the_same_victim(facts: Callable) -> None:
    read = facts(
        "Grantley Marine Services hit by cyber attack",
        "Grantley Marine Services (GMS) was hit by a cyber attack on Sunday. GMS said staff data was stolen.",
    )
    assert read.best("victim") == "Grantley Marine Services"
    assert "GMS" in read.all("victim")


def test_a_rival_s_earlier_attack_is_a_mention(facts: Callable) -> None:
    read = facts(
        "Larkspur Foods shuts down systems after hack attempt",
        "Larkspur Foods has shut down parts of its IT system after discovering a hack attempt. The retailer said all "
        "shops were open.\nIt comes just days after Dunmore Grocers saw its tills hit by a cyber attack.",
    )
    assert read.best("victim") == "Larkspur Foods"
    assert read.mentions() == ["Dunmore Grocers"]
    assert "Dunmore Grocers" not in read.all("victim")


def test_the_security_firm_that_speaks_is_not_the_victim(facts: Callable) -> None:
    read = facts(
        "Pinecrest Hotels data breach exposes guests",
        "Researchers at Kaspersky said Pinecrest Hotels was breached in May. According to Reuters, police "
        "are investigating.",
    )
    assert read.all("victim") == ["Pinecrest Hotels"]


def test_legal_forms_are_dropped(facts: Callable) -> None:
    read = facts("Brackenfield Inc. discloses data breach", "Brackenfield, Inc. said hackers stole data.")
    assert read.best("victim") == "Brackenfield"


def test_names_that_share_their_first_words_are_grouped(article: Callable) -> None:
    text = prepare(article("Harrowgate breach", "Harrowgate University was hacked. Students of Harrowgate were told."))
    forms = [set(c.forms) for c in group(text, read_names(text))]
    assert {"Harrowgate", "Harrowgate University"} in forms
