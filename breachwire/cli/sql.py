"""`breachwire sql`: the published file in an interactive shell, the best one that is there."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from breachwire.cli.folders import Folders

SHELLS = ("harlequin", "duckdb", "prompt")


@click.command()
@click.option(
    "--with",
    "shell",
    type=click.Choice(["auto", *SHELLS]),
    default="auto",
    help="harlequin: the terminal IDE; duckdb: DuckDB's own shell; prompt: a plain one of our own, guarded as query is."
    " Default: the first of these that is installed, and prompt where standard input is no terminal.",
)
@click.option(
    "--limit-seconds",
    type=click.FloatRange(min=0.1, max=3600),
    default=30,
    show_default=True,
    help="In the prompt: stop a query after this long.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="In the prompt: print at most this many rows of an answer.",
)
@click.pass_context
def sql(ctx: click.Context, shell: str, limit_seconds: float, max_rows: int) -> None:
    """The published file in an interactive shell, read-only.

    Lists the views first. The nightly run never waits for it, and it never waits for the run: the prompt sees a new
    file at its next query, the other shells when they are opened again.
    """
    from breachwire.cli.published import missing

    folders = ctx.obj
    assert isinstance(folders, Folders)
    if not folders.published.is_file():
        raise missing(folders.published)
    from breachwire.cli.prompt import Prompt

    program, path = _found(shell)
    prompt = Prompt(folders.published, seconds=limit_seconds, max_rows=max_rows)
    if not path:
        ctx.exit(prompt.converse(sys.stdin))
    prompt.list_names()
    sys.stdout.flush()
    flag = {"harlequin": "--read-only", "duckdb": "-readonly"}[program]
    os.execv(path, [program, flag, str(folders.published.resolve())])  # noqa: S606 - no shell between


def _found(shell: str) -> tuple[str, str]:
    """The wanted shell and where it is; ("prompt", "") for our own. Raises UsageError where it is not installed."""
    if shell == "prompt" or (shell == "auto" and not sys.stdin.isatty()):
        return "prompt", ""
    beside = str(Path(sys.executable).parent)
    for name in (shell,) if shell != "auto" else SHELLS[:2]:
        path = shutil.which(name) or shutil.which(name, path=beside)
        if path:
            return name, path
    if shell != "auto":
        raise click.UsageError(f"{shell} is not installed: `--with prompt` needs nothing")
    return "prompt", ""
