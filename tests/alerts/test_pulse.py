"""Feeds and nights that are not well are told once; pings say how a night went, and never where they go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from breachwire.alerts.ping import ping, tail_of
from breachwire.alerts.pulse import beats, pulse_alerts
from breachwire.alerts.rules import Desk
from breachwire.records import FeedTrouble, RunState
from breachwire.settings.models import Alerts, Watchlist
from breachwire.settings.pulse import Pulse
from breachwire.vocabulary import PULSE_EVENTS

NOW = datetime(2026, 5, 9, 3, 0, tzinfo=UTC)
RULES = Pulse.model_validate({})


def desk(*events: str) -> Desk:
    rule = {"name": "self", "events": list(events or PULSE_EVENTS), "channels": ["desk"]}
    rules = Alerts.model_validate({"channels": {"desk": {"kind": "terminal"}}, "rules": [rule]})
    return Desk(rules=rules, watchlist=Watchlist(), now=NOW)


def run(days_ago: float, *, outcome: str = "ok", new: int = 5, polled: int = 9) -> RunState:
    began = NOW - timedelta(days=days_ago)
    ended = None if outcome == "running" else began + timedelta(minutes=5)
    return RunState(
        run_id=f"run{days_ago}",
        started_at=began,
        ended_at=ended,
        outcome=outcome,
        entries_new=new,
        feeds_polled=polled,
    )


def events(nights: list[RunState], now: RunState) -> list[str]:
    return [beat.event for beat in beats((), nights, now, RULES)]


def test_good_nights_say_nothing() -> None:
    assert events([run(1), run(2)], run(0)) == []
    assert events([], run(0, new=0)) == []


def test_a_night_without_end_was_stopped_unless_that_is_long_ago() -> None:
    assert events([run(1, outcome="running"), run(1.2)], run(0)) == ["night_failed"]
    assert events([run(1), run(30, outcome="running")], run(0)) == []


def test_a_late_night_is_measured_from_the_last_good_one() -> None:
    assert events([run(1.5)], run(0)) == []
    assert events([run(1, outcome="running"), run(2)], run(0)) == ["night_failed", "night_late"]


def test_no_news_is_counted_in_days_and_only_where_feeds_were_asked() -> None:
    assert events([run(1, new=0), run(2, new=0), run(2.5)], run(0, new=0)) == ["no_news"]
    assert events([run(1, new=0), run(2)], run(0, new=0)) == []
    assert events([run(0.01 * n, new=0) for n in range(1, 20)], run(0, new=0)) == []
    assert events([run(1, new=0, polled=0), run(2, new=0)], run(0, new=0)) == []


def test_feeds_in_trouble_are_told_together_and_each_once() -> None:
    feeds = [
        FeedTrouble(feed_id=f"f_{n}", title=f"Desk {n}", kind="feed_silent", since="2026-05-01", words="nothing new")
        for n in range(3)
    ]
    (alert,) = pulse_alerts(beats(feeds, (), run(0), RULES), desk())
    assert alert.title == "breachwire: 3 feeds have gone silent"
    assert alert.incident_id == ""
    told = {("feed_silent", "f_0 2026-05-01"), ("feed_silent", "f_1 2026-05-01")}
    (alert,) = pulse_alerts(beats(feeds, (), run(0), RULES), desk(), told)
    assert alert.title == "breachwire: Desk 2 has gone silent"
    assert alert.body.splitlines()[1] == "Desk 2: nothing new"
    assert pulse_alerts(beats(feeds[:2], (), run(0), RULES), desk(), told) == ()
    assert pulse_alerts(beats(feeds, (), run(0), RULES), desk("night_failed")) == ()


class Health(BaseHTTPRequestHandler):
    """Keeps what it is sent; answers what the server's `script` says."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.seen.append((self.path, body.decode()))
        if server.hangs:
            server.released.wait(10)
        self.send_response(server.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    server.status, server.seen, server.hangs, server.released = 200, [], False, threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("PING", f"http://me:hunter2@127.0.0.1:{server.server_port}/ping/secret-uuid?k=tokentoken")
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


PINGED = Pulse.model_validate({"ping_url": "env:PING", "ping_timeout_s": 0.5})


def test_pings_go_to_three_places(monkeypatch: pytest.MonkeyPatch, health: Any) -> None:
    monkeypatch.setenv("PING", f"http://127.0.0.1:{health.server_port}/ping/uuid/")
    assert [ping(PINGED, what, f"said {what}") for what in ("start", "success", "fail")] == ["", "", ""]
    paths = [path for path, _ in health.seen]
    assert paths == ["/ping/uuid/start", "/ping/uuid/", "/ping/uuid/fail"]
    assert health.seen[2][1] == "said fail"


@pytest.mark.parametrize(("status", "words"), [(404, "answered 404"), (500, "answered 500"), (302, "answered 302")])
def test_a_ping_that_is_refused_says_so_without_its_address(
    monkeypatch: pytest.MonkeyPatch, health: Any, status: int, words: str
) -> None:
    monkeypatch.setenv("PING", f"http://127.0.0.1:{health.server_port}/ping/secret-uuid?k=tokentoken")
    health.status = status
    assert ping(PINGED, "success") == f"ping: {words}"
    assert len(health.seen) == 1


def test_no_ping_tells_its_address_or_outlasts_its_limit(
    monkeypatch: pytest.MonkeyPatch, health: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("PING", f"http://127.0.0.1:{health.server_port}/ping/secret-uuid")
    health.hangs, began = True, time.monotonic()
    said = [ping(PINGED, "success")]
    assert time.monotonic() - began < 5
    assert said == ["ping: no answer within 0.5 s"] or "timed out" in said[0]
    for address in ("http://127.0.0.1:1/secret-uuid", "ftp://secret-uuid", "http://secret-uuid.invalid/x", "nonsense"):
        monkeypatch.setenv("PING", address)
        said.append(ping(PINGED, "success"))
    monkeypatch.delenv("PING")
    said.append(ping(PINGED, "success"))
    assert all(said)
    assert "secret-uuid" not in " ".join([*said, caplog.text])
    assert ping(RULES, "success") == ""


def test_the_log_that_goes_along_holds_no_logins_or_keys() -> None:
    sent = tail_of("feed https://me:hunter2@a.example/feed?key=abc#x failed \x1b[31m" + "x" * 20_000)
    assert len(sent) <= 10_000
    assert (
        tail_of("feed https://me:hunter2@a.example/feed?key=abc#x failed") == b"feed https://a.example/feed?... failed"
    )
    assert tail_of("at http://me:pw@a.example/feed") == b"at http://a.example/feed"
