"""Floors: what each set was measured at, and below what no figure may fall. Read from and written to floors.toml.

A floor belongs to a corpus, by the digest of its files. Contains no measuring.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).resolve().parents[1] / "floors.toml"
LEAST_MARGIN = 0.01
MARGIN_TRIALS = 2
FEWEST_TRIALS = 10
HEADER = f"""\
# Floors of the project's own sets. `make test` fails when a figure falls below its floor, or when the files of a set
# have changed since they were measured. Written by `python -m benchmarks.truth.gate --pin`; see benchmarks/README.md.
#
# measured  the figure, on the day `on`, from `of` judgements (articles, fields, words)
# floor     the figure less a margin: {MARGIN_TRIALS} judgements, and {LEAST_MARGIN} at least. The same rules on the
#           same texts always give the same figure, so the margin is not for chance: it lets a rule that helps many
#           cost a few. Figures of fewer than {FEWEST_TRIALS} judgements have no floor, one would say nothing.
# digest    sha256 of the set's files, names and contents
#
# `--pin` only raises. A floor falls with `--lower SET.FIGURE --because "..."`, and the reason stays here (`lowered`).
"""


class FloorsError(Exception):
    """floors.toml cannot be read or must not be changed in this way; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured figure, 0 to 1, from `of` judgements."""

    value: float
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A pinned figure."""

    measured: float
    of: int
    floor: float
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """A floor that was lowered, or given up where `to` is 0."""

    figure: str
    before: float
    to: float
    on: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One set's floors by figure ("victim.recall"), for the corpus with this digest."""

    digest: str
    floors: dict[str, Floor] = field(default_factory=dict)
    lowered: tuple[Lowered, ...] = ()


def digest(files: Iterable[Path], root: Path) -> str:
    """The sha256 of files, names below `root` and contents, in the order of their names."""
    whole = hashlib.sha256()
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return f"sha256:{whole.hexdigest()}"


def floor_of(figure: Figure) -> float:
    """The floor of a figure, in thousandths, rounded down."""
    margin = max(LEAST_MARGIN, MARGIN_TRIALS / figure.of)
    return max(0, int((figure.value - margin) * 1000 + 1e-6)) / 1000


def read_floors(path: Path) -> dict[str, Pinned]:
    """The pinned sets; none where there is no file. Raises FloorsError."""
    if not path.is_file():
        return {}
    try:
        return {name: _pinned(table) for name, table in tomllib.loads(path.read_text("utf-8")).items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise FloorsError(f"{path.name} cannot be read: {error}") from error


def _pinned(table: dict[str, Any]) -> Pinned:
    return Pinned(
        digest=table["digest"],
        floors={name: Floor(**values) for name, values in table["floors"].items()},
        lowered=tuple(Lowered(**values) for values in table.get("lowered", ())),
    )


def write_floors(path: Path, sets: Mapping[str, Pinned]) -> None:
    """Writes the whole file."""
    path.write_text("\n".join([HEADER, *(_table(name, pinned) for name, pinned in sets.items())]), "utf-8")


def _table(name: str, pinned: Pinned) -> str:
    lines = [f"[{name}]", f'digest = "{pinned.digest}"', "", f"[{name}.floors]"]
    width = max((len(figure) for figure in pinned.floors), default=0) + 2
    for figure, f in pinned.floors.items():
        quoted = f'"{figure}"'.ljust(width)
        lines.append(f"{quoted} = {{ measured = {f.measured:.4f}, of = {f.of}, floor = {f.floor:.3f}, on = {f.on} }}")
    for low in pinned.lowered:
        because = json.dumps(low.because, ensure_ascii=False)  # a JSON string is a TOML string
        lines += ["", f"[[{name}.lowered]]", f'figure = "{low.figure}"', f"before = {low.before:.3f}"]
        lines += [f"to = {low.to:.3f}", f"on = {low.on}", f"because = {because}"]
    return "\n".join(lines) + "\n"
