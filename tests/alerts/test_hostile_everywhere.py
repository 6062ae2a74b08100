"""A hostile title through every kind of channel, as it arrives: parsed back by what a receiver would use."""

from __future__ import annotations

import email
import email.policy
import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest

from breachwire.alerts.channels import open_channels
from breachwire.alerts.channels.mail import composed
from breachwire.alerts.envelopes import single
from breachwire.alerts.rules import Desk, alerts_for
from breachwire.records import Change, Incident, Queued
from breachwire.settings.channels import EmailKind
from breachwire.settings.models import Alerts, Watchlist

NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
HOSTILE = (
    "=cmd|' /C calc'!A0 <script>alert(1)</script> [click](http://evil.example) ```\r\nBcc: all@evil.example\r\n\r\n"
    '\x1b]0;pwned\x07\x1b[31m\u202e @everyone <!channel> &lt;b&gt; " onload="x\x00\ud800' + "x" * 100_000
)


class Taker(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def taker() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def harmless(text: str) -> None:
    assert "<script" not in text
    assert "](http" not in text
    assert "`" not in text
    assert "@everyone" not in text
    assert "<!" not in text
    assert not [c for c in text if ord(c) < 32 and c not in "\r\n\t"]
    assert not set("\u202e\x7f\ud800") & set(text)


def test_a_hostile_title_arrives_as_text(
    tmp_path: Path,
    taker: Any,
    incident: Incident,
    change_to: Callable[..., Change],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = f"127.0.0.1:{taker.server_port}"
    monkeypatch.setenv("CHAT", f"rocket://a5fd/b6@{at}/#room mmost://{at}/3ccdd113474722377935511fc85d3dd4")
    kinds: dict[str, dict[str, object]] = {
        "screen": {"kind": "terminal"},
        "log": {"kind": "file", "path": "alerts.jsonl"},
        "feed": {"kind": "atom", "path": "alerts.atom"},
        "hook": {"kind": "webhook", "url": f"http://{at}/hook"},
        "run": {"kind": "command", "command": ["tee", "taken.json"]},
        "chat": {"kind": "apprise", "url": "env:CHAT"},
    }
    rules = Alerts.model_validate(
        {"channels": kinds, "rules": [{"name": "all", "events": ["new_incident"], "channels": list(kinds)}]}
    )
    bad = replace(incident, title=HOSTILE, victim=HOSTILE, threat_actor=HOSTILE, summary=HOSTILE)
    screen = io.StringIO()
    channels = open_channels(rules, tmp_path, screen)
    desk = Desk(rules=rules, watchlist=Watchlist(), now=NOW)
    messages = {a.channel: single(Queued(alert=a, queued_at=NOW)) for a in alerts_for([change_to(bad)], (), desk)}
    assert set(messages) == set(kinds)
    for name, message in messages.items():
        channels[name].deliver(message)
        channels[name].close()

    harmless(screen.getvalue())
    (line,) = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert "\n" not in json.loads(line)["title"]
    harmless(json.loads(line)["body"])
    (entry,) = feedparser.parse((tmp_path / "alerts.atom").read_bytes(), sanitize_html=False).entries
    harmless(entry.title)
    harmless(json.loads((tmp_path / "taken.json").read_text(encoding="utf-8"))["body"])
    for path, said in taker.seen:
        harmless(said["body"] if path == "/hook" else said["text"])
    assert len(taker.seen) == 3

    kind = EmailKind.model_validate({"kind": "email", "host": "h", "sender": "a@b.example", "to": ["c@d.example"]})
    read = email.message_from_bytes(bytes(composed(messages["screen"], kind)), policy=email.policy.default)
    assert read["Bcc"] is None
    harmless(read["Subject"])
    page = read.get_body(("html",))
    assert page is not None
    assert "<script" not in page.get_content()
    assert 'onload="' not in page.get_content()
