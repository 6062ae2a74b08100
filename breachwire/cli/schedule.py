"""`breachwire schedule`: what makes a night run every night, for cron and for systemd; docs/scheduling.md."""

from __future__ import annotations

import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.when import nightly, own_zone, when_options

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from breachwire.cli.units import Place
    from flows.due import Nightly

SERVICE, TIMER = "breachwire.service", "breachwire.timer"


@click.group()
def schedule() -> None:
    """Run it every night: lines for cron, units for systemd.

    For Prefect see `breachwire serve` and `breachwire up`; docs/scheduling.md compares them.
    """


@schedule.command()
@when_options
@click.pass_obj
def cron(folders: Folders, at: time, zone: ZoneInfo | None) -> None:
    """Prints lines for `crontab -e`.

    The night runs behind a lock, and a second line looks every hour whether a night was missed while the machine slept.
    What it prints goes to night.log in the data folder. In another time zone than the machine's, one line that looks
    every quarter of an hour does it all.
    """
    from breachwire.cli.run import now
    from breachwire.cli.units import crontab

    when = nightly(at, zone)
    click.echo(crontab(_place(folders), when, own_clock=_same_clock(when, now())), nl=False)


@schedule.command()
@when_options
@click.option("--user", "of_user", is_flag=True, help="Units for your own `systemctl --user`, without root.")
@click.option("--run-as", metavar="NAME", help="The user that runs a system unit. Default: you.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write both files into this folder instead of printing them.",
)
@click.pass_obj
def systemd(
    folders: Folders, at: time, zone: ZoneInfo | None, run_as: str | None, into: Path | None, *, of_user: bool
) -> None:
    """Prints breachwire.service and breachwire.timer.

    The timer is persistent: a night that was missed while the machine slept or was off is caught up once.
    """
    import getpass

    from breachwire.cli.run import now
    from breachwire.cli.units import service, timer

    if of_user and run_as:
        raise click.UsageError("--run-as is for system units; --user units run as you")
    when = nightly(at, zone)
    files = {
        SERVICE: service(_place(folders), user="" if of_user else run_as or getpass.getuser()),
        TIMER: timer(when, now().date()),
    }
    if into is None:
        click.echo("\n".join(f"# --- {name}\n{text}" for name, text in files.items()), nl=False)
    else:
        _write(into, files)
    if not folders.data.is_dir():
        note(f"the data folder must be there before the first night: mkdir -p {folders.data.resolve()}")
    manager = "systemctl --user" if of_user else "sudo systemctl"
    home = "~/.config/systemd/user" if of_user else "/etc/systemd/system"
    place = "" if into else f"--into DIR writes both files; they belong into {home}. "
    note(f"{place}Then: {manager} daemon-reload && {manager} enable --now {TIMER}")
    if of_user:
        note("So that it runs while you are not logged in: loginctl enable-linger")


@schedule.command()
@when_options
@click.option("--once", is_flag=True, help="Say so once for each due time: for scripts that then start a night.")
@click.option("--quiet", is_flag=True, help="Only the exit code.")
@click.pass_context
def due(ctx: click.Context, at: time, zone: ZoneInfo | None, *, once: bool, quiet: bool) -> None:
    """Was a night missed? Exit code 0: yes, one is due; 1: no.

    Missed is a night of which no good one began since it was due. Where no night was ever run, none was missed: with
    --once this looks from the next due time on.
    """
    from breachwire.cli.run import now
    from breachwire.store.runs import last_good_night
    from flows.due import missed, read_mark, write_mark

    folders: Folders = ctx.obj
    when, moment = nightly(at, zone), now()
    last, mark = last_good_night(folders.published), read_mark(folders.data)
    gone = missed(when, last_night=last, mark=mark, now=moment)
    if once and (gone or mark is None):
        write_mark(folders.data, when.last(moment))
    if not quiet:
        good = f"the last good night began {_words(last, when)}" if last else "no good night yet"
        what = f"due: the night of {_words(gone, when)} was missed" if gone else "not due"
        click.echo(f"{what}; {good}; the next is due {_words(when.next(moment), when)}")
    ctx.exit(0 if gone else 1)


def _words(at: datetime, when: Nightly) -> str:
    return f"{at.astimezone(when.zone):%a %Y-%m-%d %H:%M %Z}"


def _same_clock(when: Nightly, moment: datetime) -> bool:
    """Whether this machine's clocks show what those of the schedule show, all year."""
    from datetime import timedelta

    from breachwire.errors import ConfigError
    from flows.due import Nightly

    try:
        own = Nightly(at=when.at, zone=own_zone())
    except ConfigError:
        return False
    days = [moment.date() + timedelta(days=n) for n in range(366)]
    return all(own.on(day) == when.on(day) for day in days)


def _place(folders: Folders) -> Place:
    """How this very breachwire is called from anywhere. Raises ConfigError where there is no config."""
    from breachwire.cli.units import Place
    from breachwire.errors import ConfigError

    if not folders.config.is_dir():
        raise ConfigError(str(folders.config), "is no folder", "name the folder with feeds.toml: --config DIR")
    beside = Path(sys.executable).with_name("breachwire")
    program = (str(beside),) if beside.is_file() else (sys.executable, "-m", "breachwire")
    return Place(program=program, config=folders.config.resolve(), data=folders.data.resolve())


def _write(folder: Path, files: dict[str, str]) -> None:
    from breachwire.errors import ConfigError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
            note(f"written: {folder / name}")
    except OSError as error:
        raise ConfigError(f"--into {folder}", f"cannot be written: {error.strerror}", "name another folder") from None
