"""What is denied, and what was not done, in English, German and Spanish."""

from __future__ import annotations

import pytest

from extractors.facts.hedges import negated, withheld


@pytest.mark.parametrize(
    ("sentence", "word", "denied"),
    [
        ("Quillmark does not believe any customer data was compromised.", "compromised", True),
        ("There is no evidence that files were copied.", "copied", True),
        ("No ransom note has come.", "ransom", True),
        ("Card numbers were not taken.", "taken", True),
        ("Cards were not taken, but names were copied.", "copied", False),
        ("Names were copied; no card numbers were involved.", "copied", False),
        ("Names and addresses were copied.", "copied", False),
        ("Es gibt keine Hinweise, dass Daten gestohlen wurden.", "gestohlen", True),
        ("Kundendaten sind nicht abgeflossen.", "Kundendaten", True),
        ("Kundendaten sind abgeflossen.", "Kundendaten", False),
        ("No hay evidencia de que los datos fueran robados.", "robados", True),
        ("Los expedientes no fueron robados.", "expedientes", True),
        ("Los datos fueron robados.", "robados", False),
    ],
)
def test_negated(sentence: str, word: str, denied: bool) -> None:
    assert negated(sentence, sentence.index(word)) is denied


@pytest.mark.parametrize(
    ("sentence", "held_back"),
    [
        ("the company has yet to confirm the theft", True),
        ("it declined to confirm the theft", True),
        ("the company has not confirmed the theft", True),
        ("if they confirm the theft", True),
        ("the company confirmed the theft", False),
        ("it could not pay its staff, and confirmed the theft", False),
    ],
)
def test_withheld(sentence: str, held_back: bool) -> None:
    assert withheld(sentence, sentence.index("confirm")) is held_back
