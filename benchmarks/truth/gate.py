"""Holds the project's own sets to their floors.

    python -m benchmarks.truth.gate [--set NAME] [--show]
    python -m benchmarks.truth.gate --pin
    python -m benchmarks.truth.gate --lower SET.FIGURE --because "why this may be worse now"

Without a flag it measures each set and compares: exit 1 with one sentence for each floor that is broken and each set
whose files have changed. `--pin` raises what was measured better, adds what is new and takes up changed files, unless a
floor would have to fall for it. `--lower` lets that one fall, and floors.toml keeps the reason.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.truth.floors import (
    FEWEST_TRIALS,
    FLOORS,
    Figure,
    Floor,
    FloorsError,
    Lowered,
    Pinned,
    floor_of,
    read_floors,
    write_floors,
)
from benchmarks.truth.sets import SETS, Corpus
from benchmarks.truth.tables import grid

COMMAND = "python -m benchmarks.truth.gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A set as it is today."""

    name: str
    digest: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Leave to lower these floors ("victim.recall"), and why."""

    figures: tuple[str, ...] = ()
    because: str = ""


def complaints(pinned: Pinned | None, now: Measured) -> list[str]:
    """A sentence for each thing that is not as it was pinned; none where all floors hold."""
    if pinned is None:
        return [f"{now.name} has no floors yet. Pin them: {COMMAND} --set {now.name} --pin"]
    found = []
    if pinned.digest != now.digest:
        found.append(
            f"{now.name}: its files are not the ones that its floors were measured on. If the change is meant,"
            f" take it up: {COMMAND} --set {now.name} --pin"
        )
    broken = {name: floor for name, floor in pinned.floors.items() if _value(now, name) < floor.floor}
    return found + [_broken(now, name, floor) for name, floor in broken.items()]


def _value(now: Measured, name: str) -> float:
    """A figure that is not measured any more is 0: its floor is broken."""
    return now.figures[name].value if name in now.figures else 0.0


def _broken(now: Measured, name: str, floor: Floor) -> str:
    value = _value(now, name)
    return (
        f"{now.name}: {name} is {value:.4f}, {floor.floor - value:.4f} below its floor of {floor.floor:.3f}"
        f" ({floor.measured:.4f} on {floor.on}). Mend the rule, or give the reason:"
        f' {COMMAND} --lower "{now.name}.{name}" --because "..."'
    )


def pin(pinned: Pinned | None, now: Measured, today: date, leave: Leave) -> Pinned:
    """The set's floors after this measurement: raised where it is better, lowered only with leave.

    Changed files are measured afresh, but their floors, too, only rise. Raises FloorsError where a floor without leave
    is broken, or one with leave holds as it is or does not exist.
    """
    before = pinned or Pinned(digest=now.digest)
    broken = _to_lower(before, now, leave)
    floors, lowered = {}, list(before.lowered)
    for name in dict.fromkeys([*before.floors, *now.figures]):
        old, new = before.floors.get(name), _floor_at(now.figures.get(name), today)
        if name in broken:
            fallen = new.floor if new else 0.0
            was = before.floors[name].floor
            lowered.append(Lowered(figure=name, before=was, to=fallen, on=today, because=leave.because))
        else:
            new = _risen(old, new, afresh=before.digest != now.digest)
        if new:
            floors[name] = new
    return Pinned(digest=now.digest, floors=floors, lowered=tuple(lowered))


def _to_lower(before: Pinned, now: Measured, leave: Leave) -> set[str]:
    """The figures whose floors are to be lowered: those that are broken. Raises FloorsError as `pin` does."""
    broken = {name for name, floor in before.floors.items() if _value(now, name) < floor.floor}
    if without := sorted(broken - set(leave.figures)):
        raise FloorsError("\n".join(_broken(now, name, before.floors[name]) for name in without))
    for name in leave.figures:
        if name not in before.floors:
            raise FloorsError(f"{now.name} has no floor of {name!r}{_nearest(name, before.floors)}")
        if name not in broken:
            raise FloorsError(f"{now.name}: the floor of {name} holds; there is nothing to lower")
    return broken


def _floor_at(figure: Figure | None, today: date) -> Floor | None:
    """The floor at what is measured now; None for a figure that is gone, or of too few judgements to say anything."""
    if figure is None or figure.of < FEWEST_TRIALS:
        return None
    return Floor(measured=round(figure.value, 4), of=figure.of, floor=floor_of(figure), on=today)


def _risen(old: Floor | None, new: Floor | None, *, afresh: bool) -> Floor | None:
    """The old floor, or the one of a better figure, or of one measured `afresh`; never lower than the old one."""
    if old is None or new is None:
        return old or new
    better = new.measured > old.measured
    return replace(new, floor=max(new.floor, old.floor)) if better or afresh else old


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def measure(corpus: Corpus) -> Measured:
    """Measures a set."""
    return Measured(name=corpus.name, digest=corpus.digest(), figures=corpus.measure())


def table(pinned: Pinned, now: Measured) -> str:
    """Every figure beside its floor."""
    rows = [("figure", "now", "floor", "room", "of")]
    for name, figure in now.figures.items():
        floor = pinned.floors.get(name)
        held = (f"{floor.floor:.3f}", f"{figure.value - floor.floor:+.3f}") if floor else ("-", "-")
        rows.append((name, f"{figure.value:.3f}", *held, str(figure.of)))
    return grid(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns 0, 1 where something does not hold, 2 for a command that makes no sense."""
    args = _arguments(argv)
    leave = _leaves(args)
    names = list(dict.fromkeys([*args.set, *leave])) or [corpus.name for corpus in SETS]
    if (leave and not args.because) or (args.because and not leave):
        return _refuse("--lower SET.FIGURE and --because REASON go together")
    if unknown := [name for name in names if name not in [c.name for c in SETS]]:
        return _refuse(f"there is no set {unknown[0]!r}{_nearest(unknown[0], [c.name for c in SETS])}")
    try:
        floors = read_floors(args.floors)
        return max([_hold(corpus, floors, leave, args) for corpus in SETS if corpus.name in names], default=0)
    except FloorsError as error:
        return _refuse(str(error))


