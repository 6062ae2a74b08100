"""A webhook and a mail server on loopback that note the keys of what they took, for `benchmarks.kills`."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Arrived:
    """What the receivers took, in order, and how often."""

    hook: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)


@contextmanager
def webhook(arrived: Arrived, luck: random.Random) -> Iterator[int]:
    """A receiver that is a little slow, and one time in ten too busy."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(luck.uniform(0, 0.02))
            busy = luck.random() < 0.1
            if not busy:
                arrived.hook.append(self.headers["Idempotency-Key"])
            with contextlib.suppress(OSError):
                self.send_response(503 if busy else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Senders that are killed reset their connections."""

    server = Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Mailbox:
    """Takes every message and notes its key."""

    def __init__(self, arrived: Arrived) -> None:
        self.arrived = arrived

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        head = envelope.content.split(b"\r\n\r\n")[0].decode()
        key = next(line for line in head.splitlines() if line.startswith("Idempotency-Key: "))
        await asyncio.sleep(0.005)
        self.arrived.mail.append(key.partition(": ")[2].strip())
        return "250 queued"


@contextmanager
def mail(arrived: Arrived) -> Iterator[int]:
    """A mail server on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Mailbox(arrived), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
