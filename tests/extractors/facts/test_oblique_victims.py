"""Victims of reports that say neither "hacked" nor "breach", in English, German and Spanish; who speaks of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extractors.facts import bearing
from extractors.facts.nameless import is_german_noun
from extractors.facts.names import read_names
from extractors.facts.small_names import small_names
from extractors.facts.text import prepare

ENGLISH = [
    (
        "Regulator fines loyalty scheme £900,000",
        "The Information Commissioner has fined Thistlecard £900,000 for keeping members' purses in a folder that "
        "anybody "
        "could read. The company said it would appeal.",
        "Thistlecard",
    ),
    (
        "Quarry trucks idle after fake invoice",
        "Hollin Aggregates, which runs six quarries in Derbyshire, paid £410,000 to an account in Vilnius after a "
        "supplier's "
        "mailbox was read for weeks. Derbyshire Police are looking into the transfer.",
        "Hollin Aggregates",
    ),
    (
        "Ex-clerk looked up neighbours' X-rays",
        "A former clerk at Ravensmoor Infirmary opened the records of 212 people without cause, Leeds magistrates "
        "heard. "
        "Dean Sowerby, 44, was given a suspended sentence.",
        "Ravensmoor Infirmary",
    ),
    (
        "Pet insurer's policy papers offered for $2,000",
        "A user of a forum is asking $2,000 for policy papers of 61,000 customers of Waggleton. The Ohio insurer "
        "says it has "
        "switched off a portal and told the state.",
        "Waggleton",
    ),
    (
        "Ferry tickets by hand again",
        "Sundrift Ferries wrote tickets by hand on Sunday because somebody had locked it out of its own booking desk. "
        "The company has called in the coastguard's technicians.",
        "Sundrift Ferries",
    ),
    (
        "Lunch app leaves couriers' licences in the open",
        "nibblo says pictures of 4,100 driving licences could be fetched by anyone who guessed a web address. The "
        "start-up "
        "has since closed the folder.",
        "nibblo",
    ),
]
FOREIGN = [
    (
        "de",
        "Praxisgemeinschaft öffnet erst wieder am Montag",
        "Das Medizinische Versorgungszentrum Lindenhain in Kassel hat nach einem Einbruch in seine Computer alle "
        "Termine bis "
        "Montag abgesagt. Eine Lösegeldforderung liege vor, sagte Sprecherin Nadine Kroll.",
        "Medizinische Versorgungszentrum Lindenhain",
    ),
    (
        "de",
        "Millionenbuße für Fitnesskette",
        "Die Hamburger Datenschutzaufsicht hat gegen die Fitnesskette Pulsraum ein Bußgeld von 1,4 Millionen Euro "
        "verhängt. "
        "Trainingsdaten von 96.000 Mitgliedern waren über eine ungesicherte Schnittstelle abrufbar.",
        "Pulsraum",
    ),
    (
        "de",
        "Zulieferer nach Hackerangriff insolvent",
        "Die Insolvenz von Hartmetall Ziegler kam nicht überraschend. Seit dem Angriff der Gruppe 8Base im Herbst 2024 "
        "standen die Pressen in Solingen sieben Wochen still, 340 Beschäftigte bangen um ihre Stellen.",
        "Hartmetall Ziegler",
    ),
    (
        "es",
        "Multa de 600.000 euros a una aseguradora",
        "La Agencia Española de Protección de Datos ha sancionado con 600.000 euros a Seguros Almenara por no "
        "proteger los "
        "datos de salud de 48.000 clientes.",
        "Seguros Almenara",
    ),
    (
        "es",
        "Roban 3 millones de dólares a la billetera Monedín",
        "La billetera digital Monedín suspendió los retiros tras detectar movimientos no autorizados por 3 millones de "
        "dólares. El director ejecutivo, Tomás Ibarra, prometió reembolsar a los usuarios.",
        "Monedín",
    ),
]


@pytest.mark.parametrize(("title", "body", "victim"), ENGLISH)
def test_victim_without_a_word_for_an_attack(facts: Callable, title: str, body: str, victim: str) -> None:
    assert facts(title, body).best("victim") == victim


@pytest.mark.parametrize(("language", "title", "body", "victim"), FOREIGN)
def test_victim_in_other_languages(facts: Callable, language: str, title: str, body: str, victim: str) -> None:
    assert facts(title, body, language).best("victim") == victim


@pytest.mark.parametrize(
    "speaker", ["Federal Court", "Kantonspolizei Zug", "Prosecutor General", "Evening Herald", "Mayor Ann Tolland"]
)
def test_who_judges_or_tells_is_not_the_victim(facts: Callable, speaker: str) -> None:
    read = facts(
        "Tutoring firm must pay for lost records",
        f"{speaker} said on Friday that Quillbrook Tutors had left the records of 12,000 pupils unprotected. "
        "Quillbrook Tutors has apologised to parents.",
    )
    assert read.all("victim") == ["Quillbrook Tutors"]


@pytest.mark.parametrize(
    ("left", "role"),
    [
        ("The regulator has fined the lender ", "charged"),
        ("customers of ", "owner"),
        ("A former nurse at the clinic ", "employer"),
        ("police arrested a man in ", "stays"),
        ("Die Server der Gemeinde ", "owner"),
        ("", "opens"),
    ],
)
def test_roles_before_a_name(left: str, role: str) -> None:
    assert role in bearing.before(left)


@pytest.mark.parametrize(
    ("right", "role"),
    [
        (" has told customers to change passwords", "tells_own"),
        (" quietly paid the sum", "concedes"),
        ("'s tills froze", "possessive"),
        (", which runs 22 homes, said", "described"),
        (", caja de compensación del sur, cumple", "described"),
        (", 51, admitted it", "aged"),
        (", Otherbank and a third", "enumerated"),
    ],
)
def test_roles_after_a_name(right: str, role: str) -> None:
    assert role in bearing.after(right)


def test_a_list_of_names_is_not_a_place_to_stay() -> None:
    assert "stays" not in bearing.before("customers of ")
    assert bearing.before("The ") == []


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("nibblo says it is sorry.", {"nibblo"}),
        ("Backups belonging to quibbletin, the Leeds maker of diaries, were copied.", {"quibbletin"}),
        ("hackers say they did it.", set()),
        ("The data of patients, which were stolen, were sold.", set()),
    ],
)
def test_names_written_small(article: Callable, body: str, names: set[str]) -> None:
    assert small_names(prepare(article("Small brand", body))) == names


def test_a_small_name_takes_the_capitals_behind_it(article: Callable) -> None:
    text = prepare(article("Shop hit", "noordi Living has closed its web shop. Clients of noordi were told."))
    assert [n.text for n in read_names(text) if n.zone == "body"] == ["noordi Living", "noordi"]


@pytest.mark.parametrize(
    ("word", "is_noun"), [("kundendaten", True), ("mitarbeiterin", True), ("pulsraum", False), ("klinikum", False)]
)
def test_german_nouns(word: str, is_noun: bool) -> None:
    assert is_german_noun(word) is is_noun
