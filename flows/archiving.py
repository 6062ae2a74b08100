"""What a night keeps for ever: each page that is worth reading, with all that the store knows of it before it is read.

docs/archive.md says what a store that is built anew from that has, and what not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from breachwire.archive import Kept, NightOver, Origin
from breachwire.records import Reply
from breachwire.store import rebuilding
from breachwire.store.polling import Fetched
from flows.house import House


def keep(house: House, con: duckdb.DuckDBPyConnection, batch: Sequence[tuple[Fetched, Reply | None]]) -> list[Fetched]:
    """Archives the pages of a batch that are worth reading; returns the batch with the ids of their records.

    A page that comes with a record and without a reply has not changed since that record was written.
    """
    known = rebuilding.first_sights(con, [f.entry.article_id for f, _ in batch if f.page])
    worth = [(f, reply) for f, reply in batch if f.page]
    ids = house.archive.keep([Kept(origin=_origin(house, f, known), reply=reply) for f, reply in worth])
    house.tally.notices += house.archive.notices
    house.archive.notices.clear()
    records = iter(ids)
    return [_as_kept(f, next(records)) if f.page else f for f, _ in batch]


def _as_kept(fetched: Fetched, record: str | None) -> Fetched:
    assert fetched.page
    page = fetched.page
    return replace(fetched, page=replace(page, archive_record=record or page.archive_record, body=None))


def _origin(house: House, fetched: Fetched, known: dict[str, rebuilding.FirstSight]) -> Origin:
    page, entry = fetched.page, fetched.entry
    assert page
    sight = known.get(entry.article_id) or rebuilding.unseen(entry.feed_id, page.fetched_at)
    return Origin(
        entry=entry,
        feed=sight.feed,
        first_seen_at=sight.at,
        fetched_at=page.fetched_at,
        final_url=page.final_url,
        content_type=page.content_type,
        run_id=house.run_id,
        outcome=fetched.outcome,
        error=fetched.error,
        look=fetched.verdict,
        record=page.archive_record,
    )


def note_night_over(house: House) -> None:
    """Says in the archive that this night has settled what it read: a rebuild then settles at the same places."""
    counts = house.tally.counts
    if counts["pages_read"] or counts["incidents_new"] or counts["incidents_changed"]:
        over = NightOver(run_id=house.run_id, settled_at=house.clock(), rule_version=house.rule_version)
        house.archive.note_night_over(over)
