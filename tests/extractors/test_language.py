"""Languages are told by script and small words; too little text is no language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.language import detect_language, language_code


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The harbour authority said on Tuesday that it had found no sign of an intruder in its systems."),
        (
            "de",
            "Die Stadtwerke haben am Dienstag mitgeteilt, dass der Betrieb wieder läuft und sicher ist.",
        ),
        (
            "fr",
            "La ville a annoncé mardi que les services en ligne sont de nouveau ouverts pour les habitants.",
        ),
        (
            "es",
            "La cooperativa informó el martes de que los datos de sus clientes no se han visto afectados por el fallo.",
        ),
        (
            "it",
            "La società ha detto che i dati dei clienti non sono stati toccati e che il servizio è ripreso.",
        ),
        (
            "pt",
            "A empresa disse que os dados dos clientes não foram afetados e que o serviço voltou a funcionar na terça.",
        ),
        (
            "nl",
            "De gemeente zegt dat de gegevens van de inwoners niet zijn gelekt en dat het loket weer open is.",
        ),
        ("ja", "市は火曜日、システムが復旧したと発表した。"),
        ("ru", "Компания сообщила во вторник, что сервис снова работает."),
    ],
)
def test_detects(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "Norvane", "12 345 678", "Norvane Ferry Kestrel Quill Ostrander Belmere Tarn Holt Wick"]
)
def test_unsure_is_none(text: str) -> None:
    assert detect_language(text) is None


@given(st.characters(categories=["P", "S", "Zs", "Nd"]))
def test_whatever_is_no_letter_parts_words(sign: str) -> None:
    text = "la ville a annoncé que les services sont de nouveau ouverts pour les habitants"
    assert detect_language(text.replace(" ", sign)) == "fr"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-GB", "en"),
        ("de_AT", "de"),
        ("nb-NO", "no"),
        ("", None),
        (None, None),
        ("x-default", None),
        ("english", None),
    ],
)
def test_codes(tag: str | None, code: str | None) -> None:
    assert language_code(tag) == code
