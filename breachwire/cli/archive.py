"""`breachwire archive`: what was fetched, whether it is whole, and a whole new store from it alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from breachwire.archive.verifying import Content, Finding
    from breachwire.store.comparing import Comparison
    from flows.rebuilding import Rebuilt

MB = 1 << 20
FAILURES_SHOWN = 10


@click.group()
def archive() -> None:
    """Everything that was fetched and was worth reading, as WARC files: docs/archive.md."""


@archive.command("list")
@form_option
@click.pass_obj
def list_files(folders: Folders, form: str) -> None:
    """The files: how large they are, how many pages the store has in each, and whether more may be added.

    Nothing is read but names and sizes; verify looks inside.
    """
    from breachwire.archive import files
    from breachwire.cli.output import Table, emit

    folder = folders.data / "archive"
    pages, why = _pointed_to(folders)
    newest = files.newest(folder)
    rows: list[tuple[object, ...]] = []
    for path in files.warc_files(folder):
        name, size = f"{path.parent.name}/{path.name}", path.stat().st_size
        grows = path == newest and not files.is_closed(path)
        state = "whole" if not grows else "grows" if files.noted_length(path) == size else "see verify"
        rows.append((name, round(size / MB, 2), pages.pop(name, 0) if not why else None, state))
    rows += [(name, None, count, "missing") for name, count in pages.items()]
    emit(Table(columns=("file", "MB", "pages", "state"), rows=rows, whole=("file",)), form)
    if why:
        note(f"the store could not be asked: {why}")
    if not rows:
        note(f"there is no archive in {folder} yet: breachwire run makes it")


@archive.command(
    epilog="Exit codes: 0 whole; 1 something is damaged, missing or half written; 2 bad usage; 4 the archive cannot be"
    " read."
)
@form_option
@click.pass_context
def verify(ctx: click.Context, form: str) -> None:
    """Reads every record, compares its digests, and looks for each page that the store has.

    Nothing is changed. It may run while a night does.
    """
    from breachwire.cli.output import Table, as_json, emit

    folders: Folders = ctx.obj
    told, why = _verified(folders)
    found = [finding for content in told for finding in content.findings]
    wrong = [f for f in found if f.grade == "wrong"]
    if form == "json":
        click.echo(as_json(_as_object(told, found, why)))
    elif form == "table":
        _print(found)
        click.echo(_in_words(told, len(wrong)))
    else:
        rows = [(f.grade, f.file, f.at, f.words, f.hint) for f in found]
        emit(Table(columns=("grade", "file", "byte", "what", "what to do"), rows=rows), form)
    if why:
        note(f"the store could not be asked, so that missing pages are not seen: {why}")
    ctx.exit(1 if wrong else 0)


def _print(found: list[Finding]) -> None:
    """A line for each finding, and one for what to do."""
    from breachwire.plaintext import one_line

    for f in found:
        mark = click.style(f"{f.grade:<5}", fg="red" if f.grade == "wrong" else "yellow")
        at = "" if f.at is None else f", byte {f.at}"
        click.echo(f"{mark}  {one_line(f.file + at + ': ' + f.words, 400)}")
        if f.hint:
            click.echo(f"       -> {f.hint}")


def _pointed_to(folders: Folders) -> tuple[dict[str, int], str]:
    """The files that the store points to with the pages in each; why not, where it cannot be asked."""
    from breachwire.errors import BreachwireError
    from breachwire.store import rebuilding

    try:
        return rebuilding.files_pointed_to(folders.store), ""
    except BreachwireError as error:
        return {}, str(error)


def _verified(folders: Folders) -> tuple[list[Content], str]:
    """All files of the archive and of the store; why the store was not asked, where it was not."""
    from breachwire.archive import files, verifying
    from breachwire.cli.progress import progress_for_stderr
    from breachwire.errors import StoreError
    from breachwire.store import rebuilding

    folder = folders.data / "archive"
    pages, why = _pointed_to(folders)
    progress = progress_for_stderr()
    size = sum(p.stat().st_size for p in files.warc_files(folder))
    progress.stage("verify the archive, percent", 100 if size else None)
    told: list[Content] = []
    done = 0
    for path in files.warc_files(folder):
        name = f"{path.parent.name}/{path.name}"
        wanted = None if why else rebuilding.records_in(folders.store, name) if name in pages else {}
        pages.pop(name, None)
        try:
            for step in verifying.verify_file(path, wanted):
                if isinstance(step, int):
                    progress.advance(100 * (done + step) // size - 100 * done // size)
                    done += step
                else:
                    told.append(step)
        except OSError as error:
            raise StoreError(str(path), f"cannot be read: {error.strerror}", "check the disk and its rights") from error
    for name, count in pages.items():
        content = verifying.Content(file=name, size=0)
        content.find("wrong", None, f"is missing: the store has {count} pages in it", verifying.RESTORE)
        told.append(content)
    progress.done("verify the archive", f"{len(told)} file{'' if len(told) == 1 else 's'}")
    return told, why


def _totals(told: list[Content]) -> dict[str, object]:
    records: Counter[str] = Counter()
    for content in told:
        records.update(content.records)
    return {
        "files": len(told),
        "bytes": sum(content.size for content in told),
        "records": records.total(),
        "pages": records["response"],
        "oldest": min((c.first for c in told if c.first), default=None),
        "newest": max((c.last for c in told if c.last), default=None),
    }


def _in_words(told: list[Content], wrong: int) -> str:
    total = _totals(told)
    if not total["files"]:
        return "There is no archive yet: breachwire run makes it."
    size = int(str(total["bytes"])) / MB
    oldest, newest = (f"{at:%Y-%m-%d}" if (at := total[key]) else "?" for key in ("oldest", "newest"))
    days = oldest if oldest == newest else f"{oldest} to {newest}"
    more = sum(content.more for content in told)
    files = "1 file" if total["files"] == 1 else f"{total['files']} files"
    counted = f"{files}, {total['records']:,} records, {total['pages']:,} pages, {size:,.1f} MB, {days}"
    things = "1 thing is" if wrong + more == 1 else f"{wrong + more:,} things are"
    ending = "all whole." if not wrong else f"{things} wrong."
    return f"{counted}: {ending}"


def _as_object(told: list[Content], found: list[Finding], why: str) -> dict[str, object]:
    from dataclasses import asdict

    return _totals(told) | {
        "store": why or "asked",
        "findings": [asdict(finding) for finding in found],
        "findings_left_out": sum(content.more for content in told),
        "contents": [
            {
                "file": c.file,
                "bytes": c.size,
                "records": dict(c.records),
                "oldest": c.first,
                "newest": c.last,
            }
            for c in told
        ],
    }


@archive.command(
    epilog="Exit codes: 0 done, and the same as the store that is there, if one is; 1 something could not be read, or"
    " differs; 2 bad usage or configuration; 3 a night is under way; 4 the archive cannot be read, or the folder not"
    " written."
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The data folder to make. It must not be there yet, or be empty.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The archive, if not that of --data: the folder with the years in it.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read.")
@click.option(
    "--alone",
    is_flag=True,
    help="Use nothing but the WARC files: leave out what people decided and what a language model answered.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="json: counts and all differences."
)
@click.pass_context
def rebuild(ctx: click.Context, /, **asked: object) -> None:
    """Makes a whole new data folder from the archive, night by night, and compares it with the store that is there.

    For when store.duckdb is lost or damaged. The old folder is only read; nobody is alerted. Decisions by hand come
    from the old store or, where that cannot be read, from the published file.
    """
    from breachwire.cli.progress import progress_for_stderr
    from breachwire.cli.run import now
    from flows.rebuilding import Options
    from flows.rebuilding import rebuild as make

    folders: Folders = ctx.obj
    settings = folders.settings()
    given = asked["source"]
    options = Options(
        source=given if isinstance(given, Path) else settings.data_dir / "archive",
        workers=int(str(asked["workers"])),
        alone=bool(asked["alone"]),
    )
    done = make(settings, Path(str(asked["into"])), options, clock=now, progress=progress_for_stderr())
    if asked["form"] == "json":
        _as_json(done)
    else:
        _tell(done, folders)
    ctx.exit(1 if done.failures or (done.comparison and not done.comparison.equal) else 0)


def _tell(done: Rebuilt, folders: Folders) -> None:
    from breachwire.cli.sheet import Heading, Prose, Sheet
    from breachwire.plaintext import one_line

    sheet = Sheet()
    counts = done.counts
    nights = counts.get("nights", 0)
    when = "1 night" if nights == 1 else f"{nights:,} nights"
    sheet.add(Heading(f"Rebuilt from {counts.get('pages', 0):,} archived pages of {when}"))
    sheet.add(Prose(f"{counts['articles']:,} articles, {counts['incidents']:,} incidents, in {done.folder}", 2))
    sheet.add(*(Prose(f"carried over: {line}", 2) for line in done.carried))
    if bare := counts.get("pages_without_entry"):
        sheet.add(Prose(f"{bare:,} pages were archived without their feed's entry: titles and dates are their own", 2))
    if done.failures:
        lines = [one_line(line, 300) for line in done.failures[:FAILURES_SHOWN]]
        count = max(len(done.failures), counts.get("damaged", 0))
        sheet.add(Heading(f"Could not be read: {count}"))
        sheet.add(Prose("\n".join([*lines, *([f"and {count - len(lines)} more"] if count > len(lines) else [])]), 2))
    if done.comparison:
        _compared(sheet, done.comparison)
        if done.other_rules and not done.comparison.equal:
            words = "the store there was read under other rules than today's, which is why some of it may differ"
            sheet.add(Prose(words, 2))
    else:
        sheet.add(Heading("Not compared"), Prose(done.not_compared, 2))
    sheet.emit()
    click.echo(
        f"\nLook at it: breachwire --data {done.folder} incidents"
        f"\nUse it:     mv {folders.data} {folders.data}.before && mv {done.folder} {folders.data}"
    )


def _compared(sheet: object, found: Comparison) -> None:
    from breachwire.cli.output import Table
    from breachwire.cli.sheet import Heading, Prose, Sheet
    from breachwire.plaintext import one_line

    assert isinstance(sheet, Sheet)
    sheet.add(Heading("Compared with the store that is there: " + ("the same" if found.equal else "not the same")))
    rows = [(s.kind, s.before, s.after, s.same, s.only_before, s.only_after, s.differ) for s in found.sides]
    columns = ("what", "there", "rebuilt", "same", "only there", "only rebuilt", "differ")
    sheet.add(Table(columns=columns, rows=rows))
    if found.differences:
        lines = [f"{d.kind}: {one_line(d.name, 120)}: {d.what}" for d in found.differences]
        sheet.add(Prose("\n".join(lines), 2))


def _as_json(done: Rebuilt) -> None:
    from dataclasses import asdict

    from breachwire.cli.output import as_json

    told = asdict(done) | {"folder": str(done.folder), "equal": bool(done.comparison and done.comparison.equal)}
    click.echo(as_json(told))
