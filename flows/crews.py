"""Who reads the stretches of a back-fill: this process, some processes beside it, or a Dask cluster.

In: stretches, in order. Out: what came of each, in the same order, whoever was first. No more is under way than the
readers need to be busy, so that memory does not grow with the work.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.util import Finalize
from typing import Protocol

from breachwire import worker
from breachwire.settings import Settings
from flows.capturing import Gathered, Stretch, Window, gather_safely, rest
from flows.rereading import WorkerError

AHEAD = 1
"""Stretches that wait for each reader beside the one that it reads, done or not."""


class Crew(Protocol):
    """Reads stretches of WARC files."""

    def read(self, stretches: Iterable[tuple[Stretch, Window]]) -> Iterator[Gathered]:
        """What came of each, in order."""
        ...


class Here:
    """This process, one stretch after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read(self, stretches: Iterable[tuple[Stretch, Window]]) -> Iterator[Gathered]:
        """As it is asked for."""
        try:
            for stretch, window in stretches:
                yield gather_safely(self._settings, stretch, window)
        finally:
            rest()


class Processes:
    """So many processes on this machine. Raises WorkerError where one of them is killed."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings, self._workers = settings, workers

    def read(self, stretches: Iterable[tuple[Stretch, Window]]) -> Iterator[Gathered]:
        """Some ahead of what is asked for."""
        pool = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
        waiting: deque[Future[Gathered]] = deque()
        try:
            for stretch, window in stretches:
                waiting.append(pool.submit(gather_safely, self._settings, stretch, window))
                if len(waiting) >= self._workers * (1 + AHEAD):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            words = "a worker process was killed: is there too little memory? try --workers 1; what was read is kept"
            raise WorkerError(words) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    worker.begin()
    Finalize(None, rest, exitpriority=1)


def crew_here(settings: Settings, workers: int) -> Crew:
    """So many readers on this machine."""
    return Here(settings) if workers == 1 else Processes(settings, workers)
