"""`breachwire up`: a Prefect server of one's own and the schedule, together, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as Time  # noqa: N812 - the module has the name
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.serve import now_option
from breachwire.cli.when import nightly, when_options

if TYPE_CHECKING:
    import subprocess
    from zoneinfo import ZoneInfo

HOST = "127.0.0.1"
STARTS_WITHIN_S, STOPS_WITHIN_S = 120, 45
_OWN = ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_API_AUTH_STRING")


@click.command()
@when_options
@now_option
@click.option("--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="Port of Prefect's pages.")
@click.pass_obj
def up(folders: Folders, at: Time, zone: ZoneInfo | None, port: int, *, start_now: bool) -> None:
    """A Prefect server on this machine and the schedule, together, to watch nights in a browser.

    The server listens on 127.0.0.1 alone, sends no telemetry, and keeps its database in the data folder (prefect/). A
    night that was missed is caught up once, at the start. Ctrl-C or SIGTERM stops all of it; a night that is running is
    stopped too, and the next one goes on from there.
    """
    from breachwire.cli.run import now
    from breachwire.store.lock import only_one

    folders.settings()
    when = nightly(at, zone)
    home = folders.data.resolve() / "prefect"
    with only_one(home, now()), _stopped_by_signals() as stopped:
        _free(port)
        env = _environment(home, port)
        words = ["serve", "--at", f"{when.at:%H:%M}", "--timezone", when.zone.key, *(["--now"] if start_now else [])]
        here = ["--config", str(folders.config.resolve()), "--data", str(folders.data.resolve())]
        server = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
        log = home / "server.log"
        note(f"starting a Prefect server, which takes half a minute or more; its log is {log}")
        with _running(server, env, log=log) as serving_pages:
            _wait_for(f"http://{HOST}:{port}/api/health", serving_pages, stopped, log)
            note(f"Prefect is at http://{HOST}:{port}")
            with _running([sys.executable, "-m", "breachwire", *here, *words], env) as schedule:
                _watch({"the Prefect server": serving_pages, "the schedule": schedule}, stopped, log)
            note("the schedule has stopped")
        note("the Prefect server has stopped")


class _Stopped:
    """Whether a signal has asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, *_: object) -> None:
        if not self.asked:
            note("stopping")
        self.asked = True


@contextmanager
def _stopped_by_signals() -> Iterator[_Stopped]:
    """SIGINT, SIGTERM and SIGHUP ask to stop, and interrupt no clearing up."""
    stopped = _Stopped()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stopped) for number in numbers}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _free(port: int) -> None:
    """Raises ConfigError where another program listens on the port."""
    import socket

    from breachwire.errors import ConfigError

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            hint = "stop that program, or name another port, like --port 4201"
            raise ConfigError(f"--port {port}", f"cannot be used: {error.strerror}", hint) from None


def _environment(home: Path, port: int) -> dict[str, str]:
    """Prefect's own home, no telemetry, no advertisements, and nothing of another server's settings."""
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}
    return kept | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _running(command: list[str], env: dict[str, str], *, log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, which Ctrl-C reaches through us alone; at the end its whole group is gone."""
    import subprocess

    out = log.open("wb") if log else None
    try:
        process = subprocess.Popen(  # noqa: S603 - this very Python, on modules that we name
            command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield process
        finally:
            _stop(process)
    finally:
        if out:
            out.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the group, time to end, SIGKILL to what is left of it."""
    _signal_group(process.pid, signal.SIGTERM)
    end = time.monotonic() + STOPS_WITHIN_S
    while time.monotonic() < end and (process.poll() is None or _signal_group(process.pid, 0)):
        time.sleep(0.1)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: int) -> bool:
    """Whether there was anybody to get it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _wait_for(url: str, server: subprocess.Popen[bytes], stopped: _Stopped, log: Path) -> None:
    """Until the server answers. Raises ConfigError where it ends first or takes too long."""
    import urllib.request

    from breachwire.errors import ConfigError

    end = time.monotonic() + STARTS_WITHIN_S
    while not stopped.asked:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - loopback
        except OSError:
            if server.poll() is not None:
                raise ConfigError("the Prefect server", f"ended at once: {_tail(log)}", f"see {log}") from None
            if time.monotonic() > end:
                raise ConfigError(
                    "the Prefect server", f"gave no answer in {STARTS_WITHIN_S} s", f"see {log}"
                ) from None
            time.sleep(0.25)
        else:
            return


def _watch(processes: dict[str, subprocess.Popen[bytes]], stopped: _Stopped, log: Path) -> None:
    """Until a signal comes. Raises BreachwireError where a process ends by itself."""
    from breachwire.errors import BreachwireError

    while not stopped.asked:
        for name, process in processes.items():
            if process.poll() is not None:
                raise BreachwireError(f"{name} has ended by itself (code {process.returncode}): see above, and {log}")
        time.sleep(0.25)


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else "it said nothing"
