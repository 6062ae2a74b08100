"""Servers and addresses that mean harm: what must never be dialled is not, and what must end ends."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest

from breachwire.errors import FetchError
from breachwire.fetching import Ask, Limits
from breachwire.fetching.guard import CLOSED_PORTS

Opened = Callable[..., Any]
LIMITS = Limits(deadline_s=0.5, max_bytes=1 << 20)


class Inside:
    """A service on the machine itself, on every loopback address, IPv6 too: whoever dials it is counted."""

    def __init__(self) -> None:
        self.dialled = 0
        self._stop = threading.Event()
        self._sockets = [socket.create_server(("0.0.0.0", 0))]
        self.port = self._sockets[0].getsockname()[1]
        if socket.has_ipv6:
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        self._threads = [threading.Thread(target=self._accept, args=(s,), daemon=True) for s in self._sockets]
        for thread in self._threads:
            thread.start()

    def _accept(self, listening: socket.socket) -> None:
        listening.settimeout(0.02)
        while not self._stop.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            self.dialled += 1
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
            connection.close()

    def knock(self) -> int:
        """How often it was dialled, once everything that was under way has arrived."""
        with socket.create_connection(("127.0.0.1", self.port)) as own:
            own.recv(1)
        return self.dialled - 1

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        for listening in self._sockets:
            listening.close()


@pytest.fixture
def inside() -> Iterator[Inside]:
    service = Inside()
    yield service
    service.close()


async def fails(fetcher: Any, url: str, limits: Limits = LIMITS) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(Ask(url=url), limits)
    assert "\n" not in caught.value.what
    return caught.value


def refused(newsroom: Opened, answer: Any, **changes: Any) -> FetchError:
    async def work() -> FetchError:
        async with newsroom(**changes) as (fetcher, server):
            return await fails(fetcher, server.on("/", answer))

    return asyncio.run(work())


HOSTS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "127.255.255.254",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::1%25lo]",
    "127.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127%2e0%2e0%2e1",
    "herald.example@127.0.0.1",
    "herald.example:80@127.0.0.1",
    "herald.example%40@127.0.0.1",
    "me:secret@localhost",
]


@pytest.mark.parametrize("host", HOSTS)
def test_no_spelling_of_this_machine_is_dialled(newsroom: Opened, inside: Inside, host: str) -> None:
    async def work() -> list[FetchError]:
        url = f"http://{host}:{inside.port}/"
        async with newsroom() as (fetcher, server):
            at_once = await fails(fetcher, url)
            answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + url.encode() + b"\r\n\r\n"
            return [at_once, await fails(fetcher, server.on("/", answer))]

    errors = asyncio.run(work())
    assert inside.knock() == 0
    assert all("secret" not in error.what for error in errors)
    assert any(
        words in errors[0].what
        for words in ("fetch.allow_networks", "host name not found", "not an address", "no conn")
    )


def test_the_listener_of_these_tests_does_listen(newsroom: Opened, inside: Inside) -> None:
    async def work() -> bytes:
        async with newsroom(allow_networks=("127.0.0.0/8",)) as (fetcher, _server):
            reply = await fetcher.get(Ask(url=f"http://127.0.0.1:{inside.port}/"), LIMITS)
            body: bytes = reply.body
            return body

    assert asyncio.run(work()) == b"secret"
    assert inside.knock() == 1


def test_a_name_that_turns_inward_between_two_questions(
    newsroom: Opened, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the first answer may be dialled, all later ones are this machine."""
    resolve, asked = socket.getaddrinfo, list[str]()

    def turning(host: str, port: int, *more: Any, **named: Any) -> Any:
        if host != "turning.example":
            return resolve(host, port, *more, **named)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.1.0.1" if len(asked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", turning)

    async def work() -> FetchError:
        async with newsroom("127.1.0.1") as (fetcher, server):
            location = f"http://turning.example:{inside.port}/".encode()
            server.on("/", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
            return await fails(fetcher, f"http://turning.example:{server.port}/")

    error = asyncio.run(work())
    assert len(asked) == 2
    assert inside.knock() == 0
    assert "is a loopback address (127.0.0.1)" in error.what


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "ftp://herald.example/",
        "data:text/html,x",
        "javascript:alert(1)",
        "dict://127.0.0.1:11211/",
        "//127.0.0.1:9999/",
        "unix:/run/x.sock",
    ],
)
def test_redirects_to_other_schemes_go_nowhere(newsroom: Opened, location: str) -> None:
    answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.encode() + b"\r\n\r\n"
    error = refused(newsroom, answer)
    assert not error.transient


@pytest.mark.parametrize("port", [22, 25, 6667, 10080])
def test_ports_of_other_services_are_not_asked(newsroom: Opened, port: int) -> None:
    async def work() -> FetchError:
        async with newsroom() as (fetcher, _server):
            return await fails(fetcher, f"http://127.1.0.1:{port}/")

    assert asyncio.run(work()).what == f"asks for port {port}, where no web site lives"
    assert not {80, 443, 8000, 8080, 8443} & CLOSED_PORTS


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(50 << 20), 9), 9)),
        ("gzip,br", brotli.compress(gzip.compress(bytes(50 << 20), 9))),
        ("x-gzip", gzip.compress(b"<p>x</p>")),
        ("compress", b"\x1f\x9d\x90x"),
    ],
    ids=["gzip in gzip", "gzip in brotli", "x-gzip", "compress"],
)
def test_packings_that_are_not_unpacked_are_named(newsroom: Opened, encoding: str, body: bytes) -> None:
    error = refused(newsroom, answered(body, f"Content-Encoding: {encoding}"))
    assert error.what == f"body is packed in a way that is not unpacked ({encoding})"


