"""Attack, status, sector, country, actor, malware, ransom, dates, data and summary, one small text each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from breachwire.records import Dated, Money


@pytest.mark.parametrize(
    ("title", "body", "attack"),
    [
        ("Quillmark hit by ransomware", "Quillmark said its files were encrypted.", "ransomware"),
        ("Quillmark data breach", "Hackers stole names and passwords from Quillmark.", "data_breach"),
        (
            "Quillmark left customer data online",
            "The database of Quillmark was left unprotected, without a password.",
            "exposed_data",
        ),
        ("Quillmark knocked offline", "Quillmark was hit by a DDoS attack.", "ddos"),
        ("Quillmark website defaced", "Hackers defaced the website of Quillmark.", "defacement"),
        ("Quillmark hit by cyber attack", "Quillmark is working to restore its systems.", "other"),
        ("Quillmark hacked", "Hackers gained unauthorised access to Quillmark.", "intrusion"),
        ("Looms stand still at Quillmark", "Its order books were scrambled overnight by a gang.", "ransomware"),
        ("Quillmark data breach", "A mail-merge slip sent payslips to the wrong employees.", "exposed_data"),
        ("Quillmark's chat window", "Strangers made off with the addresses of 900 shoppers.", "data_breach"),
        ("Quillmark site out for hours", "A deluge of junk requests swamped its servers.", "ddos"),
        ("Visitors meet a skull", "The home page of Quillmark showed a skull and slogans.", "defacement"),
        (
            "Quillmark's channel is back",
            "Its YouTube channel was hijacked and streamed a coin scam.",
            "account_takeover",
        ),
        ("Quillmark out of pocket", "A clerk paid £90,000 into an account named in a fake invoice.", "phishing_bec"),
        ("Quillmark data breach", "A disgruntled clerk copied its price lists onto a USB stick.", "insider"),
        ("Quillmark data breach", "A laptop was stolen from the car of a Quillmark auditor.", "theft_loss"),
        ("Quillmark halts trading", "About $4 million in ether was drained from its hot wallets.", "theft_loss"),
        ("Quillmark users warned", "A poisoned update of its plug-in carried a stealer.", "supply_chain"),
        ("Quillmark sends staff home", "A worm spread and its PCs were infected.", "malware"),
        ("Quillmark's mail", "Spies read its mail for a year, the ministry said.", "other"),
        ("Quillmark: nichts geht mehr", "Die Server sind seit Montag verschlüsselt.", "ransomware"),
        ("Quillmark bittet um Entschuldigung", "Die Liste ging versehentlich an falsche Empfänger.", "exposed_data"),
        ("Quillmark, sin sistema", "El grupo cifró los servidores y dejó una nota de rescate.", "ransomware"),
        ("Multa a Quillmark", "Dejó las fichas en un servidor sin contraseña, a la vista de todos.", "exposed_data"),
        ("Quillmark holds its fair", "The fair was well attended.", None),
    ],
)
def test_attack_type(facts: Callable, title: str, body: str, attack: str | None) -> None:
    assert facts(title, body).best("attack_type") == attack


@pytest.mark.parametrize(
    ("title", "body", "status"),
    [
        ("Quillmark confirms data breach", "Quillmark said that hackers stole data.", "confirmed"),
        ("Umbra gang claims attack on Quillmark", "The gang listed Quillmark on its leak site.", "claimed"),
        ("Quillmark denies data breach", "A hacker had offered data for sale.", "denied"),
        ("Quillmark thwarts cyber attack", "The attempted hack was noticed in time.", "attempted"),
        ("Quillmark reportedly hit by ransomware", "Sources told the paper of an outage.", "reported"),
        (
            "Quillmark looks into post",
            "A user of a forum is hawking its records. It has yet to confirm a theft.",
            "claimed",
        ),
        ("Quillmark data on sale?", "The firm found no sign of an intrusion in its systems.", "denied"),
        ("Umbra gang boasts of haul", "Quillmark rejected the claim that it lost records.", "denied"),
        ("Quillmark's cranes kept moving", "The intruders were stopped before any damage was done.", "attempted"),
        ("Quillmark site down", "A flood of requests swamped it; the Umbra channel took credit.", "confirmed"),
        ("Hackers claim Quillmark", "Quillmark has not confirmed that it was attacked.", "claimed"),
        ("Quillmark weist Bericht über Datenleck zurück", "Die Stichprobe sei alt.", "denied"),
        ("Quillmark räumt Datenabfluss ein", "Daten wurden kopiert.", "confirmed"),
        ("Quillmark desmiente el robo de datos", "Sus sistemas siguen intactos.", "denied"),
    ],
)
def test_claim_status(facts: Callable, title: str, body: str, status: str) -> None:
    assert facts(title, body).best("claim_status") == status


@pytest.mark.parametrize(
    ("body", "sector"),
    [
        ("The retailer Quillmark was hacked.", "retail"),
        ("Quillmark, a regional bank, was hacked.", "finance"),
        ("Hackers breached Quillmark. The airline said flights were normal.", "transport"),
        ("Quillmark University was hacked.", "education"),
        ("Quillmark, a maker of oboes in Leeds, was hacked. The workshop is shut.", "manufacturing"),
        ("Patients of Quillmark had their X-rays copied. The practice told them by letter.", "health"),
        (
            "Thieves copied the files of Quillmark, Derby police said. The solicitors' firm has 40 staff.",
            "professional",
        ),
        ("Beim Fahrradhändler Quillmark sind Kundendaten abgeflossen.", "retail"),
        ("Die Reederei Quillmark wurde Opfer eines Angriffs.", "transport"),
        ("La aseguradora Quillmark sufrió un ciberataque.", "finance"),
        ("Quillmark was hacked, a court heard.", None),
    ],
)
def test_sector(facts: Callable, body: str, sector: str | None) -> None:
    assert facts("Quillmark hacked", body).best("sector") == sector


@pytest.mark.parametrize(
    ("body", "country"),
    [
        ("Quillmark, based in Sydney, was hacked.", "AU"),
        ("German retailer Quillmark was hacked by Russian hackers.", "DE"),
        ("Quillmark was hacked. It told the Information Commissioner's Office.", "GB"),
        ("Quillmark was hacked by Chinese hackers.", None),
        ("Quillmark was hacked. The thieves want R4 million.", "ZA"),
        ("Quillmark was hacked and the PESEL numbers of its clients were copied.", "PL"),
        ("Quillmark hat 40.000 Franken nach Hongkong überwiesen.", "CH"),
        ("Quillmark was hacked and paid $200,000 to an account in Lithuania.", None),
        ("Bei Quillmark sind Daten abgeflossen.", None),
    ],
)
def test_country(facts: Callable, body: str, country: str | None) -> None:
    assert facts("Quillmark hacked", body).best("country") == country


@pytest.mark.parametrize(
    ("body", "actor"),
    [
        ("Quillmark was hacked. The Play ransomware gang claimed the attack.", "Play"),
        ("Quillmark was hacked. ALPHV claimed responsibility for the attack.", "ALPHV/BlackCat"),
        (
            "Quillmark was hacked. It was a Monday. Staff wrote on paper. The Clop gang listed the firm last week.",
            "Cl0p",
        ),
        ("Quillmark was breached by a group calling itself Ember Jackals.", "Ember Jackals"),
        ("Quillmark, whose staff play in a band, was hacked. Play resumed.", None),
        ("Quillmark was hacked by Russian hackers.", None),
    ],
)
def test_threat_actor(facts: Callable, body: str, actor: str | None) -> None:
    assert facts("Quillmark hacked", body).best("threat_actor") == actor


def test_a_strain_that_infects_is_malware(facts: Callable) -> None:
    read = facts("Quillmark hit by ransomware", "Servers of Quillmark were infected with the SamSam ransomware.")
    assert read.best("malware") == "SamSam"
    assert read.best("threat_actor") is None


@pytest.mark.parametrize(
    ("body", "money"),
    [
        ("The hackers demanded a $4 million ransom from Quillmark.", Money(amount=Decimal(4_000_000), currency="USD")),
        ("The gang demanded 40 bitcoin from Quillmark.", Money(amount=Decimal(40), currency="BTC")),
        ("Quillmark was fined £4 million after the ransomware attack.", None),
        ("The attack on Quillmark follows one in Ostrand, where hackers demanded $40,000 to unlock files.", None),
        ("The ransomware attack cost Quillmark $4 million.", None),
    ],
)
def test_ransom(facts: Callable, body: str, money: Money | None) -> None:
    assert facts("Quillmark hit by ransomware", body).best("ransom") == money


@pytest.mark.parametrize(
    ("body", "on", "precision"),
    [
        ("The attack on Quillmark took place on 3 November.", date(2025, 11, 3), "day"),
        ("Hackers attacked Quillmark on Monday.", date(2025, 11, 10), "day"),
        ("The attack happened last week on Monday, Quillmark said.", date(2025, 11, 3), "day"),
        ("Hackers had access to Quillmark between 3 May and 7 May 2025.", date(2025, 5, 3), "day"),
        ("The breach at Quillmark occurred in March 2025.", date(2025, 3, 1), "month"),
        ("Hackers had access to the systems of Quillmark since December.", date(2024, 12, 1), "month"),
    ],
)
def test_began_on(facts: Callable, body: str, on: date, precision: str) -> None:
    assert facts("Quillmark hacked", body).best("began_on") == Dated(on=on, precision=precision)


@pytest.mark.parametrize(
    "body",
    [
        "Quillmark said on Tuesday that it had been hacked.",
        "Quillmark discovered the breach on 3 November.",
        "Quillmark was hacked. It was founded in March 1987.",
    ],
)
def test_dates_of_other_events_are_not_claimed(facts: Callable, body: str) -> None:
    assert facts("Quillmark hacked", body).best("began_on") is None


def test_data_types_that_are_denied_are_not_claimed(facts: Callable) -> None:
    read = facts("Quillmark breach", "Hackers stole email addresses and phone numbers. No passwords were accessed.")
    assert set(read.all("data_type")) == {"email", "phone"}


@pytest.mark.parametrize(
    ("language", "body", "on"),
    [
        ("es", "Radio Collado estuvo sin señal el lunes tras un sabotaje de su consola.", date(2025, 11, 10)),
        ("de", "Auf der Seite des Vereins prangte am Samstag stundenlang ein Totenkopf.", date(2025, 11, 8)),
        ("es", "Radio Collado confirmó el lunes que investiga un sabotaje.", None),
        ("de", "Das Gericht hat am Montag einen Mann verurteilt, der den Verein gehackt haben soll.", None),
    ],
)
def test_began_on_in_other_languages(facts: Callable, language: str, body: str, on: date | None) -> None:
    best = facts("Radio Collado, SV Brenk", body, language).best("began_on")
    assert best == (Dated(on=on, precision="day") if on else None)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("Intruders copied names, NRIC numbers and treatment notes.", {"name", "ssn_national_id", "health"}),
        ("Hackers took home addresses and IBANs, but no card numbers.", {"address", "bank"}),
        ("Hackers took email addresses; card numbers were not taken.", {"email"}),
        ("Gestohlen wurden Namen, Anschriften und Geburtsdaten.", {"name", "address", "dob"}),
        ("Fueron robados nombres, teléfonos y CURP.", {"name", "phone", "ssn_national_id"}),
    ],
)
def test_data_types(facts: Callable, body: str, kinds: set[str]) -> None:
    read = facts("Quillmark breach", body)
    assert set(read.all("data_type")) == kinds


def test_cves_once_each(facts: Callable) -> None:
    read = facts("Quillmark hacked", "Through cve-2025-12345 and CVE-2025-12345, Quillmark was hacked.")
    assert read.all("cve") == ["CVE-2025-12345"]


def test_summary_is_the_sentence_that_says_most(facts: Callable) -> None:
    said = "Quillmark said hackers stole the data of 47,329 customers."
    assert (
        facts("Quillmark hacked", f"It was a quiet day in the office.\n{said}\nThe weather was fine.").best("summary")
        == said
    )


def test_attempted_intrusion_at_a_shop_with_a_rival_in_passing(facts: Callable) -> None:
    read = facts(
        "",
        "The Larkspur Foods chain has shut down parts of its IT system after discovering a hack attempt. "
        "Larkspur Foods "
        "“does not believe” any customer data has been compromised.\nThe retailer, which has more than "
        "2,000 shops, said: “We "
        "have experienced attempts to gain unauthorised access to some of our systems.”\nIt comes days after Dunmore "
        "Grocers saw its orders hit by a cyber attack.",
    )
    assert read.best("claim_status") == "attempted"
    assert read.best("records") is None
    assert read.all("data_type") == []
    assert read.mentions() == ["Dunmore Grocers"]
