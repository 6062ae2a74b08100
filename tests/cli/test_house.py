"""The command line as a whole: help, errors, exit codes, pipes, and the commands that look after the house."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from breachwire.cli import breachwire
from breachwire.store.database import Database

Desk = Any
ROOT = Path(__file__).parents[2]
ENV = os.environ | {"PYTHONPATH": str(ROOT)}
HEAVY = ("duckdb", "pydantic", "rich", "apprise", "rapidfuzz", "aiohttp", "prefect", "lxml", "trafilatura")


def run(*args: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "breachwire.cli", *args],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=ENV,
        **more,
    )


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    ctx = click.Context(group)
    found = []
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found.extend(commands(command, (*path, name)))
    return found


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom breachwire.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=ENV,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Exit codes:" in done.stdout


def test_a_pipe_needs_no_rich() -> None:
    code = (
        "import sys, breachwire.cli.published, breachwire.cli.render\n"
        "print([m for m in ('rich', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=ENV,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("path", "command"), commands(breachwire), ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_every_command_and_option_has_help(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, (path, parameter.name)
    result = CliRunner().invoke(breachwire, [*path, "--help"])
    assert result.exit_code == 0


def test_version_and_unknown_command() -> None:
    done = run("--version")
    assert done.stdout.startswith("breachwire 0.")
    done = run("incdents")
    assert done.returncode == 2
    assert "Did you mean 'incidents'?" in done.stderr


def test_a_reader_that_leaves_early_is_no_error(desk: Desk) -> None:
    command = f"{sys.executable} -m breachwire.cli --data {desk.data} query 'FROM range(90000)' --max-rows 90000"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, timeout=30, check=False, env=ENV,
    )  # fmt: skip
    assert done.stdout.strip() == "range"
    assert done.stderr == ""
    assert done.returncode in (0, 141)  # 0 where the system takes the whole write


def test_ctrl_c_is_one_line_and_130(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ask")
    command = [
        sys.executable,
        "-m",
        "breachwire.cli",
        "--data",
        str(desk.data),
        "query",
        "--file",
        str(tmp_path / "ask"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV)
    with (tmp_path / "ask").open("w"):  # opens once the command reads
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)  # closed first: a signal that falls between two steps wakes no reader
    assert process.returncode == 130
    assert len(said.splitlines()) == 1
    assert "stopped by Ctrl-C" in said


def test_a_terminal_without_the_character_gets_codes_not_a_crash(desk: Desk) -> None:
    env = ENV | {"PYTHONIOENCODING": "koi8-r"}
    command = [sys.executable, "-m", "breachwire.cli", "--data", str(desk.data), "query", "SELECT 'é' AS x"]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False, env=env)
    assert (done.returncode, done.stdout) == (0, b"x\n\\xe9\n")


def test_words_typed_under_a_locale_without_them_are_what_they_were(desk: Desk) -> None:
    env = ENV | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "breachwire.cli", "--data", str(desk.data), "query", "SELECT 'é' = chr(233) AS x"]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"x\ntrue\n", b"")


def test_config_check_counts(desk: Desk) -> None:
    result = desk("config", "check")
    assert result.exit_code == 0
    assert "feeds.toml: 1 feeds" in result.stdout
    assert "keywords.toml: version 1, 1 terms in 1 languages" in result.stdout
    assert "watchlist.toml: not there" in result.stdout


def test_config_check_tells_all_errors(desk: Desk) -> None:
    (desk.config / "alerts.toml").write_text("[chanels.x]\n")
    (desk.config / "watchlist.toml").write_text("[[names]]\nnam = 'x'\nname = 'Fernhill'\n")
    result = desk("config", "check")
    assert result.exit_code == 2
    assert [("did you mean" in line) for line in result.stderr.splitlines()] == [True, True]
    assert "feeds.toml: 1 feeds" in result.stdout


def test_config_check_sees_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACHWIRE_FETCH__CONCURRENCY", "none")
    assert desk("config", "check").exit_code == 2


def test_doctor_well(desk: Desk) -> None:
    result = desk("doctor")
    assert result.exit_code == 0, result.output
    assert "2 incidents, 4 articles, last run" in result.stdout
    assert "warn  feeds: 1 of 2 are failing -> breachwire feeds check --wrong" in result.stdout


def test_doctor_ill(empty_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_desk.config / "feeds.toml").write_text("[[feeds]]\n")
    (empty_desk.data / "store.duckdb").write_bytes(b"no database" * 500)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = empty_desk("doctor")
    assert result.exit_code == 1
    failing = [line.split(":")[0] for line in result.stdout.splitlines() if line.startswith("fail")]
    assert failing == ["fail  config", "fail  store", "fail  engine"]


def test_doctor_without_a_data_folder(empty_desk: Desk) -> None:
    (empty_desk.config.parent / "flat").write_text("a file")
    result = type(empty_desk)(empty_desk.config, empty_desk.config.parent / "flat" / "data")("doctor")
    assert result.exit_code == 1
    assert "fail  data folder" in result.stdout


def test_doctor_knows_the_schema(desk: Desk) -> None:
    with Database(desk.data / "store.duckdb").session():
        pass
    assert "ok    store" in desk("doctor").stdout
    with Database(desk.data / "store.duckdb").session() as con:
        con.execute("INSERT INTO schema_migrations VALUES (999, 'later', now())")
    result = desk("doctor")
    assert result.exit_code == 1
    assert "schema version 999" in result.stdout


ALERTS = """
[channels.screen]
kind = "terminal"
[channels.log]
kind = "file"
path = "alerts.jsonl"
[channels.chat]
kind = "apprise"
url_env = "TEST_CHAT_URL"
"""


def test_alerts_test_says_what_came_back(empty_desk: Desk) -> None:
    (empty_desk.config / "alerts.toml").write_text(ALERTS)
    result = empty_desk("alerts", "test")
    assert result.exit_code == 1
    assert "! [test] Example Widgets: data breach" in result.stdout
    assert "channel screen: sent (terminal): printed\nchannel log: sent (file): written\n" in result.stdout
    assert result.stderr == "breachwire: channel chat: the environment variable TEST_CHAT_URL is not set\n"
    assert (empty_desk.data / "alerts.jsonl").read_text().count("\n") == 1
    assert empty_desk("alerts", "test", "log").exit_code == 0


def test_alerts_retry_sends_what_failed(empty_desk: Desk) -> None:
    from breachwire.cli.run import now
    from breachwire.records import Alert
    from breachwire.store import outbox
    from breachwire.store.database import Database

    (empty_desk.config / "alerts.toml").write_text(ALERTS)
    assert "nothing was queued yet" in empty_desk("alerts", "retry").stderr
    about = {"incident_id": "i_1", "revision": 1, "event": "new_incident", "rule": "all", "title": "t", "body": "b"}
    alerts = [Alert(alert_id=f"n_{name}", channel=name, **about) for name in ("log", "chat", "gone")]
    with Database(empty_desk.data / "store.duckdb").session() as con:
        outbox.queue_alerts(con, alerts, now=now(), run_id="r")
        outbox.assign_messages(con, {a.alert_id: a.alert_id for a in alerts})
        sending = [
            outbox.Sending(message_id=a.alert_id, channel=a.channel, tried_at=now(), error="x", final=True)
            for a in alerts
        ]
        outbox.save_sendings(con, sending)
    assert empty_desk("alerts", "retry", "--dry-run", "n_l").stdout == "n_log  log  t\n"
    assert "no alert that failed has an id that begins so" in empty_desk("alerts", "retry", "n_none").stderr
    result = empty_desk("alerts", "retry")
    assert result.exit_code == 1
    said = ["channel chat: 0 sent, 1 failed", "channel gone: 0 sent, 1 failed", "channel log: 1 sent"]
    assert sorted(result.stdout.splitlines()) == said
    assert "TEST_CHAT_URL is not set" in result.stderr
    assert "channel gone: not in alerts.toml any more" in result.stderr
    assert (empty_desk.data / "alerts.jsonl").read_text().count("\n") == 1
    listed = empty_desk("alerts", "list", "--format", "csv", "--state", "sent").stdout
    assert "n_log" in listed
    assert empty_desk("alerts", "retry", "n_log").exit_code == 2


def test_alerts_test_without_such_a_channel(empty_desk: Desk) -> None:
    assert "names no channel" in empty_desk("alerts", "test").stderr
    (empty_desk.config / "alerts.toml").write_text(ALERTS)
    result = empty_desk("alerts", "test", "mail")
    assert result.exit_code == 2
    assert "there are: screen, log, chat" in result.stderr
