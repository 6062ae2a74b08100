"""What a person sees of a night in Prefect's UI: a summary, a table, how far it is, and an event per new incident.

Texts of the news are cleaned, and nothing in them is markup. Only inside a flow run.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.events import emit_event

from breachwire.cli.output import Table, as_markdown, cell
from breachwire.cli.render import change_table, incident_table
from breachwire.cli.run import newest_first
from breachwire.plaintext import one_line
from breachwire.records import Change, Incident
from flows.report import NightReport, Progress

LOG = logging.getLogger("flows.night")
ROWS = 200
"""Rows of one table; the published file has them all."""
NEW_INCIDENT = "breachwire.incident.new"
STAGES = (
    "poll feeds",
    "fetch pages",
    "ask edited pages again",
    "read pages",
    "fold copies",
    "second opinion",
    "look for new names",
    "settle incidents",
    "relate incidents",
    "take the pulse",
    "send alerts",
    "publish",
    "write report",
)
"""In the order of flows/night.py: how far a night is, is how many of these lie behind it. Others do not move it."""
OPTIONAL = frozenset({"second opinion", "write report"})
COLUMNS = ("victim", "attack", "how many", "status", "country", "sector", "actor", "sources", "disclosed", "id")
"""What says most comes first: the UI's page is narrow, and the rest stands beyond its edge."""


class Shown:
    """Progress for Prefect's UI as one bar a night, and for whoever else watches."""

    def __init__(self, beside: Progress) -> None:
        self._beside = beside
        self._bar: UUID | None = None

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""
        self._beside.stage(name, total)
        if total is None and name in STAGES:
            self._show(100 * STAGES.index(name) / len(STAGES), name)

    def advance(self, count: int) -> None:
        """So many more documents are done; the bar moves by stages alone, for each move is a request."""
        self._beside.advance(count)

    def done(self, name: str, words: str) -> None:
        """A stage ended."""
        self._beside.done(name, words)

    def over(self, words: str) -> None:
        """The night is over; `words` say what came of it."""
        self._show(100.0, words)

    def _show(self, percent: float, words: str) -> None:
        try:
            if self._bar is None:
                made = create_progress_artifact(progress=percent, key="night-progress", description=words)
                assert isinstance(made, UUID)
                self._bar = made
            else:
                update_progress_artifact(self._bar, progress=percent, description=words)
        except Exception as error:  # a server that is away for a moment stops no night
            LOG.warning("the Prefect server was not told how far the night is: %s", error)


def show(report: NightReport) -> None:
    """Leaves artifacts, events and log lines of a night that is over. Never fails it: everything is stored already."""
    try:
        _show(report)
    except Exception:
        LOG.exception("the Prefect server was not told all that came of the night")


def _show(report: NightReport) -> None:
    for incident in newest_first(report.new):
        LOG.info("new: %s [%s]", _headline(incident), incident.incident_id)
    for failure in report.failures:
        LOG.warning("%s", one_line(failure, 1000))
    create_table_artifact(
        key="new-incidents",
        table=rows(newest_first(report.new)[:ROWS]),
        description=f"{_count(len(report.new), 'incident')} seen for the first time in {report.run_id}",
    )
    create_markdown_artifact(key="night", markdown=summary(report), description=f"What came of {report.run_id}")
    for change in report.new:
        _announce(change, report)


def in_a_line(report: NightReport) -> str:
    """What came of a night, and the first thing that is worth a look."""
    words = f"{_count(len(report.new), 'new incident')}, {len(report.changed)} changed"
    if report.failures:
        words += f"; {len(report.failures)} worth a look, first: {one_line(report.failures[0], 300)}"
    return words


def summary(report: NightReport) -> str:
    """The night on one page of Markdown."""
    counts = report.counts
    said = (
        f"{counts.get('feeds_polled', 0)} feeds polled, {counts.get('feeds_failed', 0)} failed",
        f"{counts.get('pages_read', 0)} pages read, {counts.get('articles_kept', 0)} report an incident",
        f"{counts.get('alerts_sent', 0)} alerts sent, {counts.get('alerts_failed', 0)} failed",
    )
    parts = [
        f"# {_count(len(report.new), 'new incident')}, {len(report.changed)} changed",
        "; ".join(said) + ".",
    ]
    if report.failures:
        parts += ["## Worth a look", _lines(report.failures)]
    if report.new:
        parts += ["## New", as_markdown(_table(newest_first(report.new)[:ROWS]))]
    if report.changed:
        parts += ["## Changed", as_markdown(change_table(report.changed[:ROWS]))]
    if report.notices:
        parts += ["## Good to know", _lines(report.notices)]
    seconds = sorted(report.seconds.items(), key=lambda item: -item[1])
    rows = [(stage, f"{taken:.1f}") for stage, taken in seconds]
    parts += ["## Where the time went", as_markdown(Table(columns=("stage", "seconds"), rows=rows))]
    return "\n\n".join(parts) + "\n"


def _lines(lines: Sequence[str]) -> str:
    return as_markdown(Table(columns=("",), rows=[(one_line(line, 300),) for line in lines[:ROWS]]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _headline(incident: Incident) -> str:
    return one_line(incident.victim or incident.title, 120)


def _table(incidents: Sequence[Incident]) -> Table:
    """What `breachwire incidents` shows, in the order of COLUMNS."""
    table = incident_table(incidents)
    columns = tuple(name for name in COLUMNS if name in table.columns)
    at = [table.columns.index(name) for name in columns]
    return Table(columns=columns, rows=[tuple(row[i] for i in at) for row in table.rows])


def rows(incidents: Sequence[Incident]) -> list[dict[str, str]]:
    """The UI's table, every value a cleaned text, the headline at the end."""
    table = _table(incidents)
    texts = [
        dict(zip(table.columns, map(cell, row), strict=True)) | {"title": one_line(incident.title, 200)}
        for incident, row in zip(incidents, table.rows, strict=True)
    ]
    # The UI makes a link of Markdown's [text](address); a space between its two halves leaves it text.
    return [{name: re.sub(r"\]\(", "] (", text) for name, text in row.items()} for row in texts]


def _announce(change: Change, report: NightReport) -> None:
    """One event, so that an automation can act on it: its resource is the incident, its payload what the row says."""
    incident = change.incident
    names = {"victim": incident.victim, "sector": incident.sector, "country": incident.country}
    labels = names | {"attack-type": incident.attack_type, "claim-status": incident.claim_status}
    resource = {
        "prefect.resource.id": f"breachwire.incident.{incident.incident_id}",
        "prefect.resource.name": _headline(incident),
        **{f"breachwire.{name}": one_line(value, 200) for name, value in labels.items() if value},
    }
    payload = {
        "incident_id": incident.incident_id,
        "run_id": report.run_id,
        "title": one_line(incident.title, 300),
        **{name: one_line(value, 200) if value else None for name, value in names.items()},
        "attack_type": incident.attack_type,
        "claim_status": incident.claim_status,
        "threat_actor": incident.threat_actor,
        "records_min": incident.records_min,
        "records_unit": incident.records_unit,
        "disclosed_on": incident.disclosed_on.isoformat() if incident.disclosed_on else None,
        "source_count": incident.source_count,
        "source_urls": list(incident.source_urls[:20]),
    }
    emit_event(event=NEW_INCIDENT, resource=resource, payload=payload)
