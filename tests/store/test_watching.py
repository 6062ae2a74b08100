"""What incidents are recognised by on the watchlist, as the store gives it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from breachwire.store.database import Database, Row, insert
from breachwire.store.watching import sightings

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


def revision(incident: str, number: int, victim: str, *, into: str | None = None, withdrawn: bool = False) -> Row:
    row: Row = {
        "incident_id": incident,
        "revision": number,
        "victim": victim,
        "victim_names": [victim, f"{victim} plc"],
    }
    row |= {"title": f"{victim} was hit", "run_id": "r", "revised_at": NOW, "article_count": 1, "source_count": 1}
    return row | {"changed": [], "merged_into": into, "withdrawn": withdrawn}


def test_some_incidents_are_told_of_as_all_are(tmp_path: Path) -> None:
    rows = [
        revision("i_renamed", 1, "Larkmoor Dairy"),
        revision("i_renamed", 2, "Larkmoor Foods"),
        revision("i_merged", 1, "Larkmoor"),
        revision("i_merged", 2, "Larkmoor", into="i_renamed"),
        revision("i_withdrawn", 1, "Quietwater", withdrawn=True),
        revision("i_back", 1, "Penhollow", withdrawn=True),
        revision("i_back", 2, "Penhollow"),
    ]
    with Database(tmp_path / "store.duckdb").session() as con:
        insert(con, "incident_revisions", rows)
        every = list(sightings(con))
        assert [told.names[0] for told in every] == ["Penhollow", "Larkmoor Foods"]
        assert list(sightings(con, [row["incident_id"] for row in rows])) == every
        assert list(sightings(con, ["i_renamed", "i_merged", "i_unknown"])) == every[1:]
        assert list(sightings(con, [])) == []
