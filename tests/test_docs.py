"""Docs that cannot rot: what is generated is up to date."""

from __future__ import annotations

import re
from pathlib import Path

import click

from breachwire.cli import breachwire
from breachwire.docs import INCIDENT_SCHEMA, commands, data_dictionary, incident_schema, walk
from breachwire.settings.schema import render

ROOT = Path(__file__).parents[1]


def test_the_data_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8") == data_dictionary(), "run `make docs`"


def test_the_settings_schemas_are_up_to_date() -> None:
    for name, text in render().items():
        assert (ROOT / "docs/schema" / name).read_text(encoding="utf-8") == text, "run `make docs`"


def test_the_schema_of_exported_incidents_is_up_to_date() -> None:
    text = (ROOT / "docs/schema" / INCIDENT_SCHEMA).read_text(encoding="utf-8")
    assert text == incident_schema(), "run `make docs`"


def test_the_dictionary_names_every_column_with_a_meaning() -> None:
    text = data_dictionary()
    assert "None" not in text
    for name in ("incidents (view)", "evidence (table)", "vocab_sector", "FROM search(words, most, texts, since)"):
        assert name in text


def test_the_commands_page_is_up_to_date_and_every_option_has_help() -> None:
    text = commands()
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == text, "run `make docs`"
    bare = [
        (path, option.name)
        for path, command in walk(breachwire, ("breachwire",))
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert bare == []


def test_the_readme_names_only_what_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", readme):
        assert (ROOT / target).exists(), target
    typed = set(re.findall(r"^ {4}(?:\.venv/bin/)?breachwire (?:--data \S+ )?([a-z]+)", readme, re.MULTILINE))
    assert typed
    assert typed <= set(re.findall(r"^## breachwire ([a-z]+)", commands(), re.MULTILINE))
