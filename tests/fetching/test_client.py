"""One address, against servers that behave and servers that do not."""

from __future__ import annotations

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import brotli
import pytest

from breachwire.errors import FetchError
from breachwire.fetching import ACCEPT_FEED, Ask, Fetcher, Limits
from breachwire.records import Reply

Opened = Callable[..., Any]
LIMITS = Limits(deadline_s=0.5, max_bytes=1 << 20)


def http(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def run(work: Awaitable[Any]) -> Any:
    async def main() -> Any:
        return await work

    return asyncio.run(main())


async def failure(fetcher: Fetcher, url: str, limits: Limits = LIMITS) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(Ask(url=url), limits)
    assert caught.value.url == url
    return caught.value


def fetched(newsroom: Opened, answer: bytes, **ask: str) -> Reply:
    async def work() -> Reply:
        async with newsroom() as (fetcher, server):
            reply: Reply = await fetcher.get(Ask(url=server.on("/", answer), **ask), LIMITS)
            return reply

    result: Reply = run(work())
    return result


def refused(newsroom: Opened, answer: Any, **changes: Any) -> FetchError:
    async def work() -> FetchError:
        async with newsroom(**changes) as (fetcher, server):
            return await failure(fetcher, server.on("/", answer))

    error: FetchError = run(work())
    return error


def test_a_page_comes_with_its_headers_and_the_moment(newsroom: Opened) -> None:
    reply = fetched(newsroom, http(body=b"<p>hello</p>", Content_Type="text/html", X_Twice="1\r\nX-Twice: 2"))
    assert (reply.status, reply.body, reply.hops) == (200, b"<p>hello</p>", ())
    assert reply.header("content-type") == "text/html"
    assert [v for k, v in reply.headers if k == "x-twice"] == ["1", "2"]
    assert reply.url == reply.final_url
    assert reply.fetched_at.year == 2026


def test_header_bytes_that_are_not_utf8_are_readable_text(newsroom: Opened) -> None:
    reply = fetched(newsroom, http(body=b"x", X_Title="Société"))
    assert reply.header("x-title") == "Société"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)],
)
def test_bodies_come_unpacked(newsroom: Opened, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    assert fetched(newsroom, http(body=pack(b"news " * 9999), Content_Encoding=encoding)).body == b"news " * 9999


def test_we_say_who_we_are_and_send_no_cookies_or_credentials(
    newsroom: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def work() -> list[Any]:
        async with newsroom(user_agent="breachwire/9", contact="desk@herald.example\r\nX: y") as (fetcher, server):
            url = server.on("/", http(body=b"x", Set_Cookie="a=b")).replace("http://", "http://me:secret@")
            reply = await fetcher.get(Ask(url=url + "#part", accept=ACCEPT_FEED, etag='"v1"'), LIMITS)
            await fetcher.get(Ask(url=server.base + "/"), LIMITS)
            assert reply.url == server.base + "/#part"
            return list(server.seen)

    first, second = run(work())
    assert first.headers["user-agent"] == "breachwire/9 (desk@herald.example X: y)"
    assert first.headers["accept"] == ACCEPT_FEED
    assert first.headers["if-none-match"] == '"v1"'
    assert "gzip" in first.headers["accept-encoding"]
    assert not {"cookie", "authorization"} & (set(first.headers) | set(second.headers))


def test_not_modified_is_a_reply_to_a_validator_and_a_fault_without(newsroom: Opened) -> None:
    answer = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
    reply = fetched(newsroom, answer, etag='"v1"')
    assert (reply.status, reply.body) == (304, b"")
    assert refused(newsroom, answer).what == "answered 304"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 408, 425, 429, 500, 502, 503, 504, 522])
