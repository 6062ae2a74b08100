"""CSV and JSON: the columns of the view `incidents` under their own names. docs/exports.md describes both."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TextIO

from breachwire.exports.text import clean

LISTS = "; "
"""Between the items of a list in CSV. A URL holds no space, so lists of URLs can be split again without loss."""
# What a spreadsheet would take for a formula, unless it is a number (OWASP, "CSV Injection").
_FORMULA = re.compile(r"\s*(?:[=@\t\r＝＠]|[+\-＋－](?!\d[\d.,]*$))")
_UNSEEN = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


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
    if isinstance(value, list):
        value = LISTS.join(str(item) for item in value)
    if isinstance(value, str):
        text = clean(value).replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
        return "'" + text if _FORMULA.match(text) else text
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
    text = json.dumps(value, ensure_ascii=False, default=jsonable, separators=(",", ":"))
    return text if text.isascii() and "\x7f" not in text else _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def jsonable(value: object) -> object:
    """Times as ISO 8601 in UTC, decimals as numbers."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not a value of the published file: {value!r}")
