"""`search`: what it finds, in which order, and how it shows the words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from breachwire.cli import published
from breachwire.cli.folders import Folders
from breachwire.cli.search import marked
from breachwire.cli.searching import AROUND, _snippet, words_of

Desk = Any


def test_names_and_titles_before_texts(desk: Desk) -> None:
    shown = desk("search", "Férnhill", "robot").stdout
    assert "Fernhill Robotics 1 (NL, manufacturing, ransomware)  i_b100000" in shown
    assert "«Fernhill» «Robotics»" in shown


def test_texts_of_articles_are_searched_unless_titles_are_enough(desk: Desk) -> None:
    shown = desk("search", "stands", "plant").stdout
    assert "A «plant» «stands» still" in shown
    assert "[Dusk]" in shown
    assert desk("search", "Monday").stdout.count("said on «Monday»") == 1
    nothing = desk("search", "Monday", "--titles")
    assert (nothing.stdout, nothing.exit_code) == ("", 0)
    assert "no incident holds monday" in nothing.stderr


def test_a_word_finds_longer_ones_but_not_their_ends(desk: Desk) -> None:
    assert "«Fernhill»" in desk("search", "fern").stdout
    assert desk("search", "onday").stdout == ""


def test_for_programs(desk: Desk) -> None:
    (row,) = json.loads(desk("search", "monday", "--format", "json").stdout)
    assert (row["incident_id"], row["found_in"]) == ("i_b100000", "Dawn")
    assert row["snippet"].startswith("Fernhill Robotics said on «Monday» that")
    assert json.loads(desk("search", "nothingatall", "--format", "json").stdout) == []
    assert desk("search", "monday", "--format", "csv").stdout.splitlines()[0].endswith(",found_in,snippet")
    assert "«Monday»" in desk("search", "monday", "--format", "md").stdout


def test_since_and_limit(desk: Desk) -> None:
    assert desk("search", "monday", "--since", "2d").stdout == ""
    assert "there may be more" in desk("search", "fernhill", "--limit", "1").stderr


def test_a_word_spelt_wrong(desk: Desk) -> None:
    assert desk("search", "Robotiks").stderr == "no incident holds robotiks: did you mean robotics?\n"


@pytest.mark.parametrize("words", [[], ["..."], ["a1"] * 41])
def test_no_words_or_too_many(desk: Desk, words: list[str]) -> None:
    result = desk("search", *words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_words_that_say_nothing_are_passed_over_beside_others(desk: Desk) -> None:
    assert desk("search", "the", "monday").stdout == desk("search", "monday").stdout
    assert "no incident holds the:" in desk("search", "the").stderr


def test_hostile_words_are_words(desk: Desk) -> None:
    result = desk("search", "'); DROP TABLE feeds; --", "[.*")
    assert result.exit_code == 0
    assert desk("query", "SELECT count(*) > 0 AS held FROM feeds", "--format", "csv").stdout == "held\ntrue\n"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_words_stand_out_on_a_terminal(desk: Desk, on_terminal: Callable[[int], None], width: int) -> None:
    on_terminal(width)
    shown = desk("search", "monday").stdout
    assert "Monday" in shown
    assert "«" not in shown
    assert max(map(len, shown.splitlines())) <= width


def test_words_are_folded(published_file: Path) -> None:
    with published.opened(Folders(config=Path(), data=published_file.parent)) as con:
        assert words_of(con, "Zürich, the CVE-2026-7 ŁÓDŹ zürich") == ("zurich", "cve", "2026", "7", "łodz")


def test_a_snippet_takes_the_place_with_most_words() -> None:
    text = "A school. " + "x " * AROUND + "Ransom at the school."
    snippet = _snippet(["school", "ransom"], [("school", "title"), (text, "body")])
    assert snippet.place == "body"
    assert marked(snippet).endswith("«Ransom» at the «school».")
    assert marked(snippet).startswith("…")
