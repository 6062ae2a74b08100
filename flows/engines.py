"""How stages are run: directly, or as tasks of a Prefect flow. Prefect is imported only where it is used."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from breachwire.errors import ConfigError

if TYPE_CHECKING:
    from flows.report import NightReport

T = TypeVar("T")


class Engine(Protocol):
    """Runs one stage after the other."""

    name: str

    def run(self, title: str, stage: Callable[[], T], *, retries: int) -> T:
        """Runs a stage and returns what it returns; its exceptions pass through."""
        ...

    def report(self, report: NightReport) -> None:
        """Shows a night that is over, where the engine has a place for it."""


class Direct:
    """Calls the stages. Nothing to start, nothing to keep alive."""

    name = "direct"

    def run(self, title: str, stage: Callable[[], T], *, retries: int) -> T:  # noqa: ARG002 - the stages retry by themselves
        """Calls the stage."""
        return stage()

    def report(self, report: NightReport) -> None:
        """The command that started the run shows it."""


def choose(wanted: Literal["auto", "direct", "prefect"]) -> Literal["direct", "prefect"]:
    """The engine to use: `auto` is Prefect where PREFECT_API_URL is set.

    Raises ConfigError where Prefect is asked for and no API is configured: its own temporary server would be started,
    which takes longer than its time-out allows and forgets everything.
    """
    api = os.environ.get("PREFECT_API_URL")
    if wanted == "prefect" and not api:
        raise ConfigError(
            "--engine prefect",
            "PREFECT_API_URL is not set",
            "start `prefect server start` and set it, or use --engine direct",
        )
    if wanted == "auto":
        return "prefect" if api else "direct"
    return wanted
