"""How often a host is asked, and how much is under way at once. Knows hosts, not what is asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _Host:
    """The queue in front of one host: `gate` lets one request at a time wait for its moment."""

    __slots__ = ("delay_s", "gate", "next_start", "slots")

    def __init__(self, concurrency: int, delay_s: float) -> None:
        self.delay_s = delay_s
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

    def slow_down(self, host: str, delay_s: float) -> None:
        """Keeps at least `delay_s` between starts at `host`, the next one included; never less than at the others."""
        queue = self._queue(host)
        if delay_s > queue.delay_s:
            queue.next_start += delay_s - queue.delay_s
            queue.delay_s = delay_s

    def _queue(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host(self._per_host, self._delay_s))

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """One request to `host`. Waits on entry; the place is given back on exit, on cancellation too."""
        loop = asyncio.get_running_loop()
        queue = self._queue(host)
        async with queue.slots:
            async with queue.gate:
                if (wait := queue.next_start - loop.time()) > 0:
                    await asyncio.sleep(wait)
                await self._total.acquire()
                queue.next_start = loop.time() + queue.delay_s
            try:
                yield
            finally:
                self._total.release()
