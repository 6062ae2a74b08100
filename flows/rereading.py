"""Reading stored documents again, on several processors: the pure half of a replay.

In: what is stored of a document. Out: how reading it ends under today's rules. A text that is stored is judged as it
is; a page that was turned away is read from the archive, as all are where that is asked for. Claims and sketch of a
text are not made again where the same rules made them. What says the same as before comes back as its verdicts alone:
the processes tell one another no more than they must.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing.util import Finalize

from breachwire import worker
from breachwire.archive import Archive
from breachwire.errors import BreachwireError, ContentError, StoreError
from breachwire.records import Reading
from breachwire.settings import Settings
from breachwire.store.reading import Outcome
from breachwire.store.replaying import Stored, claim_rows
from breachwire.store.sketches import as_stored
from extractors.look import Lookout
from extractors.relevance import Judge
from flows.house import archive_of
from flows.isolating import Lost, Reader
from flows.rules import facts_version, reading_version
from flows.understanding import judge_article, read_carefully, read_claims

BATCH = 100
"""Documents handed to a worker at once: half a second of work, so that a bar moves and Ctrl-C is heard."""
AHEAD = 3
"""Batches that wait for each worker, so that none is idle while the writer writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """How reading one stored document again ended.

    `same`: nothing differs from what is stored but verdicts and `score`; the outcome of a text has no reading then.
    """

    outcome: Outcome
    same: bool = False
    score: float | None = None
    damaged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What reading takes, for one process."""

    settings: Settings
    archive: Archive
    lookout: Lookout
    judge: Judge
    facts_version: str
    reading_version: str


def desk_for(settings: Settings) -> Desk:
    """A desk under those settings; takes half a second."""
    judge = Judge(settings.keywords)
    return Desk(
        settings=settings,
        archive=archive_of(settings),
        lookout=Lookout(settings.keywords, judge),
        judge=judge,
        facts_version=facts_version(settings.stories),
        reading_version=reading_version(settings),
    )


def reader_for(settings: Settings) -> Reader[Stored, Reread]:
    """Who reads, apart from this process, at such a desk."""
    return Reader(partial(_one, desk_for(settings)), cpu_s=settings.article.read_deadline_s)


def reread_all(settings: Settings, documents: Iterable[Stored], *, workers: int) -> Iterator[list[Reread]]:
    """All documents, batch by batch, in their order. One worker is this process itself."""
    batches = _batches(iter(documents))
    if workers == 1:
        reader = reader_for(settings)
        try:
            yield from (reread(reader, batch) for batch in batches)
        finally:
            reader.rest()
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(settings,)
    )
    waiting: deque[Future[list[Reread]]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(_work, batch))
            if len(waiting) >= workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerError("a worker process was killed: is there too little memory? try --workers 1") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class WorkerError(BreachwireError):
    """A worker process ended before its work did."""


def reread(reader: Reader[Stored, Reread], batch: Sequence[Stored]) -> list[Reread]:
    """One batch. What is wrong with one document is its own affair, a bug of ours included."""
    read = reader.each(batch)
    return [_lost(s, r.why) if isinstance(r, Lost) else r for s, r in zip(batch, read, strict=True)]


def _lost(stored: Stored, why: str) -> Reread:
    return Reread(outcome=Outcome(page=stored.page, error=f"{stored.page.entry.url}: {why}"))


def _one(desk: Desk, stored: Stored) -> Reread:
    try:
        outcome, same = _outcome(desk, stored)
    except (ContentError, StoreError) as error:
        damaged = f"page {error}" if isinstance(error, StoreError) else ""
        return Reread(outcome=Outcome(page=stored.page, error=str(error)), damaged=damaged)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        told = f"page {stored.page.entry.url}: a bug, please report it: {what}"
        return Reread(outcome=Outcome(page=stored.page, error=what), damaged=told)
    if not same:
        return Reread(outcome=outcome)
    score = outcome.reading.verdict.score if outcome.reading else None
    return Reread(outcome=replace(outcome, reading=None), same=True, score=score)


def _outcome(desk: Desk, stored: Stored) -> tuple[Outcome, bool]:
    """How reading it ends, and whether that is what is stored, but for verdicts."""
    article = stored.article
    if article is None:
        outcome = replace(read_carefully(desk, stored.page), page=stored.page)
        return outcome, outcome.reading is None and not stored.kept
    round_up, verdict = judge_article(desk, article, stored.page.entry.canonical_url)
    outcome = Outcome(page=stored.page, verdicts=(verdict,), rules=desk.reading_version)
    if not verdict.kept:
        return outcome, False
    if stored.facts_version == desk.facts_version and not round_up.sections and not stored.sections:
        reading = Reading(article=article, verdict=verdict, facts_version=desk.facts_version)
        return replace(outcome, reading=reading), True
    reading = read_claims(desk, article, round_up, verdict)
    same = (
        reading.sections == stored.sections
        and as_stored(reading.sketch) == stored.sketch
        and claim_rows(reading.claims) == stored.claims
    )
    return replace(outcome, reading=reading), same


_reader: list[Reader[Stored, Reread]] = []


def _begin(settings: Settings) -> None:
    worker.begin()
    reader = reader_for(settings)
    _reader.append(reader)
    Finalize(reader, reader.rest, exitpriority=1)


def _work(batch: Sequence[Stored]) -> list[Reread]:
    return reread(_reader[0], batch)


def _batches(documents: Iterator[Stored]) -> Iterator[list[Stored]]:
    while batch := list(islice(documents, BATCH)):
        yield batch
