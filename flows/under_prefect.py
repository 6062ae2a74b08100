"""The same night as a Prefect flow: stages are tasks, with run names, retries, logs and a table of what is new."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "breachwire,flows,extractors")

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from breachwire.settings import Settings, load
from flows.night import Clock, night
from flows.report import NightReport, Progress

T = TypeVar("T")
LOG = logging.getLogger("flows.night")


class Prefect:
    """Runs stages as tasks; only inside a flow."""

    name = "prefect"

    def run(self, title: str, stage: Callable[[], T], *, retries: int) -> T:
        """Runs the stage as one task run named after it."""

        @task(
            name=re.sub(r" \(.*", "", title),
            task_run_name=title,
            retries=retries,
            retry_delay_seconds=5,
            cache_policy=NO_CACHE,
            persist_result=False,
        )
        def stage_task() -> T:
            return stage()

        return stage_task()

    def report(self, report: NightReport) -> None:
        """Leaves a table of new incidents, and the failures in the log."""
        for failure in report.failures:
            LOG.warning("%s", failure)
        create_table_artifact(
            key="new-incidents",
            table=[
                {
                    "id": c.incident.incident_id,
                    "victim": c.incident.victim or "",
                    "attack": c.incident.attack_type or "",
                    "records": c.incident.records_min or "",
                    "country": c.incident.country or "",
                    "status": c.incident.claim_status or "",
                    "sources": c.incident.source_count,
                    "title": c.incident.title,
                }
                for c in report.new
            ],
            description=f"Incidents seen for the first time in {report.run_id}",
        )


def run_as_flow(settings: Settings, *, clock: Clock, progress: Progress | None = None) -> NightReport:
    """Runs one night as a flow run of the API that PREFECT_API_URL names. Raises what `night` raises."""

    @flow(name="breachwire-night", flow_run_name=f"night of {clock():%Y-%m-%d %H:%M}", persist_result=False)
    def breachwire_night() -> NightReport:
        return night(settings, clock=clock, engine=Prefect(), progress=progress)

    return breachwire_night()


@flow(name="breachwire-nightly", flow_run_name="night", persist_result=False)
def nightly(config: str = "config", data: str = "data") -> str:
    """What a deployment runs: one night with the settings in the folder `config`, into the folder `data`."""
    settings = load(Path(config), Path(data))
    report = night(settings, clock=lambda: datetime.now(UTC), engine=Prefect())
    return f"{len(report.new)} new, {len(report.changed)} changed, {len(report.failures)} failures"
