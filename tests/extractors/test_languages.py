"""Whole pages of other languages, of our own writing: incidents pass both looks and the judge, their "
"neighbours do not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from breachwire.records import Entry, Page
from breachwire.settings.keywords import Keywords
from breachwire.settings.load import read
from breachwire.settings.models import ArticleText
from extractors.article import read_article
from extractors.look import Lookout
from extractors.relevance import Judge

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "keywords.toml"
MENU = {
    "de": "<li>Politik</li><li>Wirtschaft</li><li>Sport</li><li>Abo</li><li>Datenschutz</li><li>Impressum</li>",
    "es": "<li>Política</li><li>Economía</li><li>Deportes</li><li>Suscríbete</li><li>Aviso legal</li>",
}
DE, ES = "de", "es"
INCIDENTS = [
    (
        DE,
        "Stadtwerke Wendelbruch rechnen mit dem Taschenrechner",
        "Seit Montagfrüh sind die Server des Versorgers verschlüsselt, auf den Druckern lag ein Erpresserbrief. "
        "Die Leitungen nach außen wurden gekappt, Störungen nimmt nur noch das Telefon entgegen.",
        "Ob Kundendaten abgeflossen sind, prüft ein Dienstleister. Das Landeskriminalamt ermittelt, der "
        "Krisenstab tagt "
        "zweimal am Tag. Die Versorgung mit Strom und Wasser ist nach Angaben der Geschäftsführung gesichert.",
    ),
    (
        DE,
        "Befunde für die Nachbarin",
        "Das Labor Traunegg hat nach einem Softwarewechsel 870 Arztbriefe an falsche Praxen verschickt. "
        "Die Empfänger wurden gebeten, die Schreiben zu vernichten.",
        "Namen, Diagnosen und Versichertennummern standen in den Briefen. Die Datenschutzbehörde ist informiert, die "
        "Betroffenen bekommen in den nächsten Tagen Post. Der Fehler ist behoben, teilte die Leitung am Mittwoch mit.",
    ),
    (
        ES,
        "El puerto de Carral descarga con lápiz y papel",
        "Los servidores de la terminal amanecieron cifrados el jueves y una nota pedía 30 bitcoins. "
        "La dirección apagó los equipos y avisó a la policía.",
        "No se ha pagado nada, según un portavoz. Los camiones esperan hasta seis horas y los agentes de "
        "aduanas apuntan "
        "las matrículas en libretas. Los técnicos confían en recuperar el correo antes del lunes.",
    ),
    (
        ES,
        "Venden en un foro el padrón de la municipalidad de Quebrada Alta",
        "Un usuario ofrece los datos de 96 mil vecinos, con RUT, teléfonos y direcciones, por 400 dólares. "
        "La alcaldesa presentó una denuncia ante la fiscalía.",
        "El municipio cree que el acceso se produjo por la cuenta de un proveedor. El CSIRT recomendó cambiar "
        "las claves "
        "de los funcionarios. Los vecinos serán avisados por carta durante la semana.",
    ),
]
NEIGHBOURS = [
    (
        DE,
        "Verbraucherzentrale warnt vor Paket-SMS",
        "Betrüger verschicken derzeit Nachrichten im Namen eines Paketdienstes und wollen an Zugangsdaten gelangen. "
        "Wer auf den Link tippt, soll eine Gebühr zahlen.",
        "Die Nachricht sofort löschen, rät die Beraterin. Im Zweifel hilft ein Anruf beim Absender. Gemeldet "
        "wurden bisher "
        "Fälle aus allen Bundesländern. Die Polizei nimmt Anzeigen auch im Internet entgegen.",
    ),
    (
        DE,
        "Umfrage: Mittelstand fürchtet Hacker mehr als Zölle",
        "Jede dritte Firma wurde nach eigenen Angaben schon einmal angegriffen, zeigt eine Befragung unter "
        "1.200 Betrieben. "
        "Nur die Hälfte hat einen Notfallplan.",
        "Der Verband fordert mehr Hilfe vom Staat. Vor allem kleinen Betrieben fehle das Personal. Die "
        "Ministerin verwies "
        "auf ein Programm, das im Frühjahr beginnt. Gefördert werden Schulungen und Beratung.",
    ),
    (
        ES,
        "La avería del metro no fue un ataque informático",
        "Un transformador quemado dejó sin servicio cuatro líneas durante dos horas. "
        "La compañía descartó el sabotaje y pidió disculpas a los viajeros.",
        "Los trenes volvieron a circular a las once. El alcalde pidió un informe. Los sindicatos recuerdan que "
        "los equipos "
        "tienen treinta años y que la inversión se aplazó dos veces.",
    ),
    (
        ES,
        "Diez consejos para que no te roben la cuenta",
        "Activa la verificación en dos pasos y desconfía de los códigos que no pediste. "
        "Te contamos cómo actuar si pierdes el acceso.",
        "La guía está pensada para mayores y se puede pedir en las bibliotecas. Incluye dibujos y teléfonos de ayuda. "
        "También explica cómo reconocer una página falsa y qué datos no se deben dar nunca.",
    ),
]


@pytest.fixture(scope="module")
def keywords() -> Keywords:
    return read(Keywords, SHIPPED)


@pytest.fixture(scope="module")
def judge(keywords: Keywords) -> Judge:
    return Judge(keywords)


@pytest.fixture(scope="module")
def lookout(keywords: Keywords, judge: Judge) -> Lookout:
    return Lookout(keywords, judge)


def page(language: str, title: str, *paragraphs: str) -> Page:
    """The page as a server sends it; the feed said nothing of it but its address."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    markup = (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8><title>{title}</title></head><body>"
        f"<nav><ul>{MENU[language]}</ul></nav><main><article><h1>{title}</h1>{text}</article></main>"
        f"<footer><ul>{MENU[language]}</ul></footer></body></html>"
    )
    address = "https://wire.example/1"
    entry = Entry(article_id="a_1", feed_id="f_1", url=address, canonical_url=address, title="")
    return Page(
        entry=entry,
        source="Coastal Wire",
        final_url=address,
        body=markup.encode(),
        content_type="text/html",
        fetched_at=datetime(2031, 4, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize("row", INCIDENTS, ids=lambda row: row[1])
def test_a_page_about_an_incident_comes_through(lookout: Lookout, judge: Judge, row: tuple[str, ...]) -> None:
    fetched = page(*row)
    assert lookout.look(fetched).kept
    article = read_article(fetched, ArticleText())
    assert article.language == row[0]
    skimmed, judged = lookout.skim(fetched), judge.judge(article)
    assert skimmed.kept, skimmed
    assert judged.kept, judged


@pytest.mark.parametrize("row", NEIGHBOURS, ids=lambda row: row[1])
def test_a_page_about_something_else_is_left(judge: Judge, row: tuple[str, ...]) -> None:
    judged = judge.judge(read_article(page(*row), ArticleText()))
    assert not judged.kept, judged
