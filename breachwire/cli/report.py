"""`breachwire report`: the published file as a folder of pages."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from breachwire.cli.asking import Day
from breachwire.cli.folders import Folders


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder to write: an empty one, or an earlier report, of which only what changed is written again."
    " Default: reports/DATE in the data folder, with `latest` beside it.",
)
@click.option("--since", type=Day(), help="Only incidents disclosed on or after: 2026-01-31, or 36h, 7d, 2w, 6m, 1y.")
@click.pass_obj
def report(folders: Folders, /, out: Path | None, since: date | None) -> None:
    """The incidents as pages that open from a file share, offline.

    This week first, then charts, the largest, a table to search and sort, the watchlist, the feeds, and a page for each
    incident with the sentence behind every value. Nothing outside the folder is ever loaded.
    """
    from breachwire.cli import published
    from breachwire.cli.progress import progress_for_stderr
    from breachwire.cli.run import now
    from breachwire.report.folder import Folder
    from breachwire.report.writing import write_report
    from flows.reporting import order_of, write_dated

    settings = folders.settings()
    progress = progress_for_stderr()
    with published.opened(folders) as con:
        names = tuple(name.name for name in settings.watchlist.names)
        order = replace(order_of(con, now=now(), since=since, watched=names), processes=min(os.cpu_count() or 1, 4))
        progress.stage("write pages", None)
        if out is None:
            page, written = write_dated(
                con, order, folders.data / "reports", keep=settings.report.keep, advance=progress.advance
            )
        else:
            written = write_report(con, Folder(out), order, advance=progress.advance)
            page = out / "index.html"
        progress.done("write pages", f"{written.incidents} incidents, {written.changed} of {written.files} files new")
    click.echo(f"{written.incidents} incidents in {page}: open it in a browser")
