"""Each alert gets its outcome; a channel that fails costs nobody else anything."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from breachwire.alerts.channels import Channel, open_channels
from breachwire.alerts.channels.file import FileChannel
from breachwire.alerts.deliver import deliver
from breachwire.alerts.message import sample
from breachwire.errors import DeliveryError
from breachwire.records import Alert
from breachwire.settings.models import Alerts


class Kept:
    """A channel that keeps what it is sent, or refuses it."""

    for_people = True

    def __init__(self, name: str, *, refuses: bool = False) -> None:
        self.name, self.refuses, self.sent = name, refuses, list[Alert]()

    def send(self, alert: Alert) -> None:
        if self.refuses:
            raise DeliveryError(self.name, "no room")
        self.sent.append(alert)


def queue(channel: str, count: int) -> list[Alert]:
    return [replace(sample(channel), alert_id=f"n_{channel}{i}", title=f"alert {i}") for i in range(count)]


def test_a_failing_channel_never_blocks_another() -> None:
    bad, good = Kept("bad", refuses=True), Kept("good")
    channels: dict[str, Channel] = {"bad": bad, "good": good}
    mixed = [alert for pair in zip(queue("bad", 5), queue("good", 5), strict=True) for alert in pair]
    outcomes = {d.alert.alert_id: d for d in deliver([*mixed, *queue("lost", 1)], channels)}
    assert len(outcomes) == 11
    assert [a.title for a in good.sent] == [f"alert {i}" for i in range(5)]
    assert [outcomes[f"n_good{i}"].error for i in range(5)] == [None] * 5
    assert outcomes["n_bad0"].error == "channel bad: no room"
    assert outcomes["n_bad4"].error == "channel bad: not tried, it failed 3 times in a row"
    assert [outcomes[f"n_bad{i}"].tried for i in range(5)] == [True, True, True, False, False]
    assert outcomes["n_lost0"].error == "channel lost: not in alerts.toml any more"


def test_each_outcome_is_known_before_the_next_is_sent() -> None:
    kept = Kept("desk")
    going = deliver(queue("desk", 3), {"desk": kept})
    next(going)
    assert len(kept.sent) == 1


def test_many_are_sent_as_one_and_each_is_marked() -> None:
    kept = Kept("desk")
    outcomes = list(deliver(queue("desk", 500), {"desk": kept}))
    assert [a.title for a in kept.sent] == ["breachwire: 1 new: Example Widgets"]
    assert len(outcomes) == 500
    assert all(d.error is None and d.as_digest for d in outcomes)
    refused = list(deliver(queue("desk", 500), {"desk": Kept("desk", refuses=True)}))
    assert {d.error for d in refused} == {"channel desk: no room"}


def test_a_file_gets_a_line_an_alert_however_many(tmp_path: Path) -> None:
    outcomes = list(deliver(queue("log", 30), {"log": FileChannel("log", tmp_path / "alerts.jsonl")}))
    assert not any(d.as_digest or d.error for d in outcomes)
    lines = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text().splitlines()]
    assert [line["alert_id"] for line in lines] == [d.alert.alert_id for d in outcomes]


def test_a_file_that_a_killed_run_wrote_gets_no_doubles(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    alerts = [replace(alert, rule="all") for alert in queue("log", 5)]
    list(deliver(alerts[:3], {"log": FileChannel("log", path)}))
    with path.open("ab") as file:
        file.write(b'{"alert_id": "n_log3", "ru')
    outcomes = list(deliver(alerts, {"log": FileChannel("log", path)}))
    assert [d.error for d in outcomes] == [None] * 5
    whole = [line for line in path.read_text().splitlines() if line.endswith("}")]
    assert [json.loads(line)["alert_id"] for line in whole] == [f"n_log{i}" for i in range(5)]
    for _ in range(2):
        FileChannel("log", path).send(sample("log"))
    assert len(path.read_text().splitlines()) == 8


def test_terminal_and_closed_terminal(tmp_path: Path) -> None:
    stream = io.StringIO()
    channel = open_channels(Alerts.model_validate({"channels": {"t": {"kind": "terminal"}}}), tmp_path, stream)["t"]
    channel.send(replace(sample("t"), title="\x1b[2Jwiped"))
    assert stream.getvalue().startswith("! wiped\n  This is a test")
    stream.close()
    with pytest.raises(DeliveryError, match="terminal took nothing"):
        channel.send(sample("t"))


def test_file_appends_whole_lines_even_behind_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "alerts.jsonl"
    channel = FileChannel("log", path)
    channel.send(sample("log"))
    with path.open("ab") as file:
        file.write(b'{"torn": ')
    channel.send(replace(sample("log"), alert_id="n_second"))
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert json.loads(lines[0])["incident"]["victim"] == "Example Widgets"
    assert json.loads(lines[2])["alert_id"] == "n_second"


def test_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "flat").write_text("")
    with pytest.raises(DeliveryError, match="cannot be written"):
        FileChannel("log", tmp_path / "flat" / "alerts.jsonl").send(sample("log"))


class Service(BaseHTTPRequestHandler):
    """Takes notifications at any path; answers what the server's `status` says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def service() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.status, server.received = 200, []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def apprise(tmp_path: Path) -> Channel:
    alerts = Alerts.model_validate({"channels": {"chat": {"kind": "apprise", "url_env": "TEST_CHAT_URL"}}})
    return open_channels(alerts, tmp_path, io.StringIO())["chat"]


def test_apprise_sends_for_real(
    apprise: Channel, service: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_CHAT_URL", f"json://127.0.0.1:{service.server_port}/hook/")
    apprise.send(replace(sample("chat"), title="<b>bold</b> \\n *stars*"))
    (message,) = service.received  # type: ignore[attr-defined]
    assert message["title"] == "<b>bold</b> \\n *stars*"
    assert "Ask for more: breachwire show i_sample" in message["message"]


def test_apprise_says_why_not_without_its_address(
    apprise: Channel,
    service: ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    service.status = 500  # type: ignore[attr-defined]
    url = f"json://agent:hunter2secret@127.0.0.1:{service.server_port}/tokentoken?to=hiddenroom"
    errors = []
    monkeypatch.setenv("TEST_CHAT_URL", url)
    with pytest.raises(DeliveryError, match="500") as caught:
        apprise.send(sample("chat"))
    errors.append(str(caught.value))
    monkeypatch.setenv("TEST_CHAT_URL", "json://agent:hunter2secret@127.0.0.1:1/tokentoken")
    with pytest.raises(DeliveryError) as caught:
        apprise.send(sample("chat"))
    errors.append(str(caught.value))
    monkeypatch.setenv("TEST_CHAT_URL", "nosuchservice://hunter2secret/tokentoken")
    with pytest.raises(DeliveryError, match="not one that Apprise knows") as caught:
        apprise.send(sample("chat"))
    errors.append(str(caught.value))
    said = " ".join([*errors, caplog.text, *capfd.readouterr()])
    for secret in ("hunter2secret", "tokentoken", "hiddenroom"):
        assert secret not in said


def test_apprise_without_its_variable(apprise: Channel) -> None:
    with pytest.raises(DeliveryError, match="TEST_CHAT_URL is not set"):
        apprise.send(sample("chat"))
