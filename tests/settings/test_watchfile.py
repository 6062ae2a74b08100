"""Commands change watchlist.toml as a careful person would."""

from __future__ import annotations

from pathlib import Path

import pytest

from breachwire.errors import ConfigError
from breachwire.settings.load import read
from breachwire.settings.models import Watchlist, WatchName
from breachwire.settings.watchfile import open_file, save, with_entries, without

TEXT = """\
# our suppliers

[[names]]                     # since 2019
name = "Ostby"                # a town too
tags = ["supplier"]
weak = true
# end of Ostby

# now the customers
[[names]]
name = "Zelwick"
"""


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_an_entry_is_changed_in_its_place_and_comments_stay(tmp_path: Path) -> None:
    path = written(tmp_path / "w.toml", TEXT)
    listed = open_file(path)
    ostby = listed.names[0].model_copy(update={"tags": ("supplier", "bank"), "tier": "1", "weak": None})
    save(listed, with_entries(listed, {"Ostby": ostby}, [WatchName(name="Ørslev", domains=("o.example",))]))
    text = path.read_text(encoding="utf-8")
    for comment in ("# our suppliers", "# since 2019", "# a town too", "# end of Ostby", "# now the customers"):
        assert comment in text
    assert text.endswith('[[names]]\nname = "Zelwick"\n\n[[names]]\nname = "Ørslev"\ndomains = ["o.example"]\n')
    assert 'tags = ["supplier", "bank"]\ntier = "1"\n' in text
    assert "weak" not in text
    assert [entry.name for entry in read(Watchlist, path).names] == ["Ostby", "Zelwick", "Ørslev"]


def test_a_block_is_taken_out_and_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path / "w.toml", TEXT.replace("\n", "\r\n"))
    listed = open_file(path)
    save(listed, without(listed, listed.names[0]))
    kept = '# our suppliers\n\n# end of Ostby\n\n# now the customers\n[[names]]\nname = "Zelwick"\n'
    assert path.read_bytes().decode() == kept.replace("\n", "\r\n")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    listed = open_file(tmp_path / "w.toml")
    save(listed, with_entries(listed, {}, [WatchName(name="Ostby")]))
    assert (tmp_path / "w.toml").read_text() == '[[names]]\nname = "Ostby"\n'


def test_what_is_not_safe_to_edit_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "w.toml", 'names = [{ name = "Ostby" }]\n')
    with pytest.raises(ConfigError, match="not safe to edit"):
        with_entries(open_file(path), {}, [WatchName(name="Zelwick")])


def test_somebody_elses_change_is_not_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path / "w.toml", TEXT)
    listed = open_file(path)
    path.write_text(TEXT + '\n[[names]]\nname = "Other"\n')
    with pytest.raises(ConfigError, match="changed by somebody else"):
        save(listed, with_entries(listed, {}, [WatchName(name="New")]))
    assert "Other" in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["w.toml"]


def test_a_name_twice_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path / "w.toml", '[[names]]\nname = "Ostby"\n[[names]]\nname = "OSTBY"\n')
    with pytest.raises(ConfigError, match="listed twice"):
        open_file(path)
