"""Many asks at once, hosts in turns: a host that is slow or has many asks holds up only itself."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterable
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from breachwire.errors import FetchError
from breachwire.fetching.client import Ask, Fetcher, Limits
from breachwire.fetching.robots import Robots
from breachwire.records import Reply

Outcome: TypeAlias = tuple[Ask, Reply | FetchError]

_LANES = 512
"""Hosts that are waited for at once; a lane is a task that waits far more than it fetches."""
_UNTAKEN = 16
"""Outcomes that wait for whoever iterates."""


class _Host:
    """The asks that wait for one host, and what it has answered so far."""

    def __init__(self) -> None:
        self.asks: deque[Ask] = deque()
        self.silences = 0
        self.closed: FetchError | None = None

    def learn(self, outcome: Reply | FetchError, give_up_after: int) -> None:
        """Counts silences in a row; closes the host after too many, or when it wants to be left alone."""
        if isinstance(outcome, FetchError) and outcome.status in (429, 503) and outcome.retry_after_s:
            self._close(f"the host asked to be left alone for {outcome.retry_after_s:g} s", outcome)
        elif isinstance(outcome, FetchError) and outcome.status is None and outcome.transient:
            self.silences += 1
            if self.silences >= give_up_after:
                self._close(
                    f"{self.silences} other addresses of this host failed, the last with: {outcome.what}", outcome
                )
        else:
            self.silences = 0

    def _close(self, why: str, last: FetchError) -> None:
        self.closed = FetchError("", f"not tried: {why}", transient=True, retry_after_s=last.retry_after_s)


async def fetch_many(
    fetcher: Fetcher, asks: Iterable[Ask], limits: Limits, robots: Robots | None = None
) -> AsyncGenerator[Outcome, None]:
    """Every ask with its Reply or FetchError, as they complete; with `robots`, only what those admit is fetched.

    At most `fetch.concurrency` bodies exist beside the few that wait to be taken: who does not iterate stops the
    network. Leaving the loop early (with `contextlib.aclosing`, to be prompt) cancels what is under way.
    """
    hosts: dict[str, _Host] = defaultdict(_Host)
    for ask in asks:
        hosts[_name(ask.url)].asks.append(ask)
    pending = sum(len(host.asks) for host in hosts.values())
    # Every host once, then again those with more asks, up to as often as a host may be asked at once.
    per_host = fetcher.rules.per_host_concurrency
    turns = deque(host for n in range(per_host) for host in hosts.values() if len(host.asks) > n)
    done: asyncio.Queue[Outcome | Exception] = asyncio.Queue(_UNTAKEN)
    shared = _Lane(fetcher, turns, done, limits, robots)
    lanes = [asyncio.create_task(shared.work()) for _ in range(min(_LANES, len(turns)))]
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


class _Lane(NamedTuple):
    """What the tasks that take turns at the hosts share."""

    fetcher: Fetcher
    turns: deque[_Host]
    done: asyncio.Queue[Outcome | Exception]
    limits: Limits
    robots: Robots | None

    async def work(self) -> None:
        """Takes the next host, fetches one ask of it, and puts the host back in line while it has more."""
        try:
            while self.turns:
                host = self.turns.popleft()
                if not host.asks:
                    continue
                await self._outcome(host)
                if host.asks:
                    self.turns.append(host)
        except Exception as bug:  # noqa: BLE001  handed to whoever iterates, who would wait for ever otherwise
            await self.done.put(bug)

    async def _outcome(self, host: _Host) -> None:
        """Fetches the host's next ask and hands its outcome over, the body while the host's turn is still held."""
        ask, give_up_after = host.asks.popleft(), self.limits.give_up_after
        if closed := host.closed:
            error = FetchError(ask.url, closed.what, transient=True, retry_after_s=closed.retry_after_s)
            await self.done.put((ask, error))
            return
        try:
            if self.robots:
                await self.robots.admit(ask.url)
            admit = self.robots.admit if self.robots else None
            async with self.fetcher.held(ask, self.limits, admit) as reply:
                host.learn(reply, give_up_after or sys.maxsize)
                await self.done.put((ask, reply))
        except FetchError as error:
            if give_up_after:
                host.learn(error, give_up_after)
            await self.done.put((ask, error))


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
