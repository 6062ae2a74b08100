"""Each alert gets its outcome; a channel that fails costs nobody else anything."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from breachwire.alerts.channels import Channel, Message, Receipt, open_channels
from breachwire.alerts.channels.file import FileChannel
from breachwire.alerts.channels.terminal import TerminalChannel
from breachwire.alerts.deliver import Outcome, deliver
from breachwire.alerts.envelopes import sample_row, single
from breachwire.alerts.message import sample
from breachwire.alerts.pacing import Patience
from breachwire.alerts.planning import plan
from breachwire.errors import ChannelError, DeliveryError, StoreError
from breachwire.records import Queued
from breachwire.settings.models import Alerts

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
BRISK = Patience(first_wait_s=0.01, most_wait_s=0.05, trouble_s=2.0, all_s=20.0, grace_s=0.3)


class Kept:
    """A channel that keeps what it is sent, or refuses as its script says."""

    time_limit_s = 5.0

    def __init__(self, name: str, *script: DeliveryError | None, refuses: bool = False) -> None:
        self.name, self.refuses, self.sent, self.asked = name, refuses, list[Message](), 0
        self.script, self.closed = list(script), False

    def deliver(self, message: Message) -> Receipt:
        self.asked += 1
        error = self.script.pop(0) if self.script else None
        if error or self.refuses:
            raise error or DeliveryError(self.name, "no room")
        self.sent.append(message)
        return Receipt(words="kept")

    def close(self) -> None:
        self.closed = True


def message_of(channel: str, now: datetime) -> Message:
    """A test's message."""
    return single(sample_row(channel, now))


def queue(channel: str, count: int) -> list[Queued]:
    made = sample(channel)
    alerts = [replace(made, alert_id=f"n_{channel}{i:04}", rule="all", title=f"alert {i}") for i in range(count)]
    return [Queued(alert=alert, queued_at=NOW) for alert in alerts]


def send(rows: Sequence[Queued], *channels: Channel, digest_above: int = 0) -> dict[str, Outcome]:
    """The last outcome of each message."""
    outcomes: dict[str, Outcome] = {}
    planned = plan(rows, {c.name: digest_above for c in channels}, NOW)
    deliver(
        planned, {c.name: c for c in channels}, lambda o: outcomes.update({o.planned.message_id: o}), patience=BRISK
    )
    return outcomes


def test_a_failing_channel_never_blocks_another() -> None:
    bad, good = Kept("bad", refuses=True), Kept("good")
    mixed = [row for pair in zip(queue("bad", 5), queue("good", 5), strict=True) for row in pair]
    outcomes = send([*mixed, *queue("lost", 1)], bad, good)
    assert len(outcomes) == 11
    assert [m.subject for m in good.sent] == [f"alert {i}" for i in range(5)]
    assert [outcomes[f"n_good000{i}"].error for i in range(5)] == [""] * 5
    assert outcomes["n_bad0000"].error == "channel bad: no room (4 times in a row)"
    assert outcomes["n_bad0002"].error == "channel bad: no room"
    assert outcomes["n_bad0004"].error == "waits behind others: channel bad: no room"
    assert [outcomes[f"n_bad000{i}"].asked for i in range(5)] == [4, 1, 1, 0, 0]
    assert outcomes["n_lost0000"].error == "channel lost: not in alerts.toml any more"
    assert bad.closed
    assert good.closed


def test_a_channel_that_recovers_keeps_the_order() -> None:
    no = DeliveryError("desk", "busy", retry_after_s=0.02)
    kept = Kept("desk", None, no, no, None, None, no)
    outcomes = send(queue("desk", 5), kept)
    assert [m.id for m in kept.sent] == [f"n_desk000{i}" for i in range(5)]
    assert [o.asked for o in outcomes.values()] == [1, 3, 1, 2, 1]
    assert {o.receipt for o in outcomes.values()} == {"kept"}


def test_one_message_that_is_never_taken_costs_no_other() -> None:
    bad = DeliveryError("desk", "no such field", transient=False)
    kept = Kept("desk", None, bad)
    outcomes = send(queue("desk", 4), kept)
    assert [m.id for m in kept.sent] == ["n_desk0000", "n_desk0002", "n_desk0003"]
    assert outcomes["n_desk0001"].final
    assert outcomes["n_desk0001"].asked == 1


def test_one_message_that_trips_the_receiver_does_not_stop_those_behind_it() -> None:
    trips = [DeliveryError("desk", "500") for _ in range(BRISK.tries)]
    kept = Kept("desk", *trips)
    outcomes = send(queue("desk", 4), kept)
    assert [m.id for m in kept.sent] == ["n_desk0001", "n_desk0002", "n_desk0003"]
    assert not outcomes["n_desk0000"].final


