"""Pages of incidents by the thousand, by this process or by several."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from breachwire import worker
from breachwire.errors import StoreError
from breachwire.report.folder import Put, put_file
from breachwire.report.pages import environment, page_of
from breachwire.report.reading import Gathered, case_of

if TYPE_CHECKING:
    from jinja2 import Template

PAYS = 1500
"""Pages from which processes of their own pay; each takes 0.4 s of CPU to start, as much as some 300 pages."""
AT_ONCE = 125
"""Pages that a process makes at once."""
AHEAD = 4
"""Batches that wait for each process."""


class Where(NamedTuple):
    """Where pages go: the folder, and an earlier report to share files with."""

    into: Path
    earlier: Path | None


def made(batches: Iterator[list[Gathered]], where: Where, *, processes: int) -> Iterator[list[Put]]:
    """Makes and writes pages, and says of each batch what was put where. Raises OSError or StoreError.

    One process is this one itself. More are started anew, so the program's main module has to be one that can be
    imported without doing anything, as that of the command is.
    """
    if processes == 1:
        yield from (_work(batch, where) for batch in batches)
        return
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=worker.begin)
    waiting: deque[Future[list[Put]]] = deque()
    try:
        for batch in batches:
            for at in range(0, len(batch), AT_ONCE):
                waiting.append(pool.submit(_work, batch[at : at + AT_ONCE], where))
            while len(waiting) > processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        what = "a process that wrote pages was killed: is there too little memory?"
        raise StoreError(str(where.into), what, "what is written stays; write it again") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@cache
def _page() -> Template:
    return environment().get_template("incident.html")


def _work(batch: Sequence[Gathered], where: Where) -> list[Put]:
    return [_put(_page(), found, where) for found in batch]


def _put(page: Template, found: Gathered, where: Where) -> Put:
    case = case_of(found)
    body = page.render(root="../../", case=case, i=case.incident).encode("utf-8", "replace")
    return put_file(where.into, where.earlier, page_of(case.incident.incident_id), body)
