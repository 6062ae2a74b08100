"""Edited entries: noticed at polling, and their pages asked for again, within bounds (`[feeds]` of settings.toml).

An article that was kept is asked for with its validators; what comes is read as any page, and `store.earlier` weighs it
against what was there. One that was turned away is asked for again only if the first look likes the edited words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from breachwire.errors import FetchError, StoreError
from breachwire.fetching import Ask, Fetcher, Limits, Robots, fetch_many
from breachwire.records import Page, Reply
from breachwire.store import polling as table
from breachwire.store import revising
from breachwire.store.polling import Fetched
from breachwire.store.revising import Edited
from flows import archiving
from flows.collecting import SILENT_PAGES, look_at
from flows.house import House
from flows.noticing import bounds


def ask_again(house: House) -> str:
    """Asks again for the pages of edited entries. Returns what came of it in words."""
    with house.store.session() as con:
        waiting = revising.edits_waiting(con, bounds(house), now=house.clock())
        worth = [edited for edited in waiting if _is_worth_it(house, edited)]
        ids = {e.entry.article_id for e in waiting} - {e.entry.article_id for e in worth}
        revising.note_asked(con, dict.fromkeys(ids, ("ok", None)), now=house.clock(), asked=False)
    if not worth:
        return "no page of an edited entry waited"
    house.progress.stage("ask edited pages again", len(worth))
    changed = asyncio.run(_ask(house, worth))
    house.tally.counts.update({"pages_asked_again": len(worth), "pages_asked_again_changed": changed})
    return f"{len(worth)} asked again, {changed} have changed"


def _is_worth_it(house: House, edited: Edited) -> bool:
    if edited.kept or edited.page:
        return True
    entry = edited.entry
    words = Page(entry=entry, source="", final_url=entry.url, body=None, content_type=None, fetched_at=house.clock())
    return house.lookout.look(words).kept


async def _ask(house: House, edits: Sequence[Edited]) -> int:
    """Asks, and stores what came batch by batch. Returns how many pages have changed."""
    fetch = house.settings.fetch
    limits = Limits(deadline_s=fetch.page_deadline_s, max_bytes=fetch.max_page_bytes, give_up_after=SILENT_PAGES)
    stored = {edited.entry.article_id: _stored(house, edited) for edited in edits}
    asks = {_ask_for(edited, stored[edited.entry.article_id]): edited for edited in edits}
    batch: list[tuple[Edited, Reply | FetchError]] = []
    changed = 0
    async with Fetcher(fetch, clock=house.clock) as fetcher:
        robots = Robots(fetcher, deadline_s=limits.deadline_s) if fetch.robots else None
        async for ask, answer in fetch_many(fetcher, asks, limits, robots):
            batch.append((asks[ask], answer))
            house.progress.advance(1)
            if len(batch) >= house.settings.run.batch_size:
                changed += _save(house, batch, stored)
                batch.clear()
    return changed + _save(house, batch, stored)


def _stored(house: House, edited: Edited) -> Reply | None:
    """What the archive has of the page; None where it has nothing that can be read."""
    if edited.page is None or edited.page.archive_record is None:
        return None
    try:
        return house.archive.read(edited.page.archive_record)
    except StoreError as error:
        house.tally.failures.append(f"page {error}")
        return None


def _ask_for(edited: Edited, stored: Reply | None) -> Ask:
    if stored is None:
        return Ask(url=edited.entry.url)
    return Ask(url=edited.entry.url, etag=stored.header("etag"), last_modified=stored.header("last-modified"))


def _save(house: House, batch: Sequence[tuple[Edited, Reply | FetchError]], stored: dict[str, Reply | None]) -> int:
    """Archives and stores a batch. Returns how many pages are not what they were."""
    fetched: list[tuple[Fetched, Reply | None]] = []
    ended: dict[str, tuple[str, str | None]] = {}
    changed = 0
    for edited, answer in batch:
        own, before = edited.entry.article_id, stored[edited.entry.article_id]
        if isinstance(answer, FetchError) and before is not None:
            ended[own] = ("waiting" if answer.transient else "failed", answer.what)
            house.tally.notices.append(f"page {edited.entry.url}, asked again: {answer.what}")
            continue
        one, reply = _looked_at(house, edited, answer, before)
        ended[own] = "ok", None
        if one.page is None and edited.kept:  # what is kept is not lost to a page that says nothing any more
            ended[own] = "ok", "the first look finds nothing in the page any more: what it said before stays"
            continue
        fetched.append((one, reply))
        changed += reply is not None
    with house.store.session() as con:
        table.save_fetched(con, archiving.keep(house, con, fetched), now=house.clock(), run_id=house.run_id)
        revising.note_asked(con, ended, now=house.clock())
    return changed


def _looked_at(
    house: House, edited: Edited, answer: Reply | FetchError, before: Reply | None
) -> tuple[Fetched, Reply | None]:
    """How asking again ended, and the reply where it is to be archived: not if the page is the same."""
    if isinstance(answer, Reply) and before is not None and (answer.status == 304 or answer.body == before.body):
        one = look_at(house, edited.entry, replace(before, fetched_at=answer.fetched_at))
        record = edited.page.archive_record if edited.page else None
        return replace(one, page=one.page and replace(one.page, archive_record=record)), None
    one = look_at(house, edited.entry, answer)
    return one, answer if isinstance(answer, Reply) and one.page else None
