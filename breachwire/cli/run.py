"""`breachwire run`: one night, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders

if TYPE_CHECKING:
    from breachwire.records import Change, Incident
    from flows.report import NightReport

FAILURES_SHOWN = 10


@click.command()
@click.option(
    "--engine",
    type=click.Choice(["auto", "direct", "prefect"]),
    help="direct: here; prefect: as a flow of the API at PREFECT_API_URL; auto: prefect where that is set."
    " Default: run.engine in settings.toml.",
)
@click.pass_context
def run(ctx: click.Context, engine: str | None) -> None:
    """One night: polls, reads, stores, alerts, publishes.

    Progress by stage goes to stderr; what is new, what changed and what is worth a look to stdout. A night that was
    stopped at any point is simply run again.
    """
    from flows.engines import choose

    folders: Folders = ctx.obj
    settings = folders.settings()
    chosen = choose(engine or settings.run.engine)  # type: ignore[arg-type]
    from breachwire.cli.progress import progress_for_stderr

    progress = progress_for_stderr()
    if chosen == "prefect":
        from flows.under_prefect import run_as_flow

        report = run_as_flow(settings, clock=now, progress=progress)
    else:
        from flows.night import night

        report = night(settings, clock=now, progress=progress)
    tell(report)
    ctx.exit(1 if report.failures else 0)


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def tell(report: NightReport) -> None:
    """Prints what a night found: new incidents, changed ones, failures worth a look, and where the file is."""
    from breachwire.cli.output import emit
    from breachwire.cli.render import change_table, incident_table
    from breachwire.cli.sheet import Heading, Prose, Sheet

    if report.new:
        emit(incident_table(newest_first(report.new), title=f"New: {len(report.new)}"), "table")
    if report.changed:
        click.echo("")
        emit(change_table(report.changed, title=f"Changed: {len(report.changed)}"), "table")
    if not report.new and not report.changed:
        late = report.counts.get("published_late", 0)
        click.echo(
            f"Nothing new tonight; {late} incidents of an earlier run are in the file now." if late else "Nothing new."
        )
    sheet = Sheet()
    if report.notices:
        more = "breachwire feeds check, breachwire why URL"
        sheet.add(Heading("Good to know"), Prose("\n".join(_first(report.notices, more)), 2))
    if report.failures:
        sheet.add(
            Heading(f"Worth a look: {len(report.failures)}"),
            Prose("\n".join(_first(report.failures, "breachwire feeds check")), 2),
        )
    if sheet.blocks:
        click.echo("")
        sheet.emit()
    click.echo(f"\nThe incidents are in {report.published}: breachwire incidents, breachwire show ID")


def newest_first(changes: Sequence[Change]) -> list[Incident]:
    """The incidents by day of disclosure, the largest of a day first."""
    incidents = [change.incident for change in changes]
    return sorted(incidents, key=lambda i: (str(i.disclosed_on), i.records_min or 0, i.incident_id), reverse=True)


def _first(lines: tuple[str, ...], where: str) -> list[str]:
    """The first lines, and where the others stand."""
    from breachwire.plaintext import one_line

    shown = [one_line(line, 300) for line in lines[:FAILURES_SHOWN]]
    more = len(lines) - FAILURES_SHOWN
    return [*shown, *([f"and {more} more: {where}"] if more > 0 else [])]
