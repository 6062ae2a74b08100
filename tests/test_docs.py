"""Docs that cannot rot: what is generated is up to date."""

from __future__ import annotations

from pathlib import Path

from breachwire.docs import data_dictionary
from breachwire.settings.schema import render

ROOT = Path(__file__).parents[1]


def test_the_data_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8") == data_dictionary(), "run `make docs`"


def test_the_settings_schemas_are_up_to_date() -> None:
    for name, text in render().items():
        assert (ROOT / "docs/schema" / name).read_text(encoding="utf-8") == text, "run `make docs`"


def test_the_dictionary_names_every_column_with_a_meaning() -> None:
    text = data_dictionary()
    assert "None" not in text
    for name in ("incidents (view)", "evidence (table)", "vocab_sector", "FROM search(words)"):
        assert name in text
