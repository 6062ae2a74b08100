"""Addresses that misbehave, one fault each, for tests of what a fetcher survives.

In: the name of a fault and the writing end of a connection. Each fault answers once; the caller closes.
"""

from __future__ import annotations

import asyncio
import zlib
from functools import cache

from breachwire.sample.protocol import Reply, send

FAULTS = {
    "500": "always answers 500",
    "404": "always answers 404",
    "429": "429 with Retry-After: 3600",
    "slow": "one byte every quarter of a second, for ever",
    "hang": "accepts the request and never answers",
    "reset": "breaks the connection off in the middle of the answer",
    "bomb": "a gzip bomb: 100 MB of spaces in about 100 kB",
    "endless": "a feed that never ends",
    "loop": "redirects to itself",
    "internal": "redirects to the address of a cloud's metadata service",
    "html": "a web page where a feed should be",
    "empty": "200 with an empty body",
    "truncated": "a feed cut off in the middle of a tag, its first entry whole",
    "huge-feed": "a feed of 20,000 entries",
    "laughs": "XML whose entities expand without end",
}
_RSS = "application/rss+xml; charset=utf-8"
_HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Fault desk</title>'
_PLAIN = {"500": "500 Internal Server Error", "404": "404 Not Found"}
_LOCATIONS = {"loop": "/fault/loop", "internal": "http://169.254.169.254/"}


@cache
def bomb() -> bytes:
    """100 MB of spaces behind the opening of a feed, as one gzip stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    megabyte = b" " * (1 << 20)
    parts = [packer.compress(_HEAD), *(packer.compress(megabyte) for _ in range(100)), packer.flush()]
    return b"".join(parts)


@cache
def huge_feed() -> bytes:
    """A well-formed feed of 20,000 entries that lead nowhere."""
    items = b"".join(b"<item><title>Entry %d</title><link>/none/%d</link></item>" % (i, i) for i in range(20_000))
    return _HEAD + items + b"</channel></rss>"


def laughs() -> bytes:
    """Nine entities, each ten times the one before."""
    entities = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss version="2.0"><channel><title>&l9;</title>'
        "</channel></rss>"
    ).encode()


async def answer_fault(name: str, writer: asyncio.StreamWriter) -> None:
    """Answer as the fault `name` does; an unknown name is a plain 404."""
    if name in _LOCATIONS:
        await send(writer, Reply(status="302 Found", headers={"Location": _LOCATIONS[name]}))
    elif name == "429":
        await send(writer, Reply(status="429 Too Many Requests", headers={"Retry-After": "3600"}))
    elif name in _BODIES:
        await send(writer, Reply(kind=_RSS, body=_BODIES[name]))
    elif name == "html":
        await send(writer, Reply(body=b"<!doctype html><title>Moved</title><p>Our feeds have moved.</p>"))
    elif name == "bomb":
        await send(writer, Reply(kind=_RSS, body=bomb(), headers={"Content-Encoding": "gzip"}))
    elif name == "huge-feed":
        await send(writer, Reply(kind=_RSS, body=huge_feed()))
    elif name in _STREAMS:
        await _STREAMS[name](writer)
    else:
        await send(writer, Reply(status=_PLAIN.get(name, "404 Not Found")))


_BODIES = {
    "empty": b"",
    "truncated": _HEAD + b"<item><title>A whole entry</title><link>/none/1</link></item><item><title>Cut off in the mi",
    "laughs": laughs(),
}


async def _begin(writer: asyncio.StreamWriter, length: int | None) -> None:
    size = f"Content-Length: {length}\r\n" if length else ""
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {_RSS}\r\n{size}Connection: close\r\n\r\n".encode() + _HEAD)
    await writer.drain()


async def _slow(writer: asyncio.StreamWriter) -> None:
    await _begin(writer, 100_000)
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.25)


async def _hang(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        await asyncio.sleep(0.5)


async def _reset(writer: asyncio.StreamWriter) -> None:
    await _begin(writer, 5_000)
    await asyncio.sleep(0.05)
    writer.transport.abort()


async def _endless(writer: asyncio.StreamWriter) -> None:
    await _begin(writer, None)
    while not writer.is_closing():
        writer.write(b"<item><title>And another one</title></item>" * 1000)
        await writer.drain()
        await asyncio.sleep(0.002)


_STREAMS = {"slow": _slow, "hang": _hang, "reset": _reset, "endless": _endless}
