"""What ties an incident to another one: only where the text says so, with the words that do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., Any]
PROVIDERS = [
    (
        "Corvane tells workers of breach",
        "Corvane said on Monday that data of 15,900 workers was stolen in a breach at its payroll provider Tallyworks.",
        "Tallyworks",
        "breach at its payroll provider Tallyworks",
    ),
    (
        "Templeford Health: patients' data stolen",
        "Templeford Health said that the data of its patients was stolen from its billing vendor, Medibill Services.",
        "Medibill Services",
        "from its billing vendor, Medibill Services",
    ),
    (
        "Halvard & Sons breached",
        "Hackers got into Halvard & Sons through a third-party supplier, Tallyworks, the company said.",
        "Tallyworks",
        "through a third-party supplier, Tallyworks",
    ),
    (
        "Norhelm nurses' data stolen",
        "Norhelm General Hospital said that Paystub Lane, its payroll processor, was hit by ransomware and the data of "
        "nurses stolen. Norhelm General Hospital has told the police of the attack.",
        "Paystub Lane",
        "Paystub Lane, its payroll processor,",
    ),
    (
        "Pellworth Insurance: policy holders' data stolen",
        "Pellworth Insurance disclosed a data breach linked to the attack on Fileferry last month.",
        "Fileferry",
        "linked to the attack on Fileferry",
    ),
    (
        "Ostrell Clinics breached",
        "Ostrell Clinics says the breach stems from a cyberattack on Hostquay, the company which hosts its web site.",
        "Hostquay",
        "stems from a cyberattack on Hostquay",
    ),
    (
        "Brennick University breach",
        "Brennick University was among the organisations hit by the Tallyworks breach, it said. Brennick University "
        "stored staff data there.",
        "Tallyworks",
        "among the organisations hit by the Tallyworks breach",
    ),
    (
        "Stadt Hellau: Daten gestohlen",
        "Bei der Stadt Hellau sind Daten gestohlen worden. Der Cyberangriff traf sie über den IT-Dienstleister "
        "Kommundata.",
        "Kommundata",
        "über den IT-Dienstleister Kommundata",
    ),
    (
        "Ville de Bryndal : fuite de données",
        "La ville de Bryndal a été victime d'une fuite de données via son prestataire Comptaplus.",
        "Comptaplus",
        "via son prestataire Comptaplus",
    ),
    (
        "Ayuntamiento de Tamsina",
        "El Ayuntamiento de Tamsina sufrió un robo de datos a través de su proveedor Nominasoft.",
        "Nominasoft",
        "a través de su proveedor Nominasoft",
    ),
    (
        "Gemeente Velden getroffen",
        "Gemeente Velden is getroffen door een datalek bij leverancier Zorgsoft.",
        "Zorgsoft",
        "bij leverancier Zorgsoft",
    ),
    (
        "Comune di Ostravia",
        "Il Comune di Ostravia ha subito un attacco hacker tramite il fornitore Paghenet.",
        "Paghenet",
        "tramite il fornitore Paghenet",
    ),
]
CAMPAIGNS = [
    (
        "Winterbourne data breach",
        "Winterbourne confirmed a data breach. The incident is part of the Ferrypass campaign, in which tokens were "
        "stolen.",
        "Ferrypass",
        "part of the Ferrypass campaign",
    ),
    (
        "Dela Rossi counts its losses",
        "Dela Rossi said on Monday that it was affected by the Gatepost attacks.",
        "Gatepost",
        "affected by the Gatepost attacks",
    ),
    (
        "Velmark Foods hit by ransomware",
        "Velmark Foods was hit by ransomware on Sunday. Experts said the attack on Velmark Foods was part of a "
        "campaign called Hedgerow.",
        "Hedgerow",
        "part of a campaign called Hedgerow",
    ),
]
NONE = [
    (
        "Orlo Freight confirms data breach",
        "Orlo Freight confirmed that data was stolen from Orlo Freight servers through a flaw in its VPN.",
    ),
    (
        "Tallyworks breached",
        "Tallyworks, which runs payrolls for 400 companies, said it was breached. Customers of Tallyworks include "
        "Corvane and Halvard & Sons.",
    ),
    (
        "Corvane hit by ransomware",
        "Corvane was hit by ransomware. Researchers at the cloud security firm Dunlin said the attack was swift.",
    ),
    (
        "Salvane Stores hacked",
        "Salvane Stores said hackers stole loyalty cards, a spokesman told the Marlow Echo through a lawyer.",
    ),
]


def ties(facts: Facts, title: str, body: str, field: str) -> dict[object, str]:
    return {c.value: c.quote for c in facts(title, body).claims if c.field == field}


@pytest.mark.parametrize(("title", "body", "provider", "quote"), PROVIDERS)
def test_a_provider_is_read_with_the_words_that_say_so(
    facts: Facts, title: str, body: str, provider: str, quote: str
) -> None:
    found = ties(facts, title, body, "provider")
    assert list(found) == [provider]
    assert quote in found[provider]


@pytest.mark.parametrize(("title", "body", "campaign", "quote"), CAMPAIGNS)
def test_a_campaign_is_read_with_the_words_that_say_so(
    facts: Facts, title: str, body: str, campaign: str, quote: str
) -> None:
    found = ties(facts, title, body, "campaign")
    assert list(found) == [campaign]
    assert quote in found[campaign]


@pytest.mark.parametrize(("title", "body"), NONE)
def test_nothing_is_read_where_nothing_is_said(facts: Facts, title: str, body: str) -> None:
    assert not ties(facts, title, body, "provider")
    assert not ties(facts, title, body, "campaign")


def test_the_victim_is_never_its_own_provider(facts: Facts) -> None:
    body = "Tallyworks Ltd said that data was stolen in a breach at its provider Tallyworks. Tallyworks told customers."
    assert not ties(facts, "Tallyworks confirms a data breach", body, "provider")
