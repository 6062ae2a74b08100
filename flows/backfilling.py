"""The past, on one page: WARC files of any crawler become articles and incidents, dated by what they say.

    ask          which files, and which of them are not read yet
    read         stretch by stretch, by whoever reads (`crews`): page | first look | second look | judged | facts
    put by       what a stretch said, and that it is read; what is kept goes into the archive
    settle       files that are read to their end: articles | copies | incidents, in one transaction, nobody alerted
    publish      at the end, once

A file is one unit. A back-fill that was killed at any instant goes on behind the last stretch that was put by, and ends
in the same rows. Nights are not held up: the data folder is locked only while something is written, and a night that
runs is waited for. What a night left unsettled is settled as that night would have, alerts included.
"""

from __future__ import annotations

import functools
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from breachwire.archive import foreign
from breachwire.errors import ConfigError, ContentError, FetchError
from breachwire.identity import digest
from breachwire.settings import Settings
from breachwire.store import backfills
from breachwire.store.backfills import Job
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from flows import relating, telling
from flows.capturing import Gathered, Stretch, Window, open_source
from flows.crews import Crew
from flows.engines import Direct, Engine
from flows.finishing import finish, put_by, writing
from flows.house import House, open_house
from flows.paths import is_web, named_too_early
from flows.report import Progress

