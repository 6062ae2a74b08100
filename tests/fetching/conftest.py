"""A server on loopback whose answers are written byte by byte, and a fetcher that may reach it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest

from breachwire.fetching import Fetcher
from breachwire.settings.models import Fetch

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
Answer: TypeAlias = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


class Request:
    """A request line and its headers, names in lower case."""

    def __init__(self, head: bytes) -> None:
        line, *rest = head.decode("latin-1").split("\r\n")
        self.path = line.split(" ")[1]
        self.headers = {k.lower(): v for k, _, v in (r.partition(": ") for r in rest if r)}


class Server:
    """Answers by path. `seen` are the requests so far, `base` is the address without a path."""

    def __init__(self, host: str) -> None:
        self.host, self.seen = host, list[Request]()
        self.answers: dict[str, Answer] = {}

    def on(self, path: str, answer: Answer | bytes) -> str:
        async def fixed(_request: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)  # type: ignore[arg-type]

        self.answers[path] = fixed if isinstance(answer, bytes) else answer
        return self.base + path

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        self._tasks: set[asyncio.Task[None] | None] = set()
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            if task:
                task.cancel()
        await asyncio.gather(*(t for t in self._tasks if t), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        try:
            while True:
                request = Request(await reader.readuntil(b"\r\n\r\n"))
                self.seen.append(request)
                await self.answers[request.path](request, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()


def rules(**changes: Any) -> Fetch:
    """Settings that may reach 127.1.0.0/16 and wait for nobody."""
    return Fetch(**({"allow_networks": ("127.1.0.0/16",), "per_host_delay_s": 0, "per_host_concurrency": 8} | changes))


@asynccontextmanager
async def opened(*hosts: str, **changes: Any) -> AsyncIterator[tuple[Fetcher, *tuple[Server, ...]]]:
    """A fetcher and a server on each of the hosts (127.1.0.1 where none is named)."""
    servers = [Server(host) for host in hosts or ("127.1.0.1",)]
    for server in servers:
        await server.start()
    try:
        async with Fetcher(rules(**changes), lambda: NOW) as fetcher:
            yield fetcher, *servers
    finally:
        for server in servers:
            await server.stop()


@pytest.fixture
def newsroom() -> Callable[..., Any]:
    return opened
