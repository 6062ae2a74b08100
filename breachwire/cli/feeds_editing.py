"""`breachwire feeds add` and `feeds remove`: one feed in or out of feeds.toml, looked at first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note

if TYPE_CHECKING:
    from datetime import datetime

    from breachwire.cli.feeds_trying import Tried
    from breachwire.settings.feedlist import FeedList
    from breachwire.settings.models import FeedEntry

FILE = "feeds.toml"
_yes = click.option("--yes", is_flag=True, help="Write without asking.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")


@click.command("add")
@click.argument("url", metavar="URL")
@click.option("--title", metavar="WORDS", help="Name of the source. Default: the feed's own title.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A word to choose feeds by; can be given again.")
@click.option("--language", metavar="CODE", help="ISO 639 code of its texts. Default: what the feed says.")
@click.option("--interval", metavar="TIME", help='How often at most it is asked, like "6h". Default: at every run.')
@_yes
@_dry_run
@click.pass_context
def add_feed(
    ctx: click.Context,
    /,
    url: str,
    title: str | None,
    tags: tuple[str, ...],
    language: str | None,
    interval: str | None,
    **how: bool,
) -> None:
    """Adds a feed to feeds.toml, after trying it.

    It is fetched once and shown with its last five titles. A feed that has moved for good is listed under its
    new address. Where URL is a site and not a feed, the site is searched for feeds as `feeds discover` does.
    On a terminal you are asked before anything is written. Exit code 1: no feed there; 2: it cannot be listed so.
    """
    from datetime import UTC, datetime

    from breachwire.settings.feedlist import open_list, save, with_added

    folders: Folders = ctx.obj
    url = web_address(url)
    listed = open_list(folders.config / FILE)
    if _listed(listed, url):
        return
    _entry(url, title or url, tags, language, interval)  # before anybody is asked, whether the options are good
    now = datetime.now(UTC)
    tried = _tried(ctx, url, now, yes=how["yes"] or how["dry_run"])
    if tried.url != url and _listed(listed, tried.url):
        return
    assert tried.reading is not None
    entry = _entry(
        tried.url, title or tried.reading.title or tried.url, tags, language or tried.reading.language, interval
    )
    after = with_added(listed, [entry])
    click.echo("\n" + after.text[len(listed.text) :].strip() + "\n" if after.text.startswith(listed.text) else "")
    if how["dry_run"]:
        note(f"a dry run: {listed.path} is as it was")
    elif agreed_to(f"Add it to {listed.path}?", yes=how["yes"]):
        save(listed, after)
        note(f"{listed.path} lists {len(after.feeds)} feeds now; the next run polls it")


@click.command("remove")
@click.argument("what", metavar="URL-OR-TITLE")
@_yes
@_dry_run
@click.pass_obj
def remove_feed(folders: Folders, what: str, *, yes: bool, dry_run: bool) -> None:
    """Takes a feed out of feeds.toml.

    What it has brought so far stays in the store. Comments and the order of the others stay too.
    """
    from breachwire.settings.feedlist import open_list, save, without

    listed = open_list(folders.config / FILE)
    feed = _found(listed, what)
    after = without(listed, feed)
    click.echo(f"{feed.title}  {feed.url}")
    if dry_run:
        note(f"a dry run: {listed.path} is as it was")
    elif agreed_to(f"Remove it from {listed.path}?", yes=yes):
        save(listed, after)
        note(f"{listed.path} lists {len(after.feeds)} feeds now")


def agreed_to(question: str, *, yes: bool) -> bool:
    """As `feeds_shown.agreed`, and says so where the answer is no."""
    from breachwire.cli.feeds_shown import agreed

    answer = agreed(question, yes=yes)
    if not answer:
        note("nothing was written")
    return answer


def web_address(url: str) -> str:
    """The address with a scheme: `https://` where somebody typed a bare host. Raises UsageError for other schemes."""
    import re

    url = re.sub(r"^feed:(?://)?(?=https?:)", "", url.strip(), flags=re.IGNORECASE)
    if not re.match(r"[a-z][a-z0-9+.-]*://", url, re.IGNORECASE):
        url = "https://" + url
    if not re.match(r"https?://[^/\s]+", url, re.IGNORECASE):
        raise click.UsageError(f"{url} is not a web address: it begins with http:// or https://")
    return url


def _listed(listed: FeedList, url: str) -> bool:
    """Whether a feed is listed already, and says so."""
    known = listed.find(url)
    if known is not None:
        note(f"{url} is listed already, as {known.title!r} ({known.url}): nothing to do")
    return known is not None


def _tried(ctx: click.Context, url: str, now: datetime, *, yes: bool) -> Tried:
    """The feed at the address, or the one chosen of those that its site has. Ends the command where there is none."""
    import asyncio

    from breachwire.cli.feeds_shown import summary
    from breachwire.cli.feeds_trying import Search, look_around

    search = Search(settings=ctx.obj.settings(), now=now, said=note)
    first, *others = asyncio.run(look_around(url, search))
    found = [t for t in others if t.reading]
    if first.reading is None:
        note(f"{url} {first.why}")
        if not found:
            note("and no feed was found around it: nothing was written")
            ctx.exit(1)
    chosen = [first] if first.reading else found
    for number, tried in enumerate(chosen, 1):
        for at, line in enumerate(summary(tried, now)):
            click.echo(f"{number}. {line}" if at == 0 and len(chosen) > 1 else line)
    if len(chosen) == 1:
        return chosen[0]
    if yes or not sys.stdin.isatty():
        note(f"{url} is no feed, but its site has {len(chosen)}: add one of the addresses above; nothing was written")
        ctx.exit(1)
    number = click.prompt("Which one?", type=click.IntRange(1, len(chosen)), default=1, err=True)
    return chosen[number - 1]


def _entry(url: str, title: str, tags: tuple[str, ...], language: str | None, interval: str | None) -> FeedEntry:
    """The block of feeds.toml. Raises UsageError where an option is not what the file may hold."""
    from pydantic import ValidationError

    from breachwire.settings.models import FeedEntry

    try:
        return FeedEntry.model_validate(
            {
                "url": url,
                "title": title,
                "tags": tuple(dict.fromkeys(tags)),
                "language": language,
                "interval": interval,
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"][:1])
        raise click.UsageError(f"--{key}: {first['msg'].removeprefix('Value error, ')}; nothing was written") from None


def _found(listed: FeedList, what: str) -> FeedEntry:
    """The one feed of that address or title. Raises UsageError for none, and for several of one title."""
    import difflib

    by_url = listed.find(what)
    if by_url:
        return by_url
    named = [feed for feed in listed.feeds if feed.title.casefold() == what.strip().casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise click.UsageError(
            f"{len(named)} feeds are called {what!r}: name one by its address: " + ", ".join(f.url for f in named)
        )
    near = difflib.get_close_matches(what, [f.title for f in listed.feeds] + [f.url for f in listed.feeds], n=1)
    raise click.UsageError(f"{listed.path} lists no feed {what!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
