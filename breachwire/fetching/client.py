"""One address to one `Reply`, within a deadline and a size.

Comes in: an `Ask` and `Limits`. Goes out: a `Reply` (2xx, or 304 with an empty body) or a FetchError. Bodies are
decompressed as they come and counted decompressed. Redirects are followed by hand, each one asked anew.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from breachwire.errors import FetchError
from breachwire.fetching import faults
from breachwire.fetching.guard import CLOSED_PORTS, guarded_sockets, refused
from breachwire.fetching.politeness import Politeness
from breachwire.records import Reply
from breachwire.settings.models import Fetch

ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_WHOLE_BODY = frozenset({204, 205, 206})
"""Answers of success without the document: nothing, or a part that nobody asked for."""
_PACKED = re.compile(r"\b(?:x-)?(?:gzip|deflate|br|zstd|compress)\b")
_UNPACKED = frozenset({"gzip", "deflate", "br", "zstd"})
_KEEP_ALIVE_S = 5.0
_DNS_KEPT_S = 300
_LOOKUPS = 16
"""Threads that look names up: getaddrinfo blocks, and a few dead names must not hold up all the others."""
_MAX_HEADERS, _MAX_HEADER_BYTES = 256, 32_768
_USER = re.compile(r"^([A-Za-z]+://)[^/?#@]*@")
_BAD_IN_HEADER = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What to ask for. `etag` and `last_modified` are sent as validators; a 304 may then be the answer. `span` asks for
    a part, from byte to byte: a 206 is then the answer, and shorter at the document's end."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    accept: str = ACCEPT_PAGE
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds that an answer may take with its redirects and whole body (waiting for a turn apart), and its bytes.

    `give_up_after` is for `fetch_many`: after so many asks of one host in a row without any answer, or when it asks
    to be left alone, its other asks are not tried. None tries them all: right for feeds, which stand for themselves.
    """

    deadline_s: float
    max_bytes: int
    give_up_after: int | None = None


