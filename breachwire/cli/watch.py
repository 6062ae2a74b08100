"""`breachwire watch`: the names that are watched, what they hit, and what nearly did."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from breachwire.cli.folders import Folders, complain, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from breachwire.cli.watch_past import Past
    from breachwire.settings.models import WatchName
    from breachwire.settings.watchfile import WatchFile

FILE = "watchlist.toml"
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
_alert = click.option(
    "--alert", is_flag=True, help="The next run also sends alerts for incidents from before; else it only notes them."
)


@click.group()
def watch() -> None:
    """The names that are watched: suppliers, customers, brands."""


@watch.command("list")
@click.option("--tag", metavar="TAG", help="Only names with this tag.")
@click.option("--tier", metavar="TIER", help="Only names of this tier.")
@click.option("--owner", metavar="WHO", help="Only names that this person looks after.")
@form_option
@click.pass_obj
def list_names(folders: Folders, /, form: str, **wanted: str | None) -> None:
    """All watched names, with how many incidents they hit."""
    from breachwire.cli.output import Table, emit
    from breachwire.cli.watch_past import counted
    from breachwire.settings.watchfile import open_file

    names = [entry for entry in open_file(folders.config / FILE).names if _fits(entry, wanted)]
    hits = counted(folders)
    columns = ("name", "tier", "owner", "hits", "last hit", "tags", "weak", "domains", "aliases")
    rows = [
        (
            entry.name,
            entry.tier,
            entry.owner,
            *hits.get(entry.name, (0, None)),
            list(entry.tags),
            None if entry.weak is None else "yes" if entry.weak else "no",
            list(entry.domains),
            list(entry.aliases),
        )
        for entry in names
    ]
    narrow = ("weak", "aliases", "owner", "domains", "tags", "tier")
    emit(Table(columns=columns, rows=rows, narrow=narrow), form)
    if not rows:
        note("no name fits" if any(wanted.values()) else f"no names in {folders.config / FILE}: see `watch add`")


@watch.command("add")
@click.argument("name")
@click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Another name for it; can be given again.")
@click.option("--domain", "domains", multiple=True, metavar="HOST", help="A domain of it; can be given again.")
@click.option("--tier", metavar="TIER", help="How much it matters, in your own words.")
@click.option("--owner", metavar="WHO", help="Who looks after it on your side.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A word of your own; can be given again.")
@click.option("--weak/--strong", default=None, help="Whether it is an ordinary word. Default: judged by itself.")
@_alert
@_dry_run
@click.pass_obj
def add(folders: Folders, /, name: str, *, alert: bool, dry_run: bool, **said: Any) -> None:
    """Watches a name, or adds to one that is watched.

    Says at once how many incidents of the past it hits; the next run notes them in watch_hits.
    """
    from breachwire.settings.watchfile import open_file

    entry = _entry(name, said | {"tell_past": alert})
    listed = open_file(folders.config / FILE)
    _take(folders, listed, [entry], dry_run=dry_run)


@watch.command("import")
@click.argument("file", metavar="FILE", type=click.File("rb"))
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A further tag for each; can be given again.")
@_alert
@_dry_run
@form_option
@click.pass_context
def import_names(ctx: click.Context, /, file: IO[bytes], form: str, *, alert: bool, dry_run: bool, tags: Any) -> None:
    """Takes a table of suppliers into watchlist.toml.

    FILE is CSV as spreadsheets write it; `-` is stdin. Its columns are found by their titles: name (or vendor,
    supplier, company), domains (or website), aliases, tier, owner, tags and weak. A name that is watched already is
    added to: aliases, domains and tags join those that it has, tier, owner and weak are replaced where the table says
    them. Nothing is removed. Exit code 1: some rows could not be read, each told with its line.
    """
    from breachwire.settings.watchfile import open_file
    from breachwire.watching.vendors import MAX_BYTES, read_vendors

    folders: Folders = ctx.obj
    listed = open_file(folders.config / FILE)
    reading = read_vendors(file.read(MAX_BYTES + 1), Path(getattr(file, "name", "stdin")).name)
    entries = [
        entry.model_copy(update={"tags": tuple(dict.fromkeys((*entry.tags, *tags))), "tell_past": alert})
        for entry in reading.entries
    ]
    _take(folders, listed, entries, dry_run=dry_run, form=form)
    for words in reading.notes:
        note(words)
    for problem in reading.problems:
        complain(problem)
    ctx.exit(1 if reading.problems or not entries else 0)


@watch.command("remove")
@click.argument("name")
@_dry_run
@click.pass_obj
def remove(folders: Folders, name: str, *, dry_run: bool) -> None:
    """Watches a name no longer. The next run takes its hits out of watch_hits; alerts that were sent stay."""
    from breachwire.settings.watchfile import open_file, save, without

    listed = open_file(folders.config / FILE)
    entry = _found(listed, name)
    after = without(listed, entry)
    click.echo(entry.name)
    if dry_run:
        note(f"a dry run: {listed.path} is as it was")
        return
    save(listed, after)
    note(f"{listed.path} lists {len(after.names)} names now")


@watch.command("check")
@click.argument("name")
@click.option("--misses", type=click.IntRange(min=0), default=15, metavar="N", help="At most this many near misses.")
@form_option
@click.pass_obj
def check(folders: Folders, name: str, misses: int, form: str) -> None:
    """What a name matches, what it hit in the past, and what it nearly hit and why not.

    NAME need not be watched yet. CSV and Markdown hold the past alone: hits, then near misses.
    """
    from breachwire.cli.watch_past import look
    from breachwire.cli.watch_shown import show
    from breachwire.settings.watchfile import open_file

    listed = open_file(folders.config / FILE)
    entry = listed.find(name) or _entry(name, {})
    if listed.find(name) is None:
        note(f"{name!r} is not watched: this is what it would do as it stands")
    show(entry, look(folders, [entry], with_misses=True), form, most=misses)


def _take(
    folders: Folders, listed: WatchFile, entries: Sequence[WatchName], *, dry_run: bool, form: str = "table"
) -> None:
    """Writes entries into the list, new ones at its end, and says what that changes and what it hits in the past."""
    from breachwire.cli.output import Table, emit
    from breachwire.cli.watch_past import look
    from breachwire.cli.watch_taking import taken
    from breachwire.settings.watchfile import save, with_entries

    told = taken(listed, entries)
    changed = {t.was.name: t.now for t in told if t.was and t.what == "changed"}
    added = [t.now for t in told if t.was is None]
    after = with_entries(listed, changed, added)
    past = look(folders, [t.now for t in told if t.what != "same"], with_misses=False)
    rows = [(t.what, t.now.name, past.count(t.now.name), t.words) for t in told]
    emit(Table(columns=("what", "name", "past hits", "change"), rows=rows, whole=("what",)), form)
    if not dry_run and after.text != listed.text:
        save(listed, after)
    would, same = "would be " if dry_run else "", len(told) - len(added) - len(changed)
    note(f"{len(added)} {would}added, {len(changed)} {would}changed, {same} as they were")
    note(_of_the_past(past, alert=any(entry.tell_past for entry in entries)))


def _of_the_past(past: Past, *, alert: bool) -> str:
    if past.why:
        return past.why
    incidents = len({hit.incident_id for hit in past.hits})
    if not incidents:
        return "no incident of the past is hit"
    then = "sends alerts for them" if alert else "notes them, and alerts nobody"
    are = f"{incidents} incidents of the past are" if incidents > 1 else "1 incident of the past is"
    return f"{are} hit: the next run {then}"


def _entry(name: str, said: dict[str, Any]) -> WatchName:
    """An entry out of options. Raises UsageError where one is not what the file may hold."""
    from pydantic import ValidationError

    from breachwire.settings.models import WatchName
    from breachwire.watching.context import host

    values = {key: value for key, value in said.items() if value is not None}
    values["domains"] = tuple(host(domain) for domain in values.get("domains", ()))
    try:
        return WatchName.model_validate({"name": name.strip(), **values})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"][:1])
        raise click.UsageError(f"{key}: {first['msg'].removeprefix('Value error, ')}; nothing was written") from None


def _found(listed: WatchFile, name: str) -> WatchName:
    """The entry of that name. Raises UsageError with the nearest one where there is none."""
    import difflib

    entry = listed.find(name)
    if entry is None:
        near = difflib.get_close_matches(name, [entry.name for entry in listed.names], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise click.UsageError(f"{listed.path} has no name {name!r}{hint}")
    return entry


def _fits(entry: WatchName, wanted: dict[str, str | None]) -> bool:
    tag, tier, owner = (value.casefold() if value else None for value in (wanted[k] for k in ("tag", "tier", "owner")))
    return (
        (tag is None or tag in {tag.casefold() for tag in entry.tags})
        and (tier is None or tier == (entry.tier or "").casefold())
        and (owner is None or owner in (entry.owner or "").casefold())
    )
