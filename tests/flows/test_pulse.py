"""A night that stops tells why and pings; one that was killed is told by the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.settings import load
from flows import collecting
from flows.night import night

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ALERTS = """
[channels.log]
kind = "file"
path = "alerts.jsonl"
[[rules]]
name = "self"
events = ["night_failed", "night_late"]
channels = ["log"]
"""
KEYWORDS = (Path(__file__).parents[2] / "config/keywords.toml").read_text(encoding="utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "feeds.toml").write_text("")
    (folder / "keywords.toml").write_text(KEYWORDS, encoding="utf-8")
    (folder / "alerts.toml").write_text(ALERTS)
    return folder


def told(data: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "store.duckdb")) as con:
        return con.execute("SELECT event, state, incident_id, title FROM alerts ORDER BY position").fetchall()


def test_a_night_that_stops_says_so_at_once_and_the_next_does_not_repeat_it(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    settings = load(config, data)
    with monkeypatch.context() as broken:
        broken.setattr(collecting, "poll_feeds", _stops)
        with pytest.raises(RuntimeError, match="the disk is gone"):
            night(settings, clock=lambda: NOW)
    first = [("night_failed", "sent", None, "breachwire: a night stopped")]
    assert told(data) == first
    assert "the disk is gone" in (data / "alerts.jsonl").read_text(encoding="utf-8")
    night(settings, clock=lambda: NOW + timedelta(days=1))
    assert told(data) == first
    night(settings, clock=lambda: NOW + timedelta(days=9))
    assert [row[0] for row in told(data)] == ["night_failed", "night_late"]


def _stops(_house: Any) -> str:
    raise RuntimeError("the disk is gone")
