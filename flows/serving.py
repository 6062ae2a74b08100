"""Serves the night on a Prefect server: one deployment with a schedule, and a process that runs what is due.

A night that was missed while nothing served is caught up once, at the start. Only one night runs at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

os.environ.setdefault("DO_NOT_TRACK", "1")

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from breachwire.errors import LockedError
from breachwire.store.lock import only_one
from breachwire.store.runs import last_good_night
from flows import due
from flows.due import Nightly
from flows.under_prefect import nightly as night_flow

NAME, AT_ONCE = "nightly", "at-once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What is served: the folders, as absolute paths, and when."""

    config: Path
    data: Path
    when: Nightly


def serve(served: Served, *, start_now: bool, say: Callable[[str], None]) -> None:
    """Serves until it is stopped by SIGINT or SIGTERM. `start_now` begins with a night, whatever was missed."""
    runner = _Runner(name="breachwire", limit=1, pause_on_shutdown=False)
    deployment = runner.add_flow(
        night_flow,
        name=NAME,
        schedule=Cron(served.when.cron, timezone=served.when.zone.key),
        parameters={"config": str(served.config), "data": str(served.data), "timezone": served.when.zone.key},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        description="One night of breachwire: polls, reads, stores, alerts, publishes.",
        tags=["breachwire"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(deployment, UUID)
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        tidy_up(client, deployment, served.data, now)
        start_at_once(client, deployment, served, start_now=start_now, say=say, now=now)
    say(f"every night at {served.when}; the next one {in_words(served.when.next(now), served.when)}")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(runner.start())
    say("no longer serving; the schedule stays on the Prefect server")


class _Runner(Runner):
    """Prefect 3.8's own handler of SIGTERM forgets to await, and leaves a night that is running behind."""

    def handle_sigterm(self, *_: Any, **__: Any) -> None:
        """Does what Ctrl-C does, which ends the night too."""
        signal.raise_signal(signal.SIGINT)


def tidy_up(client: SyncPrefectClient, deployment: UUID, data: Path, now: datetime) -> None:
    """Takes away runs that were due while nothing served, and closes those that a stopped machine left open.

    Prefect would run every late one; `start_at_once` begins a single night for all of them.
    """
    late = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment]),
        state=_states(StateType.SCHEDULED),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=now),
    )
    for run in client.read_flow_runs(flow_run_filter=late):
        client.delete_flow_run(run.id)
    left_open = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment]),
        state=_states(StateType.RUNNING, StateType.PENDING, StateType.CANCELLING),
    )
    try:
        with only_one(data, now):  # no night is running
            for run in client.read_flow_runs(flow_run_filter=left_open):
                words = "stopped before its end; the next night goes on from there"
                client.set_flow_run_state(run.id, Crashed(message=words), force=True)
    except LockedError:
        return


def _states(*types: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))


def start_at_once(
    client: SyncPrefectClient,
    deployment: UUID,
    served: Served,
    *,
    start_now: bool,
    say: Callable[[str], None],
    now: datetime,
) -> None:
    """Begins a night now where one was missed, or is asked for, and none is on its way already.

    A night that is stopped in the middle is still missing: the next start begins it again.
    """
    when, data = served.when, served.data
    mark = due.read_mark(data)
    if mark is None:  # from the next due time on, nights can be missed here
        due.write_mark(data, when.last(now))
    gone = due.missed(when, last_night=last_good_night(data / "incidents.duckdb"), mark=mark, now=now)
    if (gone or start_now) and _on_its_way(client, deployment):
        say("a night is on its way already")
    elif gone:
        say(f"the night of {in_words(gone, when)} was missed: it is caught up now")
        night_of = {"night_of": str(when.night_of(gone))}
        client.create_flow_run_from_deployment(deployment, parameters=night_of, tags=[AT_ONCE])
    elif start_now:
        say("a night begins now, as --now asks for")
        client.create_flow_run_from_deployment(deployment, tags=[AT_ONCE])


def _on_its_way(client: SyncPrefectClient, deployment: UUID) -> bool:
    """Whether a night is running, or one of ours waits to be."""
    runs = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[deployment]),
            state=_states(StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING),
        )
    )
    return any(run.state_type != StateType.SCHEDULED or AT_ONCE in run.tags for run in runs)


def in_words(at: datetime, when: Nightly) -> str:
    """A moment as the clocks of the schedule's zone show it."""
    return f"{at.astimezone(when.zone):%a %Y-%m-%d %H:%M %Z}"
