"""The generated pages of docs/: commands, data dictionary, JSON Schemas of config/. A test holds them to the code."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb

from breachwire.cli import breachwire as cli
from breachwire.settings import schema
from breachwire.store.database import connect, migrate
from breachwire.store.shelving import lay_out
from breachwire.vocabulary import VOCABULARIES

HEAD = """# Data dictionary

Made by `make docs` from the comments in the database. NULL means "not stated", never 0 or an empty text. Times are UTC.
Open `data/incidents.duckdb` with anything that reads DuckDB 1.5 or later; it is replaced whole at the end of each run.
"""

INCIDENT_SCHEMA = "incident.schema.json"
_JSON_TYPES: dict[str, dict[str, object]] = {
    "VARCHAR": {"type": ["string", "null"]},
    "VARCHAR[]": {"type": ["array", "null"], "items": {"type": "string"}},
    "INTEGER": {"type": ["integer", "null"]},
    "BIGINT": {"type": ["integer", "null"]},
    "DOUBLE": {"type": ["number", "null"]},
    "DECIMAL": {"type": ["number", "null"]},
    "DATE": {"type": ["string", "null"], "format": "date"},
    "TIMESTAMP WITH TIME ZONE": {"type": ["string", "null"], "format": "date-time"},
}


def data_dictionary() -> str:
    """Every table, column, view and macro of the published file, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "empty.duckdb")
        try:
            migrate(con, "empty")
            lay_out(con)
            return "\n".join([HEAD, *_tables(con), *_macros(con), *_vocabularies()]) + "\n"
        finally:
            con.close()


def _tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    views = con.execute(
        "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' ORDER BY 1"
    ).fetchall()
    tables = con.execute(
        "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
    ).fetchall()
    lines: list[str] = []
    for kind, found in (("view", views), ("table", tables)):
        for name, comment in found:
            if name.startswith("vocab_"):
                continue
            columns = con.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() "
                "WHERE schema_name = 'main' AND table_name = ? ORDER BY column_index",
                [name],
            ).fetchall()
            lines += [f"## {name} ({kind})", "", comment, "", "| column | type | meaning |", "|---|---|---|"]
            lines += [f"| {c} | {t} | {m} |" for c, t, m in columns]
            lines.append("")
    return lines


def _macros(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute(
        "SELECT function_name, parameters, comment FROM duckdb_functions() "
        "WHERE NOT internal AND schema_name = 'main' AND function_type = 'table_macro' ORDER BY 1"
    ).fetchall()
    lines = ["## Macros", "", "| call | gives |", "|---|---|"]
    return (
        lines + [f"| `FROM {name}({', '.join(parameters)})` | {comment} |" for name, parameters, comment in rows] + [""]
    )


def _vocabularies() -> list[str]:
    lines: list[str] = []
    for name, terms in VOCABULARIES.items():
        lines += [f"## vocab_{name}", "", "| term | meaning |", "|---|---|"]
        lines += [f"| {term} | {meaning} |" for term, meaning in terms.items()]
        lines.append("")
    return lines[:-1]


def commands() -> str:
    """Every command with its options, as Markdown: what `--help` prints."""
    lines = ["# Commands", "", "Made by `make docs` from what `--help` prints.", ""]
    for path, command in walk(cli, ("breachwire",)):
        context = click.Context(
            command,
            info_name=" ".join(path),
            help_option_names=cli.context_settings["help_option_names"],
            terminal_width=100,
            max_content_width=100,
        )
        lines += [f"## {' '.join(path)}", "", "```", command.get_help(context), "```", ""]
    return "\n".join(lines)


def incident_schema() -> str:
    """JSON Schema of one object of `breachwire export json`: the columns of `incidents` and their comments."""
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "empty.duckdb")
        try:
            migrate(con, "empty")
            lay_out(con)
            columns = con.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'incidents' "
                "AND schema_name = 'main' ORDER BY column_index"
            ).fetchall()
        finally:
            con.close()
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One incident as breachwire export json writes it",
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, _, _ in columns],
        "properties": {name: _JSON_TYPES[kind.split("(")[0]] | {"description": words} for name, kind, words in columns},
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The command and all below it, each with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            held = command.get_command(context, name)
            if held:
                yield from walk(held, (*path, name))


def main() -> None:
    """Writes the pages into docs/ of the current folder."""
    docs = Path("docs")
    docs.mkdir(exist_ok=True)
    (docs / "commands.md").write_text(commands(), encoding="utf-8")
    (docs / "data-dictionary.md").write_text(data_dictionary(), encoding="utf-8")
    (docs / "schema" / INCIDENT_SCHEMA).write_text(incident_schema(), encoding="utf-8")
    schema.write(docs / "schema")


if __name__ == "__main__":
    main()
