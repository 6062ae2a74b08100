"""Just enough HTTP/1.1 for a loopback server: requests without bodies in, replies with a length out."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request: its method, its path without the query, and its headers with names in lower case."""

    method: str
    path: str
    headers: dict[str, str]

    @property
    def accepts_gzip(self) -> bool:
        """True when the client said that it can unpack gzip."""
        return "gzip" in self.headers.get("accept-encoding", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply, before its length is counted."""

    status: str = "200 OK"
    kind: str = "text/html; charset=utf-8"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def packed(self) -> Reply:
        """The same reply with its body in gzip (bytes that do not depend on the clock)."""
        headers = {**self.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Reply(status=self.status, kind=self.kind, body=gzip.compress(self.body, 6, mtime=0), headers=headers)


async def receive(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, or None when the client has closed it or speaks something else."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3:
        return None
    pairs = (line.partition(":") for line in lines if line)
    return Request(
        method=words[0],
        path=urlsplit(words[1]).path,
        headers={name.strip().lower(): value.strip() for name, _, value in pairs},
    )


async def send(writer: asyncio.StreamWriter, reply: Reply, *, head_only: bool = False) -> None:
    """Write a reply with its length; `head_only` leaves the body out, as HEAD asks."""
    headers = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body)), **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {reply.status}\r\n{lines}\r\n".encode() + (b"" if head_only else reply.body))
    await writer.drain()