@pytest.mark.parametrize("encoding", ["identity", "UTF-8", "none", ""])
def test_what_is_no_packing_is_passed_over(newsroom: Opened, encoding: str) -> None:
    assert fetched(newsroom, answered(b"<p>x</p>", f"Content-Encoding: {encoding}")) == b"<p>x</p>"


@pytest.mark.parametrize(
    "bomb",
    [zlib.compress(bytes(60 << 20), 9), zlib.compress(bytes(60 << 20), 9)[2:-4]],
    ids=["zlib", "raw deflate"],
)
def test_a_deflate_bomb_is_stopped(newsroom: Opened, bomb: bytes) -> None:
    assert refused(newsroom, answered(bomb, "Content-Encoding: deflate")).what == "is larger than 1.0 MB"


def test_a_packing_that_this_machine_cannot_unpack_is_said_so(newsroom: Opened) -> None:
    error = refused(newsroom, answered(b"\x28\xb5\x2f\xfd" + bytes(99), "Content-Encoding: zstd"))
    assert error.what == "body cannot be decompressed"


@pytest.mark.parametrize("status", [204, 205, 206])
def test_success_without_the_document_is_none(newsroom: Opened, status: int) -> None:
    body = b"<p>half" if status == 206 else b""
    error = refused(newsroom, answered(body, "Content-Range: bytes 0-6/99", status=status))
    assert error.what == f"answered {status}"


async def endless_chunks(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"fffff\r\n" + b"x" * 0xFFFFF + b"\r\n")
        await writer.drain()


async def drip_chunks(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\nx\r\n")
        await asyncio.sleep(0.02)


async def drip_a_packed_body(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    for byte in gzip.compress(bytes(range(256)) * 99):
        writer.write(bytes([byte]))
        await asyncio.sleep(0.02)


async def drip_a_redirect(_request: Any, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.2)
    writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (endless_chunks, "is larger than 1.0 MB"),
        (drip_chunks, "took longer than 0.5 s"),
        (drip_a_packed_body, "took longer than 0.5 s"),
        (drip_a_redirect, "took longer than 0.5 s"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nx\r\n0\r\n\r\n", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nx", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n0\r\n\r\n", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nxxxxx", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nX-A: a\x00b\r\nContent-Length: 1\r\n\r\nx", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nX-A\x00: b\r\nContent-Length: 1\r\n\r\nx", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\n: empty\r\nContent-Length: 1\r\n\r\nx", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 " + b"O" * 99999 + b"\r\n\r\n", "not a proper HTTP answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"Set-Cookie: a%d=b\r\n" % n for n in range(999)) + b"\r\n", "not a proper"),
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n", "not a proper HTTP answer"),
        (b"\x00" * 5000 + b"\r\n\r\n", "not a proper HTTP answer"),
    ],
)
def test_answers_that_go_on_for_ever_or_make_no_sense(newsroom: Opened, answer: Any, says: str) -> None:
    assert refused(newsroom, answer).what.startswith(says)


def test_a_line_break_in_a_header_makes_no_header_of_ours(newsroom: Opened) -> None:
    async def work() -> Any:
        async with newsroom() as (fetcher, server):
            ask = Ask(
                url=server.on("/", answered(b"x")), etag='"a"\r\nX-Evil: yes\r\n\r\nGET /evil', last_modified="\x00"
            )
            await fetcher.get(ask, LIMITS)
            return server.seen

    (request,) = asyncio.run(work())
    assert "x-evil" not in request.headers
    assert request.headers["if-none-match"] == '"a" X-Evil: yes GET /evil'


def test_a_length_that_lies_cuts_one_answer_and_spoils_no_other(newsroom: Opened) -> None:
    async def work() -> tuple[bytes, bytes, str]:
        async with newsroom() as (fetcher, server):
            more = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            first = await fetcher.get(Ask(url=server.on("/short", more)), LIMITS)
            second = await fetcher.get(Ask(url=server.on("/next", answered(b"good"))), LIMITS)
            long = await fails(fetcher, server.on("/long", b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nabc"))
            return first.body, second.body, long.what

    first, second, long = asyncio.run(work())
    assert (first, second) == (b"abc", b"good")
    assert long == "took longer than 0.5 s"


def test_a_secure_address_of_a_plain_port(newsroom: Opened) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def work() -> FetchError:
        server = await asyncio.start_server(plain, "127.1.0.1", 0)
        async with server, newsroom() as (fetcher, _server):
            url = f"https://127.1.0.1:{server.sockets[0].getsockname()[1]}/"
            return await fails(fetcher, url, Limits(deadline_s=5, max_bytes=99))

    error = asyncio.run(work())
    assert error.what.startswith("no secure connection: ")
    assert error.transient


def answered(body: bytes, *headers: str, status: int = 200) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def fetched(newsroom: Opened, answer: bytes) -> bytes:
    async def work() -> bytes:
        async with newsroom() as (fetcher, server):
            body: bytes = (await fetcher.get(Ask(url=server.on("/", answer)), LIMITS)).body
            return body

    return asyncio.run(work())
