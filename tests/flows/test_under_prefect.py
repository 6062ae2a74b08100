"""Nights under real Prefect servers on loopback: the same rows, what a person sees of them, and the schedule."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import pytest

from breachwire.records import Change, Incident
from flows.due import Nightly, write_mark
from flows.night import night
from flows.report import NightReport

ROOT = Path(__file__).parents[2]
Clock = Callable[[], datetime]
SAYS = """
SELECT incident_id, revision, title, summary, victim, victim_names, sector, country, attack_type, claim_status,
    threat_actor, malware, cves, records_min, records_max, records_unit, data_types, ransom_amount, began_on,
    disclosed_on, article_count, source_count, languages, source_urls, changed
FROM incident_revisions ORDER BY incident_id, revision
"""


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def ask(url: str, body: object = None) -> Any:
    sent = json.dumps(body or {}).encode()
    request = urllib.request.Request(url, data=sent, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def the_logs(api: str, start: str, count: int) -> list[str]:
    """All messages, once so many begin with that; the server stores them by the batch."""
    end = time.monotonic() + 30
    while True:
        logged = [log["message"] for log in ask(f"{api}/logs/filter", {"sort": "TIMESTAMP_ASC"})]
        if sum(line.startswith(start) for line in logged) >= count or time.monotonic() > end:
            return logged
        time.sleep(0.2)


def the_events(api: str, name: str, count: int) -> Any:
    """Events of that name; the server stores them by the batch, some seconds after they came."""
    end = time.monotonic() + 60
    while True:
        events = ask(f"{api}/events/filter", {"filter": {"event": {"name": [name]}}})
        if events["total"] >= count or time.monotonic() > end:
            return events
        time.sleep(0.25)


def environment(api: str, home: Path) -> dict[str, str]:
    return os.environ | {"PREFECT_API_URL": api, "PREFECT_HOME": str(home), "PYTHONPATH": str(ROOT)}


def run(desk: Any, data: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "breachwire", "--config", str(desk.config), "--data", str(data), "run"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=200)


@pytest.mark.slow
def test_the_same_night_under_a_real_prefect_server(desk: Any, tmp_path: Path, clock: Clock, prefect_api: str) -> None:
    from flows.in_the_ui import OPTIONAL, STAGES

    direct, data = tmp_path / "direct", tmp_path / "under-prefect"
    told = night(desk.settings(direct), clock=clock)
    env = environment(prefect_api, tmp_path / "prefect")
    done = run(desk, data, env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert query(data, SAYS) == query(direct, SAYS)
    assert query(data, "SELECT engine FROM runs") == [("prefect",)]

    (flow_run,) = ask(f"{prefect_api}/flow_runs/filter")
    assert flow_run["name"] == f"night of {datetime.now().astimezone():%Y-%m-%d}"
    assert flow_run["state"]["message"] == f"{len(told.new)} new incidents, 0 changed"
    tasks = {task["name"]: task for task in ask(f"{prefect_api}/task_runs/filter")}
    assert "read pages 1 to " in " ".join(tasks)
    stages = {re.sub(r" \d+ to \d+$", "", name) for name in tasks}
    assert set(STAGES) - OPTIONAL <= stages, "flows/in_the_ui.py lists stages of flows/night.py"
    retried = {name for name, task in tasks.items() if task["empirical_policy"]["retries"]}
    assert retried == {"poll feeds", "fetch pages", "ask edited pages again"}
    assert f"{len(told.new)} new incidents" in tasks["settle incidents"]["state"]["message"]

    artifacts = {a["key"]: a for a in ask(f"{prefect_api}/artifacts/filter")}
    assert set(artifacts) == {"new-incidents", "night", "night-progress"}
    assert len(json.loads(artifacts["new-incidents"]["data"])) == len(told.new)
    assert artifacts["night"]["data"].startswith(f"# {len(told.new)} new incidents")
    assert float(artifacts["night-progress"]["data"]) == 100.0
    logged = the_logs(prefect_api, "new: ", len(told.new))
    assert sum(line.startswith("new: ") for line in logged) == len(told.new)
    assert any(line.startswith("settle incidents: ") for line in logged)
    events = the_events(prefect_api, "breachwire.incident.new", len(told.new))
    assert events["total"] == len(told.new)
    ids = {f"breachwire.incident.{change.incident.incident_id}" for change in told.new}
    assert {event["resource"]["prefect.resource.id"] for event in events["events"]} <= ids

    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "store.duckdb").write_bytes(b"not a database" * 1000)
    assert run(desk, broken, env).returncode == 4
    states = {r["state_type"]: r["state"]["message"] for r in ask(f"{prefect_api}/flow_runs/filter")}
    assert states["FAILED"].startswith("before the first stage: ")
    assert "store.duckdb" in states["FAILED"]


@pytest.mark.slow
def test_prefect_yaml_can_be_deployed_and_late_runs_become_one(tmp_path: Path, prefect_api: str) -> None:
    env = environment(prefect_api, tmp_path / "prefect")
    for words in (["work-pool", "create", "breachwire", "--type", "process"], ["deploy", "--all"]):
        command = [sys.executable, "-m", "prefect", "--no-prompt", *words]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr
    (deployment,) = ask(f"{prefect_api}/deployments/filter")
    assert deployment["entrypoint"] == "flows/under_prefect.py:nightly"
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"

    now = datetime.now(UTC)
    late = [start_run(prefect_api, deployment["id"], now - timedelta(days=n)) for n in (1, 2, 3)]
    killed = start_run(prefect_api, deployment["id"], now + timedelta(days=9))
    state = {"state": {"type": "RUNNING"}, "force": True}
    assert ask(f"{prefect_api}/flow_runs/{killed}/set_state", state)["status"] == "ACCEPT"
    data = tmp_path / "data"
    write_mark(data, now - timedelta(days=5))
    said = [begin(prefect_api, deployment["id"], data, now) for _ in range(2)]
    assert said[0][0].endswith("was missed: it is caught up now")
    assert said[1] == ["a night is on its way already"]
    runs = {run["id"]: run for run in ask(f"{prefect_api}/flow_runs/filter")}
    assert not runs.keys() & set(late)
    assert runs[killed]["state_type"] == "CRASHED"
    (caught_up,) = (run for run in runs.values() if run["parameters"].get("night_of"))
    assert caught_up["state_type"] == "SCHEDULED"


def start_run(api: str, deployment: str, at: datetime) -> str:
    """The id of a new flow run that is due at that time."""
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": at.isoformat()}}
    run_id: str = ask(f"{api}/deployments/{deployment}/create_flow_run", {"state": state})["id"]
    return run_id


def begin(api: str, deployment: str, data: Path, now: datetime) -> list[str]:
    """What `serve` does before it serves; what it said of it."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows import serving

    said = list[str]()
    when = Nightly(at=(now - timedelta(hours=4)).time().replace(second=0, microsecond=0), zone=ZoneInfo("UTC"))
    served = serving.Served(config=data, data=data, when=when)
    with temporary_settings({PREFECT_API_URL: api}), get_client(sync_client=True) as client:
        serving.tidy_up(client, UUID(deployment), data, now)
        serving.start_at_once(client, UUID(deployment), served, start_now=False, say=said.append, now=now)
    return said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(what: Callable[[], Any], process: subprocess.Popen[bytes], log: Path, seconds: float = 150) -> Any:
    """What it answers as soon as that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            if answer := what():
                return answer
        except OSError:
            pass
        time.sleep(0.25)
    raise AssertionError(log.read_text())


def alive_in(sessions: set[int]) -> list[str]:
    """Command lines of processes, zombies aside, whose session is one of these."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rpartition(") ")[2].split()[:4]
            if int(session) in sessions and state != "Z":
                found.append((stat.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def sessions_below(parent: int) -> set[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child) for child in children}


@pytest.mark.slow
def test_up_catches_up_on_a_missed_night_schedules_the_next_and_leaves_nothing_behind(
    desk: Any, tmp_path: Path
) -> None:
    data, log, port = tmp_path / "data", tmp_path / "up.log", free_port()
    (desk.config / "feeds.toml").write_text("feeds = []\n")
    now = datetime.now(UTC)
    write_mark(data, now - timedelta(days=3))
    at = now - timedelta(hours=4)
    words = ["--config", str(desk.config), "--data", str(data), "up", "--port", str(port), "--timezone", "UTC"]
    command = [sys.executable, "-m", "breachwire", *words, "--at", f"{at:%H:%M}"]
    api = f"http://127.0.0.1:{port}/api"

    def runs(*types: str) -> Any:
        return ask(f"{api}/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": list(types)}}}})

    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment("", tmp_path / "elsewhere"), stderr=out)
    try:
        (caught_up,) = until(lambda: runs("COMPLETED", "FAILED", "CRASHED"), process, log)
        assert caught_up["name"] == f"night of {at:%Y-%m-%d}, caught up"
        assert caught_up["state"]["name"] == "Worth a look", log.read_text()
        assert "lists no feed" in caught_up["state"]["message"]
        coming = until(lambda: runs("SCHEDULED"), process, log)
        late = start_run(api, caught_up["deployment_id"], datetime.now(UTC) - timedelta(hours=1))
        ended = until(lambda: [r for r in runs("COMPLETED", "FAILED", "CRASHED") if r["id"] == late], process, log)
        assert ended[0]["state"]["name"] == "Not needed", log.read_text()
        times = sorted(datetime.fromisoformat(r["expected_start_time"]) for r in coming)
        due = at.replace(second=0, microsecond=0)
        assert times[:2] == [due + timedelta(days=1), due + timedelta(days=2)]
        sessions = sessions_below(process.pid)
        assert len(alive_in(sessions)) >= 2
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(100)
    assert (code, alive_in(sessions)) == (0, []), log.read_text()
    assert (data / "prefect" / "prefect.db").is_file()
    assert not (tmp_path / "elsewhere").exists()
    assert "Traceback" not in log.read_text()


def test_nothing_of_the_news_is_markup_in_prefects_pages() -> None:
    from flows import in_the_ui

    title = "Click [here](http://evil.example) | <script>alert(1)</script>\x1b[31m\n# big **bold** \u202e"
    incident = Incident(incident_id="i_a000000", title=title, victim=title, disclosed_on=date(2026, 11, 22))
    change = Change(incident=incident, revision=1, changed=(), previous=None, evidence=())
    report = NightReport(
        run_id="20261122T033000Z-abc123",
        engine="prefect",
        counts={},
        seconds={"publish": 0.25},
        new=(change,),
        changed=(),
        failures=(f"feed https://dawn.example: {title}",),
        notices=(),
        published=Path("incidents.duckdb"),
    )
    page = in_the_ui.summary(report)
    assert "[here](" not in page
    assert "<script" not in page.replace(r"\<script", "")
    assert not any(ord(c) < 32 and c != "\n" for c in page)
    assert [line for line in page.splitlines() if line.startswith("# ")] == ["# 1 new incident, 0 changed"]
    (row,) = in_the_ui.rows([change.incident])
    assert "](" not in row["title"]
    assert "\x1b" not in "".join(row.values())