_FINGERPRINT = 1 << 16
"""Bytes at a file's head that it is known by, with its size: its warcinfo names it, and no two are the same."""
_TOGETHER = 500
"""Articles of files that are read to their end, at which these are settled together."""
_TOLD = 200
"""Failures that are kept; files that failed stand in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted: files, and days of publication. `resume`: those too that earlier back-fills did not finish."""

    files: tuple[str, ...]
    window: Window
    alerts: bool = False
    resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """A back-fill that is over. Files by what came of them; `counts` are sums over the files that were read."""

    read: int
    known: int
    failed: int
    counts: Counter[str]
    failures: tuple[str, ...]
    alerts_sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A stretch on its way: of which job, the how-manieth of how many."""

    job: str
    stretch: Stretch
    number: int
    of: int


def backfill(
    settings: Settings,
    asked: Asked,
    crew: Crew,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
    engine: Engine | None = None,
) -> Backfilled:
    """Reads what was asked for and is not read yet.

    Raises LockedError where another back-fill is under way, StoreError, WorkerError where a reader was killed.
    """
    with only_one(settings.data_dir, clock(), name="backfill"):
        house = open_house(settings, clock=clock, engine=engine or Direct(), progress=progress)
        return _Backfill(house, asked).run(crew)


class _Backfill:
    """One back-fill under way."""

    def __init__(self, house: House, asked: Asked) -> None:
        self._house, self._asked = house, asked
        self._parts: deque[_Part] = deque()
        self._open: dict[str, Job] = {}
        self._read: list[Job] = []
        self._files: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._failures: list[str] = []

    def run(self, crew: Crew) -> Backfilled:
        """The page's movements."""
        jobs = self._ask()
        for came in crew.read(self._stretches(jobs)):
            part = self._parts.popleft()
            if part.job in self._open:
                self._came(part, came)
        self._settle()
        sent = self._publish()
        return Backfilled(
            read=self._files["read"],
            known=self._files["known"],
            failed=self._files["failed"],
            counts=self._counts,
            failures=tuple(self._failures),
            alerts_sent=sent,
        )

    def _ask(self) -> list[Job]:
        """The files that are not read yet, as they stand; those that are new to the store wait there from now on."""
        house, window, now = self._house, self._asked.window, self._house.clock()
        jobs: list[Job] = []
        with writing(house), house.store.session() as con:
            stored = backfills.known(con, self._asked.files)
            by_key = {job.job: job for job in stored}
            for path in self._asked.files:
                new = Job(source=path, since=window.since, until=window.until, asked_at=now)
                new = replace(by_key.get(new.job, new), alerts=self._asked.alerts)
                covered = any(j.source == path and backfills.covers(j, new, house.rule_version) for j in stored)
                if named_too_early(path, window.since) or (covered and same_size(path, stored)):
                    self._files["known"] += 1
                else:
                    jobs.append(new)
            if self._asked.resume:
                mine = {job.job for job in jobs}
                jobs += [job for job in backfills.unfinished(con) if job.job not in mine]
            backfills.save(con, [job for job in jobs if job.job not in by_key])
        return jobs

    def _stretches(self, jobs: Sequence[Job]) -> Iterator[tuple[Stretch, Window]]:
        """What is to be read, file by file; each is opened when its turn comes."""
        for job in jobs:
            try:
                opened, stretches = self._opened(job)
            except (ContentError, FetchError) as error:
                self._fail(job, str(error))
                continue
            if opened is None:
                self._files["known"] += 1
                continue
            self._open[job.job] = opened
            for number, stretch in enumerate(stretches, 1):
                self._parts.append(_Part(job=job.job, stretch=stretch, number=number, of=len(stretches)))
                yield stretch, Window(since=job.since, until=job.until)

    def _opened(self, job: Job) -> tuple[Job | None, list[Stretch]]:
        """The job and what is left to read of its file; None where that very file was read elsewhere."""
        house = self._house
        kind: Literal["web", "file"] = "web" if is_web(job.source) else "file"
        whole = Stretch(
            where=job.source, kind=kind, size=0, shape=foreign.Shape(packing="", splits=False), begin=0, end=0
        )
        with open_source(whole, house.settings) as source:
            shape, size = foreign.shape_of(source), source.size
            file_id = digest(str(size), source.read_at(0, _FINGERPRINT).hex())
        goes_on = (
            job.file_id == file_id
            and job.state in (backfills.READING, backfills.FAILED)
            and (job.rule_version, job.reading_version) == (house.rule_version, house.reading_version)
        )
        now = house.clock()
        if not goes_on:
            run_id = f"{now:%Y%m%dT%H%M%SZ}-{digest(job.job, file_id)[:6]}"
            job = replace(job, position=0, counts={}, run_id=run_id)
        job = replace(job, file_id=file_id, size=size, tried_at=now)
        job = replace(job, rule_version=house.rule_version, reading_version=house.reading_version)
        with writing(house), house.store.session() as con:
            if any(backfills.covers(done, job, house.rule_version) for done in backfills.same_file(con, file_id)):
                backfills.save(con, [replace(job, state=backfills.DONE, position=size)])
                return None, []
            if not goes_on:
                backfills.forget_readings(con, job)
            backfills.save(con, [replace(job, state=backfills.READING)])
        step = house.settings.backfill.stretch_megabytes << 20
        begins = range(job.position, size, step) if shape.splits else range(job.position, size, max(size, 1))
        whole = replace(whole, size=size, shape=shape)
        parts = [replace(whole, begin=b, end=min(b + (step if shape.splits else size), size)) for b in begins]
        return job, parts or [replace(whole, begin=size, end=size)]

    def _came(self, part: _Part, came: Gathered) -> None:
        """What a stretch brought is put by; with the last one its file is settled."""
        job, house = self._open[part.job], self._house
        name = job.source.rpartition("/")[2]
        if part.number == 1:
            if sum(read.counts.get("articles_kept", 0) for read in self._read) >= _TOGETHER:
                self._settle()
            house.progress.stage(name, part.of)
        if came.error:
            self._fail(self._open.pop(part.job), came.error)
            return
        if came.rules != house.reading_version:
            raise ConfigError(
                "--scheduler", "a worker has other rules than this machine", "install the same version there"
            )
        self._tell(came.failures)
        title = f"{name}, part {part.number} of {part.of}"
        house.engine.run(title, functools.partial(self._store, part, came), retries=0)
        house.progress.advance(1)
        if part.number == part.of:
            read = self._open.pop(part.job)
            if any(other.alerts != read.alerts for other in self._read):
                self._settle()
            self._read.append(read)
            house.progress.done(name, in_words(read.counts))

    def _store(self, part: _Part, came: Gathered) -> str:
        job = put_by(self._house, self._open[part.job], came, part.stretch.end)
        self._open[part.job] = job
        return in_words(job.counts)

    def _settle(self) -> None:
        """Settles the files that are read to their end."""
        if not self._read:
            return
        house, files = self._house, len(self._read)
        title = f"settle {files} file{'s' * (files > 1)}"
        house.progress.stage(title, None)
        counts = Counter[str]()

        def settle() -> str:
            for job in finish(house, self._read):
                counts.update(job.counts)
            return f"{counts['incidents_new']:,} new incidents, {counts['incidents_changed']:,} changed"

        house.progress.done(title, house.engine.run(title, settle, retries=0))
        self._files["read"] += files
        self._counts.update(counts)
        self._read.clear()

    def _fail(self, job: Job, why: str) -> None:
        """A file that cannot be read costs itself; what was read of it stays for the next time."""
        self._files["failed"] += 1
        self._tell([why])
        now, house = self._house.clock(), self._house
        failed = replace(job, state=backfills.FAILED, error=why, tries=job.tries + 1, tried_at=now)
        with writing(house), house.store.session() as con:
            backfills.save(con, [failed])
        house.progress.done(job.source.rpartition("/")[2], f"cannot be read: {why}")

    def _tell(self, failures: Sequence[str]) -> None:
        self._failures += failures[: max(0, _TOLD - len(self._failures))]

    def _publish(self) -> int:
        """Puts what is new into the published file, and sends alerts where they were asked for. Returns how many."""
        house = self._house
        with writing(house):
            with house.store.session() as con:
                settled = backfills.settled(con)
            if not settled:
                return 0
            house.progress.stage("publish", None)
            with house.store.session() as con:
                relating.relate(con, house.settings, now=house.clock(), run_id=settled[-1].run_id or house.run_id)
            if any(job.alerts for job in settled):
                telling.send_alerts(house)
                self._tell(house.tally.failures)
            done = publish(house.store.path, house.settings.data_dir / "incidents.duckdb", house.settings.publish)
            with house.store.session() as con:
                backfills.save(con, [replace(job, state=backfills.DONE) for job in settled])
        house.progress.done("publish", f"{done.incidents} incidents in {house.settings.data_dir / 'incidents.duckdb'}")
        return house.tally.counts["alerts_sent"]


def same_size(path: str, stored: Sequence[Job]) -> bool:
    """Whether a file on this machine is as long as it was; what is at an address is taken to be what it was."""
    if is_web(path):
        return True
    try:
        size = Path(path).stat().st_size
    except OSError:
        return False
    return any(job.source == path and job.size == size for job in stored)


def in_words(counts: Mapping[str, int]) -> str:
    """What came of a file so far."""
    words = f"{counts.get('pages', 0):,} pages, {counts.get('articles_kept', 0):,} report an incident"
    if counts.get("damaged"):
        words += f", {counts['damaged']:,} stretches of bytes damaged"
    return words
