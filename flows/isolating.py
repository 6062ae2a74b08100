"""Work on documents one by one, in a process of its own, so that none of them can hold up or bring down a night.

Parsers written in C cannot be interrupted, and some pages take them minutes: 60,000 attributes on one element, 150,000
empty paragraphs. So documents are worked on by a fork of this process. One that takes more than its seconds of
processor time (not of the clock: machines are busy), or kills its reader, costs itself; the rest goes on in a new fork.
A fork stays from batch to batch, for a thousand patterns are compiled when the first documents are read (0.4 s); it is
renewed now and then, so that nothing that a parser loses adds up.
Only on Linux: elsewhere a fork of a process with threads is not safe, and the work is done here, without a limit.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import pickle
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MEMORY = 1 << 30
"""Bytes that reading may take beside what this process has: an ordinary page takes 20 MB, one of 2 MB some 300."""
_SILENT_S = 600.0
"""Seconds of the clock after which a reader that neither answers nor works is given up."""
_MOST_FDS = 1 << 20
RENEWED = 4000
"""Documents after which a fork is given no more: it grows with what parsers leave behind."""
_GIVEN_BACK = 100
"""Documents after which a fork gives freed memory back: that, and asking for it anew, takes the system some 7 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A document whose reader had to be stopped, or fell; `why` ends the sentence "the page ..."."""

    why: str


class Reader(Generic[T, R]):
    """Works on batches of documents. `work` raises nothing; documents and what it returns can be pickled.

    The fork sees this process as it was at the first batch. `rest` ends it; the next batch begins another.
    """

    def __init__(self, work: Callable[[T], R], *, cpu_s: float, renewed: int = RENEWED) -> None:
        self._work, self._cpu_s, self._renewed = work, cpu_s, renewed
        self._fork: _Fork[T, R] | None = None

    def each(self, items: Sequence[T]) -> Iterator[R | Lost]:
        """What comes of each item, in their order. Whoever stops early ends the fork."""
        if sys.platform != "linux":
            yield from map(self._work, items)
            return
        waiting = list(items)
        try:
            while waiting:
                fork = self._given(waiting)
                while waiting:
                    answer = fork.next()
                    waiting.pop(0)
                    if isinstance(answer, Lost):
                        self.rest()
                        yield answer
                        break
                    yield answer
        finally:
            if waiting:
                self.rest()

    def rest(self) -> None:
        """Ends the fork, if there is one."""
        if self._fork:
            self._fork.end()
            self._fork = None

    def _given(self, items: Sequence[T]) -> _Fork[T, R]:
        """A fork that has those items to work on: the one that is there, or a new one."""
        if self._fork and self._fork.given < self._renewed and self._fork.lives():
            self._fork.give(items)
        else:
            self.rest()
            self._fork = _Fork(items, self._work, self._cpu_s)
        return self._fork


def one_by_one(items: Sequence[T], work: Callable[[T], R], *, cpu_s: float) -> Iterator[R | Lost]:
    """What `work` makes of each item, in their order, for those who have one batch."""
    reader = Reader(work, cpu_s=cpu_s)
    try:
        yield from reader.each(items)
    finally:
        reader.rest()


class _Fork(Generic[T, R]):
    """A fork of this process at work, first on the items that it finds here, then on those that it is given."""

    def __init__(self, items: Sequence[T], work: Callable[[T], R], cpu_s: float) -> None:
        self._cpu_s, self.given = cpu_s, len(items)
        self._answers, answers = Pipe(duplex=False)
        more, self._more = Pipe(duplex=False)
        _give_back()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads; none is needed there
            self._process: int | None = os.fork()
        if self._process == 0:
            _work(items, work, (more, answers), cpu_s)
        answers.close()
        more.close()

    def lives(self) -> bool:
        """Whether it is still there: what ended it while it had nothing to do is no document's fault."""
        if self._process and os.waitpid(self._process, os.WNOHANG) != (0, 0):
            self._process = None
        return self._process is not None

    def give(self, items: Sequence[T]) -> None:
        """More to work on, when all before is answered."""
        self.given += len(items)
        with contextlib.suppress(OSError):
            self._more.send_bytes(pickle.dumps(items, pickle.HIGHEST_PROTOCOL))

    def next(self) -> R | Lost:
        """The next answer, or why there is none."""
        try:
            if not self._answers.poll(_SILENT_S):
                return Lost(why=f"kept its reader waiting for {_SILENT_S:g} s")
            answer: R = pickle.loads(self._answers.recv_bytes())  # noqa: S301 - our own fork wrote it
        except (EOFError, OSError):
            return Lost(why=self._fate())
        return answer

    def end(self) -> None:
        """Stops the fork, if it is still there."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = None
        self._answers.close()
        self._more.close()

    def _fate(self) -> str:
        assert self._process
        _, status = os.waitpid(self._process, 0)
        self._process = None
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU:
                return f"took more than {self._cpu_s:g} s of processor time to read"
            return f"brought its reader down ({signal.Signals(number).name})"
        return "brought its reader down"


def _work(items: Sequence[T], work: Callable[[T], R], pipes: tuple[Connection, Connection], cpu_s: float) -> None:
    """The fork's whole life. It holds no file but its pipes: the run's lock must not outlive the run."""
    code, (more, answers) = 1, pipes
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        first, last = sorted((more.fileno(), answers.fileno()))
        os.closerange(3, first)
        os.closerange(first + 1, last)
        os.closerange(last + 1, _MOST_FDS)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_AS, _size() + MEMORY)
        gc.freeze()  # what was here before the fork is shared with it as long as nobody writes to it
        since = 0
        while True:
            for item in items:
                used = resource.getrusage(resource.RUSAGE_SELF)
                _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + cpu_s) + 1)
                answers.send_bytes(pickle.dumps(work(item), pickle.HIGHEST_PROTOCOL))
            since += len(items)
            if since >= _GIVEN_BACK:
                _give_back()
                since = 0
            items = pickle.loads(more.recv_bytes())  # noqa: S301 - our own parent wrote it
    except EOFError:  # the parent has ended
        code = 0
    finally:
        os._exit(code)


def _give_back() -> None:
    """Hands freed memory back to the system, where the C library can: a fork has a copy of all that it writes to."""
    import ctypes  # only where documents are read

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def leave_be() -> None:
    """Has the garbage collector pass over all that is here now, for it stays: rules alone are half a million objects.

    Until the process ends: libraries look then for what nobody has taken back, and DuckDB's tells of it at length.
    """
    gc.freeze()
    atexit.register(gc.unfreeze)


def _limit(what: int, soft: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _size() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
