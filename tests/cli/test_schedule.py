"""Lines for cron, units for systemd, and whether a night is due: looked at, and tried."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from breachwire.cli.units import Place, crontab, service, timer
from breachwire.store.database import Database, insert
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from flows.due import Nightly

Desk = Any
ROOT = Path(__file__).parents[2]
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
PLACE = Place(program=("/opt/bw/bin/breachwire",), config=Path("/srv/b w/config"), data=Path("/srv/b w/data 100%"))


def every(at: str, zone: str) -> Nightly:
    return Nightly(at=time.fromisoformat(at), zone=ZoneInfo(zone))


def last_night(desk: Desk, ago: timedelta, *, feeds_failed: int = 0, ended: bool = True) -> datetime:
    """The published file of a night that began so long ago and polled ten feeds."""
    started = datetime.now(UTC).replace(microsecond=0) - ago
    store = Database(desk.data / "store.duckdb")
    row = {
        "run_id": f"{started:%Y%m%dT%H%M%SZ}-abc123",
        "started_at": started,
        "ended_at": started + timedelta(minutes=5) if ended else None,
        "engine": "direct",
        "outcome": "ok" if ended else "running",
        "version": "0",
        "rule_version": "1",
    }
    with store.session() as con:
        insert(con, "runs", [row])
        con.execute(
            "UPDATE runs SET counts = map(['feeds_polled', 'feeds_failed'], [10, $failed]) WHERE run_id = $id",
            {"failed": feeds_failed, "id": row["run_id"]},
        )
    publish(store.path, desk.data / "incidents.duckdb")
    return started


# -- cron


def test_a_crontab_of_the_machines_own_clock() -> None:
    lines = crontab(PLACE, every("03:30", "UTC"), own_clock=True).splitlines()
    night, look = (line for line in lines if not line.startswith("#"))
    assert night.startswith("30 3 * * * ")
    assert look.startswith("50 * * * * ")
    assert "flock -n" in night
    assert "schedule due --once --quiet --at 03:30 --timezone UTC && " in look
    assert r"data 100\%" in night, "cron ends a line at a bare %"


def test_a_crontab_of_another_clock_looks_every_quarter_of_an_hour() -> None:
    lines = crontab(PLACE, every("03:37", "Asia/Kathmandu"), own_clock=False).splitlines()
    (line,) = (line for line in lines if not line.startswith("#"))
    assert line.startswith("7,22,37,52 * * * * ")
    assert "--timezone Asia/Kathmandu" in line


@pytest.mark.slow
def test_the_printed_line_runs_what_was_missed_once(desk: Desk, tmp_path: Path) -> None:
    """The line as cron runs it: by sh, after its five fields. Both commands are noted instead of a real night."""
    noted, fake = tmp_path / "noted", tmp_path / "breachwire"
    real = f'exec {sys.executable} -m breachwire "$@"'
    fake.write_text(f'#!/bin/sh\ncase "$*" in *" run") echo night >> {noted};; *) PYTHONPATH={ROOT} {real};; esac\n')
    fake.chmod(0o755)
    (desk.data / "incidents.duckdb").unlink()
    last_night(desk, timedelta(days=3))
    place = Place(program=(str(fake),), config=desk.config, data=desk.data)
    text = crontab(place, every("03:30", "UTC"), own_clock=False)
    line = text.splitlines()[-1].split(" ", 5)[5]
    for _ in range(2):
        subprocess.run(["/bin/sh", "-c", line.replace(r"\%", "%")], check=False, timeout=30, cwd="/")
    assert noted.read_text() == "night\n", (desk.data / "night.log").read_text()


def test_cron_names_this_program_and_absolute_folders(desk: Desk) -> None:
    done = desk("schedule", "cron", "--at", "4:05", "--timezone", "Asia/Tokyo")
    assert done.exit_code == 0, done.output
    assert f"--config {desk.config} --data {desk.data} run" in done.output
    assert "every night at 04:05 Asia/Tokyo" in done.output


# -- systemd


@needs_systemd
@pytest.mark.parametrize("user", ["", "root"])
def test_systemd_finds_no_fault_with_the_units(user: str, tmp_path: Path) -> None:
    config, data = tmp_path / "a folder" / "config", tmp_path / "a folder" / "data"
    for folder in (config, data):
        folder.mkdir(parents=True)
    place = Place(program=(sys.executable, "-m", "breachwire"), config=config, data=data)
    (tmp_path / "breachwire.service").write_text(service(place, user=user))
    (tmp_path / "breachwire.timer").write_text(timer(every("02:30", "Europe/Berlin"), datetime.now(UTC).date()))
    command = [str(ANALYZE), "verify", *([] if user else ["--user"])]
    done = subprocess.run(
        [*command, "./breachwire.service", "./breachwire.timer"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        timeout=30,
    )
    said = [line for line in done.stderr.splitlines() if "breachwire" in line]
    assert (done.returncode, said) == (0, []), done.stderr


@needs_systemd
@pytest.mark.parametrize("at", ["02:30", "03:30"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe"])
def test_the_timer_elapses_once_a_day_though_the_clocks_jump(at: str, zone: str) -> None:
    when, start = every(at, zone), datetime(2027, 1, 1, tzinfo=UTC)
    calendars = [
        line.removeprefix("OnCalendar=")
        for line in timer(when, start.date()).splitlines()
        if line.startswith("OnCalendar=")
    ]
    elapses = set[datetime]()
    for calendar in calendars:
        done = subprocess.run(
            [str(ANALYZE), "calendar", "--iterations=366", f"--base-time={start:%Y-%m-%d %H:%M:%S} UTC", calendar],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"TZ": "Etc/GMT+12"},  # any but UTC: it then prints UTC beside the local time
            timeout=30,
        )
        for line in done.stdout.splitlines():
            if "(in UTC):" in line:
                day, clock = line.split()[-3:-1]
                elapses.add(datetime.fromisoformat(f"{day}T{clock}+00:00"))
    expected, moment = set[datetime](), start
    while len(expected) < 360:
        moment = when.next(moment)
        expected.add(moment)
    assert {at for at in elapses if at <= max(expected)} == expected


def test_a_system_unit_may_write_into_its_data_folder_alone() -> None:
    text = service(PLACE, user="desk")
    assert 'ReadWritePaths="/srv/b w/data 100%%"' in text
    assert "ProtectSystem=strict" in text
    assert "User=desk" in text
    assert "SuccessExitStatus=1" in text
    assert "User=" not in service(PLACE)
    assert "Persistent=true" in timer(every("03:30", "UTC"), datetime.now(UTC).date())


def test_systemd_writes_both_files_and_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    done = desk("schedule", "systemd", "--user", "--into", str(tmp_path / "units"))
    assert done.exit_code == 0, done.output
    assert {f.name for f in (tmp_path / "units").iterdir()} == {"breachwire.service", "breachwire.timer"}
    assert "systemctl --user daemon-reload" in done.output
    refused = desk("schedule", "systemd", "--user", "--run-as", "desk")
    assert refused.exit_code == 2


# -- due


def test_due_says_which_night_was_missed(desk: Desk) -> None:
    (desk.data / "incidents.duckdb").unlink()
    assert "no good night yet" in desk("schedule", "due").output
    last_night(desk, timedelta(days=3))
    missed = desk("schedule", "due", "--timezone", "Asia/Tokyo")
    assert (missed.exit_code, missed.output.startswith("due: the night of ")) == (0, True)
    assert "JST" in missed.output
    last_night(desk, timedelta(minutes=1))
    good = desk("schedule", "due")
    assert (good.exit_code, good.output.startswith("not due; ")) == (1, True)


@pytest.mark.parametrize("night", [{"feeds_failed": 10}, {"ended": False}])
def test_a_night_without_a_network_or_without_an_end_is_not_a_good_one(desk: Desk, night: dict[str, Any]) -> None:
    (desk.data / "incidents.duckdb").unlink()
    last_night(desk, timedelta(days=3))
    last_night(desk, timedelta(minutes=1), **night)
    assert desk("schedule", "due").exit_code == 0


def test_once_says_so_once_and_starts_to_look_where_no_night_ever_was(desk: Desk) -> None:
    (desk.data / "incidents.duckdb").unlink()
    assert desk("schedule", "due", "--once", "--quiet").exit_code == 1
    (desk.data / "last-due").write_text((datetime.now(UTC) - timedelta(days=2)).isoformat())
    assert desk("schedule", "due", "--once", "--quiet").exit_code == 0
    assert desk("schedule", "due", "--once", "--quiet").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["due", "--at", "25:00"], "'25:00' is no time of day: hours and minutes, like 03:30"),
        (["cron", "--at", "half past three"], "is no time of day"),
        (["due", "--timezone", "Europe/Berln"], "did you mean 'Europe/Berlin'?"),
        (["cron", "--timezone", "../../etc/passwd"], "there is no time zone"),
        (["cron", "--timezone", ""], "there is no time zone"),
    ],
)
def test_a_wrong_time_or_zone_is_named(desk: Desk, words: list[str], said: str) -> None:
    done = desk("schedule", *words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_damaged_published_file_is_said(desk: Desk) -> None:
    (desk.data / "incidents.duckdb").unlink()
    (desk.data / "incidents.duckdb").write_bytes(b"not a database" * 1000)
    assert desk("schedule", "due").exit_code == 4


# -- serve and up, where they cannot start


def test_serve_without_a_server_says_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PREFECT_API_URL is not set" in desk("serve").output
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    done = desk("serve")
    assert done.exit_code == 2
    assert "no Prefect server answers at http://127.0.0.1:1/api" in done.output
    assert "breachwire up" in done.output


def test_up_says_that_the_port_is_taken(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = desk("up", "--port", str(port))
    assert done.exit_code == 2
    assert f"--port {port}: cannot be used: Address already in use" in done.output


def test_a_second_up_on_the_same_data_is_told_of_the_first(desk: Desk) -> None:
    with only_one(desk.data.resolve() / "prefect", datetime.now(UTC)):
        done = desk("up")
    assert done.exit_code == 3
    assert "is held by process" in done.output
