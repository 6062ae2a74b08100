"""In what rounds pages are fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import collecting
from flows.night import night


def test_a_host_stands_in_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "A_ROUND", 3)
    waiting = [(f"a_{n}", f"http://{host}.example/{n}") for n, host in enumerate("aabacddddde")]
    rounds = collecting.rounds_of(waiting)
    assert rounds == [["a_0", "a_1", "a_3"], ["a_2", "a_4"], ["a_5", "a_6", "a_7", "a_8", "a_9"], ["a_10"]]
    assert collecting.rounds_of([]) == []


@pytest.mark.slow
def test_a_night_in_many_rounds_and_small_batches_fetches_the_same(
    desk: Any, tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, stored = [], list[int]()
    keep = collecting._keep

    def note(house: Any, batch: list[Any]) -> None:
        stored.append(len(batch))
        keep(house, batch)

    for number, held in ((20_000, collecting.HELD), (1, 1)):
        stored.clear()
        monkeypatch.setattr(collecting, "A_ROUND", number)
        monkeypatch.setattr(collecting, "HELD", held)
        monkeypatch.setattr(collecting, "_keep", note)
        data = tmp_path / str(number)
        night(desk.settings(data), clock=clock)
        with duckdb.connect(str(data / "store.duckdb"), read_only=True) as con:
            said.append(con.execute("SELECT stage, subject, outcome, tries FROM attempts ORDER BY ALL").fetchall())
    assert said[0] == said[1]
    assert sum(row[0] == "fetch" for row in said[0]) > 20
    assert len(stored) > 20, "a page that fills what may be held is stored at once"
