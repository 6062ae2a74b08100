"""Dates that a page only suggests."""

from __future__ import annotations

import pytest
from lxml import html

from extractors.metadata import guess_date


@pytest.mark.parametrize("root", ["<iframe><p>x</p></iframe>", "<svg><p>x</p></svg>", "<canvas>x</canvas>"])
def test_a_page_whose_root_is_unwanted_has_no_date(root: str) -> None:
    assert guess_date(html.fragment_fromstring(root), "https://herald.example/a") is None
