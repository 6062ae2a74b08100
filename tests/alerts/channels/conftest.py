"""Real receivers on loopback: an HTTP server and a mail server that answer as their scripts say."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from breachwire.alerts.channels import Message

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@pytest.fixture
def message_to() -> Callable[..., Message]:
    """Makes messages, numbered from 1."""

    def make(number: int = 1, **more: Any) -> Message:
        said: dict[str, Any] = {
            "id": f"n_{number:04}",
            "kind": "alert",
            "queued_at": NOW,
            "subject": f"Fernhill Robotics: data breach, {number},000 people",
            "text": "How many: 1,000 people\nAsk for more: breachwire show i_1",
            "data": {
                "id": f"n_{number:04}",
                "event": "new_incident",
                "incident": {"source_urls": ["https://dusk.example/a"], "attack_type": "data_breach", "country": "NL"},
            },
        }
        return Message(**(said | more))

    return make


@dataclass
class Hook:
    """An HTTP receiver: `script` holds what to do with the next requests, then it answers 200.

    A number is an answer, a pair an answer with Retry-After, "hang" and "reset" say nothing.
    """

    script: deque[int | tuple[int, str] | str] = field(default_factory=deque)
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.seen.append((dict(handler.headers.items()), body))
        say = self.script.popleft() if self.script else 200
        if say == "hang":
            self.released.wait(20)
            return
        if say == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        if say == "drip":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.released.wait(0.05):
                with contextlib.suppress(OSError):
                    handler.wfile.write(b"X-Slow: 1\r\n")
            return
        status, retry_after = say if isinstance(say, tuple) else (say, "")
        assert isinstance(status, int)
        if status == 200:
            self.taken.append(json.loads(body)["id"])
        handler.send_response(status)
        if retry_after:
            handler.send_header("Retry-After", retry_after)
        if status in (301, 307):
            handler.send_header("Location", "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@pytest.fixture
def hook() -> Iterator[Hook]:
    """The receiver, listening."""
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                made.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.released.set()
    server.shutdown()
    server.server_close()
    thread.join(5)


class Post:
    """A mail server's handler: keeps what arrives, parsed; `script` holds its next answers to the end of a mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.script: deque[str] = deque()
        self.port = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        say = self.script.popleft() if self.script else "250 2.0.0 queued as A1"
        if say == "hang up":
            session.transport = None
            server.transport.abort()
            return "451 gone"
        if say.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return say


@pytest.fixture
def serve_post() -> Iterator[Callable[..., Post]]:
    """Starts mail servers at free ports, with the arguments of aiosmtpd's Controller, and stops them."""
    running: list[Controller] = []

    def serve(**how: Any) -> Post:
        handler = Post()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            handler.port = probe.getsockname()[1]
        controller = Controller(handler, hostname="127.0.0.1", port=handler.port, **how)
        controller.start()
        running.append(controller)
        return handler

    yield serve
    for controller in running:
        controller.stop()


@pytest.fixture
def post(serve_post: Callable[..., Post]) -> Post:
    """The mail server, listening, without TLS."""
    return serve_post()
