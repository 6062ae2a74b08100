"""What every test shares: no address beyond loopback, no configuration from the machine, and a fake language model."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

_CONNECT = socket.socket.connect

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # a script's background: what tests start would be deaf to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _connect_loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ip_address(host.split("%", maxsplit=1)[0]).is_loopback:
            raise OSError(f"a test tried to reach {host}: tests talk to loopback only")
    _CONNECT(self, address)


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sockets reach loopback only, and BREACHWIRE_* and PREFECT_* of the machine are not seen."""
    monkeypatch.setattr(socket.socket, "connect", _connect_loopback_only)
    for name in [n for n in os.environ if n.startswith(("BREACHWIRE_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    yield


class FakeModel:
    """An OpenAI-compatible server on loopback. It answers what stands in `script`, then always `usual`.

    `seen` are the requests so far: path, headers (names in lower case), and the JSON body.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], Any]] = []
        self.script: deque[Say] = deque()
        self.usual: Say = said({})
        self.released = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                fake.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, None))
                self.reply(200, {}, b'{"object": "list", "data": []}')

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, asked))
                say = fake.script.popleft() if fake.script else fake.usual
                with contextlib.suppress(OSError):  # whoever asked may have hung up
                    self.reply(*say(asked, fake))

            def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def asked(self) -> list[Any]:
        """The bodies of the questions so far."""
        return [body for path, _, body in self.seen if path.endswith("/chat/completions")]

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


Say = Callable[[Any, FakeModel], tuple[int, dict[str, str], bytes]]


def completion(content: object, tokens: tuple[int, int] = (1000, 100)) -> bytes:
    """A chat completion with that content: a text as it is, all else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    message = {"role": "assistant", "content": text}
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}).encode()


def said(content: object) -> Say:
    """An answer with that content."""
    return lambda _asked, _fake: (200, {}, completion(content))


def refused(status: int, body: str = "", **headers: str) -> Say:
    """An answer with that status; underscores in names of headers are dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _asked, _fake: (status, named, body.encode())


def hangs(_asked: Any, fake: FakeModel) -> tuple[int, dict[str, str], bytes]:
    """No answer before the test is over."""
    fake.released.wait(30)
    return 200, {}, completion({})


@dataclass(frozen=True)
class Sayings:
    """How a fake model answers."""

    said = staticmethod(said)
    refused = staticmethod(refused)
    hangs = staticmethod(hangs)
    completion = staticmethod(completion)


@pytest.fixture
def model() -> Iterator[FakeModel]:
    """A fake language model on a port of its own."""
    fake = FakeModel()
    yield fake
    fake.stop()


@pytest.fixture
def says() -> type[Sayings]:
    """What to put into `model.script` and `model.usual`."""
    return Sayings