def test_a_channel_that_is_set_up_wrong_is_asked_once() -> None:
    kept = Kept("desk", ChannelError("desk", "the environment variable HOOK is not set"))
    outcomes = send(queue("desk", 4), kept)
    assert kept.asked == 1
    assert {o.error.removeprefix("waits behind others: ") for o in outcomes.values()} == {
        "channel desk: the environment variable HOOK is not set"
    }
    assert not any(o.final for o in outcomes.values())


def test_a_long_retry_after_leaves_the_channel_alone() -> None:
    kept = Kept("desk", DeliveryError("desk", "too many", retry_after_s=3600))
    outcomes = send(queue("desk", 3), kept)
    assert kept.asked == 1
    assert {o.retry_after_s for o in outcomes.values()} == {3600}


def test_a_channel_that_hangs_is_left_alone_and_its_late_yes_is_noted() -> None:
    release, told = threading.Event(), list[Outcome]()

    class Hangs(Kept):
        time_limit_s = 0.1

        def deliver(self, message: Message) -> Receipt:
            release.wait(20)
            return super().deliver(message)

    hangs, good = Hangs("slow"), Kept("good")
    planned = plan([*queue("slow", 3), *queue("good", 3)], {}, NOW)
    deliver(planned, {"slow": hangs, "good": good}, told.append, patience=BRISK)
    slow = [o.error for o in told if o.planned.channel == "slow"]
    assert slow[0] == "channel slow: gave no answer within 0.1 s"
    assert slow[1:] == ["waits behind others: channel slow: gave no answer within 0.1 s"] * 2
    assert len(good.sent) == 3
    release.set()
    thread = next((t for t in threading.enumerate() if t.name == "alerts to slow"), None)
    if thread:
        thread.join(5)
    assert [m.id for m in hangs.sent] == ["n_slow0000"]
    assert told[-1].error == ""
    assert told[-1].planned.message_id == "n_slow0000"


def test_a_fault_in_a_channel_is_its_own_and_says_nothing_secret(caplog: pytest.LogCaptureFixture) -> None:
    secret = "hunter2" + "secret"

    class Broken(Kept):
        def deliver(self, message: Message) -> Receipt:
            raise ValueError(secret)

    good = Kept("good")
    outcomes = send([*queue("broken", 2), *queue("good", 2)], Broken("broken"), good)
    assert outcomes["n_broken0000"].error == "channel broken: stopped by a fault in the program (ValueError)"
    assert len(good.sent) == 2
    assert "in deliver" in caplog.text
    assert secret not in caplog.text


def test_what_cannot_be_noted_stops_the_run() -> None:
    def note(_: Outcome) -> None:
        raise StoreError("outbox.ledger", "no space is left on the disk")

    kept = Kept("desk")
    with pytest.raises(StoreError, match="no space"):
        deliver(plan(queue("desk", 3), {}, NOW), {"desk": kept}, note, patience=BRISK)
    assert len(kept.sent) == 1


def test_many_are_sent_as_one() -> None:
    kept = Kept("desk")
    (outcome,) = send(queue("desk", 500), kept, digest_above=10).values()
    assert [m.subject for m in kept.sent] == ["breachwire: 1 new: Example Widgets"]
    assert len(outcome.planned.rows) == 500
    assert outcome.error == ""


def test_a_digest_is_the_same_when_it_is_sent_again_and_takes_no_other_alert_in() -> None:
    rows = queue("desk", 12)
    (first,) = plan(rows, {"desk": 10}, NOW)
    held = [replace(row, message_id=first.message_id) for row in rows]
    later = [replace(row, alert=replace(row.alert, alert_id=f"n_late{i}")) for i, row in enumerate(queue("desk", 2))]
    again = plan([*held, *later], {"desk": 10}, NOW)
    assert [m.message_id for m in again] == [first.message_id, "n_late0", "n_late1"]
    assert again[0].message() == first.message()


def test_digest_and_quiet_hours_as_the_rule_wants_them() -> None:
    first, second, third = queue("desk", 3)
    morning = NOW + timedelta(hours=3)
    rows = [
        replace(first, alert=replace(first.alert, delivery="digest", not_before=morning)),
        replace(second, alert=replace(second.alert, delivery="digest", not_before=morning)),
        third,
    ]
    assert [m.message_id for m in plan(rows, {}, NOW)] == ["n_desk0002"]
    (digest,) = plan(rows[:2], {}, morning)
    assert digest.is_digest
    assert [r.alert.alert_id for r in digest.rows] == ["n_desk0000", "n_desk0001"]


