"""Work on documents one by one, in a process of its own, so that none of them can hold up or bring down a night.

Parsers written in C cannot be interrupted, and some pages take them minutes: 60,000 attributes on one element, 150,000
empty paragraphs. So a batch is worked on by a fork of this process. A document that takes more than its seconds of
processor time (not of the clock: machines are busy), or kills its reader, costs itself; the rest goes on in a new fork.
Only on Linux: elsewhere a fork of a process with threads is not safe, and the work is done here, without a limit.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A document whose reader had to be stopped, or fell; `why` ends the sentence "the page ..."."""

    why: str


def one_by_one(items: Sequence[T], work: Callable[[T], R], *, cpu_s: float) -> Iterator[R | Lost]:
    """What `work` makes of each item, in their order. `work` raises nothing, and what it returns can be pickled."""
    if sys.platform != "linux":
        yield from map(work, items)
        return
    waiting = list(items)
    while waiting:
        reader = _Reader(waiting, work, cpu_s)
        try:
            while waiting:
                answer = reader.next()
                waiting.pop(0)
                yield answer
                if isinstance(answer, Lost):
                    break
        finally:
            reader.end()


class _Reader(Generic[T, R]):
    """A fork of this process at work on those items."""

    def __init__(self, items: Sequence[T], work: Callable[[T], R], cpu_s: float) -> None:
        self._cpu_s = cpu_s
        self._answers, answers = Pipe(duplex=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads; none is needed there
            self._process: int | None = os.fork()
        if self._process == 0:
            _work(items, work, answers, cpu_s)
        answers.close()

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
        """Stops the reader, if it is still there."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = None
        self._answers.close()

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


def _work(items: Sequence[T], work: Callable[[T], R], answers: Connection, cpu_s: float) -> None:
    """The fork's whole life. It holds no file but its pipe: the run's lock must not outlive the run."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        kept = answers.fileno()
        os.closerange(3, kept)
        os.closerange(kept + 1, _MOST_FDS)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_AS, _size() + MEMORY)
        for item in items:
            used = resource.getrusage(resource.RUSAGE_SELF)
            _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + cpu_s) + 1)
            answers.send_bytes(pickle.dumps(work(item), pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)


def _limit(what: int, soft: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _size() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
