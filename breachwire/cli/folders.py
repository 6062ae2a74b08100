"""Where config and data are, and how a command says that something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from breachwire.settings import Settings

PUBLISHED, STORE = "incidents.duckdb", "store.duckdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The two folders that every command works with."""

    config: Path
    data: Path

    @property
    def published(self) -> Path:
        """The file that analysts open."""
        return self.data / PUBLISHED

    @property
    def store(self) -> Path:
        """The file that the nightly run owns."""
        return self.data / STORE

    def settings(self) -> Settings:
        """All of config/. Raises ConfigError."""
        from breachwire.settings import load

        return load(self.config, self.data)


def complain(words: str) -> None:
    """One red line on stderr."""
    from breachwire.plaintext import one_line

    click.secho(f"breachwire: {one_line(words, 2000)}", fg="red", err=True)


def note(words: str) -> None:
    """One line on stderr, for what is not part of the answer."""
    from breachwire.plaintext import one_line

    click.echo(one_line(words, 2000), err=True)
