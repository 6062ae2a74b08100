"""A back-fill read by a Dask cluster: a scheduler and two workers as processes, one of which is killed on the way."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.warc import record
from breachwire.errors import ConfigError
from breachwire.sample.articles import read_sample
from breachwire.sample.server import Newsroom
from breachwire.settings import Settings, load
from flows.backfilling import Asked, backfill
from flows.capturing import Window
from flows.crews import Here
from flows.dask_crew import Cluster
from flows.report import Quiet

ROOT = Path(__file__).parents[2]
CAPTURED = datetime(2026, 4, 20, 2, 30, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
RULES = ("terms", "negatives", "exclusions")
RULES_HERE = '[backfill]\nstretch_megabytes = 1\n[fetch]\nper_host_delay_s = 0.0\nallow_networks = ["127.0.0.0/8"]\n'
SAYS = "SELECT * EXCLUDE (run_id, revised_at) FROM incident_revisions ORDER BY ALL"


class Ranges(SimpleHTTPRequestHandler):
    """Files of a folder, in the ranges that are asked for."""

    def do_GET(self) -> None:
        data = Path(self.translate_path(self.path)).read_bytes()
        first, last = (int(n) for n in self.headers["Range"].removeprefix("bytes=").split("-"))
        part = data[first : last + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A WARC file of several megabytes at an address: pages are padded with what cannot be packed."""
    room, luck = Newsroom(read_sample(ROOT / "data" / "sample"), 80, faults=False), random.Random(5)
    made = []
    for a in [a for a in room.sample.articles if a.site.language == "en"][:24]:
        body = HEAD + room.page_bytes(a) + b"<!--" + b64encode(luck.randbytes(200_000)) + b"-->"
        made.append(record("response", room.url_of(a), CAPTURED, body))
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.warc.gz").write_bytes(b"".join(made))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Ranges, directory=str(tmp_path / "served")))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a.warc.gz"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address, and two workers that are nobody's children but ours: none is started again."""
    told = tmp_path / "scheduler.json"
    tool = [sys.executable, "-m", "distributed.cli"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    quiet: dict[str, Any] = {"env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    host = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = [f"{tool[2]}.dask_scheduler", *host, "--port", "0", "--scheduler-file", str(told)]
    worker = [f"{tool[2]}.dask_worker", *host, "--no-nanny", "--nthreads", "1", "--scheduler-file", str(told)]
    processes = [subprocess.Popen([*tool[:2], *scheduler], **quiet)]
    try:
        for _ in range(200):
            if told.is_file():
                break
            time.sleep(0.1)
        processes += [subprocess.Popen([*tool[:2], *worker], **quiet) for _ in range(2)]
        yield json.loads(told.read_text())["address"], processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_time_and_nothing_else(
    address: str, cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    scheduler, workers = cluster
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "settings.toml").write_text(RULES_HERE)
    settings = english(load(tmp_path / "config", tmp_path / "here"))
    far = settings.model_copy(update={"data_dir": tmp_path / "far"})
    asked = Asked(files=(address,), window=Window())

    class Killing(Quiet):
        def advance(self, count: int) -> None:
            if all(worker.poll() is None for worker in workers):
                workers[0].send_signal(signal.SIGKILL)

    wait_for(scheduler, 2)
    done = backfill(far, asked, Cluster(far, scheduler), clock=lambda: datetime.now(UTC), progress=Killing())
    assert (done.read, done.failures, workers[0].wait(), workers[1].poll()) == (1, (), -signal.SIGKILL, None)
    backfill(settings, asked, Here(settings), clock=lambda: datetime.now(UTC), progress=Quiet())
    both = []
    for folder in ("here", "far"):
        with duckdb.connect(str(tmp_path / folder / "store.duckdb"), read_only=True) as con:
            both.append(con.execute(SAYS).fetchall())
    assert both[0] == both[1]
    assert both[0]


@pytest.mark.slow
def test_under_a_prefect_server_each_stretch_is_a_task_run(
    address: str, cluster: tuple[str, list[subprocess.Popen[bytes]]], prefect_api: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "settings.toml").write_text(RULES_HERE)
    command = [
        sys.executable,
        "-m",
        "breachwire",
        "--config",
        str(tmp_path / "config"),
        "--data",
        str(tmp_path / "far"),
    ]
    command += ["backfill", address, "--engine", "dask", "--scheduler", cluster[0], "--format", "json"]
    env = os.environ | {"PREFECT_API_URL": prefect_api, "PREFECT_HOME": str(tmp_path / "prefect")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert counts["incidents_new"] > 0
    (flow_run,) = ask(f"{prefect_api}/flow_runs/filter")
    assert f"{counts['incidents_new']} new" in flow_run["state"]["message"]
    tasks = [run for run in tasks_of(prefect_api, 3) if run["name"].startswith("read a stretch")]
    assert {run["state_type"] for run in tasks} == {"COMPLETED"}
    assert len(tasks) > 2


def ask(url: str) -> Any:
    request = urllib.request.Request(url, data=b"{}", headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def tasks_of(api: str, count: int) -> Any:
    """Task runs, once so many are over: the server stores what became of them some seconds later."""
    end = time.monotonic() + 60
    while True:
        runs = ask(f"{api}/task_runs/filter")
        over = [run for run in runs if run["state_type"] == "COMPLETED"]
        if (len(over) == len(runs) and len(over) >= count) or time.monotonic() > end:
            return runs
        time.sleep(0.25)


def english(settings: Settings) -> Settings:
    """The same settings with the English rules alone: all languages take seconds to prepare."""
    rules = {name: tuple(r for r in getattr(settings.keywords, name) if r.lang == "en") for name in RULES}
    return settings.model_copy(update={"keywords": settings.keywords.model_copy(update=rules)})


def wait_for(scheduler: str, workers: int) -> None:
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=60)  # type: ignore[no-untyped-call]


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.dask_crew._CONNECT_S", 0.5)
    crew = Cluster(load(ROOT / "config", tmp_path), "tcp://127.0.0.1:9")
    with pytest.raises(ConfigError, match="no Dask scheduler answers"):
        next(iter(crew.read([])))
