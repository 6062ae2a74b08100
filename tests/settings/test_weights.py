"""Weights: shipped, overridden key by key, and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from breachwire.errors import ConfigError
from breachwire.settings.load import read
from breachwire.settings.models import Incidents, SettingsFile
from breachwire.settings.weights import Weights, shipped


def test_what_is_shipped_names_every_weight_and_nothing_else() -> None:
    assert set(shipped()) == set(Weights.model_fields)
    assert Incidents().weights == Weights(**shipped())


def test_a_desk_changes_one_weight_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[incidents.weights]\nname_same = 0.8\n")
    weights = read(SettingsFile, path).incidents.weights
    assert weights.name_same == 0.8
    assert weights.model_dump() | {"name_same": 0} == dict(shipped()) | {"name_same": 0}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("name_sane = 0.8", ["incidents.weights.name_sane", "'name_same'"]),
        ("name_same = -0.1", ["incidents.weights.name_same", "greater than or equal to 0"]),
        ("other_victim = 0.5", ["incidents.weights.other_victim", "less than or equal to 0"]),
        ("days_3 = 'much'", ["incidents.weights.days_3", "number"]),
        ("days_3 = nan", ["incidents.weights.days_3", "finite"]),
    ],
)
def test_a_wrong_weight_is_named(tmp_path: Path, line: str, words: list[str]) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"[incidents.weights]\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        read(SettingsFile, path)
    for word in words:
        assert word in str(caught.value)
