"""Pages of incidents by the thousand, by this process or by several that each read the file for themselves.

Rows are not handed from one process to another: to pack and unpack them takes as long as to make half a page.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from breachwire import worker
from breachwire.errors import StoreError
from breachwire.report import reading
from breachwire.report.folder import Put, put_file
from breachwire.report.pages import environment, page_of
from breachwire.report.reading import Beside

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from jinja2 import Template

PAYS = 1500
"""Pages from which processes of their own pay; each takes half a second of CPU to start."""
AT_ONCE = 500
"""Pages that are made together: with 31 rows of evidence each some 30 MB, and a second until Ctrl-C is heard."""


class Where(NamedTuple):
    """Where pages go: the folder, and an earlier report to share files with."""

    into: Path
    earlier: Path | None


def made(
    con: DuckDBPyConnection, ids: Sequence[str], beside: Beside, where: Where, *, processes: int
) -> Iterator[list[Put]]:
    """Makes and writes the pages of incidents, and says of each part what was put where. Raises OSError or StoreError.

    More processes than one are started anew, so the program's main module has to be one that can be imported without
    doing anything, as that of the command is; and `con` has to read a file that nobody writes, or one process does all.
    """
    ids = sorted(ids)
    parts = [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
    file = _file(con) if processes > 1 and len(ids) >= PAYS else None
    if file is None:
        yield from (_work(_Desk(con, beside, where), part) for part in parts)
        return
    pool = ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(file, beside, where),
    )
    try:
        yield from pool.map(_at_desk, parts)
    except BrokenProcessPool as error:
        what = "a process that wrote pages was killed: is there too little memory?"
        raise StoreError(str(where.into), what, "what is written stays; write it again") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Desk(NamedTuple):
    """What a process has to make pages with."""

    con: DuckDBPyConnection
    beside: Beside
    where: Where


_desk: list[_Desk] = []


def _file(con: DuckDBPyConnection) -> str | None:
    """The file that a connection reads and nobody writes."""
    row = con.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database() AND readonly"
    ).fetchone()
    return str(row[0]) if row and row[0] else None


def _begin(file: str, beside: Beside, where: Where) -> None:
    import duckdb

    worker.begin()
    con = duckdb.connect(file, read_only=True, config={"threads": 1})
    con.execute("SET TimeZone = 'UTC'")
    _desk.append(_Desk(con, beside, where))
    Finalize(None, _leave, exitpriority=10)


def _leave() -> None:
    _desk.pop().con.close()


def _at_desk(ids: Sequence[str]) -> list[Put]:
    return _work(_desk[0], ids)


def _work(desk: _Desk, ids: Sequence[str]) -> list[Put]:
    page, done = _page(), []
    with _collecting_young():
        for case in reading.cases(desk.con, ids, desk.beside):
            body = page.render(root="../../", case=case, i=case.incident).encode("utf-8", "replace")
            done.append(put_file(desk.where.into, desk.where.earlier, page_of(case.incident.incident_id), body))
        gc.collect(0)
    return done


@contextmanager
def _collecting_young() -> Iterator[None]:
    """Rows and pages come and go by the million, and Python would look at all that are alive again and again.

    Takes a third of the time. Whoever makes them collects what is young by hand.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@cache
def _page() -> Template:
    return environment().get_template("incident.html")
