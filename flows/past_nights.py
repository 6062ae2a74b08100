"""A night of the past, as a rebuild goes through it once more: what it archived is stored, then settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from breachwire import __version__
from breachwire.archive import NightOver
from breachwire.store import polling, reading, rebuilding, runs
from breachwire.store.polling import Fetched
from flows.house import House
from flows.night import understand
from flows.report import Quiet, Tally
from flows.rereading import Reread
from flows.shelf import Item


@dataclass(slots=True)
class Night:
    """What was archived since the last settling: read already, stored batch by batch, and then settled."""

    house: House
    nights: int = 0
    _batch: list[tuple[Item, Reread]] = field(default_factory=list)
    _began: datetime | None = None
    _last: Item | None = None
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item, reread: Reread) -> None:
        """One more page."""
        self._began = self._began or item.page.fetched_at
        self._last = item
        self._batch.append((item, reread))

    def save(self) -> None:
        """Stores what came; of pages that came twice the last one, but a poor one never in the place of a good one."""
        if not self._batch:
            return
        with self.house.store.session() as con:
            known = rebuilding.known_pages(con, [item.origin.entry.article_id for item, _ in self._batch])
            chosen: dict[str, tuple[Item, Reread]] = {}
            for item, reread in self._batch:
                own = item.origin.entry.article_id
                if not item.poor or own not in known | chosen.keys():
                    chosen.pop(own, None)
                    chosen[own] = item, reread
            for run_id, part in groupby(chosen.values(), key=lambda pair: pair[0].origin.run_id):
                self._store(con, run_id, list(part))
        self._batch.clear()

    def _store(self, con: rebuilding.Connection, run_id: str, part: Sequence[tuple[Item, Reread]]) -> None:
        now = part[-1][0].page.fetched_at
        sights = [
            (i.origin.entry, rebuilding.FirstSight(at=i.origin.first_seen_at, feed=i.origin.feed)) for i, _ in part
        ]
        rebuilding.save_sights(con, sights, run_id=run_id)
        fetched = [
            Fetched(
                entry=i.origin.entry, outcome=i.origin.outcome, verdict=i.origin.look, page=i.page, error=i.origin.error
            )
            for i, _ in part
        ]
        polling.save_fetched(con, fetched, now=now, run_id=run_id)
        version = self.house.rule_version
        outcomes = [reread.outcome for _, reread in part]
        reading.save_readings(con, outcomes, rule_version=version, now=now, run_id=run_id)
        self._counts["pages_read"] += len(part)
        self._counts["articles_kept"] += sum(1 for outcome in outcomes if outcome.reading)
        self._counts["pages_unreadable"] += sum(1 for outcome in outcomes if outcome.error)
        self.house.tally.failures += [reread.damaged for _, reread in part if reread.damaged]

    def settle(self, over: NightOver) -> None:
        """What that night settled."""
        self.save()
        house = replace(self.house, run_id=over.run_id, clock=lambda: over.settled_at, progress=Quiet(), tally=Tally())
        run = runs.Run(
            run_id=over.run_id,
            started_at=self._began or over.settled_at,
            engine=house.engine.name,
            version=__version__,
            rule_version=house.rule_version,
        )
        with house.store.session() as con:
            runs.begin(con, run)
        understand(house)
        counts = house.tally.counts + self._counts
        with house.store.session() as con:
            runs.end(con, over.run_id, ended_at=over.settled_at, counts=counts, seconds={}, failures=0)
        self.nights += 1
        self._began, self._last, self._counts = None, None, Counter()

    def settle_rest(self) -> None:
        """What was archived by a run that never ended, or by versions that did not say when a night was over."""
        self.save()
        if (last := self._last) is not None:
            run_id = last.origin.run_id or f"{last.page.fetched_at:%Y%m%dT%H%M%SZ}-rebuilt"
            self.settle(NightOver(run_id=run_id, settled_at=last.page.fetched_at, rule_version=""))
