"""The command line as a whole: which commands there are, global options, errors and exit codes."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

import breachwire as program
from breachwire.cli.folders import Folders, complain
from breachwire.errors import BreachwireError

INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 and the signal's number, as shells count

_COMMANDS = {
    "run": "breachwire.cli.run:run",
    "demo": "breachwire.cli.demo:demo",
    "schedule": "breachwire.cli.schedule:schedule",
    "serve": "breachwire.cli.serve:serve",
    "up": "breachwire.cli.up:up",
    "incidents": "breachwire.cli.incidents:incidents",
    "show": "breachwire.cli.show:show",
    "by-hand": "breachwire.cli.by_hand:by_hand",
    "merge": "breachwire.cli.by_hand:merge",
    "split": "breachwire.cli.by_hand:split",
    "set": "breachwire.cli.by_hand:set_value",
    "withdraw": "breachwire.cli.by_hand:withdraw",
    "undo": "breachwire.cli.by_hand:undo",
    "explain": "breachwire.cli.explain:explain",
    "why": "breachwire.cli.why:why",
    "search": "breachwire.cli.search:search",
    "query": "breachwire.cli.query:query",
    "report": "breachwire.cli.report:report",
    "sql": "breachwire.cli.sql:sql",
    "export": "breachwire.cli.export:export",
    "feeds": "breachwire.cli.feeds:feeds",
    "watch": "breachwire.cli.watch:watch",
    "archive": "breachwire.cli.archive:archive",
    "replay": "breachwire.cli.replay:replay",
    "backfill": "breachwire.cli.backfill:backfill",
    "publish": "breachwire.cli.publish:publish",
    "alerts": "breachwire.cli.alerts:alerts",
    "status": "breachwire.cli.status:status",
    "doctor": "breachwire.cli.doctor:doctor",
    "config": "breachwire.cli.config:config",
}

_EPILOG = """\b
Exit codes:
  0  ok
  1  a run finished with failures worth a look, doctor found one, a document or channel failed, no night is due,
     or the last good one is too old
  2  bad usage or configuration
  3  another process holds the store
  4  a database is damaged or cannot be read
"""


class Doors(click.Group):
    """Loads a command when it is asked for, and turns errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " See breachwire --help."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BreachwireError as error:
            complain(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            complain("stopped by Ctrl-C; what was stored stays, and the next run goes on from there")
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if error.errno != errno.EPIPE:
                raise
            _abandon_stdout()
            ctx.exit(BROKEN_PIPE)
        else:
            return answer


def _abandon_stdout() -> None:
    """Lets what is left in the buffer go nowhere: the reader has closed its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # stdout is not a file
        return


@click.group(
    cls=Doors, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("config"),
    envvar="BREACHWIRE_CONFIG",
    show_default=True,
    show_envvar=True,
    help="Folder with settings.toml, feeds.toml, keywords.toml, watchlist.toml and alerts.toml.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    envvar="BREACHWIRE_DATA",
    show_default=True,
    show_envvar=True,
    help="Folder with the databases and the archive.",
)
@click.version_option(program.__version__, prog_name="breachwire", message="%(prog)s %(version)s")
@click.pass_context
def breachwire(ctx: click.Context, config: Path, data: Path) -> None:
    """Reads the news every night and keeps one row per cyber incident, with the sentence behind every value."""
    ctx.obj = Folders(config=config, data=data)


def _as_typed(arg: str) -> str:
    """An argument in UTF-8 that a locale without it has taken apart, put together again."""
    try:
        return arg.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        return arg


def main(args: Sequence[str] | None = None) -> NoReturn:
    """The `breachwire` command. Never returns; see the exit codes in its help."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character shows its code
    breachwire.main(args=[_as_typed(arg) for arg in (sys.argv[1:] if args is None else args)], prog_name="breachwire")
    raise AssertionError("unreachable")
