"""How a feed that was tried is shown, and how a person is asked before feeds.toml is changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from breachwire.plaintext import one_line

if TYPE_CHECKING:
    from breachwire.cli.feeds_trying import Tried
    from breachwire.records import Entry

_SHOWN = 5
_NEVER = datetime.min.replace(tzinfo=UTC)
_OLD_DAYS = 90
_MAX_PROBLEMS = 3


def agreed(question: str, *, yes: bool) -> bool:
    """Whether a person wants it: by `--yes`, or asked on the terminal. Raises UsageError where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("nobody to ask here: give --yes to write, or --dry-run to look; nothing was written")
    return click.confirm(question, default=True, err=True)


def summary(tried: Tried, now: datetime) -> Iterator[str]:
    """Lines about a feed: what it is, its address, its last five titles with their dates, and what is odd about it."""
    reading = tried.reading
    assert reading is not None
    count = len(reading.entries)
    facts = [reading.kind, f"{count}{'+' if _cut(tried) else ''} entries", reading.language or "language not stated"]
    yield click.style(one_line(reading.title or "without a title", 120), bold=True) + f" ({', '.join(facts)})"
    yield f"  {one_line(tried.url)}" + (f", {one_line(tried.candidate.found)}" if tried.candidate.found else "")
    for entry in last(tried):
        when = moment(entry)
        date = f"{when:%Y-%m-%d %H:%M}" if when else "undated"
        yield f"  {date:16}  {one_line(entry.title, 90)}"
    for warning in warnings(tried, now):
        yield click.style(f"  note: {warning}", fg="yellow")


def warnings(tried: Tried, now: datetime) -> Iterator[str]:
    """What a person should know before a feed is listed."""
    reading = tried.reading
    assert reading is not None
    if tried.url != tried.candidate.url:
        yield f"{one_line(tried.candidate.url)} has moved for good: the new address is taken"
    dated = [when for entry in reading.entries if (when := moment(entry))]
    if not reading.entries:
        yield "it has no entries at the moment"
    elif not dated:
        yield "none of its entries has a date"
    elif (now - max(dated)).days > _OLD_DAYS:
        yield f"its newest entry is {(now - max(dated)).days} days old"
    problems = [p for p in reading.problems if "has more than" not in p]
    yield from (one_line(p, 200) for p in problems[:_MAX_PROBLEMS])


def last(tried: Tried) -> list[Entry]:
    """The newest entries, five at most; those without a date in the feed's order after them."""
    entries = tried.reading.entries if tried.reading else ()
    dated = sorted((e for e in entries if moment(e)), key=lambda e: moment(e) or _NEVER, reverse=True)
    return [*dated, *(e for e in entries if not moment(e))][:_SHOWN]


def moment(entry: Entry) -> datetime | None:
    """When an entry came out, as far as it says."""
    return entry.published_at or entry.updated_at


def row(tried: Tried) -> tuple[Any, ...]:
    """A feed as a row for programs: url, kind, title, language, entries, newest, titles, found."""
    reading = tried.reading
    assert reading is not None
    newest = max((when for entry in reading.entries if (when := moment(entry))), default=None)
    titles = [entry.title for entry in last(tried)]
    return (
        tried.url,
        reading.kind,
        reading.title,
        reading.language,
        len(reading.entries),
        newest,
        titles,
        tried.candidate.found,
    )


ROW = ("url", "kind", "title", "language", "entries", "newest", "titles", "found")


def _cut(tried: Tried) -> bool:
    return bool(tried.reading and any("has more than" in problem for problem in tried.reading.problems))