def test_other_answers_are_errors_that_say_whether_to_try_again(newsroom: Opened, status: int) -> None:
    error = refused(newsroom, http(status))
    assert (error.what, error.status) == (f"answered {status}", status)
    assert error.transient == (status in (408, 425, 429) or status >= 500)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 03:10:00 GMT", 600.0),
        ("Sun, 22 Nov 2026 02:00:00 GMT", 0.0),
        ("9999999999", 86400.0),
        ("Sun, 22 Nov 2093 03:10:00 GMT", 86400.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after(newsroom: Opened, value: str, seconds: float | None) -> None:
    assert refused(newsroom, http(503, Retry_After=value)).retry_after_s == seconds


def test_redirects_are_followed_and_remembered(newsroom: Opened) -> None:
    async def work() -> tuple[Reply, str, str]:
        async with newsroom("127.1.0.1", "127.1.0.2") as (fetcher, here, there):
            there.on("/end?a=b", http(body=b"x"))
            here.on("/next", http(302, Location=there.base + "/end?a=b#top"))
            reply = await fetcher.get(Ask(url=here.on("/old", http(301, Location="next"))), LIMITS)
            return reply, here.base, there.base

    reply, here, there = run(work())
    assert reply.url == here + "/old"
    assert reply.final_url == there + "/end?a=b"
    assert reply.hops == ((301, here + "/next"), (302, there + "/end?a=b"))


def test_a_loop_ends_at_the_limit(newsroom: Opened) -> None:
    error = refused(newsroom, http(302, Location="/"), max_redirects=3)
    assert error.what == "redirects more than 3 times"
    assert not error.transient


@pytest.mark.parametrize(
    ("location", "says"),
    [
        (
            "http://169.254.169.254/latest",
            "is a link-local address (169.254.169.254), refused unless fetch.allow_networks names it",
        ),
        ("http://127.0.0.1:9999/", "is a loopback address (127.0.0.1), refused unless fetch.allow_networks names it"),
        ("http://[::ffff:10.0.0.1]/", "is a private address"),
        ("file:///etc/passwd", "is not an http or https address"),
        ("ftp://herald.example/", "is not an http or https address"),
        ("http://[bad", "is not an address that can be fetched"),
    ],
)
def test_redirects_to_where_nobody_should_go_are_refused(newsroom: Opened, location: str, says: str) -> None:
    error = refused(newsroom, http(301, Location=location))
    assert error.what.startswith("redirects to ")
    assert says in error.what
    assert not error.transient


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9999/",
        "http://localhost:9999/",
        "http://[::1]:9999/",
        "http://2130706433/",
        "http://0x7f.1:9999/",
    ],
)
def test_special_addresses_are_refused_without_dialling(
    newsroom: Opened, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    def dialled(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"dialled {address}")

    async def work() -> FetchError:
        async with newsroom() as (fetcher, _server):
            monkeypatch.setattr(socket.socket, "connect", dialled)
            return await failure(fetcher, url)

    error = run(work())
    assert "allow_networks" in error.what or "not an address" in error.what
    assert not error.transient


def test_a_name_that_resolves_to_a_private_address_is_refused(
    newsroom: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(socket.AF_INET6, 1, 6, "", ("fd00::1", 80, 0, 0)), (socket.AF_INET, 1, 6, "", ("10.1.2.3", 80))]
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: both if host == "inside.example" else resolve(host, *a, **k)
    )

    async def work() -> FetchError:
        async with newsroom() as (fetcher, _server):
            return await failure(fetcher, "http://inside.example/")

    error = run(work())
    assert "is a private address (" in error.what
    assert not error.transient


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://nosuch.invalid/", "host name not found"),
        ("http://" + "a" * 70 + ".example/", "host name not found"),
        ("http://127.1.0.9:9999/", "no connection: connection refused"),
        ("ftp://herald.example/", "is not an http or https address"),
        ("not an address", "is not an http or https address"),
        ("http://[", "is not an address that can be fetched"),
        ("http://herald.example:99999/", "is not an address that can be fetched"),
    ],
)
def test_addresses_that_lead_nowhere(newsroom: Opened, url: str, says: str) -> None:
    async def work() -> FetchError:
        async with newsroom() as (fetcher, _server):
            return await failure(fetcher, url, Limits(deadline_s=5, max_bytes=99))

    assert run(work()).what == says


async def hang(_request: Any, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.02)


async def drip_headers(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(1000):
        writer.write(b"X-%d: y\r\n" % n)
        await asyncio.sleep(0.02)


async def flood(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"<item>on and on</item>" * 3000)
        await writer.drain()


async def reset(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>")
    await asyncio.sleep(0.05)
    writer.transport.abort()


async def hang_up(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@pytest.mark.parametrize("answer", [hang, drip, drip_headers])
def test_the_deadline_covers_everything(newsroom: Opened, answer: Any) -> None:
    error = refused(newsroom, answer)
    assert error.what == "took longer than 0.5 s"
    assert error.transient


@pytest.mark.parametrize(
    ("answer", "says", "transient"),
    [
        (flood, "is larger than 1.0 MB", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "is larger than 1.0 MB", False),
        (reset, "answer broken off before its end", True),
        (hang_up, "connection broken off", True),
        (http(body=b"not gzip", Content_Encoding="gzip"), "body cannot be decompressed", False),
        (b"220 mail.herald.example ESMTP\r\n\r\n", "not a proper HTTP answer", False),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000 + b"\r\n", "not a proper HTTP answer", False),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99999 + b"\r\n\r\n", "not a proper HTTP answer", False),
    ],
)
def test_answers_that_cannot_be_taken(newsroom: Opened, answer: Any, says: str, transient: bool) -> None:
    error = refused(newsroom, answer)
    assert error.what.startswith(says)
    assert "\n" not in error.what
    assert error.transient == transient


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(100 << 20), 9)),
        ("br", brotli.compress(bytes(100 << 20), quality=1)),
        ("gzip", gzip.compress(b"", 9) * 20000),
    ],
    ids=["gzip", "brotli", "members"],
)
def test_a_bomb_is_stopped_while_it_unpacks(newsroom: Opened, encoding: str, bomb: bytes) -> None:
    tracemalloc.start()
    try:
        error = refused(newsroom, http(body=bomb, Content_Encoding=encoding))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.what in ("is larger than 1.0 MB", "body cannot be decompressed")
    assert peak < 12 << 20


def test_a_fetcher_goes_on_after_all_that(newsroom: Opened) -> None:
    async def work() -> bytes:
        async with newsroom() as (fetcher, server):
            for path, answer in {"/a": hang, "/b": reset, "/c": flood}.items():
                await failure(fetcher, server.on(path, answer))
            body: bytes = (await fetcher.get(Ask(url=server.on("/", http(body=b"fine"))), LIMITS)).body
            return body

    assert run(work()) == b"fine"
