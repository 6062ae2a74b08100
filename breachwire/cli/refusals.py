"""Why a query was not answered, in one line: what is closed, and where in the SQL. Pure.

In: DuckDB's error, the SQL, and the names that the file knows. Out: words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from breachwire.cli.asking import nearest

KIND_WORDS = {
    "COPY": "no other file is written",
    "EXPORT": "no other file is written",
    "ATTACH": "no other database is opened",
    "DETACH": "no other database is opened",
    "COPY_DATABASE": "no other database is opened",
    "LOAD": "no extension is installed or loaded",
    "UPDATE EXTENSIONS": "no extension is installed or loaded",
    "SET": "settings are locked",
    "VARIABLE_SET": "settings are locked",
    "PRAGMA": "settings are locked; for a listing use DESCRIBE or SHOW TABLES",
    "PREPARE": "write the query itself",
    "EXECUTE": "write the query itself",
    "CALL": "a table function is asked with FROM name(...)",
}
LONGEST = 2000
"""Characters of an error that are read: a query can make it as long as it likes."""
CLOSED = "other files and the network are closed to queries"
_CLOSED = re.compile(
    r'Cannot access (?:file|directory) "(?P<name>.*?)" - file system operations are disabled', re.DOTALL
)
_UNKNOWN_TABLE = re.compile(r"Table with name (?P<name>.+?) does not exist!")


def kind_refused(kind: str) -> str:
    """For a statement that is none of those that read."""
    said = kind.replace("_", " ")
    return f"{said} is not answered here: queries only read, {KIND_WORDS.get(kind, 'nothing is changed')}"


def refusal(error: BaseException, sql: str, names: Sequence[str]) -> str:
    """One line for an error of DuckDB. `names` are the tables, views and macros that there are."""
    text = str(error).strip()[:LONGEST]
    where = _place(text, sql)
    closed = _CLOSED.search(text)
    if closed:
        return f"{CLOSED}: {closed['name'][:200]!r} was asked for{where}"
    if "the configuration has been locked" in text or "Cannot change" in text:
        return f"settings are locked: queries only read{where}"
    if "attached in read-only mode" in text:
        return f"the published file is never changed by a query: queries only read{where}"
    if "Values were not provided" in text:
        return "holds a parameter (? or $name) that nothing fills: write the value itself"
    words = " ".join(line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("LINE ", " ")))
    unknown = _UNKNOWN_TABLE.search(words)
    if unknown:
        near = nearest(unknown["name"].lower(), names)
        hint = f"did you mean {near}?" if near else "SHOW TABLES lists those that there are"
        words = f"there is no table or view {unknown['name'][:100]!r}: {hint}"
    words = _candidates(words)
    return (words or type(error).__name__) + where


def _candidates(words: str) -> str:
    """DuckDB's list of near columns as a question, when it is about a column."""
    found = re.search(r'Referenced column "(.+?)" (?:was )?not found.*?Candidate bindings: (.+)$', words)
    if not found:
        return words
    columns = [name.split(".")[-1] for name in re.findall(r'"([^"]+)"', found[2])]
    return f"there is no column {found[1][:100]!r}: did you mean {' or '.join(dict.fromkeys(columns[:3]))}?"


def _place(text: str, sql: str) -> str:
    """ ", line 2, column 8: “nosuch FROM incidents”", from the line that DuckDB prints with a caret under it."""
    for above, below in pairwise(text.splitlines()):
        head = re.match(r"LINE (\d+): ", above)
        if not head or not below.strip().startswith("^"):
            continue
        number, rest = int(head[1]), above[below.index("^") :]
        lines = sql.split("\n")
        line = lines[number - 1] if number <= len(lines) else ""
        column = line.find(rest.removesuffix("..."))
        place = f"line {number}" + (f", column {column + 1}" if column >= 0 and rest else "")
        return f" ({place}: “{rest[:40].strip()}”)" if rest.strip() else f" ({place}, at its end)"
    return ""
