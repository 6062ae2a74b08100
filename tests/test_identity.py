"""Addresses and names that are the same, and those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.identity import article_id, canonical_url, fold


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://www.example.org/a/?utm_source=rss&utm_medium=feed", "https://example.org/a"),
        ("HTTPS://Example.org:443/a#top", "https://example.org/a"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org/story?id=7&fbclid=x", "http://example.org/story?id=7"),
        ("http://127.2.0.1:8809/x", "http://127.2.0.1:8809/x"),
        ("http://[::1/broken", "http://[::1/broken"),
        ("http://example.org//", "http://example.org/"),
        ("http://www.www.example.org/a/", "http://example.org/a"),
    ],
)
def test_canonical_url(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


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
