"""Polls as they are stored: what is new in them, and what a feed says otherwise than before."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from breachwire.store import polling as table
from breachwire.store import revising
from breachwire.store.polling import Poll
from breachwire.store.revising import Bounds
from flows.house import House


def bounds(house: House) -> Bounds:
    """How often, and for how long, pages are asked for again."""
    rules = house.settings.feeds
    return Bounds(times=rules.edits_followed, age=rules.edits_followed_for)


def save_polls(house: House, con: duckdb.DuckDBPyConnection, polls: Sequence[Poll]) -> int:
    """Stores polls; entries that were edited are noted and are not new. Returns how many are new."""
    known = revising.as_known(con, polls)
    fresh = table.save_polls(con, known, run_id=house.run_id)
    shown = (entry for poll in known for entry in poll.entries)
    house.tally.counts["entries_edited"] += revising.note_edits(
        con, shown, bounds(house), now=house.clock(), run_id=house.run_id
    )
    return fresh
