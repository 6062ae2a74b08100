"""Many asks at once, hosts in turns: a host that is slow or has many asks holds up only itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import TypeAlias
from urllib.parse import urlsplit

from breachwire.errors import FetchError
from breachwire.fetching.client import Ask, Fetcher, Limits
from breachwire.records import Reply

Outcome: TypeAlias = tuple[Ask, Reply | FetchError]

_LANES = 512
"""Hosts that are waited for at once; a lane is a task that waits far more than it fetches."""
_UNTAKEN = 16
"""Outcomes that wait for whoever iterates."""


async def fetch_many(fetcher: Fetcher, asks: Iterable[Ask], limits: Limits) -> AsyncIterator[Outcome]:
    """Every ask with its Reply or FetchError, as they complete.

    At most `fetch.concurrency` bodies exist beside the few that wait to be taken: who does not iterate stops the
    network. Leaving the loop early (with `contextlib.aclosing`, to be prompt) cancels what is under way.
    """
    queues: dict[str, deque[Ask]] = {}
    for ask in asks:
        queues.setdefault(_host(ask.url), deque()).append(ask)
    pending = sum(map(len, queues.values()))
    turns = _turns(queues, fetcher.rules.per_host_concurrency)
    done: asyncio.Queue[Outcome | Exception] = asyncio.Queue(_UNTAKEN)
    lanes = [asyncio.create_task(_lane(fetcher, queues, turns, done, limits)) for _ in range(min(_LANES, len(turns)))]
    try:
        for _ in range(pending):
            outcome = await done.get()
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)


def _turns(queues: dict[str, deque[Ask]], per_host: int) -> deque[str]:
    """Every host once, then again those with more asks, up to as often as a host may be asked at once."""
    return deque(host for n in range(per_host) for host, queue in queues.items() if len(queue) > n)


async def _lane(
    fetcher: Fetcher,
    queues: dict[str, deque[Ask]],
    turns: deque[str],
    done: asyncio.Queue[Outcome | Exception],
    limits: Limits,
) -> None:
    """Takes the next host, fetches one ask of it, and puts the host back in line while it has more."""
    try:
        while turns:
            queue = queues[host := turns.popleft()]
            if not queue:
                continue
            ask = queue.popleft()
            try:
                async with fetcher.held(ask, limits) as reply:
                    await done.put((ask, reply))
            except FetchError as error:
                await done.put((ask, error))
            if queue:
                turns.append(host)
    except Exception as bug:  # noqa: BLE001  handed to whoever iterates, who would wait for ever otherwise
        await done.put(bug)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
