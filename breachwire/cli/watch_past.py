"""What watched names hit among the incidents that are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from breachwire.cli.folders import Folders
from breachwire.errors import LockedError, StoreError
from breachwire.records import WatchHit

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from breachwire.settings.models import WatchName
    from breachwire.watching.watcher import Miss


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """An incident that is shown beside a hit or a near miss."""

    title: str
    disclosed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was found, the newest incidents first; `why` says why nobody could look, where that is so."""

    hits: tuple[WatchHit, ...] = ()
    misses: tuple[Miss, ...] = ()
    about: dict[str, About]
    why: str = ""

    def count(self, name: str) -> int | None:
        """How many incidents a name hits; None where nobody could look."""
        return None if self.why else Counter(hit.name for hit in self.hits)[name]


def look(folders: Folders, entries: Sequence[WatchName], *, with_misses: bool) -> Past:
    """Compares names with everything stored. A store that is missing or in use is no error: `why` says so."""
    if not folders.store.is_file():
        return Past(about={}, why="nothing is stored yet: the first run compares what it finds")
    from breachwire.settings.models import Watchlist
    from breachwire.store import watching
    from breachwire.store.database import connect
    from breachwire.watching.watcher import Watcher

    watcher = Watcher(Watchlist(names=tuple(entries)))
    hits: list[WatchHit] = []
    misses: list[Miss] = []
    try:
        con = connect(folders.store, read_only=True)
        try:
            for sighting in watching.sightings(con) if entries else ():
                found = watcher.hits(sighting)
                hits += found
                if with_misses and not found:
                    misses += watcher.misses(sighting)
            about = _about(con, {hit.incident_id for hit in hits} | {miss.incident_id for miss in misses})
        finally:
            con.close()
    except LockedError:
        return Past(about={}, why="a run has the store open: it, or the next one, looks for them in what is stored")
    except StoreError as error:
        return Past(about={}, why=f"what is stored could not be looked at: {error}")
    order = sorted(about, key=lambda i: (about[i].disclosed_on or date.min, i), reverse=True)
    place = {incident_id: at for at, incident_id in enumerate(order)}
    return Past(
        hits=tuple(sorted(hits, key=lambda hit: (place[hit.incident_id], -hit.score))),
        misses=tuple(sorted(misses, key=lambda miss: place[miss.incident_id])),
        about=about,
    )


def _about(con: DuckDBPyConnection, ids: set[str]) -> dict[str, About]:
    rows = con.execute(
        "SELECT incident_id, title, disclosed_on FROM incidents WHERE incident_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": sorted(ids)},
    ).fetchall()
    return {row[0]: About(title=row[1], disclosed_on=row[2]) for row in rows}


def counted(folders: Folders) -> dict[str, tuple[int, date | None]]:
    """Watched name to how many incidents it hits, and when the last of them was disclosed; from the published file."""
    if not folders.published.is_file():
        return {}
    from breachwire.cli import published

    with published.opened(folders) as con:
        answer = published.ask(
            con,
            "SELECT h.name, count(*), max(i.disclosed_on) FROM watch_hits AS h JOIN incidents AS i USING (incident_id) "
            "GROUP BY h.name",
        )
    return {str(row[0]): (int(str(row[1])), row[2]) for row in answer.rows}  # type: ignore[misc]