def _hold(corpus: Corpus, floors: dict[str, Pinned], leave: Mapping[str, Leave], args: argparse.Namespace) -> int:
    """Measures one set, then pins it or compares it; `floors` takes what is pinned."""
    pinned = floors.get(corpus.name)
    if not corpus.files():
        if pinned is None:
            print(f"{corpus.name}: not there, passed over")
            return 0
        print(f"{corpus.name}: has floors, but its files are gone", file=sys.stderr)
        return 1
    now = measure(corpus)
    if args.pin or corpus.name in leave:
        try:
            floors[corpus.name] = pin(pinned, now, datetime.now(UTC).date(), leave.get(corpus.name, Leave()))
        except FloorsError as error:
            print(error, file=sys.stderr)
            return 1
        write_floors(args.floors, {c.name: floors[c.name] for c in SETS if c.name in floors})
        print(_pinned_line(pinned, floors[corpus.name], corpus.name))
        return 0
    wrong = complaints(pinned, now)
    if not wrong and pinned:
        print(f"{corpus.name}: all {len(pinned.floors)} floors hold")
    if args.show and pinned:
        print(table(pinned, now))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return int(bool(wrong))


def _pinned_line(before: Pinned | None, after: Pinned, name: str) -> str:
    old = before.floors if before else {}
    raised = sum(1 for figure, floor in after.floors.items() if figure in old and floor.floor > old[figure].floor)
    fallen = len(after.lowered) - (len(before.lowered) if before else 0)
    new = len([figure for figure in after.floors if figure not in old])
    return f"{name}: {len(after.floors)} floors, {new} new, {raised} raised, {fallen} lowered"


def _leaves(args: argparse.Namespace) -> dict[str, Leave]:
    figures: dict[str, list[str]] = {}
    for one in args.lower:
        name, _, figure = one.partition(".")
        figures.setdefault(name, []).append(figure)
    return {name: Leave(figures=tuple(some), because=args.because) for name, some in figures.items()}


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME", help="this set alone; may be repeated")
    parser.add_argument("--show", action="store_true", help="print every figure beside its floor")
    parser.add_argument("--pin", action="store_true", help="raise floors to what is measured now")
    parser.add_argument("--lower", action="append", default=[], metavar="SET.FIGURE", help="let this floor fall")
    parser.add_argument("--because", default="", metavar="REASON", help="why it may, kept in the file")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="the file of floors")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