def test_a_file_gets_a_line_an_alert_however_many(tmp_path: Path) -> None:
    outcomes = send(queue("log", 30), FileChannel("log", tmp_path / "alerts.jsonl"))
    lines = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text().splitlines()]
    assert [line["alert_id"] for line in lines] == list(outcomes)


def test_a_file_that_a_killed_run_wrote_gets_no_doubles(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    rows = queue("log", 5)
    send(rows[:3], FileChannel("log", path))
    with path.open("ab") as file:
        file.write(b'{"id": "n_log0003", "ru')
    outcomes = send(rows, FileChannel("log", path))
    assert [o.error for o in outcomes.values()] == [""] * 5
    assert outcomes["n_log0000"].receipt == "stood in the file already"
    whole = [line for line in path.read_text().splitlines() if line.endswith("}")]
    assert [json.loads(line)["alert_id"] for line in whole] == [f"n_log000{i}" for i in range(5)]
    for _ in range(2):
        FileChannel("log", path).deliver(message_of("log", NOW))
    assert len(path.read_text().splitlines()) == 8


def test_terminal_and_closed_terminal(tmp_path: Path) -> None:
    stream = io.StringIO()
    channel = open_channels(Alerts.model_validate({"channels": {"t": {"kind": "terminal"}}}), tmp_path, stream)["t"]
    channel.deliver(replace(message_of("t", NOW), subject="\x1b[2Jwiped"))
    assert stream.getvalue().startswith("! wiped\n  This is a test")
    stream.close()
    with pytest.raises(DeliveryError, match="terminal took nothing"):
        channel.deliver(message_of("t", NOW))


def test_file_appends_whole_lines_even_behind_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "alerts.jsonl"
    channel = FileChannel("log", path)
    channel.deliver(message_of("log", NOW))
    with path.open("ab") as file:
        file.write(b'{"torn": ')
    channel.deliver(send_one("n_second"))
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert json.loads(lines[0])["incident"]["victim"] == "Example Widgets"
    assert json.loads(lines[2])["alert_id"] == "n_second"


def send_one(alert_id: str) -> Message:
    """The message of a made-up alert."""
    return single(Queued(alert=replace(sample("log"), alert_id=alert_id), queued_at=NOW))


def test_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "flat").write_text("")
    with pytest.raises(DeliveryError, match="cannot be written"):
        FileChannel("log", tmp_path / "flat" / "alerts.jsonl").deliver(message_of("log", NOW))


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
    apprise.deliver(replace(message_of("chat", NOW), subject="<b>bold</b> \\n *stars*"))
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
        apprise.deliver(message_of("chat", NOW))
    errors.append(str(caught.value))
    monkeypatch.setenv("TEST_CHAT_URL", "json://agent:hunter2secret@127.0.0.1:1/tokentoken")
    with pytest.raises(DeliveryError) as caught:
        apprise.deliver(message_of("chat", NOW))
    errors.append(str(caught.value))
    monkeypatch.setenv("TEST_CHAT_URL", "nosuchservice://hunter2secret/tokentoken")
    with pytest.raises(DeliveryError, match="not one that Apprise knows") as caught:
        apprise.deliver(message_of("chat", NOW))
    errors.append(str(caught.value))
    said = " ".join([*errors, caplog.text, *capfd.readouterr()])
    for secret in ("hunter2secret", "tokentoken", "hiddenroom"):
        assert secret not in said


def test_apprise_without_its_variable(apprise: Channel) -> None:
    with pytest.raises(DeliveryError, match="TEST_CHAT_URL is not set"):
        apprise.deliver(message_of("chat", NOW))


def test_hostile_text_is_one_harmless_line_in_a_file(tmp_path: Path) -> None:
    hostile = "a\r\nb\x1b[2J\u202e\u2028\x85<script>=cmd|' /C calc'!A0" + "\ud800" + "x" * 100_000
    channel = FileChannel("log", tmp_path / "alerts.jsonl")
    made = single(Queued(alert=replace(sample("log"), alert_id="n_1", title=hostile, body=hostile), queued_at=NOW))
    channel.deliver(made)
    raw = (tmp_path / "alerts.jsonl").read_bytes()
    assert raw.count(b"\n") == 1
    assert all(0x20 <= byte < 0x7F for byte in raw[:-1])
    assert json.loads(raw)["title"] == hostile


def test_hostile_text_on_a_terminal_obeys_nobody() -> None:
    stream = io.StringIO()
    alert = replace(sample("t"), title="\x1b]0;owned\x07a\x9b2Jb\u202e", body="c\x1b[31md\x08\r\ne")
    TerminalChannel("t", stream).deliver(single(Queued(alert=alert, queued_at=NOW)))
    shown = stream.getvalue()
    assert not [c for c in shown if c != "\n" and not c.isprintable()]
    assert shown.startswith("! ab\n")
