"""A Dask cluster reads the stretches of a back-fill: workers on any machines that see the files, and nothing else.

prefect-dask is not between: its tasks report to Prefect's API from every worker, which then needs to reach it, and a
stretch has one outcome, not a history. `distributed` is an extra: pip install breachwire[dask].
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from breachwire.errors import ConfigError
from breachwire.settings import Settings
from flows.capturing import Gathered, Stretch, Window, gather_safely
from flows.crews import AHEAD
from flows.rereading import WorkerError

if TYPE_CHECKING:
    from distributed import Future

_CONNECT_S = 20.0


class Cluster:
    """The workers of the scheduler at that address. A stretch whose worker dies is read again by another."""

    def __init__(self, settings: Settings, scheduler: str) -> None:
        self._settings, self._scheduler = settings, scheduler
        try:
            import distributed  # noqa: F401 - whether it is there
        except ImportError:
            raise ConfigError(
                "--engine dask", "distributed is not installed", "pip install 'breachwire[dask]'"
            ) from None

    def read(self, stretches: Iterable[tuple[Stretch, Window]]) -> Iterator[Gathered]:
        """Some ahead of what is asked for. Raises ConfigError where nobody answers there, WorkerError."""
        from distributed import Client

        try:
            client = Client(self._scheduler, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            what = f"no Dask scheduler answers: {type(error).__name__}"
            raise ConfigError(
                f"--scheduler {self._scheduler}", what, "start one: dask scheduler, dask worker"
            ) from None
        waiting: deque[Future[Gathered]] = deque()
        with client:
            for stretch, window in stretches:
                task = client.submit(gather_safely, self._settings, stretch, window, pure=False)
                waiting.append(task)
                readers = max(1, sum(client.nthreads().values()))  # type: ignore[no-untyped-call]
                if len(waiting) >= readers * (1 + AHEAD):
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())

    def _result(self, task: Future[Gathered]) -> Gathered:
        try:
            came: Gathered = task.result()
        except Exception as error:  # whatever ails a cluster: workers that died over it, or cannot read what they got
            what = f"{type(error).__name__}: {error}".partition("\n")[0]
            hint = "each worker needs this version of breachwire, and memory for two stretches"
            raise WorkerError(f"the Dask cluster gave up a stretch: {what} ({hint}); what was read is kept") from error
        task.release()  # type: ignore[no-untyped-call]
        return came
