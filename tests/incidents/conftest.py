"""Tellings from few words: every test of this room makes its own news, about victims that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from breachwire.incidents import Member, Telling
from breachwire.records import Claim, Dated, Figure, Money, Value

Make = Callable[..., Telling]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT_FIELDS = (
    *("victim", "sector", "country", "attack_type", "claim_status", "threat_actor", "malware", "victim_domain"),
    *("summary", "cve", "data_type"),
)


def dated(text: str) -> Dated:
    parts = [int(x) for x in text.split("-")]
    precision = ("year", "month", "day")[len(parts) - 1]
    return Dated(on=date(*[*parts, 1, 1][:3]), precision=precision)


def figure(given: int | dict[str, Any]) -> Figure:
    plain: dict[str, Any] = {"maximum": None, "unit": "people", "qualifier": "exact"}
    return Figure(**plain, minimum=given) if isinstance(given, int) else Figure(**{**plain, **given})


def values(field: str, given: Any) -> list[Value]:
    if field in TEXT_FIELDS:
        return [given] if isinstance(given, str) else list(given)
    if field == "records":
        return [figure(given)]
    if field == "began_on":
        return [dated(given)]
    amount, currency = given.split()
    return [Money(amount=Decimal(amount), currency=currency)]


def make_telling(name: str, *, at: datetime = NOON, title: str = "", lead: str = "", **given: Any) -> Telling:
    """One story of one article: claims by field, and `trust`, `confidence`, `verdict_score` and `body_chars`."""
    trust, confidence = given.pop("trust", 0.5), given.pop("confidence", 0.8)
    score, chars = given.pop("verdict_score", 5.0), given.pop("body_chars", 2000)
    article = Member(
        article_id=f"a_{name}",
        url=f"https://news.example/{name}",
        source="Marlow Echo",
        title=title,
        language=given.pop("language", "en"),
        published_at=at,
        fetched_at=given.pop("fetched_at", at),
        trust=trust,
        body_chars=chars,
    )
    mention = given.pop("mention", ())
    claims = [(f, v, False) for f, g in given.items() for v in values(f, g)]
    claims += [("victim", name, True) for name in mention]
    return Telling(
        story_id=f"s_{name}",
        articles=(article,),
        claims=tuple(
            Claim(
                article_id=article.article_id,
                field=f,
                value=v,
                zone="body",
                start=10 * i,
                end=10 * i + 5,
                quote="words",
                rule=f"test.{f}",
                confidence=confidence,
                mention=m,
            )
            for i, (f, v, m) in enumerate(claims)
        ),
        verdict_score=score,
        lead=lead,
    )


@pytest.fixture(scope="session")
def telling() -> Make:
    return make_telling
