"""What is written for a back-fill: what a stretch said is put by, and a file that is read to its end is settled.

A night that is under way is waited for. What is put by is no article yet: a night that comes between settles no half of
a file, and tells nobody of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import duckdb
from pydantic import TypeAdapter

from breachwire import __version__
from breachwire.archive import Kept, NightOver
from breachwire.errors import LockedError
from breachwire.records import Verdict
from breachwire.settings.models import Alerts
from breachwire.store import backfills, polling, reading, rebuilding, runs
from breachwire.store.backfills import Job
from breachwire.store.lock import only_one
from breachwire.store.polling import Fetched
from flows import settling
from flows.capturing import Gathered, Taken
from flows.house import House
from flows.understanding import fold_awaiting

LOG = logging.getLogger(__name__)
_TAKEN = TypeAdapter(Taken)
_AT_ONCE = 200
"""Articles stored by one statement each: how much of them is in memory."""
_WAIT_S = 1.0


@contextmanager
def writing(house: House) -> Iterator[None]:
    """Holds the data folder; waits for a night that has it."""
    with ExitStack() as held:
        waited = False
        while True:
            try:
                held.enter_context(only_one(house.settings.data_dir, house.clock(), brief=True))
                break
            except LockedError as error:
                if not waited:
                    LOG.info("waiting: %s", error)
                    house.progress.stage(f"wait for {error.holder}", None)
                waited = True
                time.sleep(_WAIT_S)
        yield


def put_by(house: House, job: Job, came: Gathered, position: int) -> Job:
    """Archives the articles of a stretch that are new, and keeps what they say until the file is done."""
    assert job.run_id
    with writing(house), house.store.session() as con:
        known = backfills.known_articles(con, [t.origin.entry.article_id for t in came.taken])
        taken = [t for t in came.taken if t.origin.entry.article_id not in known]
        taken = [replace(t, origin=replace(t.origin, run_id=job.run_id)) for t in taken]
        kept = [t for t in taken if t.reply]
        archived = iter(
            house.archive.keep([Kept(origin=t.origin, reply=t.reply) for t in kept], filed_at=house.clock())
        )
        taken = [_at(t, next(archived)) if t.reply else t for t in taken]
        rows = [(t.origin.entry.article_id, _TAKEN.dump_json(t).decode()) for t in taken]
        counts = came.counts + type(came.counts)(known=len(came.taken) - len(taken))
        return backfills.save_readings(con, job, rows, position=position, counts=counts)


def _at(taken: Taken, record: str | None) -> Taken:
    """The same, with the place in the archive where its page stands."""
    outcome = taken.outcome
    assert outcome.reading
    article = replace(outcome.reading.article, archive_record=record)
    page = replace(outcome.page, archive_record=record)
    read = replace(outcome, page=page, reading=replace(outcome.reading, article=article))
    return replace(taken, outcome=read, reply=None)


def finish(house: House, jobs: Sequence[Job]) -> list[Job]:
    """Makes articles of what was put by of those files, and settles them together: all of it, or nothing.

    Together, for settling asks the whole store: two seconds of CPU in one of a million articles, for six or for
    six hundred. What was settled counts for the last file.
    """
    now, run_id = house.clock(), jobs[-1].run_id
    assert run_id
    loud = any(job.alerts for job in jobs)
    quiet = house.settings if loud else house.settings.model_copy(update={"alerts": Alerts()})
    with writing(house):
        with house.store.session() as con:
            if backfills.unsettled(con):
                fold_awaiting(con, house.settings.stories)
                settling.settle(con, house.settings, now=now, run_id=run_id)
            stored = [_make_articles(house, con, job) for job in jobs]
            fold_awaiting(con, house.settings.stories)
            changes, _ = settling.settle(con, quiet, now=now, run_id=run_id)
            new = sum(1 for change in changes if change.previous is None)
            settled = {"incidents_new": new, "incidents_changed": len(changes) - new}
            done = [
                _note_done(house, con, job, {"articles_stored": count} | (settled if job is jobs[-1] else {}))
                for job, count in zip(jobs, stored, strict=True)
            ]
        house.archive.note_night_over(NightOver(run_id=run_id, settled_at=now, rule_version=house.rule_version))
    return done


def _note_done(house: House, con: duckdb.DuckDBPyConnection, job: Job, told: Mapping[str, int]) -> Job:
    """Notes that a file is done, and its row in `runs`."""
    now, counts = house.clock(), dict(job.counts) | dict(told)
    assert job.run_id
    run = runs.Run(
        run_id=job.run_id,
        started_at=job.tried_at or now,
        engine="backfill",
        version=__version__,
        rule_version=house.rule_version,
    )
    runs.begin(con, run)
    runs.end(con, job.run_id, ended_at=now, counts=counts, seconds={}, failures=counts.get("damaged", 0))
    done = replace(job, state=backfills.SETTLED, counts=counts, error=None, tried_at=now)
    backfills.save(con, [done])
    backfills.forget_readings(con, job)
    return done


def _make_articles(house: House, con: duckdb.DuckDBPyConnection, job: Job) -> int:
    """Stores what was put by of a file, but what a night has brought meanwhile. Returns how many articles it was."""
    count, verdicts = 0, list[Verdict]()
    texts = backfills.readings(con, job)
    for begin in range(0, len(texts), _AT_ONCE):
        taken = [_TAKEN.validate_json(text) for text in texts[begin : begin + _AT_ONCE]]
        known = backfills.known_articles(con, [t.origin.entry.article_id for t in taken])
        taken = [t for t in taken if t.origin.entry.article_id not in known]
        _store(house, con, [t for t in taken if t.outcome.reading], job)
        for t in taken:
            verdicts += [t.origin.look, *t.outcome.verdicts] if t.origin.look and not t.outcome.reading else []
            count += t.outcome.reading is not None
    polling.save_decisions(con, verdicts, now=house.clock(), run_id=job.run_id or "")
    return count


def _store(house: House, con: duckdb.DuckDBPyConnection, taken: Sequence[Taken], job: Job) -> None:
    """As a night stores them: entry, page, attempts, decisions, article, claims, sketch."""
    now, run_id = house.clock(), job.run_id or ""
    shown = backfills.known_entries(con, [t.origin.entry.article_id for t in taken])
    sights = [
        (t.origin.entry, rebuilding.FirstSight(at=t.origin.first_seen_at, feed=t.origin.feed))
        for t in taken
        if t.origin.entry.article_id not in shown
    ]
    rebuilding.save_sights(con, sights, run_id=run_id)
    fetched = [Fetched(entry=t.origin.entry, outcome="ok", verdict=t.origin.look, page=t.outcome.page) for t in taken]
    polling.save_fetched(con, fetched, now=now, run_id=run_id)
    outcomes = [t.outcome for t in taken]
    reading.save_readings(con, outcomes, rule_version=house.rule_version, now=now, run_id=run_id)
