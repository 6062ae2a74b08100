"""`--check` finds what a reader would stumble over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from breachwire.errors import ContentError
from breachwire.exports.checking import check


@pytest.mark.parametrize("form", ["csv", "json", "stix", "misp", "veris", "atom"])
def test_a_whole_file_is_counted_and_half_of_it_is_refused_or_counts_less(
    press: Any, tmp_path: Path, form: str
) -> None:
    path, text = tmp_path / "x", press.text(form)
    path.write_text(text, encoding="utf-8", newline="")
    assert check(path, form) == len(press.rows())
    path.write_text(text[: len(text) // 2], encoding="utf-8", newline="")
    if form == "csv":
        assert check(path, form) < len(press.rows())
    else:
        with pytest.raises(ContentError):
            check(path, form)


def test_an_object_that_is_no_stix_is_named(press: Any, tmp_path: Path) -> None:
    bundle = json.loads(press.text("stix"))
    bundle["objects"][3]["created"] = "yesterday"
    (tmp_path / "x").write_text(json.dumps(bundle), encoding="utf-8")
    with pytest.raises(ContentError, match=bundle["objects"][3]["id"]):
        check(tmp_path / "x", "stix")


def test_an_event_that_is_none_of_misp_is_named(press: Any, tmp_path: Path) -> None:
    held = json.loads(press.text("misp"))
    held["response"][0]["Event"]["distribution"] = "9"
    (tmp_path / "x").write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(ContentError, match=held["response"][0]["Event"]["uuid"]):
        check(tmp_path / "x", "misp")
