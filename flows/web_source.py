"""A WARC file at an address, read in ranges by the guarded fetch rules; what breaks off is asked for again."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from breachwire.errors import FetchError
from breachwire.fetching import Ask, Fetcher, Limits
from breachwire.records import Reply
from breachwire.settings import Settings

_TRIES, _WAITS_S = 5, (1.0, 5.0, 20.0, 60.0)
_DEADLINE_S = 120.0
"""Seconds that one range may take: the slowest line that is of use brings a megabyte in less."""
_PIECE, _ALIGNED = 8 << 20, 1 << 20
"""Bytes asked for at once: a request a megabyte would keep a server busier than the file is worth. They begin where
streams' blocks do, so that none is asked for twice."""


class WebSource:
    """The file at `address`; `size` is what it was when it was opened first, 0 for not known yet. A context manager.

    What lies behind `until` is had in small pieces: only the end of a record that begins before it is wanted there.
    Raises FetchError where it cannot be read, is another one by now, or its server sends no ranges.
    """

    def __init__(self, address: str, settings: Settings, *, size: int = 0, until: int = 0) -> None:
        self._address, self._settings, self._size, self._until = address, settings, size, until or size
        self._tag: str | None = None
        self._at, self._piece = 0, b""

    @property
    def name(self) -> str:
        """The address."""
        return self._address

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        self._fetcher = Fetcher(self._settings.fetch, lambda: datetime.now(UTC))
        self._runner.run(self._fetcher.__aenter__())
        try:
            if not self._size:
                self._fill(0, 1 << 16)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._fetcher.__aexit__(None, None, None))
        self._runner.close()

    def read_at(self, at: int, length: int) -> bytes:
        """So many bytes from there on, fewer at the end."""
        end = min(at + length, self._size)
        if at >= end:
            return b""
        if not self._at <= at < end <= self._at + len(self._piece):
            begin = at - at % _ALIGNED
            wanted = max(end, min(begin + _PIECE, self._until))
            self._fill(begin, wanted - begin)
        return self._piece[at - self._at : end - self._at]

    def _fill(self, at: int, length: int) -> None:
        for wait_s in (*_WAITS_S, None):
            try:
                reply = self._runner.run(self._get(at, at + length))
                break
            except FetchError as error:
                if error.status == 200:
                    what = "its server sends no parts of files: download it first"
                    raise FetchError(self._address, what, transient=False) from None
                if not error.transient or wait_s is None:
                    raise
                time.sleep(max(wait_s, min(error.retry_after_s or 0.0, 600.0)))
        self._check(reply, at)
        self._at, self._piece = at, reply.body

    async def _get(self, begin: int, end: int) -> Reply:
        ask = Ask(url=self._address, accept="*/*", span=(begin, end))
        return await self._fetcher.get(ask, Limits(deadline_s=_DEADLINE_S, max_bytes=end - begin))

    def _check(self, reply: Reply, at: int) -> None:
        """Whether that is the range that was asked for, of the file that it was."""
        span, _, total = (reply.header("content-range") or "").removeprefix("bytes ").partition("/")
        if span != f"{at}-{at + len(reply.body) - 1}" or not total.isdigit():
            raise FetchError(self._address, "sent another range than was asked for", transient=False)
        tag = reply.header("etag")
        if (self._size and int(total) != self._size) or (self._tag and tag != self._tag):
            raise FetchError(self._address, "has changed while it was read", transient=False)
        self._size, self._tag = int(total), tag
