"""Addresses and names that are the same, and those that are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.identity import article_id, canonical_url, fold, is_same_article, unwrapped

ADDRESSES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "cases" / "addresses.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("written", "canonical"), ADDRESSES, ids=[written for written, _ in ADDRESSES])
def test_canonical_url(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical
    assert canonical_url(canonical) == canonical


def test_the_table_of_addresses_is_long() -> None:
    assert len(ADDRESSES) > 100


def test_what_is_fetched_keeps_its_edition() -> None:
    wrapped = "https://www.google.com/url?q=https://m.herald.example/a/amp?id=4%26utm_source=x"
    assert unwrapped(wrapped) == "https://m.herald.example/a/amp?id=4&utm_source=x"


@given(st.text(max_size=60))
def test_wrappers_never_lead_to_other_schemes(text: str) -> None:
    for wrapper in (
        "https://www.google.com/url?q=",
        "https://x.cdn.ampproject.org/c/s/",
        "https://urldefense.com/v3/__",
    ):
        assert canonical_url(wrapper + text).startswith("http")


SHOWN = "https://www.herald.example/news/2026/11/22/ferry-line-hit-by-thieves-4471882"


@pytest.mark.parametrize(
    ("own", "believed"),
    [
        ("https://herald.example/news/2026/11/22/ferry-line-hit-by-thieves-4471882", True),
        ("https://herald.example/tech/ferry-line-hit-by-thieves-4471882.html", True),
        ("https://herald.example/story/4471882", True),
        ("https://news.herald.example/ferry-line-hit-by-hackers", True),
        ("https://herald.example/a?id=4471882", True),
        ("https://herald.example/", False),
        ("https://herald.example", False),
        ("https://herald.example/news", False),
        ("https://herald.example/news/2026/11/22/", False),
        ("https://herald.example/news/2026/11/22/quay-opens-in-spring-4471883", False),
        ("https://herald.example/20261122/some-other-story", False),
        ("https://evil.example/ferry-line-hit-by-thieves-4471882", False),
        ("https://herald.example.evil.test/ferry-line-hit-by-thieves-4471882", False),
        ("javascript:ferry-line-hit-by-thieves-4471882", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_a_pages_own_address_is_believed_where_it_fits(own: str, believed: bool) -> None:
    assert is_same_article(own, SHOWN) is believed


def test_sites_under_one_registry_are_not_one() -> None:
    assert not is_same_article("https://one.co.uk/ferry-line-hit-4471882", "https://two.co.uk/ferry-line-hit-4471882")
    assert is_same_article("https://a.one.co.uk/ferry-line-hit-4471882", "https://one.co.uk/ferry-line-hit-4471882")


@given(st.text(max_size=80))
def test_canonical_url_is_idempotent_and_never_raises(text: str) -> None:
    once = canonical_url("http://example.org/" + text)
    assert canonical_url(once) == once


def test_http_and_https_are_one_article() -> None:
    assert article_id("http://example.org/a") == article_id("https://example.org/a")
    assert article_id("http://example.org/a") != article_id("http://example.org/b")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Example Company, Inc.", "Example"),
        ("Société Générale SA", "societe generale"),
        ("Smith & Sons Ltd", "Smith and Sons"),
        ("U.S. Bank", "US Bank"),
    ],
)
def test_names_that_fold_alike(a: str, b: str) -> None:
    assert fold(a) == fold(b)


def test_a_legal_form_counts_only_at_the_end() -> None:
    assert fold("Co-op") == "co op"
    assert fold("The Example Holding AG") == "example"


def test_a_name_of_legal_forms_alone_keeps_them() -> None:
    assert fold("The Company") == "the company"
