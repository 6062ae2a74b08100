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


@pytest.mark.parametrize(("wrong", "right"), [("\n", ",\n"), (",\n]", "\n]")])
def test_objects_without_a_comma_between_them_or_with_one_too_many_are_no_json(
    press: Any, tmp_path: Path, wrong: str, right: str
) -> None:
    text = press.text("veris")
    (tmp_path / "x").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ContentError, match="does not read back as veris"):
        check(tmp_path / "x", "veris")


def test_an_object_that_is_no_stix_is_named(press: Any, tmp_path: Path) -> None:
    lines = press.text("stix").splitlines(keepends=True)
    wrong = json.loads(lines[4].rstrip(",\n"))
    lines[4] = json.dumps(wrong | {"created": "yesterday"}) + ",\n"
    (tmp_path / "x").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(ContentError, match=wrong["id"]):
        check(tmp_path / "x", "stix")


def test_an_event_that_is_none_of_misp_is_named(press: Any, tmp_path: Path) -> None:
    lines = press.text("misp").splitlines(keepends=True)
    held = json.loads(lines[1].rstrip(",\n"))
    held["Event"]["distribution"] = "9"
    lines[1] = json.dumps(held) + ",\n"
    (tmp_path / "x").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(ContentError, match=held["Event"]["uuid"]):
        check(tmp_path / "x", "misp")
