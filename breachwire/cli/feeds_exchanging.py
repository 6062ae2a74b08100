"""`breachwire feeds import` and `feeds export`: lists of feeds from and for other readers, as OPML."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from breachwire.cli.feeds_editing import FILE
from breachwire.cli.folders import Folders, complain, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from breachwire.settings.feedlist import FeedList
    from breachwire.settings.models import FeedEntry

_NEW, _LISTED, _TWICE = "new", "listed already", "twice in the file"


@click.command("import")
@click.argument("file", metavar="FILE", type=click.File("rb"))
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A further tag for each; can be given again.")
@click.option("--dry-run", is_flag=True, help="Show what would be added, and write nothing.")
@form_option
@click.pass_context
def import_feeds(ctx: click.Context, file: IO[bytes], form: str, *, dry_run: bool, tags: tuple[str, ...]) -> None:
    """Adds the feeds of an OPML file to feeds.toml.

    FILE is what feed readers export; `-` is stdin. Nested folders and categories become tags. Feeds that are
    listed already, in whatever spelling of their address, are passed over. Nothing is fetched: the next run polls
    them. Exit code 1: the file is no OPML, or some of its lines could not be read.
    """
    from breachwire.cli.output import Table, emit
    from breachwire.settings.feedlist import open_list, save, with_added
    from extractors.opml import MAX_BYTES, read_opml

    folders: Folders = ctx.obj
    listed = open_list(folders.config / FILE)
    reading = read_opml(file.read(MAX_BYTES + 1), Path(getattr(file, "name", "stdin")).name)
    told = _sorted_out(listed, reading.feeds, tags)
    new = [feed for what, feed in told if what == _NEW]
    after = with_added(listed, new)
    if new and not dry_run:
        save(listed, after)
    emit(
        Table(
            columns=("what", "title", "url", "tags"),
            rows=[(what, feed.title, feed.url, list(feed.tags)) for what, feed in told],
            narrow=("tags",),
            whole=("what",),
        ),
        form,
    )
    for problem in reading.problems:
        complain(problem)
    known = len(told) - len(new)
    note(
        f"{len(new)} {'would be ' * dry_run}added to {listed.path}"
        + (f", {known} listed already or twice in the file" if known else "")
        + (f"; {len(after.feeds)} feeds now" if not dry_run else "")
    )
    ctx.exit(1 if reading.problems or not told else 0)


@click.command("export")
@click.option("--tag", metavar="TAG", help="Only feeds with this tag.")
@click.option("--format", "form", type=click.Choice(["opml"]), default="opml", help="OPML 2.0, the only one.")
@click.pass_obj
def export_feeds(folders: Folders, tag: str | None, form: str) -> None:  # noqa: ARG001 - there is one format
    """Prints feeds.toml as OPML, which other feed readers import.

    Each feed stands in a folder named by its first tag; all its tags are its categories. What OPML has no word
    for (trust, interval) is kept for `feeds import` in attributes that others pass over.
    """
    from datetime import UTC, datetime

    from breachwire.settings.feedlist import open_list
    from extractors.opml import write_opml

    feeds = open_list(folders.config / FILE).feeds
    wanted = [f for f in feeds if tag is None or tag.casefold() in (t.casefold() for t in f.tags)]
    click.echo(write_opml(wanted, datetime.now(UTC)).encode("utf-8"), nl=False)
    if not wanted:
        note("no feed fits" if feeds else "no feeds in feeds.toml")


def _sorted_out(listed: FeedList, feeds: Sequence[FeedEntry], tags: Sequence[str]) -> list[tuple[str, Any]]:
    """Each feed of the file once or more, and what becomes of it; a feed in several folders has all their tags."""
    from breachwire.settings.feedlist import same_feed

    known = {same_feed(feed.url) for feed in listed.feeds}
    told: list[tuple[str, Any]] = []
    new: dict[str, int] = {}
    for feed in feeds:
        key = same_feed(feed.url)
        if key in known:
            told.append((_LISTED, feed))
        elif key in new:
            first = told[new[key]][1]
            told[new[key]] = (_NEW, first.model_copy(update={"tags": tuple(dict.fromkeys((*first.tags, *feed.tags)))}))
            told.append((_TWICE, feed))
        else:
            new[key] = len(told)
            told.append((_NEW, feed.model_copy(update={"tags": tuple(dict.fromkeys((*feed.tags, *tags)))})))
    return told
