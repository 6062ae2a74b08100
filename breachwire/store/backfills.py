"""Which WARC files were asked for, how far each is, and what was read in those that are not done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import duckdb

from breachwire.identity import digest
from breachwire.store.database import Row, fetch, insert, row_of

WAITING, READING, SETTLED, DONE, FAILED = "waiting", "reading", "settled", "done", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file that was asked for: the columns of `backfill_files`, whose comments say more."""

    source: str
    since: date | None = None
    until: date | None = None
    alerts: bool = False
    state: str = WAITING
    file_id: str | None = None
    size: int | None = None
    position: int = 0
    rule_version: str = ""
    reading_version: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    tries: int = 0
    asked_at: datetime
    tried_at: datetime | None = None
    run_id: str | None = None

    @property
    def job(self) -> str:
        """Its key."""
        return digest(self.source, str(self.since), str(self.until))


def known(con: duckdb.DuckDBPyConnection, sources: Iterable[str]) -> list[Job]:
    """What is stored of files at those places."""
    return _jobs(con, "WHERE source IN (SELECT unnest($names))", {"names": list(sources)})


def unfinished(con: duckdb.DuckDBPyConnection) -> list[Job]:
    """Files that were asked for and are not done, in the order in which they were asked for."""
    return _jobs(con, f"WHERE state NOT IN ('{SETTLED}', '{DONE}')")


def same_file(con: duckdb.DuckDBPyConnection, file_id: str) -> list[Job]:
    """Where that very file was read to its end."""
    return _jobs(con, f"WHERE state IN ('{SETTLED}', '{DONE}') AND file_id = $file_id", {"file_id": file_id})


def covers(done: Job, asked: Job, rule_version: str) -> bool:
    """Whether what was read says all that is asked for, under those rules."""
    return (
        done.state in (SETTLED, DONE)
        and done.rule_version == rule_version
        and (done.since is None or (asked.since is not None and done.since <= asked.since))
        and (done.until is None or (asked.until is not None and done.until >= asked.until))
    )


def settled(con: duckdb.DuckDBPyConnection) -> list[Job]:
    """Files whose articles are stored, and not published yet."""
    return _jobs(con, f"WHERE state = '{SETTLED}'")


def save(con: duckdb.DuckDBPyConnection, jobs: Sequence[Job]) -> None:
    """Stores how files are, in the place of what was known."""
    con.execute("DELETE FROM backfill_files WHERE job IN (SELECT unnest($jobs))", {"jobs": [j.job for j in jobs]})
    insert(con, "backfill_files", [_row(job) for job in jobs])


def save_readings(
    con: duckdb.DuckDBPyConnection,
    job: Job,
    taken: Sequence[tuple[str, str]],
    *,
    position: int,
    counts: Mapping[str, int],
) -> Job:
    """Stores what a stretch of a file said, as (article id, JSON), and that the file is read up to there."""
    rows = [
        {"job": job.job, "number": job.position + nth, "article_id": article_id, "taken": text}
        for nth, (article_id, text) in enumerate(taken)
    ]
    insert(con, "backfill_readings", rows)
    summed = dict(job.counts) | {name: job.counts.get(name, 0) + count for name, count in counts.items()}
    after = replace(job, state=READING, position=position, counts=summed)
    save(con, [after])
    return after


def readings(con: duckdb.DuckDBPyConnection, job: Job) -> list[str]:
    """What was read in a file, in its order; of an article that came several times the last."""
    rows = con.execute(
        "SELECT taken FROM backfill_readings WHERE job = $job "
        "QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY number DESC) = 1 ORDER BY number",
        {"job": job.job},
    )
    return [str(row[0]) for row in rows.fetchall()]


def forget_readings(con: duckdb.DuckDBPyConnection, job: Job) -> None:
    """They are articles now, or stale."""
    con.execute("DELETE FROM backfill_readings WHERE job = $job", {"job": job.job})


def known_articles(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> set[str]:
    """Those that are kept already, or whose page a night has archived: they are left to the nights."""
    rows = con.execute(
        "SELECT article_id FROM pages WHERE archive_record IS NOT NULL AND article_id IN (SELECT unnest($ids)) "
        "UNION SELECT article_id FROM articles WHERE article_id IN (SELECT unnest($ids))",
        {"ids": list(ids)},
    )
    return {str(row[0]) for row in rows.fetchall()}


def known_entries(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> set[str]:
    """Those that a feed has shown."""
    rows = con.execute("SELECT article_id FROM entries WHERE article_id IN (SELECT unnest($ids))", {"ids": list(ids)})
    return {str(row[0]) for row in rows.fetchall()}


def unsettled(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a run that was stopped left articles that nobody has settled."""
    row = con.execute(
        "SELECT EXISTS (FROM unsettled) OR EXISTS (SELECT 1 FROM articles WHERE story_id IS NULL)"
    ).fetchone()
    return bool(row and row[0])


def _jobs(con: duckdb.DuckDBPyConnection, where: str, values: Row | None = None) -> list[Job]:
    names = ", ".join(Job.__slots__)
    rows = fetch(con, f"SELECT {names} FROM backfill_files {where} ORDER BY asked_at, source", values)
    return [Job(**row | {"counts": dict(row["counts"] or {})}) for row in rows]


def _row(job: Job) -> Row:
    return row_of(job) | {"job": job.job, "counts": dict(job.counts)}
