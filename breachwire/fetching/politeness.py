"""How often a host is asked, and how much is under way at once. Knows hosts, not what is asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _Host:
    """The queue in front of one host: `gate` lets one request at a time wait for its moment."""

    __slots__ = ("gate", "next_start", "slots")

    def __init__(self, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self.gate = asyncio.Lock()
        self.next_start = 0.0


class Politeness:
    """Turns at hosts: at most `per_host` under way at one, `delay_s` seconds between starts, `total` over all.

    A turn that waits for its host holds no place in the total, so a slow host keeps nobody else waiting.
    """

    def __init__(self, *, delay_s: float, per_host: int, total: int) -> None:
        self._delay_s, self._per_host = delay_s, per_host
        self._total = asyncio.Semaphore(total)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """One request to `host`. Waits on entry; the place is given back on exit, on cancellation too."""
        loop = asyncio.get_running_loop()
        queue = self._hosts.setdefault(host, _Host(self._per_host))
        async with queue.slots:
            async with queue.gate:
                if (wait := queue.next_start - loop.time()) > 0:
                    await asyncio.sleep(wait)
                await self._total.acquire()
                queue.next_start = loop.time() + self._delay_s
            try:
                yield
            finally:
                self._total.release()
