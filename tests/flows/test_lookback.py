"""Names that are new on the watchlist are looked for in what is stored: noted, and told only where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from breachwire.settings import Settings, load
from breachwire.settings.models import Watchlist, WatchName
from breachwire.store.database import Database
from flows.announcing import save_hits
from flows.lookback import look_back

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Database(tmp_path / "store.duckdb").session() as con:
        for incident_id, victim in (("i_1", "Fernhill Robotics Inc."), ("i_2", "Ostby Foods")):
            con.execute(
                "INSERT INTO incident_revisions BY NAME SELECT $id AS incident_id, 1 AS revision, 'r' AS run_id, "
                "now() AS revised_at, $victim || ' says so' AS title, $victim AS victim, 3 AS article_count, "
                "1 AS source_count, [] AS changed, false AS withdrawn, 0.9 AS confidence",
                {"id": incident_id, "victim": victim},
            )
        con.execute(
            "INSERT INTO incident_articles BY NAME SELECT 'i_2' AS incident_id, 'a_2' AS article_id, 'main' AS role, "
            "1.0 AS score, 'first' AS reason, 0 AS part"
        )
        con.execute(
            "INSERT INTO claims BY NAME SELECT 'a_2' AS article_id, 'provider' AS field, "
            '\'"Tallyworks"\' AS "value", '
            "'body' AS \"zone\", 0 AS char_start, 1 AS char_end, 'T' AS quote, 'r' AS \"rule\", 0.9 AS confidence, "
            "false AS mention, 0 AS part"
        )
        yield con


def watching(tmp_path: Path, *names: WatchName) -> Settings:
    (tmp_path / "data").mkdir(exist_ok=True)
    return load(ROOT / "config", tmp_path / "data").model_copy(update={"watchlist": Watchlist(names=names)})


def stored(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("SELECT incident_id, name, role, past FROM watch_hits ORDER BY ALL").fetchall()


FERNHILL, TALLY = WatchName(name="Fernhill Robotics"), WatchName(name="Tallyworks")


def test_a_new_name_is_looked_for_once_and_nobody_is_alerted(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    settings = watching(tmp_path, FERNHILL, TALLY)
    assert look_back(con, settings, now=NOW, run_id="r") == (2, 0)
    assert stored(con) == [
        ("i_1", "Fernhill Robotics", "victim", True),
        ("i_2", "Tallyworks", "provider", True),
    ]
    con.execute("DELETE FROM watch_hits WHERE name = 'Tallyworks'")
    assert look_back(con, settings, now=NOW, run_id="r2") == (0, 0)  # a name that was looked for is not again
    assert len(stored(con)) == 1


def test_tell_past_alerts_once(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    loud = watching(tmp_path, FERNHILL.model_copy(update={"tell_past": True}), TALLY)
    hits, alerts = look_back(con, loud, now=NOW, run_id="r")
    assert hits == 2
    assert alerts > 0
    told = con.execute("SELECT DISTINCT incident_id, event FROM alerts").fetchall()
    assert told == [("i_1", "watch_hit")]
    assert look_back(con, loud, now=NOW, run_id="r2") == (0, 0)


def test_what_an_entry_hits_no_longer_is_taken_back(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    wide = FERNHILL.model_copy(update={"aliases": ("Ostby Foods",)})
    look_back(con, watching(tmp_path, wide, TALLY), now=NOW, run_id="r")
    assert len(stored(con)) == 3
    look_back(con, watching(tmp_path, FERNHILL, TALLY), now=NOW, run_id="r2")
    assert len(stored(con)) == 2
    look_back(con, watching(tmp_path, TALLY), now=NOW, run_id="r3")
    assert [row[1] for row in stored(con)] == ["Tallyworks"]
    assert con.execute("SELECT name FROM watched").fetchall() == [("Tallyworks",)]


def test_a_night_sees_the_same_as_looking_back(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    from breachwire.records import Change
    from breachwire.store import grouping

    settings = watching(tmp_path, FERNHILL, TALLY)
    rows = grouping.newest(con, ["i_1", "i_2"])
    changes = [Change(incident=r, revision=n, changed=(), previous=None, evidence=()) for n, r in rows.values()]
    assert {h.role for h in save_hits(con, settings, changes, now=NOW, run_id="r")} == {"victim", "provider"}
    assert all(row[3] is False for row in stored(con))
    assert look_back(con, settings, now=NOW, run_id="r") == (0, 0)
