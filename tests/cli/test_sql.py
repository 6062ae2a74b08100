"""`sql`: the prompt as a script and as a person uses it, and the other shells."""

from __future__ import annotations

import os
import pty
import select
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from breachwire.cli.prompt import Prompt

Desk = Any
ROOT = Path(__file__).parents[2]


def command(desk: Desk, *args: str) -> list[str]:
    return [sys.executable, "-m", "breachwire.cli", "--data", str(desk.data), "sql", *args]


def environment(home: Path, **more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(home), "PATH": str(home)} | more


def piped(desk: Desk, text: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(desk, *args),
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(desk.data.parent),
    )


def test_statements_from_a_pipe_each_under_the_guard(desk: Desk) -> None:
    done = piped(desk, "SELECT 1 AS a,\n 2 AS b;\nCOPY feeds TO 'x';\nSELECT 3 AS c -- the last one needs no ;")
    assert done.stdout == "a  b\n1  2\nc\n3\n"
    assert done.stderr == "breachwire: COPY is not answered here: queries only read, no other file is written\n"
    assert done.returncode == 2
    assert piped(desk, "").returncode == 0


def test_a_query_that_takes_too_long_ends_itself_alone(desk: Desk) -> None:
    endless = "SELECT sum(a.range * b.range) FROM range(1000000) AS a, range(1000000) AS b;"
    done = piped(desk, f"{endless}\nFROM range(9);", "--limit-seconds", "0.2", "--max-rows", "2")
    assert done.stdout == "range\n    0\n    1\n"
    assert done.stderr == ("breachwire: stopped after 0.2 s (see --limit-seconds)\nthe first 2 rows: see --max-rows\n")


def test_listings_forms_and_help(desk: Desk) -> None:
    done = piped(desk, "\\d\n\\d vocab_sector\n\\d nosuch'\n\\f csv\nSELECT 1 AS a;\n\\f xml\n\\x\n\\q\nSELECT 2;")
    listed = done.stdout.split("\n")
    assert listed[1].startswith("incidents")
    assert any(line.startswith("vocab_sector") for line in listed)
    assert done.stdout.endswith("term     VARCHAR  The value.\nmeaning  VARCHAR  What it means.\na\n1\n")
    assert done.stderr.splitlines() == [
        'breachwire: there is no "nosuch\'": \\d lists all',
        "breachwire: 'xml' is no form: table csv json jsonl md",
        "\\x is not known here: \\? for help",
    ]


def test_a_person_at_a_terminal(desk: Desk) -> None:
    """Lists the views, completes names, remembers statements."""
    home = desk.data.parent
    here, there = pty.openpty()
    process = subprocess.Popen(
        command(desk), stdin=there, stdout=there, stderr=there, env=environment(home, TERM="dumb", COLUMNS="100")
    )
    os.close(there)
    seen = ""

    def wait_for(words: str) -> None:
        nonlocal seen
        until = time.monotonic() + 60
        while words not in seen and time.monotonic() < until:
            if select.select([here], [], [], 1)[0]:
                seen += os.read(here, 65536).decode()
        assert words in seen
        seen = seen[seen.index(words) + len(words) :]

    wait_for("incidents_since(span)")
    wait_for("breachwire> ")
    os.write(here, b"SELECT term FROM vocab_sec\t WHERE term = 'health';\n")
    wait_for("health")
    wait_for("breachwire> ")
    os.write(here, b"\x04")
    assert process.wait(30) == 0
    os.close(here)
    history = home / "breachwire" / "sql_history"
    assert "FROM vocab_sector WHERE term" in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_ctrl_c_forgets_what_was_typed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Prompt, "_answer", lambda self, sql: asked.append(sql))
    lines = iter(["SELECT wrong", "", "SELECT", "1;"])

    def read(first: bool) -> str:
        line = next(lines)
        if not line:
            raise KeyboardInterrupt
        return line

    Prompt(desk.data / "incidents.duckdb", seconds=1, max_rows=1)._ask(read)
    assert asked == ["SELECT\n1;"]


@pytest.mark.parametrize(("shell", "flag"), [("harlequin", "--read-only"), ("duckdb", "-readonly")])
def test_another_shell_is_given_the_file_read_only(desk: Desk, shell: str, flag: str) -> None:
    program = desk.data.parent / shell
    program.write_text('#!/bin/sh\necho "opened with $*"\n')
    program.chmod(0o755)
    done = piped(desk, "", "--with", shell)
    assert done.stdout.splitlines()[-1] == f"opened with {flag} {(desk.data / 'incidents.duckdb').resolve()}"
    assert "incidents_since(span)" in done.stdout


def test_a_shell_that_is_not_there(desk: Desk, empty_desk: Desk) -> None:
    done = piped(desk, "", "--with", "harlequin")
    assert done.returncode == 2
    assert "harlequin is not installed: `--with prompt` needs nothing" in done.stderr
