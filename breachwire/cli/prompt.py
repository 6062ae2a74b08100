"""The prompt of `breachwire sql`: statements as they are typed, each answered under the guard of `query`.

Every statement is answered by a fork of this process, so that one that runs out of time or memory ends itself alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from breachwire.cli.folders import complain, note
from breachwire.cli.output import FORMS, Table, emit

HISTORY = 2000
"""Statements that are remembered from one session to the next."""
HELP = r"""
  SELECT ... ;    a query; it may take several lines and ends with ;
  \d              tables, views and macros          \d NAME   the columns of one, and what they mean
  \f FORM         answers as table, csv, json, jsonl or md
  \q              leave; so does Ctrl-D             \?        this
"""
_LEAVE = frozenset(["\\q", ".quit", ".exit", "quit", "exit"])
_LISTED = """
    SELECT name, kind, "what it is" FROM (
        SELECT 0 AS place, view_name AS name, 'view' AS kind, comment AS "what it is"
        FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'
        UNION ALL SELECT 1, function_name || '(' || array_to_string(parameters, ', ') || ')', 'macro', comment
        FROM duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal AND schema_name = 'main'
        UNION ALL SELECT 2, table_name, 'table', comment FROM duckdb_tables()
        WHERE NOT internal AND schema_name = 'main')
    WHERE place <= {}
    ORDER BY place, name <> 'incidents', name
"""
_COLUMNS = """
    SELECT column_name AS "column", data_type AS type, comment AS "what it is"
    FROM duckdb_columns() WHERE lower(table_name) = lower('{}') AND NOT internal AND schema_name = 'main'
    ORDER BY column_index
"""


class Prompt:
    """One conversation about the file at `path`."""

    def __init__(self, path: Path, *, seconds: float, max_rows: int) -> None:
        self.path, self.seconds, self.max_rows = path, seconds, max_rows
        self.form = "table"
        self.failed = False

    def converse(self, source: TextIO) -> int:
        """Answers until the end; returns the exit code: 2 where a statement of a file or pipe failed."""
        if source.isatty():
            self.list_names()
            note(r"SQL ends with ;  \d lists all tables, \d NAME columns, \f csv is another form, \? helps, \q leaves")
            with _remembered(self._names):
                self._ask(lambda first: input("breachwire> " if first else "       ...> "))
            return 0
        lines = iter(source)
        self._ask(lambda _: next(lines).rstrip("\n"))
        return 2 if self.failed else 0

    def list_names(self) -> None:
        """What people begin with, views and macros; the tables are left for `\\d`."""
        self._answer(_LISTED.format(1))

    def _ask(self, read: Callable[[bool], str]) -> None:
        """Takes lines together to statements until `read` has no more."""
        held: list[str] = []
        while True:
            try:
                line = read(not held)
            except KeyboardInterrupt:
                held.clear()
                click.echo("")
                continue
            except (EOFError, StopIteration):
                break
            word = line.strip()
            if not held and (word.startswith(("\\", ".")) or word.lower().rstrip(";") in _LEAVE):
                if word.lower().rstrip(";") in _LEAVE:
                    return
                self._command(word)
            elif word or held:
                held.append(line)
                if word.endswith(";"):
                    self._answer("\n".join(held))
                    held.clear()
        if any(line.strip() for line in held):
            self._answer("\n".join(held))

    def _command(self, word: str) -> None:
        name, _, rest = word.partition(" ")
        rest = rest.strip().rstrip(";")
        if name in ("\\d", "\\dt", "\\dv", ".tables", ".schema") and not rest:
            self._answer(_LISTED.format(2))
        elif name in ("\\d", "\\d+", ".schema"):
            self._answer(_COLUMNS.format(rest.replace("'", "''")), empty=f"there is no {rest!r}: \\d lists all")
        elif name in ("\\f", ".mode") and rest in FORMS:
            self.form = rest
        elif name in ("\\f", ".mode"):
            complain(f"{rest!r} is no form: {' '.join(FORMS)}")
        else:
            click.echo(HELP if name in ("\\?", "\\h", ".help") else f"{name} is not known here: \\? for help", err=True)

    def _answer(self, sql: str, empty: str = "") -> None:
        """Lets a fork answer; waits for it, whatever becomes of it."""
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process == 0:
            os._exit(self._answered(sql, empty))
        held = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the fork
        try:
            _, status = os.waitpid(process, 0)
        finally:
            signal.signal(signal.SIGINT, held)
        code = os.waitstatus_to_exitcode(status)
        self.failed = self.failed or code != 0
        if code < 0:
            complain(f"the query ended its reader ({signal.Signals(-code).name})")

    def _answered(self, sql: str, empty: str) -> int:
        """The fork's whole life: prints the answer; returns its exit code."""
        from breachwire.cli.guard import guarded
        from breachwire.errors import BreachwireError

        try:
            answer = guarded(self.path, sql, seconds=self.seconds, max_rows=self.max_rows)
            if not answer.rows and empty:
                complain(empty)
                return 2
            emit(Table(columns=answer.columns, rows=answer.rows), self.form)
            sys.stdout.flush()
            if answer.more:
                note(f"the first {self.max_rows:,} rows: see --max-rows")
        except BreachwireError as error:
            complain(str(error))
            return error.exit_code
        except KeyboardInterrupt:
            complain("stopped by Ctrl-C")
            return 2
        except OSError:  # the reader of a pipe has closed its end
            return 2
        return 0

    def _names(self) -> list[str]:
        """Words to complete: tables, views, macros and columns."""
        from breachwire.cli.guard import guarded

        sql = """
            SELECT DISTINCT name FROM (
                SELECT unnest([table_name, column_name]) AS name FROM duckdb_columns()
                WHERE NOT internal AND schema_name = 'main'
                UNION ALL SELECT function_name || '(' FROM duckdb_functions()
                WHERE function_type = 'table_macro' AND NOT internal AND schema_name = 'main')
            ORDER BY 1
        """
        return [str(row[0]) for row in guarded(self.path, sql, seconds=self.seconds, max_rows=10_000).rows]


@contextlib.contextmanager
def _remembered(names: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Line editing with a history that outlives the session, and names completed by Tab, where readline is there."""
    try:
        import readline
    except ImportError:
        yield
        return
    words = [*names(), "SELECT", "FROM", "WHERE", "ORDER BY", "GROUP BY", "LIMIT", "DESCRIBE", "SUMMARIZE"]
    file = _history_file()

    def complete(begun: str, number: int) -> str | None:
        found = [word for word in words if word.lower().startswith(begun.lower())]
        return found[number] if number < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims(" \t\n,()=<>;'\"")
    readline.parse_and_bind("tab: complete")
    with contextlib.suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        readline.set_history_length(HISTORY)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)
            file.chmod(0o600)


def _history_file() -> Path:
    """By the XDG base directory specification: state that a program can do without."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    return Path(home) / "breachwire" / "sql_history"
