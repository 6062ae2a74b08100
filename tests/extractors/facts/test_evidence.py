"""Whatever the text: no crash, every quote is the text at its span, and the same text gives the same claims."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from breachwire.records import Article, Dated, Figure, Money
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, DATA_TYPES, RECORD_QUALIFIERS, RECORD_UNITS, SECTORS
from extractors.facts import read_facts
from extractors.facts.text import MAX_SENTENCE, split

PIECES = st.sampled_from(
    [
        "Quillmark Stores",
        "hackers",
        "breached",
        "1.3 million",
        "customers",
        "data breach at",
        "“Umbra”",
        "on 3 May",
        "U.S.",
        "(QMS)",
        "'s",
        "the Play ransomware gang",
        "claimed",
        "$4 million",
        "ransom",
        "no evidence that",
        "between 5,000 and 7,000",
        "\n",
        ". ",
        "İstanbul",
        "ß",
        "Straße",
        "10. 5 million people",
        "City of",
        "Ministry of",
        "CVE-2025-1234",
        "last week on Monday",
        "29 February",
        "after",
        "Inc.",
        "3.9 lakh",
        "passwords",
        "were stolen",
        "&",
        "—",
        "‘cyber attack’",
        "in March",
        "since 2024",
        "00/00",
        "²",
        "١٢٣",
        "Ⅷ",
        "email addresses",
        "denied",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map(" ".join))


def _article(title: str, body: str) -> Article:
    moment = datetime(2025, 11, 12, tzinfo=UTC)
    return Article(
        article_id="a_1",
        url="u",
        canonical_url="u",
        feed_id=None,
        source="s",
        title=title,
        body=body,
        body_status="full",
        fetched_at=moment,
        published_at=moment,
    )


@settings(max_examples=150, deadline=None)
@given(title=TEXTS, body=TEXTS)
def test_every_quote_is_the_text_at_its_span(title: str, body: str) -> None:
    article = _article(title, body)
    claims = read_facts(article)
    for claim in claims:
        assert claim.quote == article.zone(claim.zone)[claim.start : claim.end]
        assert claim.quote
        assert 0 <= claim.confidence <= 1
    assert claims == read_facts(article)


@settings(max_examples=80, deadline=None)
@given(title=TEXTS, body=TEXTS)
def test_coded_values_are_terms_of_the_vocabulary(title: str, body: str) -> None:
    coded = {
        "attack_type": ATTACK_TYPES,
        "claim_status": CLAIM_STATUSES,
        "sector": SECTORS,
        "data_type": DATA_TYPES,
    }
    for claim in read_facts(_article(title, body)):
        if claim.field in coded:
            assert claim.value in coded[claim.field]
        if claim.field == "records":
            assert isinstance(claim.value, Figure)
            assert claim.value.unit in RECORD_UNITS
            assert claim.value.qualifier in RECORD_QUALIFIERS
        if claim.field == "ransom":
            assert isinstance(claim.value, Money)
            assert claim.value.amount > 0
        if claim.field == "began_on":
            assert isinstance(claim.value, Dated)
        if claim.field == "summary":
            assert claim.value == claim.quote


def test_a_text_without_sentences_is_cut_into_pieces() -> None:
    spans = split("a b " * 2000)
    assert max(end - start for start, end in spans) <= MAX_SENTENCE
    assert [end - start for start, end in split("7" * 3000)] == [MAX_SENTENCE, MAX_SENTENCE, 600]
