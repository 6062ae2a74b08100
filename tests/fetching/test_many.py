"""Many addresses: in turns, within bounds, and none lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from itertools import pairwise
from typing import Any

import pytest

from breachwire.errors import FetchError
from breachwire.fetching import Ask, Limits, fetch_many
from breachwire.fetching.politeness import Politeness
from breachwire.records import Reply

Opened = Callable[..., Any]
LIMITS = Limits(deadline_s=0.5, max_bytes=1 << 20)
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


class Counted:
    """An answer after a moment; remembers how many were under way at once and when each began."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now, self.most, self.starts = seconds, 0, 0, list[float]()

    async def __call__(self, _request: Any, writer: asyncio.StreamWriter) -> None:
        self.starts.append(time.monotonic())
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        writer.write(FINE)


async def hang(_request: Any, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


def test_every_ask_has_one_outcome(newsroom: Opened) -> None:
    async def work() -> dict[str, Any]:
        async with newsroom("127.1.0.1", "127.1.0.2") as (fetcher, here, there):
            asks = [Ask(url=s.on(f"/{n}", FINE)) for n in range(30) for s in (here, there)]
            asks += [Ask(url=there.on("/gone", b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")), Ask(url="nonsense")]
            outcomes = [pair async for pair in fetch_many(fetcher, iter(asks), LIMITS)]
            assert sorted(a.url for a, _ in outcomes) == sorted(a.url for a in asks)
            return {a.url.rpartition("/")[2]: r for a, r in outcomes}

    by_name = asyncio.run(work())
    assert isinstance(by_name["gone"], FetchError)
    assert isinstance(by_name["nonsense"], FetchError)
    assert isinstance(by_name["7"], Reply)


def test_no_asks_give_no_outcomes(newsroom: Opened) -> None:
    async def work() -> list[Any]:
        async with newsroom() as (fetcher, _server):
            return [pair async for pair in fetch_many(fetcher, [], LIMITS)]

    assert asyncio.run(work()) == []


def test_a_slow_host_holds_up_only_itself(newsroom: Opened) -> None:
    async def work() -> list[str]:
        async with newsroom("127.1.0.1", "127.1.0.2", per_host_concurrency=1, concurrency=2) as (fetcher, slow, quick):
            asks = [Ask(url=slow.on(f"/{n}", hang)) for n in range(2)]
            asks += [Ask(url=quick.on(f"/{n}", FINE)) for n in range(40)]
            return [a.url async for a, _ in fetch_many(fetcher, asks, LIMITS)]

    order = asyncio.run(work())
    assert all("127.1.0.2" in url for url in order[:40])


def test_bounds_for_one_host_and_for_all(newsroom: Opened) -> None:
    async def work() -> tuple[int, int]:
        hosts = [f"127.1.0.{n}" for n in range(1, 4)]
        async with newsroom(*hosts, per_host_concurrency=2, concurrency=5) as (fetcher, *servers):
            each, together = [Counted(0.02) for _ in servers], Counted(0)
            asks = []
            for server, count in zip(servers, each, strict=True):

                async def both(request: Any, writer: Any, count: Counted = count) -> None:
                    together.now += 1
                    together.most = max(together.most, together.now)
                    await count(request, writer)
                    together.now -= 1

                asks += [Ask(url=server.on(f"/{n}", both)) for n in range(8)]
            assert len([1 async for _ in fetch_many(fetcher, asks, LIMITS)]) == 24
            return max(c.most for c in each), together.most

    assert asyncio.run(work()) == (2, 5)


def test_starts_at_one_host_keep_their_distance(newsroom: Opened) -> None:
    async def work() -> list[float]:
        async with newsroom(per_host_delay_s=0.05, per_host_concurrency=4) as (fetcher, server):
            count = Counted(0)
            asks = [Ask(url=server.on(f"/{n}", count)) for n in range(5)]
            assert len([1 async for _ in fetch_many(fetcher, asks, LIMITS)]) == 5
            return count.starts

    starts = asyncio.run(work())
    assert all(b - a > 0.04 for a, b in pairwise(starts))


def test_waiting_for_a_turn_is_not_counted_as_slowness(newsroom: Opened) -> None:
    async def work() -> list[Any]:
        async with newsroom(per_host_delay_s=0.1, per_host_concurrency=1) as (fetcher, server):
            asks = [Ask(url=server.on(f"/{n}", FINE)) for n in range(5)]
            limits = Limits(deadline_s=0.3, max_bytes=99)
            return [r async for _, r in fetch_many(fetcher, asks, limits)]

    assert all(isinstance(r, Reply) for r in asyncio.run(work()))


def test_who_does_not_iterate_stops_the_network(newsroom: Opened) -> None:
    async def work() -> int:
        async with newsroom(concurrency=4) as (fetcher, server):
            asks = [Ask(url=server.on(f"/{n}", FINE)) for n in range(200)]
            async with aclosing(fetch_many(fetcher, asks, LIMITS)) as outcomes:
                async for _ in outcomes:
                    await asyncio.sleep(0.2)
                    break
                return len(server.seen)

    assert asyncio.run(work()) <= 1 + 16 + 4 + 4


def test_leaving_early_leaves_no_task_behind(newsroom: Opened) -> None:
    async def work() -> int:
        async with newsroom("127.1.0.1", "127.1.0.2") as (fetcher, slow, quick):
            before = len(asyncio.all_tasks())
            asks = [Ask(url=slow.on("/", hang)), Ask(url=quick.on("/", FINE))]
            async with aclosing(fetch_many(fetcher, asks, LIMITS)) as outcomes:
                async for _ in outcomes:
                    break
            return len([t for t in asyncio.all_tasks() if "_lane" in repr(t)]) + (before < 0)

    assert asyncio.run(work()) == 0


PAUSE = b"HTTP/1.1 429 Slow Down\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "give_up_after", "tried", "says"),
    [
        (PAUSE, 3, 1, "not tried: the host asked to be left alone for 60 s"),
        (PAUSE, None, 9, ""),
        (b"", 3, 3, "not tried: 3 other addresses of this host failed, the last with: connection broken off"),
        (b"", None, 9, ""),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 3, 9, ""),
    ],
)
def test_a_host_that_says_nothing_or_no_is_left_alone(
    newsroom: Opened, answer: bytes, give_up_after: int | None, tried: int, says: str
) -> None:
    async def respond(_request: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async def work() -> tuple[list[Any], int]:
        async with newsroom(per_host_concurrency=1) as (fetcher, server):
            asks = [Ask(url=server.on(f"/{n}", respond)) for n in range(9)]
            limits = Limits(deadline_s=1, max_bytes=99, give_up_after=give_up_after)
            errors = [r async for _, r in fetch_many(fetcher, asks, limits)]
            return errors, len({r.path for r in server.seen})

    errors, seen = asyncio.run(work())
    assert (len(errors), seen) == (9, tried)
    assert all(isinstance(e, FetchError) for e in errors)
    assert [e.what for e in errors[tried:]] == [says] * (9 - tried)
    assert all(e.transient for e in errors[tried:])


def test_a_bug_is_raised_and_not_waited_for(newsroom: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with newsroom() as (fetcher, server):
            monkeypatch.setattr(fetcher, "held", None)
            async for _ in fetch_many(fetcher, [Ask(url=server.on("/", FINE))], LIMITS):
                pass

    with pytest.raises(TypeError):
        asyncio.run(work())


def test_a_turn_that_is_cancelled_gives_its_place_back() -> None:
    async def work() -> None:
        politeness = Politeness(delay_s=0.01, per_host=1, total=1)

        async def take(seconds: float) -> None:
            async with politeness.turn("herald.example"):
                await asyncio.sleep(seconds)

        tasks = [asyncio.create_task(take(9)) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(take(0), 0.5)

    asyncio.run(work())


def test_two_hosts_that_redirect_to_each_other_do_not_block(newsroom: Opened) -> None:
    async def work() -> list[Any]:
        async with newsroom("127.1.0.1", "127.1.0.2", per_host_concurrency=1) as (fetcher, here, there):

            def to(url: str) -> bytes:
                return f"HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()

            asks = []
            for n in range(5):
                here.on(f"/end{n}", FINE)
                there.on(f"/end{n}", FINE)
                asks += [
                    Ask(url=here.on(f"/{n}", to(f"{there.base}/end{n}"))),
                    Ask(url=there.on(f"/{n}", to(f"{here.base}/end{n}"))),
                ]
            return [r async for _, r in fetch_many(fetcher, asks, LIMITS)]

    assert all(isinstance(r, Reply) for r in asyncio.run(work()))
