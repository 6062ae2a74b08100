"""A back-fill as a Prefect flow run: a task run for each stretch that is put by, the last of a file settles it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from breachwire.plaintext import one_line
from breachwire.settings import Settings
from flows.backfilling import Asked, Backfilled, backfill, in_words
from flows.crews import Crew
from flows.report import Progress
from flows.under_prefect import Prefect


def backfill_as_flow(
    settings: Settings, asked: Asked, crew: Crew, *, clock: Callable[[], datetime], progress: Progress
) -> Backfilled:
    """Runs a back-fill as a flow run of the API that PREFECT_API_URL names. Raises what `backfill` raises."""
    engine, made, errors = Prefect(), list[Backfilled](), list[Exception]()
    name = f"back-fill of {clock().astimezone():%Y-%m-%d %H:%M}, {len(asked.files)} files"

    @flow(name="breachwire-backfill", flow_run_name=name, persist_result=False)
    def breachwire_backfill() -> State[Any]:
        try:
            done = backfill(settings, asked, crew, clock=clock, progress=progress, engine=engine)
        except Exception as error:
            errors.append(error)
            return Failed(message=f"{engine.stage}: {one_line(str(error), 1000)}")
        made.append(done)
        words = f"{done.read} files read, {done.known} known, {done.failed} failed: {in_words(done.counts)}"
        words += f"; {done.counts['incidents_new']:,} new incidents, {done.counts['incidents_changed']:,} changed"
        return Completed(name="Worth a look" if done.failures else None, message=words)

    state = breachwire_backfill(return_state=True)
    if errors:
        raise errors[0]
    if not made:
        raise RuntimeError(f"Prefect did not run the back-fill: {state}")
    return made[0]
