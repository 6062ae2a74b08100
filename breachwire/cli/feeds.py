"""`breachwire feeds`: the feeds and how they are. What changes or looks for feeds has modules of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from breachwire.cli.feed_health import check
from breachwire.cli.feeds_discovering import discover_feeds
from breachwire.cli.feeds_editing import add_feed, remove_feed
from breachwire.cli.feeds_exchanging import export_feeds, import_feeds
from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from breachwire.cli.output import Table
    from breachwire.settings.models import FeedEntry

_HEADINGS = {"last_ok_at": "last ok (UTC)", "consecutive_failures": "failures", "last_error": "last error"}
_STATE_SQL = """
    SELECT feed_id, title, state, last_ok_at, consecutive_failures, tags, language, url, last_error
    FROM feeds WHERE state <> 'removed' ORDER BY consecutive_failures DESC, lower(title)
"""


@click.group()
def feeds() -> None:
    """The feeds that are polled, and how they are."""


feeds.add_command(check)
feeds.add_command(add_feed)
feeds.add_command(remove_feed)
feeds.add_command(import_feeds)
feeds.add_command(export_feeds)
feeds.add_command(discover_feeds)


@feeds.command("list")
@click.option("--tag", metavar="TAG", help="Only feeds with this tag.")
@click.option("--failing", is_flag=True, help="Only feeds that failed at their last poll, or are gone.")
@form_option
@click.pass_obj
def list_feeds(folders: Folders, tag: str | None, form: str, *, failing: bool) -> None:
    """All feeds, failing ones first: state from the last night, and what was listed since.

    A feed that is in feeds.toml and was not polled yet has the state "not polled"; one that was taken out of it
    leaves this list with the next run.
    """
    from breachwire.cli.output import Table, emit

    table = _from_published(folders) if folders.published.is_file() else _from_config(folders)
    at = {name: place for place, name in enumerate(table.columns)}
    rows = [
        row
        for row in table.rows
        if (tag is None or tag.casefold() in {str(t).casefold() for t in (row[at["tags"]] or ())})  # type: ignore[attr-defined]
        and (not failing or row[at["state"]] in ("failing", "gone"))
    ]
    headings = tuple(_HEADINGS.get(name, name) for name in table.columns)
    shown = Table(columns=headings, rows=rows, narrow=("language", "tags", "last ok (UTC)", "url"))
    emit(shown, form, data=Table(columns=table.columns, rows=rows))
    if not rows:
        note(
            "no feed is failing"
            if failing and table.rows
            else "no feed fits"
            if table.rows
            else "no feeds in feeds.toml"
        )


def _from_published(folders: Folders) -> Table:
    from breachwire.cli import published
    from breachwire.cli.output import Table
    from breachwire.identity import feed_id

    with published.opened(folders) as con:
        answer = published.ask(con, _STATE_SQL)
    known = {row[0] for row in answer.rows}
    fresh = [
        (feed.title, "not polled", None, 0, list(feed.tags), feed.language, feed.url, None)
        for feed in _listed(folders)
        if feed_id(feed.url) not in known
    ]
    return Table(columns=answer.columns[1:], rows=[*(row[1:] for row in answer.rows), *fresh])


def _from_config(folders: Folders) -> Table:
    from breachwire.cli.output import Table

    note("not polled yet: this is feeds.toml")
    return Table(
        columns=("title", "state", "tags", "language", "url"),
        rows=[(f.title, "not polled", list(f.tags), f.language, f.url) for f in _listed(folders)],
    )


def _listed(folders: Folders) -> tuple[FeedEntry, ...]:
    from breachwire.settings.load import read
    from breachwire.settings.models import FeedsFile

    return read(FeedsFile, folders.config / "feeds.toml").feeds
