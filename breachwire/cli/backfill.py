"""`breachwire backfill`: the past, from anybody's WARC files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note
from breachwire.errors import ConfigError

if TYPE_CHECKING:
    from breachwire.settings import Settings
    from flows.backfilling import Asked, Backfilled
    from flows.crews import Crew

FAILURES_SHOWN = 10


@click.command(
    epilog="Exit codes: 0 done; 1 a file could not be read, or something in one is damaged; 2 bad usage or"
    " configuration; 3 another back-fill is under way; 4 a database is damaged."
)
@click.argument("paths", nargs=-1)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only articles published on that day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only articles published on that day or earlier.")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask", "prefect"]),
    default="local",
    show_default=True,
    help="local: processes here; dask: the workers of --scheduler read, as Prefect tasks where PREFECT_API_URL is set;"
    " prefect: as local, and as a flow of the API at PREFECT_API_URL.",
)
@click.option("--resume", is_flag=True, help="Go on with all files that earlier back-fills did not finish.")
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Processes that read here.")
@click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, tcp://host:8786, for --engine dask.")
@click.option(
    "--alert", "alerts", is_flag=True, help="Tell of new incidents as a night would. Without it nobody is told."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="json: one object.")
@click.pass_context
def backfill(ctx: click.Context, /, **given: object) -> None:
    """Reads WARC files of any crawler, and dates what they tell by their articles.

    PATHS are files (*.warc, *.warc.gz, *.warc.zst), folders of them, http(s) addresses, and lists of those (*.paths,
    *.paths.gz, as Common Crawl publishes them for CC-NEWS). A file that was read is not read again, one that was
    interrupted goes on where it was: give the same command again. Nights may run meanwhile.
    """
    folders: Folders = ctx.obj
    engine, paths = str(given["engine"]), given["paths"]
    assert isinstance(paths, tuple)
    if not paths and not given["resume"]:
        raise click.UsageError("give WARC files, folders or addresses; or --resume to go on with what was interrupted")
    if (engine == "dask") != bool(given["scheduler"]):
        raise click.UsageError("--engine dask and --scheduler tcp://host:8786 go together")
    settings = folders.settings()
    asked = _asked(settings, given, paths)
    scheduler = str(given["scheduler"] or "")
    done = _run(settings, asked, engine=engine, workers=int(str(given["workers"])), scheduler=scheduler)
    if given["form"] == "json":
        _as_json(done)
    else:
        _tell(done)
    ctx.exit(1 if done.failures else 0)


def _asked(settings: Settings, given: dict[str, object], paths: tuple[str, ...]) -> Asked:
    from flows.backfilling import Asked
    from flows.capturing import Window
    from flows.paths import files_of

    since, until = given["since"], given["until"]
    window = Window(
        since=since.date() if isinstance(since, datetime) else None,
        until=until.date() if isinstance(until, datetime) else None,
    )
    if window.since and window.until and window.since > window.until:
        raise click.UsageError("--since is later than --until")
    files = files_of(paths, lambda url: _listed(url, settings)) if paths else []
    return Asked(files=tuple(files), window=window, alerts=bool(given["alerts"]), resume=bool(given["resume"]))


def _listed(url: str, settings: Settings) -> bytes:
    """A list of files at an address."""
    from breachwire.cli.document import fetched

    return fetched(url, settings, datetime.now(UTC)).body


def _run(settings: Settings, asked: Asked, *, engine: str, workers: int, scheduler: str) -> Backfilled:
    from breachwire.cli.progress import progress_for_stderr
    from breachwire.cli.run import now
    from flows.backfilling import backfill as fill
    from flows.crews import crew_here

    progress, api = progress_for_stderr(), bool(os.environ.get("PREFECT_API_URL"))
    if engine == "prefect" and not api:
        hint = "start `prefect server start` and set it, or use --engine local"
        raise ConfigError("--engine prefect", "PREFECT_API_URL is not set", hint)
    under_prefect = api and engine != "local"
    if engine == "dask":
        from flows.dask_crew import Cluster

        crew: Crew = Cluster(settings, scheduler, as_tasks=under_prefect)
    else:
        crew = crew_here(settings, workers)
    if under_prefect:
        from flows.backfill_flow import backfill_as_flow

        return backfill_as_flow(settings, asked, crew, clock=now, progress=progress)
    return fill(settings, asked, crew, clock=now, progress=progress)


def _tell(done: Backfilled) -> None:
    from breachwire.cli.sheet import Heading, Prose, Sheet
    from breachwire.plaintext import one_line

    sheet, counts = Sheet(), done.counts
    files = [(done.read, "read"), (done.known, "known already"), (done.failed, "failed")]
    said = ", ".join(f"{count:,} {word}" for count, word in files if count)
    sheet.add(Heading(f"Back-filled, files: {said}" if said else "Nothing to read: no file waits"))
    if done.read:
        words = f"{counts['pages']:,} pages, {counts['worth_reading']:,} worth reading, "
        words += f"{counts['articles_kept']:,} report an incident ({counts['known']:,} pages were known already)"
        sheet.add(Prose(words, 2))
        sheet.add(Prose(f"{counts['incidents_new']:,} new incidents, {counts['incidents_changed']:,} changed", 2))
    if done.alerts_sent:
        sheet.add(Prose(f"{done.alerts_sent:,} alerts sent", 2))
    if done.failures:
        lines = [one_line(line, 300) for line in done.failures[:FAILURES_SHOWN]]
        more = len(done.failures) - len(lines)
        sheet.add(Heading(f"Worth a look: {len(done.failures)}"))
        sheet.add(Prose("\n".join([*lines, *([f"and {more} more"] if more else [])]), 2))
    sheet.emit()
    if done.failed:
        note("files that failed are tried again by the same command, or by breachwire backfill --resume")


def _as_json(done: Backfilled) -> None:
    from dataclasses import asdict

    from breachwire.cli.output import as_json

    click.echo(as_json(asdict(done) | {"counts": dict(done.counts)}))