class Fetcher:
    """Fetches, as `settings.fetch` says. An async context manager; one serves any number of concurrent calls."""

    def __init__(self, rules: Fetch, clock: Callable[[], datetime]) -> None:
        self.rules, self._clock = rules, clock

    async def __aenter__(self) -> Self:
        rules = self.rules
        self._politeness = Politeness(
            delay_s=rules.per_host_delay_s, per_host=rules.per_host_concurrency, total=rules.concurrency
        )
        self._lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="breachwire-dns")
        connector = aiohttp.TCPConnector(
            limit=0,
            ttl_dns_cache=_DNS_KEPT_S,
            keepalive_timeout=_KEEP_ALIVE_S,
            resolver=_Resolver(self._lookups),
            socket_factory=guarded_sockets(rules.allow_networks),
        )
        contact = f" ({rules.contact})" if rules.contact else ""
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _BAD_IN_HEADER.sub(" ", rules.user_agent + contact)},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
            max_headers=_MAX_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        self._lookups.shutdown(wait=False, cancel_futures=True)

    def slow_down(self, url: str, delay_s: float) -> None:
        """From now on at least so many seconds between two requests to the host of `url`."""
        self._politeness.slow_down(_host(_address(url)), delay_s)

    async def get(self, ask: Ask, limits: Limits) -> Reply:
        """The answer to one ask. Raises FetchError."""
        async with self.held(ask, limits) as reply:
            return reply

    @asynccontextmanager
    async def held(
        self, ask: Ask, limits: Limits, admit: Callable[[str], Awaitable[None]] | None = None
    ) -> AsyncIterator[Reply]:
        """As `get`, but the turn (with its place in `fetch.concurrency`) is kept until the block ends: that bounds how
        many bodies exist. `admit` is asked about every redirect's target, and raises FetchError where it may not be
        followed; it may fetch, for no turn is held then.
        """
        loop = asyncio.get_running_loop()
        url, asked = _address(ask.url), _without_user(ask.url)
        hops: list[tuple[int, str]] = []
        left_s, at = limits.deadline_s, ""
        async with AsyncExitStack() as turn:
            try:
                await turn.enter_async_context(self._politeness.turn(_host(url)))
                while True:
                    started = loop.time()
                    answer = await self._once(url, ask, Limits(deadline_s=left_s, max_bytes=limits.max_bytes))
                    if answer.location is None:
                        break
                    left_s -= loop.time() - started
                    if len(hops) >= self.rules.max_redirects:
                        at = ""
                        raise FetchError(asked, f"redirects more than {len(hops)} times", transient=False)
                    at = _without_user(_joined(url, answer.location))
                    target = _address(at)
                    hops.append((answer.status, str(target)))
                    if moved := target.origin() != url.origin():
                        await turn.aclose()
                    if admit:
                        await admit(str(target))
                    if moved:
                        await turn.enter_async_context(self._politeness.turn(_host(target)))
                    url = target
            except TimeoutError as error:
                raise faults.too_late(asked, limits.deadline_s) from error
            except FetchError as error:
                raise faults.about(asked, error, at) from error
            yield Reply(
                url=asked,
                final_url=str(url) if hops else asked,
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                fetched_at=self._clock(),
                hops=tuple(hops),
            )

    async def _once(self, url: URL, ask: Ask, limits: Limits) -> _Answer:
        """One request without redirects. Raises FetchError, and TimeoutError at the deadline."""
        text, seen = str(url), list[str]()
        token = refused.set(seen)
        try:
            async with (
                asyncio.timeout(limits.deadline_s),
                self._session.get(url, headers=_headers(ask), allow_redirects=False) as response,
            ):
                status, location = response.status, response.headers.get("Location")
                if status in _REDIRECTS and location:
                    return _Answer(status=status, location=location)
                whole = 200 <= status < 300 and status not in _NO_WHOLE_BODY
                good = status == 206 if ask.span else whole
                if not (good or (status == 304 and (ask.etag or ask.last_modified))):
                    raise faults.answered(text, status, response.headers.get("Retry-After"), self._clock())
                body = await _body(response, text, limits.max_bytes)
                return _Answer(status=status, headers=_lowered(response), body=body)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise faults.failed(text, error, seen[-1] if seen else None) from error
        finally:
            refused.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one request brought: a `location` to go on to, or headers and body."""

    status: int
    location: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class _Resolver(AbstractResolver):
    """getaddrinfo in threads of our own: asyncio's default pool has six on two cores, and is joined at the end."""

    def __init__(self, lookups: ThreadPoolExecutor) -> None:
        self._lookups = lookups

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises OSError, for names that no resolver would take too."""
        look_up = partial(
            socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        try:
            infos = await asyncio.get_running_loop().run_in_executor(self._lookups, look_up)
        except UnicodeError as error:
            raise OSError(f"{host} is not a host name") from error
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=found,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found, _type, protocol, _name, address in infos
        ]

    async def close(self) -> None:
        """The threads belong to the Fetcher."""


async def _body(response: aiohttp.ClientResponse, url: str, max_bytes: int) -> bytes:
    """The whole body, decompressed in steps of some 100 kB, or a FetchError as soon as it is over the cap."""
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in _UNPACKED and _PACKED.search(packing):
        raise faults.packed(url, packing)
    if "Content-Encoding" not in response.headers and (response.content_length or 0) > max_bytes:
        raise faults.too_large(url, max_bytes)
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > max_bytes:
            raise faults.too_large(url, max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _address(text: str) -> URL:
    """An address that may be asked for, without credentials and fragment. Raises FetchError."""
    try:
        url = URL(text.strip())
        usable, port = url.scheme in ("http", "https") and url.host, url.port
    except (ValueError, TypeError) as error:
        raise FetchError(text, "is not an address that can be fetched", transient=False) from error
    if not usable:
        raise FetchError(text, "is not an http or https address", transient=False)
    if port in CLOSED_PORTS:
        raise FetchError(text, f"asks for port {port}, where no web site lives", transient=False)
    return url.with_user(None).with_fragment(None)


def _joined(url: URL, location: str) -> str:
    try:
        return urljoin(str(url), location.strip())
    except ValueError:
        return location


def _without_user(text: str) -> str:
    """An address as it was given, without the credentials that some carry: they are neither sent nor kept."""
    return _USER.sub(r"\1", text.strip(), count=1)


def _host(url: URL) -> str:
    return (url.host or "").rstrip(".").lower()


def _headers(ask: Ask) -> dict[str, str]:
    wanted = {"Accept": ask.accept, "If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
    if ask.span:  # packed on the way, the bytes would not be those of the file
        wanted |= {"Range": f"bytes={ask.span[0]}-{ask.span[1] - 1}", "Accept-Encoding": "identity"}
    return {name: _BAD_IN_HEADER.sub(" ", value) for name, value in wanted.items() if value}


def _latin(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value


def _lowered(response: aiohttp.ClientResponse) -> tuple[tuple[str, str], ...]:
    """The headers with lower-case names; bytes that are not UTF-8 are taken for Latin-1."""
    return tuple(
        (name.lower(), value if value.isascii() else _latin(value)) for name, value in response.headers.items()
    )
