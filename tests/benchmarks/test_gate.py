"""The gate: what breaks it, what it says then, and how a floor rises and falls."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.truth.floors import Figure, FloorsError, Pinned, digest, floor_of, read_floors, write_floors
from benchmarks.truth.gate import Leave, Measured, complaints, main, pin

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def measured(digest: str = "sha256:1", **figures: tuple[float, int]) -> Measured:
    return Measured(
        name="texts",
        digest=digest,
        figures={name: Figure(value=value, of=of) for name, (value, of) in figures.items()},
    )


@pytest.fixture
def pinned() -> Pinned:
    return pin(None, measured(victim=(0.9, 400), ransom=(0.75, 20), malware=(1.0, 3)), MONDAY, Leave())


def test_a_floor_lies_two_judgements_below_and_one_point_at_least(pinned: Pinned) -> None:
    assert pinned.floors["victim"].floor == 0.89
    assert pinned.floors["ransom"].floor == 0.65
    assert "malware" not in pinned.floors, "three judgements say nothing"
    assert floor_of(Figure(value=0.005, of=1000)) == 0


def test_what_holds_is_not_complained_of(pinned: Pinned) -> None:
    assert complaints(pinned, measured(victim=(0.89, 400), ransom=(0.65, 20))) == []


def test_a_broken_floor_is_named_with_how_much_and_what_to_do(pinned: Pinned) -> None:
    (sentence,) = complaints(pinned, measured(victim=(0.88, 400), ransom=(0.75, 20)))
    assert "victim is 0.8800, 0.0100 below its floor of 0.890 (0.9000 on 2026-11-16)" in sentence
    assert '--lower "texts.victim" --because' in sentence


def test_a_figure_that_is_gone_breaks_its_floor(pinned: Pinned) -> None:
    (sentence,) = complaints(pinned, measured(victim=(0.9, 400)))
    assert "ransom is 0.0000" in sentence


def test_changed_files_are_named_even_where_all_floors_hold(pinned: Pinned) -> None:
    (sentence,) = complaints(pinned, measured("sha256:2", victim=(0.9, 400), ransom=(0.75, 20)))
    assert "texts: its files are not the ones" in sentence
    assert "--set texts --pin" in sentence


def test_a_set_without_floors_asks_for_them() -> None:
    (sentence,) = complaints(None, measured(victim=(0.9, 400)))
    assert "has no floors yet" in sentence


def test_pinning_raises_and_never_lowers(pinned: Pinned) -> None:
    after = pin(pinned, measured(victim=(0.95, 400), ransom=(0.7, 20)), TUESDAY, Leave())
    assert (after.floors["victim"].floor, after.floors["victim"].on) == (0.94, TUESDAY)
    assert after.floors["ransom"] == pinned.floors["ransom"]
    assert after.lowered == ()


def test_pinning_changed_files_measures_afresh_but_keeps_floors(pinned: Pinned) -> None:
    after = pin(pinned, measured("sha256:2", victim=(0.895, 500), ransom=(0.75, 20)), TUESDAY, Leave())
    assert after.digest == "sha256:2"
    victim = after.floors["victim"]
    assert (victim.measured, victim.of, victim.floor, victim.on) == (0.895, 500, 0.89, TUESDAY)


def test_pinning_refuses_a_broken_floor_without_leave(pinned: Pinned) -> None:
    with pytest.raises(FloorsError, match=r"victim is 0\.8000"):
        pin(pinned, measured(victim=(0.8, 400), ransom=(0.75, 20)), TUESDAY, Leave())


def test_a_floor_falls_with_leave_and_the_reason_stays(pinned: Pinned) -> None:
    leave = Leave(figures=("victim",), because="names in brackets are no longer guessed")
    after = pin(pinned, measured(victim=(0.8, 400), ransom=(0.75, 20)), TUESDAY, leave)
    assert after.floors["victim"].floor == 0.79
    (low,) = after.lowered
    assert (low.figure, low.before, low.to, low.because) == ("victim", 0.89, 0.79, leave.because)


@pytest.mark.parametrize(("figure", "why"), [("ransom", "nothing to lower"), ("victm", "did you mean 'victim'")])
def test_leave_for_a_floor_that_holds_or_does_not_exist_is_refused(pinned: Pinned, figure: str, why: str) -> None:
    with pytest.raises(FloorsError, match=why):
        pin(pinned, measured(victim=(0.9, 400), ransom=(0.75, 20)), TUESDAY, Leave(figures=(figure,), because="?"))


def test_the_file_gives_back_what_was_written(pinned: Pinned, tmp_path: Path) -> None:
    leave = Leave(figures=("victim",), because='the label said "Ltd",\nnot the text\\')
    both = {"old": pinned, "new": pin(pinned, measured(victim=(0.8, 400), ransom=(0.75, 20)), TUESDAY, leave)}
    write_floors(tmp_path / "floors.toml", both)
    assert read_floors(tmp_path / "floors.toml") == both
    assert read_floors(tmp_path / "none.toml") == {}


def test_a_file_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    (tmp_path / "floors.toml").write_text("[bodies]\nfloors = {}\n")
    with pytest.raises(FloorsError, match=r"floors\.toml cannot be read"):
        read_floors(tmp_path / "floors.toml")


def test_the_digest_changes_with_contents_and_names_and_not_with_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("a"), two.write_text("b")
    before = digest([one, two], tmp_path)
    assert digest([two, one], tmp_path) == before
    two.write_text("c")
    changed = digest([one, two], tmp_path)
    assert changed != before
    assert digest([one, two.rename(tmp_path / "three.txt")], tmp_path) != changed


@pytest.mark.slow
def test_the_command_from_the_first_pin_to_a_lowered_floor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "floors.toml"
    bodies = ["--set", "bodies", "--floors", str(file)]
    assert main(bodies) == 1
    assert "has no floors yet" in capsys.readouterr().err
    assert main([*bodies, "--pin"]) == 0
    assert main(bodies) == 0
    assert "floors hold" in capsys.readouterr().out
    text = file.read_text()
    file.write_text(text.replace("floor = 0.9", "floor = 1.9"))
    assert main(bodies) == 1
    assert "bodies: precision is" in capsys.readouterr().err
    lower = [*bodies, "--lower", "bodies.precision", "--lower", "bodies.recall"]
    assert main(lower) == 2
    assert main([*lower, "--because", "the sites print more around their texts"]) == 0
    assert main(bodies) == 0
    assert read_floors(file)["bodies"].lowered[0].because == "the sites print more around their texts"


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", "bodes"]) == 2
    assert "did you mean 'bodies'" in capsys.readouterr().err
