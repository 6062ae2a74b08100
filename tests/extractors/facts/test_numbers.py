"""The grammar of quantities, and which of them are records."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from breachwire.records import Figure, Money
from extractors.facts.numbers import read_quantities


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "qualifier"),
    [
        ("1.3 million people", 1_300_000, 1_300_000, "about"),
        ("10. 5 million people", 10_500_000, 10_500_000, "about"),
        ("47,329 people", 47_329, 47_329, "exact"),
        ("96, 300 users", 96_300, 96_300, "exact"),
        ("3.9 lakh users", 390_000, 390_000, "about"),
        ("2 crore users", 20_000_000, 20_000_000, "about"),
        ("half a million users", 500_000, 500_000, "about"),
        ("medio millón de clientes", 500_000, 500_000, "about"),
        ("1,2 Millionen Kunden", 1_200_000, 1_200_000, "about"),
        ("412.000 Patienten", 412_000, 412_000, "exact"),
        ("more than 5,000 people", 5000, None, "at_least"),
        ("up to 5,000 people", 0, 5000, "up_to"),
        ("nearly 5,000 people", 5000, 5000, "about"),
        ("between 5,000 and 7,000 people", 5000, 7000, "about"),
        ("22.6M individuals", 22_600_000, 22_600_000, "about"),
        ("seventy thousand forms", 70_000, 70_000, "about"),
        ("a quarter of a million riders", 250_000, 250_000, "about"),
        ("6 mil 400 alumnos", 6_400, 6_400, "about"),
    ],
)
def test_quantities(text: str, minimum: int, maximum: int | None, qualifier: str) -> None:
    (quantity,) = read_quantities(text)
    assert (quantity.minimum, quantity.maximum, quantity.qualifier) == (minimum, maximum, qualifier)


@pytest.mark.parametrize(
    "text", ["$5 million", "£40,000 fine", "15% of users", "dozens of thousands", "200 GB", "5 million euros"]
)
def test_money_shares_and_vague_words_are_no_quantities(text: str) -> None:
    assert read_quantities(text) == []


@pytest.mark.parametrize(
    ("body", "figure"),
    [
        (
            "Tarnwick Telecom said the breach affected 47,329 customers.",
            Figure(minimum=47_329, maximum=47_329, unit="people", qualifier="exact"),
        ),
        (
            "Hackers stole more than 2 million user accounts from Tarnwick Telecom.",
            Figure(minimum=2_000_000, maximum=None, unit="accounts", qualifier="at_least"),
        ),
        (
            "The hackers leaked 3.9 lakh customer records of Tarnwick Telecom.",
            Figure(minimum=390_000, maximum=390_000, unit="records", qualifier="about"),
        ),
    ],
)
def test_records(facts: Callable, body: str, figure: Figure) -> None:
    assert facts("Tarnwick Telecom hacked", body).best("records") == figure


@pytest.mark.parametrize(
    "body",
    [
        "Tarnwick Telecom, which has 20 million customers, was hit by a cyber attack.",
        "Tarnwick Telecom said there was no evidence that the data of its 20,000 customers was stolen.",
        "Tarnwick Telecom was hacked. It employs 12,000 people worldwide.",
        "Tarnwick Telecom was hacked in 2025.",
    ],
)
def test_totals_and_denied_figures_are_no_records(facts: Callable, body: str) -> None:
    assert facts("Tarnwick Telecom hacked", body).best("records") is None


def test_people_come_before_files(facts: Callable) -> None:
    body = "The gang leaked 80,000 files. The breach exposed the data of 9,500 patients, the clinic said."
    figure = facts("Ostrava Lane Clinic hacked", body).best("records")
    assert isinstance(figure, Figure)
    assert (figure.minimum, figure.unit) == (9500, "people")


@pytest.mark.parametrize(
    ("body", "ransom"),
    [
        (
            "The gang demanded 0.175 bitcoin in ransom from Velmark Foods.",
            Money(amount=Decimal("0.175"), currency="BTC"),
        ),
        ("The gang demanded 1,250 bitcoin in ransom from Velmark Foods.", Money(amount=Decimal(1250), currency="BTC")),
        ("The gang demanded a ransom of $9 quadrillion from Velmark Foods.", None),
    ],
)
def test_a_leading_zero_is_a_decimal_and_absurd_sums_are_none(facts: Callable, body: str, ransom: Money | None) -> None:
    assert facts("Velmark Foods hit by ransomware", body).best("ransom") == ransom


def test_absurd_figures_are_none(facts: Callable) -> None:
    body = "Data of 999999999 trillion customers of Velmark Foods was stolen in a hack."
    assert facts("Velmark Foods hacked", body).best("records") is None
