"""What a night tells while it runs and when it is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from breachwire.records import Change


class Progress(Protocol):
    """Where a night tells how far it is. `total` is None where it is not known beforehand."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""

    def advance(self, count: int) -> None:
        """So many more documents of the stage are done."""

    def done(self, name: str, words: str) -> None:
        """A stage ended; `words` say what came of it."""


class Quiet:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int | None) -> None:
        """Says nothing."""

    def advance(self, count: int) -> None:
        """Says nothing."""

    def done(self, name: str, words: str) -> None:
        """Says nothing."""


@dataclass(slots=True)
class Tally:
    """What the stages count and notice on the way; the night's own, handed to each stage."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """A night that is over: `failures` are worth a look; `notices` (a feed that is down tonight) are good to know."""

    run_id: str
    engine: str
    counts: dict[str, int]
    seconds: dict[str, float]
    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    failures: tuple[str, ...]
    notices: tuple[str, ...]
    published: Path
