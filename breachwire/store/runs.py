"""One row a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from breachwire.errors import StoreError
from breachwire.store.database import connect, insert

_LAST_GOOD = """
    SELECT max(started_at) FROM runs
    WHERE ended_at IS NOT NULL AND engine IN ('direct', 'prefect')
        AND (coalesce(counts['feeds_polled'], 0) = 0 OR counts['feeds_failed'] < counts['feeds_polled'])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it starts."""

    run_id: str
    started_at: datetime
    engine: str
    version: str
    rule_version: str


def begin(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Notes that a run has started."""
    insert(con, "runs", [asdict(run) | {"outcome": "running"}])


def last_starts(con: duckdb.DuckDBPyConnection, count: int) -> list[datetime]:
    """When the last runs started, newest first, the present one included, back-fills not."""
    rows = con.execute(
        f"SELECT started_at FROM runs WHERE engine <> 'backfill' ORDER BY started_at DESC LIMIT {count:d}"
    ).fetchall()
    return [row[0] for row in rows]


def end(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    *,
    ended_at: datetime,
    counts: Mapping[str, int],
    seconds: Mapping[str, float],
    failures: int,
) -> None:
    """Notes how a run ended."""
    con.execute(
        "UPDATE runs SET ended_at = $at, outcome = $outcome, counts = map($names, $numbers), "
        "seconds = map($stages, $times) WHERE run_id = $id",
        {
            "at": ended_at,
            "outcome": "failures" if failures else "ok",
            "names": list(counts),
            "numbers": list(counts.values()),
            "stages": list(seconds),
            "times": [round(s, 3) for s in seconds.values()],
            "id": run_id,
        },
    )


def note_seconds(con: duckdb.DuckDBPyConnection, run_id: str, stage: str, seconds: float) -> None:
    """Adds what a stage took that was over only when its run had been noted as ended."""
    con.execute(
        "UPDATE runs SET seconds = map_concat(seconds, map([$stage], [$seconds])) WHERE run_id = $id",
        {"stage": stage, "seconds": round(seconds, 3), "id": run_id},
    )


def last_good_night(published: Path) -> datetime | None:
    """When the last good night of that published file began; None where there was none.

    Good is a night that came to its end and reached a feed, if it asked for any: one without a network does not count.
    Raises StoreError where the file cannot be read.
    """
    if not published.is_file():
        return None
    try:
        con = connect(published, read_only=True)
        try:
            row = con.execute(_LAST_GOOD).fetchone()
        finally:
            con.close()
    except duckdb.Error as error:
        what = str(error).splitlines()[0]
        raise StoreError(str(published), what, "publish it again with `breachwire run`") from None
    return row[0] if row else None
