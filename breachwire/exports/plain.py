"""CSV and JSON: the columns of the view `incidents` under their own names. docs/exports.md describes both."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TextIO

from breachwire.plaintext import clean, no_formula, seen_json

LISTS = "; "
"""Between the items of a list in CSV. A URL holds no space, so lists of URLs can be split again without loss."""


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> int:
    """RFC 4180 with one header; returns the number of rows.

    NULL is empty, lists are joined by LISTS, times are ISO 8601 in UTC. A text that a spreadsheet would take for a
    formula gets an apostrophe in front; control characters and terminal escapes go, and line breaks become spaces.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return no_formula(clean(value).replace("\n", " "))
    if isinstance(value, list):  # each item by itself, for where ";" separates cells each becomes one
        return LISTS.join(_cell(str(item)) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, int | float | Decimal) else jsonable(value)


def write_json(names: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO, *, lines: bool) -> int:
    """One array with an object a line, or with `lines` one object a line and nothing else; returns the count.

    Keys are the columns, all of them in every object, null where nothing is stated. docs/schema/incident.schema.json
    describes an object.
    """
    count = 0
    out.write("" if lines else "[")
    for row in rows:
        out.write(("" if lines else "\n") if not count else ("" if lines else ",\n"))
        out.write(dumps(dict(zip(names, row, strict=True))) + ("\n" if lines else ""))
        count += 1
    out.write("" if lines else "\n]\n")
    return count


def dumps(value: object) -> str:
    """One line of JSON that no terminal obeys: what cannot be seen is escaped."""
    return seen_json(_ENCODER.encode(value))


def jsonable(value: object) -> object:
    """Times as ISO 8601 in UTC, decimals as numbers."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not a value of the published file: {value!r}")


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=jsonable, separators=(",", ":"))
