"""What the tests of facts share: an article in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from breachwire.records import Article, Claim
from extractors.facts import read_facts

PUBLISHED = datetime(2025, 11, 12, 9, 0, tzinfo=UTC)  # a Wednesday


def make_article(title: str, body: str, language: str | None = None) -> Article:
    """An article of that headline and text, published on 12 November 2025."""
    return Article(
        article_id="a_1",
        url="https://news.example/1",
        canonical_url="https://news.example/1",
        feed_id=None,
        source="news.example",
        title=title,
        body=body,
        body_status="full",
        fetched_at=PUBLISHED,
        published_at=PUBLISHED,
        language=language,
    )


class Facts:
    """The claims of one article, the best of each field first."""

    def __init__(self, claims: tuple[Claim, ...]) -> None:
        self.claims = claims

    def all(self, field: str) -> list[object]:
        """Every value of a field, mentions left out."""
        return [c.value for c in self.claims if c.field == field and not c.mention]

    def best(self, field: str) -> object:
        """The surest value of a field, or None where nothing is claimed."""
        own = [c for c in self.claims if c.field == field and not c.mention]
        return max(own, key=lambda c: c.confidence).value if own else None

    def mentions(self) -> list[object]:
        """Victims of other incidents."""
        return [c.value for c in self.claims if c.mention]


@pytest.fixture
def article() -> Callable[..., Article]:
    """Makes an article."""
    return make_article


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """Reads the facts of a headline and a text."""

    def read(title: str, body: str, language: str | None = None) -> Facts:
        return Facts(read_facts(make_article(title, body, language)))

    return read
