"""`breachwire feeds discover`: what a site has in the way of feeds."""

from __future__ import annotations

import click

from breachwire.cli.feeds_editing import web_address
from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option


@click.command("discover")
@click.argument("url", metavar="URL")
@click.option("--all", "everywhere", is_flag=True, help="Look everywhere, even where a feed was found already.")
@form_option
@click.pass_context
def discover_feeds(ctx: click.Context, url: str, form: str, *, everywhere: bool) -> None:
    """Looks for the feeds of a site and tries each.

    First what the page at URL names and links; where there is no feed among it, the usual places; where there is
    none either, news sitemaps, which a run polls like feeds. Some thirty polite requests at most. Nothing is
    written; `feeds add` does that. Exit code 1: nothing found.
    """
    import asyncio
    from datetime import UTC, datetime

    from breachwire.cli.feeds_shown import ROW, row, summary
    from breachwire.cli.feeds_trying import Search, look_around
    from breachwire.cli.output import Table, emit
    from breachwire.settings.feedlist import open_list

    folders: Folders = ctx.obj
    now = datetime.now(UTC)
    search = Search(settings=folders.settings(), now=now, everywhere=everywhere, said=note)
    tried = asyncio.run(look_around(web_address(url), search))
    found = list({t.url: t for t in reversed(tried) if t.reading}.values())[::-1]
    if form == "table":
        listed = open_list(folders.config / "feeds.toml")
        for one in found:
            for line in summary(one, now):
                click.echo(line)
            if known := listed.find(one.url):
                click.echo(f"  listed already, as {known.title!r}")
    else:
        emit(Table(columns=ROW, rows=[row(one) for one in found]), form)
    if not found:
        note(f"no feed and no news sitemap found: {len(tried)} addresses were asked")
    elif form == "table":
        note("to list one: breachwire feeds add ADDRESS")
    ctx.exit(0 if found else 1)
