"""A Dask cluster reads the stretches of a back-fill: workers on any machines that see the files, and nothing else.

Where a Prefect API is configured, prefect-dask makes each stretch a task run of it; the workers must then reach that
API too. Without one the cluster is asked directly. Both libraries are an extra: pip install breachwire[dask].
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from breachwire.errors import ConfigError
from breachwire.settings import Settings
from flows.capturing import Gathered, Stretch, Window, gather_safely
from flows.crews import AHEAD
from flows.rereading import WorkerError

if TYPE_CHECKING:
    from distributed import Client, Future

_CONNECT_S = 20.0


class Cluster:
    """The workers of the scheduler at that address. A stretch whose worker dies is read again by another.

    `as_tasks`: each stretch is a Prefect task run; only inside a flow.
    """

    def __init__(self, settings: Settings, scheduler: str, *, as_tasks: bool = False) -> None:
        self._settings, self._scheduler = settings, scheduler
        self._read: Callable[[Settings, Stretch, Window], Gathered] = gather_safely
        try:
            from distributed import Client

            self._client: type[Client] = Client
            if as_tasks:
                from prefect_dask.client import PrefectDaskClient

                self._client, self._read = PrefectDaskClient, _as_task()
        except ImportError as error:
            raise ConfigError(
                "--engine dask", f"{error.name} is not installed", "pip install 'breachwire[dask]'"
            ) from None

    def read(self, stretches: Iterable[tuple[Stretch, Window]]) -> Iterator[Gathered]:
        """Some ahead of what is asked for. Raises ConfigError where nobody answers there, WorkerError."""
        try:
            client = self._client(self._scheduler, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            where, what = f"--scheduler {self._scheduler}", "no Dask scheduler answers there"
            raise ConfigError(where, what, "start one with `dask scheduler`, and workers: docs/backfill.md") from error
        waiting: deque[Future[Gathered]] = deque()
        with client:
            for stretch, window in stretches:
                task = client.submit(self._read, self._settings, stretch, window, pure=False)
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


def _as_task() -> Callable[[Settings, Stretch, Window], Gathered]:
    """Reading a stretch as a Prefect task. Its result goes back through Dask and is kept nowhere."""
    from prefect import task
    from prefect.cache_policies import NO_CACHE

    return task(name="read a stretch", cache_policy=NO_CACHE, persist_result=False)(gather_safely)
