"""What every stage is handed: the settings, the clock, the store, the archive, and how the night is going."""

from __future__ import annotations

import functools
import logging
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from breachwire import __version__
from breachwire.archive import Archive
from breachwire.settings import Settings
from breachwire.store import runs
from breachwire.store.database import Database
from extractors import RULES_VERSION
from flows.engines import Engine
from flows.isolating import Reader, leave_be
from flows.report import NightReport, Progress, Tally
from flows.rules import facts_version, reading_version

if TYPE_CHECKING:
    from breachwire.settings.keywords import Keywords
    from extractors.look import Lookout
    from extractors.relevance import Judge

LOG = logging.getLogger("flows.house")
T = TypeVar("T")
R = TypeVar("R")


class Readers:
    """The judge and both looks of a run, made when the first page asks for them: a second that a quiet night saves."""

    def __init__(self, keywords: Keywords) -> None:
        self._keywords = keywords
        self._apart: Reader[Any, Any] | None = None

    def apart(self, work: Callable[[T], R], *, cpu_s: float) -> Reader[T, R]:
        """A process that does that work, the same one until `rest`; it shares what is made here."""
        self.prepare()
        if self._apart is None:
            self._apart = Reader(work, cpu_s=cpu_s)
        return self._apart

    def rest(self) -> None:
        """Ends that process, if there is one."""
        if self._apart is not None:
            self._apart.rest()
            self._apart = None

    def prepare(self) -> None:
        """Makes them now: before the first request, for while they are made no answer is read, and deadlines pass."""
        _ = self.lookout

    @functools.cached_property
    def judge(self) -> Judge:
        """Made once."""
        from extractors.relevance import Judge

        return Judge(self._keywords)

    @functools.cached_property
    def lookout(self) -> Lookout:
        """Made once, with the same judge."""
        from extractors.look import Lookout

        made = Lookout(self._keywords, self.judge)
        leave_be()
        return made


class _Spent(NamedTuple):
    """Seconds of the clock, and of the processor: of this process and of the readers that it has ended."""

    wall_s: float
    cpu_s: float

    @classmethod
    def so_far(cls) -> _Spent:
        return cls(time.perf_counter(), sum(os.times()[:4]))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The rooms as one run uses them."""

    settings: Settings
    clock: Callable[[], datetime]
    engine: Engine
    progress: Progress
    store: Database
    archive: Archive
    readers: Readers
    run_id: str
    began_at: datetime
    rule_version: str
    facts_version: str
    reading_version: str
    tally: Tally

    @property
    def judge(self) -> Judge:
        """What decides whether a text reports an incident."""
        return self.readers.judge

    @property
    def lookout(self) -> Lookout:
        """The first and the second look."""
        return self.readers.lookout

    def begin(self) -> None:
        """Notes that the run has started."""
        run = runs.Run(
            run_id=self.run_id,
            started_at=self.began_at,
            engine=self.engine.name,
            version=__version__,
            rule_version=self.rule_version,
        )
        with self.store.session() as con:
            runs.begin(con, run)

    def stage(self, title: str, stage: Callable[[House], str], *, retries: int = 0) -> None:
        """Runs a stage; what it returns says in words what came of it."""
        self.progress.stage(title, None)
        started = _Spent.so_far()
        words = self.engine.run(title, functools.partial(stage, self), retries=retries)
        self._stage_over(title, words, started)

    def batches(
        self,
        title: str,
        waiting: Callable[[House], Sequence[T]],
        work: Callable[[House, Sequence[T]], str],
    ) -> None:
        """Runs a stage batch by batch, each a task of its own, until nothing waits: it is asked for many at a time."""
        self.progress.stage(title, None)
        started, done, words = _Spent.so_far(), 0, "nothing waited"
        lot = self.settings.run.batch_size
        try:
            while many := waiting(self):
                for batch in (many[at : at + lot] for at in range(0, len(many), lot)):
                    named = f"{title} {done + 1} to {done + len(batch)}"
                    words = self.engine.run(named, functools.partial(work, self, batch), retries=0)
                    done += len(batch)
                    self.progress.advance(len(batch))
        finally:
            self.readers.rest()
        self._stage_over(title, words, started)

    def _stage_over(self, title: str, words: str, started: _Spent) -> None:
        now = _Spent.so_far()
        seconds, cpu_s = now.wall_s - started.wall_s, now.cpu_s - started.cpu_s
        self.tally.seconds[title] = self.tally.seconds.get(title, 0.0) + seconds
        self.progress.done(title, words)
        LOG.info("%s: %s (%.1f s, %.1f s of CPU)", title, words, seconds, cpu_s)

    def report(self) -> NightReport:
        """Notes that the run has ended, and returns what it found."""
        tally = self.tally
        report = NightReport(
            run_id=self.run_id,
            engine=self.engine.name,
            counts=dict(tally.counts),
            seconds=dict(tally.seconds),
            new=tuple(c for c in tally.changes if c.previous is None),
            changed=tuple(c for c in tally.changes if c.previous is not None),
            failures=tuple(tally.failures),
            notices=tuple(tally.notices),
            published=self.settings.data_dir / "incidents.duckdb",
        )
        self.engine.report(report)
        return report


def archive_of(settings: Settings) -> Archive:
    """The archive in the data folder, as the settings want it."""
    rules, fetch = settings.archive, settings.fetch
    agent = f"{fetch.user_agent} ({fetch.contact})" if fetch.contact else fetch.user_agent
    return Archive(
        settings.data_dir / "archive",
        max_megabytes=rules.max_megabytes,
        max_age=rules.max_age,
        about=(("http-header-user-agent", agent), ("robots", "classic" if fetch.robots else "ignore")),
    )


def open_house(settings: Settings, *, clock: Callable[[], datetime], engine: Engine, progress: Progress) -> House:
    """Everything a run needs, opened. Raises StoreError where the data folder cannot be used."""
    now = clock()
    return House(
        settings=settings,
        clock=clock,
        engine=engine,
        progress=progress,
        store=Database(settings.data_dir / "store.duckdb"),
        archive=archive_of(settings),
        readers=Readers(settings.keywords),
        run_id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        began_at=now,
        rule_version=f"{settings.keywords.version}+{RULES_VERSION}",
        facts_version=facts_version(settings.stories),
        reading_version=reading_version(settings),
        tally=Tally(),
    )
