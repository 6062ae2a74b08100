"""`breachwire status`: is all well? Reads the published file alone, so that a watchdog may ask at any time."""

from __future__ import annotations

import fcntl
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from breachwire.cli.folders import Folders

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from breachwire.records import FeedTrouble, RunState

FEEDS_SHOWN = 10
_COUNTS = ("entries_new", "articles_kept", "incidents_new", "incidents_changed", "alerts_sent", "alerts_failed")
_STATES = "SELECT state, count(*) FROM alerts GROUP BY ALL"
_UNSENT = ("pending", "failed", "dead")


class Age(click.ParamType[timedelta]):
    """A duration as in settings.toml."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """26h, 2d."""
        from breachwire.settings.durations import duration

        try:
            found = duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        assert isinstance(found, timedelta)
        return found


@click.command()
@click.option(
    "--max-age",
    type=Age(),
    metavar="AGE",
    help="Exit code 1 where the last good night ended longer ago than this (26h, 2d), or there was none.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="json: one object.")
@click.pass_context
def status(ctx: click.Context, max_age: timedelta | None, form: str) -> None:
    """The last good night, feeds in trouble, alerts not sent.

    A night is good when it came to its end, with failures worth a look or without. As the last night published it:
    nothing is fetched, and a night under way is not disturbed.
    """
    from breachwire.cli.output import as_json
    from breachwire.cli.run import now

    folders: Folders = ctx.obj
    found = _found(folders, now(), max_age)
    if form == "json":
        click.echo(as_json(found))
    else:
        _show(found)
    ctx.exit(1 if found["late"] else 0)


def _found(folders: Folders, at: datetime, max_age: timedelta | None) -> dict[str, Any]:
    """What there is to say, as the object that `--format json` prints."""
    found: dict[str, Any] = {"last_good_night": None, "late": None, "under_way": _under_way(folders)}
    if folders.published.is_file():
        found |= _published(folders, at)
    if max_age is not None:
        good = found["last_good_night"]
        found["late"] = good is None or timedelta(hours=good["age_hours"]) > max_age
    return found


def _published(folders: Folders, at: datetime) -> dict[str, Any]:
    from breachwire.cli import published
    from breachwire.store import pulse

    with published.opened(folders) as con:
        runs, troubled = pulse.last_runs(con), pulse.troubled_feeds(con)
        good = next((run for run in runs if run.ended_at), None)
        states = {str(row[0]): int(str(row[1])) for row in published.ask(con, _STATES).rows}
        return {
            "last_good_night": _night(con, good, at) if good else None,
            "stopped_since": [run.run_id for run in runs if not run.ended_at and good and run.run_id > good.run_id],
            "feeds": {"polled": _number(con, "feed_health"), "in_trouble": [_feed(feed) for feed in troubled]},
            "alerts": {state: states.get(state, 0) for state in _UNSENT},
            "incidents": _number(con, "incidents"),
        }


def _night(con: DuckDBPyConnection, run: RunState, at: datetime) -> dict[str, Any]:
    from breachwire.cli import published

    row = next(published.ask(con, "SELECT counts FROM runs WHERE run_id = $id", {"id": run.run_id}).named())
    assert run.ended_at
    return {
        "run_id": run.run_id,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "age_hours": round((at - run.ended_at) / timedelta(hours=1), 2),
        "outcome": run.outcome,
        "counts": dict(row["counts"] or {}),
    }


def _number(con: DuckDBPyConnection, table: str) -> int:
    from breachwire.cli import published

    return int(str(published.ask(con, f"SELECT count(*) FROM {table}").rows[0][0]))


def _feed(feed: FeedTrouble) -> dict[str, str]:
    return {"feed_id": feed.feed_id, "title": feed.title, "kind": feed.kind, "since": feed.since, "words": feed.words}


def _under_way(folders: Folders) -> str | None:
    """Who holds the data folder's lock, None where nobody does. The lock is asked for shared, and let go at once."""
    try:
        with (folders.data / "run.lock").open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip() or "another run"
    except OSError:
        return None
    return None


def _show(found: dict[str, Any]) -> None:
    from breachwire.cli.output import Table
    from breachwire.cli.sheet import Heading, Pairs, Prose, Sheet

    sheet, good = Sheet(), found["last_good_night"]
    late = {True: ", which is too long ago", False: ", in time", None: ""}[found["late"]]
    if good is None:
        sheet.add(Heading("No good night yet: `breachwire run`"))
    else:
        sheet.add(
            Heading(f"Last good night: {good['ended_at']:%Y-%m-%d %H:%M} UTC, {_ago(good['age_hours'])} ago{late}")
        )
        counts = {name: good["counts"].get(name, 0) for name in _COUNTS}
        sheet.add(Pairs([("run", good["run_id"]), ("outcome", good["outcome"])]))
        sheet.add(Pairs([(name.replace("_", " "), f"{count:,}") for name, count in counts.items()]))
    if found["under_way"]:
        sheet.add(Prose(f"under way: {found['under_way']}", 2))
    if good is None:
        sheet.emit()
        return
    feeds, alerts = found["feeds"], found["alerts"]
    unsent = ", ".join(f"{count} {state}" for state, count in alerts.items() if count)
    sheet.add(Heading(f"Alerts not sent: {unsent or 'none'}"))
    if unsent:
        sheet.add(Prose("see breachwire alerts list --state failed", 2))
    trouble = feeds["in_trouble"]
    sheet.add(Heading(f"Feeds in trouble: {len(trouble) or 'none'} of {feeds['polled']}"))
    rows = [(feed["title"], feed["since"], feed["words"]) for feed in trouble[:FEEDS_SHOWN]]
    sheet.add(Table(columns=("feed", "since", "what"), rows=rows))
    if len(trouble) > FEEDS_SHOWN:
        sheet.add(Prose(f"and {len(trouble) - FEEDS_SHOWN} more: breachwire feeds check", 2))
    sheet.emit()


def _ago(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.0f} days"
