"""The commands: what a person types, and what they read.

Lives here: one module a command or family of commands, `group` (the lazy list of them, errors, exit codes), `folders`
(where config and data are), `output` (tables, CSV, JSON, Markdown), `sheet` (longer answers), `render` (incidents and
changes in words), `published` (queries over data/incidents.duckdb) and `guard` (other people's SQL).
May be imported: every room and `flows`, inside the functions that need them; at the top of a module only click and what
costs nothing, for `breachwire --help` loads them all.
Never happens here: a decision about documents, or a write to a database.
"""

from breachwire.cli.group import breachwire, main

__all__ = ["breachwire", "main"]
