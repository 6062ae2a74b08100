"""How far a night is: a bar a stage on a terminal, one line a stage in a pipe, both on stderr."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from breachwire.plaintext import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Lines:
    """One line when a stage is over."""

    def stage(self, name: str, total: int | None) -> None:
        """Says nothing: lines are for logs."""

    def advance(self, count: int) -> None:
        """Says nothing."""

    def done(self, name: str, words: str) -> None:
        """The line."""
        click.echo(f"{one_line(name)}: {one_line(words, 300)}", err=True)


class Bars:
    """A bar while a stage works through documents; its line when it is over.

    The bar is only there while documents are counted, so that what a stage prints itself does not meet it.
    """

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._name = ""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins, or knows now how much it has to do."""
        self._stop()
        self._name = name
        if total:
            self._start(total)

    def advance(self, count: int) -> None:
        """So many more are done."""
        if self._bar is None:
            self._start(None)
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, count)

    def done(self, name: str, words: str) -> None:
        """The stage is over."""
        self._stop()
        mark = click.style("✓", fg="green")
        click.echo(f"{mark} {one_line(name)}: {one_line(words, 300)}", err=True)

    def _start(self, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bar.start()
        self._task = self._bar.add_task(one_line(self._name), total=total)

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None


def progress_for_stderr() -> Lines | Bars:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()
