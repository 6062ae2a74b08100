"""The same night as a Prefect flow: stages are tasks, with retries where the network is; states say what came of them.

What a person then sees in Prefect's UI (names, tables, events) is made in `flows/in_the_ui.py`.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "breachwire,flows,extractors")
os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from breachwire.errors import BreachwireError, ConfigError, LockedError, StoreError
from breachwire.plaintext import one_line
from breachwire.settings import Settings, load
from breachwire.store.runs import last_good_night
from flows import in_the_ui
from flows.night import Clock, night
from flows.report import NightReport, Progress, Quiet

T = TypeVar("T")
LOG = logging.getLogger("flows.night")
RETRY_AFTER_S = [5.0, 30.0]
LATE = timedelta(minutes=10)
"""A run that starts this long after its time was held up: the machine slept, or nothing served the schedule."""

for _name in ("breachwire", "flows", "extractors"):  # Prefect hands them to its API, and leaves them at WARNING
    logging.getLogger(_name).setLevel(logging.INFO)


class Prefect:
    """Runs stages as tasks; only inside a flow. `stage` is the one that is running, or that failed."""

    name = "prefect"

    def __init__(self) -> None:
        self.stage = "before the first stage"
        self.error: Exception | None = None

    def run(self, title: str, stage: Callable[[], T], *, retries: int) -> T:
        """Runs the stage as one task run named after it, which ends in the stage's own words."""
        self.stage = title
        results, errors = list[T](), list[Exception]()

        @task(
            name=re.sub(r" \d+ to \d+$", "", title),
            task_run_name=title,
            retries=retries,
            retry_delay_seconds=RETRY_AFTER_S[: max(retries, 1)],
            retry_condition_fn=lambda *_: not isinstance(errors[-1], ConfigError | LockedError | StoreError),
            cache_policy=NO_CACHE,
            persist_result=False,
        )
        def stage_task() -> State[Any]:
            try:
                results.append(stage())
            except Exception as error:
                errors.append(error)
                raise
            return Completed(message=one_line(str(results[-1]), 300))

        state = stage_task(return_state=True)
        if results:
            return results[-1]
        if errors:
            raise errors[-1]
        raise RuntimeError(f"Prefect did not run the task: {state}")

    def report(self, report: NightReport) -> None:
        """Leaves a summary, a table and an event per new incident, and the failures in the log."""
        in_the_ui.show(report)


def conduct(
    settings: Settings, *, clock: Clock, engine: Prefect, progress: Progress
) -> tuple[State[Any], list[NightReport]]:
    """One night inside a flow: the state in which the flow ends, and the report where there is one.

    What went wrong is in the state's message, stage first, and in `engine.error`.
    """
    shown = in_the_ui.Shown(progress)
    try:
        report = night(settings, clock=clock, engine=engine, progress=shown)
    except BreachwireError as error:
        engine.error = error
        LOG.error("%s: %s", engine.stage, error)  # noqa: TRY400 - the message says it all
        return Failed(message=f"{engine.stage}: {one_line(str(error), 1000)}"), []
    except Exception as error:
        engine.error = error
        LOG.exception("%s: a bug, please report it", engine.stage)
        return Failed(message=f"{engine.stage}: a bug, please report it: {type(error).__name__}: {error}"[:1000]), []
    words = in_the_ui.in_a_line(report)
    shown.over(words)
    if report.failures:
        return Completed(name="Worth a look", message=words), [report]
    return Completed(message=words), [report]


def run_as_flow(settings: Settings, *, clock: Clock, progress: Progress | None = None) -> NightReport:
    """Runs one night as a flow run of the API that PREFECT_API_URL names. Raises what `night` raises."""
    engine, reports = Prefect(), list[NightReport]()

    @flow(name="breachwire-night", flow_run_name=f"night of {clock().astimezone():%Y-%m-%d}", persist_result=False)
    def breachwire_night() -> State[Any]:
        state, made = conduct(settings, clock=clock, engine=engine, progress=progress or Quiet())
        reports.extend(made)
        return state

    state = breachwire_night(return_state=True)
    if engine.error:
        raise engine.error
    if not reports:
        raise RuntimeError(f"Prefect did not run the night: {state}")
    return reports[-1]


def _name_of_run() -> str:
    """ "night of 2026-11-22", in the schedule's own time zone."""
    given = flow_run.parameters
    if given.get("night_of"):
        return f"night of {given['night_of']}, caught up"
    return f"night of {_scheduled().astimezone(ZoneInfo(given.get('timezone') or 'UTC')):%Y-%m-%d}"


def _scheduled() -> datetime:
    """When this flow run was meant to start, in UTC."""
    at = flow_run.scheduled_start_time
    return datetime.fromtimestamp(at.timestamp(), UTC) if at else datetime.now(UTC)


@flow(name="breachwire-nightly", flow_run_name=_name_of_run, persist_result=False)
def nightly(
    config: str = "config",
    data: str = "data",
    timezone: str = "UTC",  # noqa: ARG001 - the run's name is made with it
    night_of: str = "",
) -> State[Any]:
    """What a deployment runs: one night with the settings in the folder `config`, into the folder `data`.

    `timezone` is that of the schedule, and decides which day the night is named after; `night_of` is the day of a night
    that is caught up. A run that starts late does nothing where a good night has begun since it was due: of several
    nights that were missed one is caught up.
    """
    settings = load(Path(config), Path(data))
    due = _scheduled()
    if datetime.now(UTC) - due > LATE and not night_of:
        last = last_good_night(settings.data_dir / "incidents.duckdb")
        if last and last >= due:
            words = f"due {due:%Y-%m-%d %H:%M} UTC, but the night of {last:%Y-%m-%d %H:%M} UTC has caught up on it"
            return Completed(name="Not needed", message=words)
    state, _ = conduct(settings, clock=lambda: datetime.now(UTC), engine=Prefect(), progress=Quiet())
    return state
