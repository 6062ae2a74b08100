"""Tables for eyes and for programs: a Rich table on a terminal, aligned plain text in a pipe, CSV, JSON, Markdown.

Text from outside is cleaned of control characters and terminal escapes, and Rich markup is never interpreted.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from breachwire.plaintext import clean, no_formula, one_line, seen_json

if TYPE_CHECKING:
    from rich.console import Console

FORMS = ("table", "csv", "json", "jsonl", "md")
WORD = 9
"""Columns of a terminal below which a table's cell would be pieces of words."""
CELL = 240
"""Characters of one cell in tables; CSV and JSON have them whole."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under column names.

    `narrow` names the columns to leave out first where a terminal is too narrow, `whole` those that are never folded.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    title: str = ""
    narrow: tuple[str, ...] = ()
    whole: tuple[str, ...] = ("id",)


def form_option(command: _F) -> _F:
    """Adds `--format`."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(FORMS),
        default="table",
        help="table: drawn on a terminal, aligned text in a pipe. jsonl: one object a line. In CSV, a text"
        " that a spreadsheet would take for a formula gets an apostrophe in front.",
    )
    return option(command)


def emit(table: Table, form: str, *, data: Table | None = None) -> None:
    """Prints a table in one of FORMS; csv, json and jsonl take `data` where it is given."""
    full = data or table
    if form == "csv":
        click.echo(as_csv(full), nl=False)
    elif form == "json":
        click.echo(as_json([dict(zip(_distinct(full.columns), row, strict=True)) for row in full.rows]))
    elif form == "jsonl":
        names = _distinct(full.columns)
        for row in full.rows:
            click.echo(as_json(dict(zip(names, row, strict=True)), indent=None))
    elif form == "md":
        click.echo(as_markdown(table))
    elif on_terminal():
        draw(table)
    else:
        click.echo(as_text(table))


def on_terminal() -> bool:
    """Whether somebody watches stdout."""
    return sys.stdout.isatty()


def cell(value: object) -> str:
    """A value as one cleaned line: NULL is empty, lists are joined by commas."""
    return str(value) if type(value) is int else one_line(_words(value), CELL)


def _words(value: object) -> str:
    match value:
        case None:
            words = ""
        case bool():
            words = str(value).lower()
        case str():
            words = value[: 20 * CELL]
        case datetime():
            words = value.strftime("%Y-%m-%d %H:%M")
        case float():
            words = f"{value:.10g}"
        case list() | tuple():
            words = ", ".join(cell(item) for item in value)
        case dict():
            words = ", ".join(f"{cell(key)}={cell(item)}" for key, item in value.items())
        case _:
            words = str(value)
    return words


def as_json(value: object, indent: int | None = 2) -> str:
    """JSON that loses nothing and that no terminal obeys: unseen characters are escaped. Without indent one line."""
    import json

    return seen_json(json.dumps(value, indent=indent, ensure_ascii=False, default=jsonable))


def jsonable(value: object) -> object:
    """What `json` does not know: times as ISO 8601, decimals as numbers, sets and tuples as lists, bytes as hex."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def as_csv(table: Table) -> str:
    """RFC 4180 with "\\n"; NULL is empty, lists and structs are JSON."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_csv_cell(name) for name in table.columns])
    writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def _csv_cell(value: object) -> object:
    import json

    if isinstance(value, str):
        return no_formula(clean(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return clean(json.dumps(value, ensure_ascii=False, default=jsonable))
    return value if value is None or isinstance(value, int | float | Decimal) else jsonable(value)


def unmarked(text: str) -> str:
    """The text with what Markdown would obey behind backslashes."""
    return _MARKDOWN.sub(r"\\\1", text)


def as_markdown(table: Table) -> str:
    """A GitHub table; nothing in it is markup."""

    def line(values: Sequence[str]) -> str:
        return "| " + " | ".join(map(unmarked, values)) + " |"

    return "\n".join(
        [
            line([cell(name) for name in table.columns]),
            "|" + " --- |" * len(table.columns),
            *(line([cell(value) for value in row]) for row in table.rows),
        ]
    )


def as_text(table: Table) -> str:
    """Columns aligned by spaces, numbers to the right, nothing at the ends of lines."""
    rows = [[cell(name) for name in table.columns], *([cell(value) for value in row] for row in table.rows)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    right = _numeric(table)
    lines = [
        "  ".join(
            _pad(value, width, right=at in right) for at, (value, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([*([one_line(table.title)] if table.title else []), *(line.rstrip() for line in lines)])


def draw(table: Table) -> None:
    """A Rich table on the terminal: cells are folded, and columns of `narrow` left out where they do not fit."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(markup=False, highlight=False, emoji=False)
    if table.rows and _least(_fitted(table, console.width)) > console.width:
        _stack(table, console)
        return
    table = _fitted(table, console.width)
    right = _numeric(table)
    drawn = RichTable(box=SIMPLE_HEAD, title=Text(one_line(table.title)) if table.title else None, title_justify="left")
    for at, name in enumerate(table.columns):
        drawn.add_column(
            Text(cell(name)),
            overflow="fold",
            justify="right" if at in right else "left",
            no_wrap=name in table.whole,
        )
    for row in table.rows:
        drawn.add_row(*(Text(cell(value)) for value in row))
    console.print(drawn)


def _least(table: Table) -> int:
    """Columns of a terminal that a table takes where no cell is folded into pieces of words."""
    least = 0
    for at, name in enumerate(table.columns):
        width = max(map(_width, [cell(name), *(cell(row[at]) for row in table.rows)]))
        least += 2 + (width if name in table.whole else min(width, WORD))
    return least


def _stack(table: Table, console: Console) -> None:
    """One line a value, for terminals on which no column would have room; empty values are left out."""
    from rich.table import Table as RichTable
    from rich.text import Text

    for number, row in enumerate(table.rows):
        grid = RichTable.grid(padding=(0, 1, 0, 0))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in zip(table.columns, row, strict=True):
            if cell(value):
                grid.add_row(Text(cell(name)), Text(cell(value)))
        console.print(*([""] if number else []), grid, sep="\n")


def _fitted(table: Table, width: int) -> Table:
    """The table without as many of its `narrow` columns as it takes to fit."""
    dropped: list[str] = []
    for name in (*table.narrow, None):
        kept = [at for at, column in enumerate(table.columns) if column not in dropped]
        need = sum(
            2 + max([_width(cell(table.columns[at]))] + [min(20, _width(cell(r[at]))) for r in table.rows])
            for at in kept
        )
        if need <= width or name is None:
            break
        dropped.append(name)
    return Table(
        columns=tuple(table.columns[at] for at in kept),
        rows=[tuple(row[at] for at in kept) for row in table.rows],
        title=table.title,
        whole=table.whole,
    )


def _numeric(table: Table) -> set[int]:
    """Columns that hold numbers and nothing else."""
    found = set()
    for at in range(len(table.columns)):
        values = [row[at] for row in table.rows if row[at] is not None]
        if values and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values):
            found.add(at)
    return found


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names as keys: the second `n` is `n_2`."""
    seen: dict[str, int] = {}
    keys = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        keys.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return keys
