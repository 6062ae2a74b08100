"""Sentences and headlines."""

from __future__ import annotations

import pytest

from extractors.facts.text import headline_end, is_title_case, split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Vane of Acorn Inc. said so. He left.", ["Mr. Vane of Acorn Inc. said so.", "He left."]),
        (
            "The U.S. firm lost 10. 5 million records. Nobody knew!",
            ["The U.S. firm lost 10. 5 million records.", "Nobody knew!"],
        ),
        ("“We know.” The firm said so", ["“We know.”", "The firm said so"]),
        ("One line\nanother line", ["One line", "another line"]),
        ("", []),
    ],
)
def test_split(text: str, sentences: list[str]) -> None:
    assert [text[a:b] for a, b in split(text)] == sentences


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Acorn Foods hit by cyber attack | Technology | The Daily Finch", "Acorn Foods hit by cyber attack"),
        ("Acorn Foods hit by cyber attack - Finch News", "Acorn Foods hit by cyber attack"),
        ("Acorn Foods - hit by cyber attack again this week", "Acorn Foods - hit by cyber attack again this week"),
    ],
)
def test_a_site_s_name_is_no_part_of_the_headline(title: str, headline: str) -> None:
    assert title[: headline_end(title)] == headline


def test_title_case() -> None:
    assert is_title_case("Acorn Foods Confirms Massive Data Breach")
    assert not is_title_case("Acorn Foods confirms massive data breach")
