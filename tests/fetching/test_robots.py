"""robots.txt: what is admitted, how it is asked for, and how it slows a host down. Real servers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from breachwire.errors import FetchError, RobotsError
from breachwire.fetching import Ask, Limits, Robots, fetch_many
from breachwire.fetching.politeness import Politeness
from breachwire.fetching.robots import agent_token, read_robots, site_of

Opened = Callable[..., Any]
LIMITS = Limits(deadline_s=0.5, max_bytes=1 << 20, give_up_after=3)
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", True),
        ("User-agent: *\nDisallow: /news/\n\nUser-agent: breachwire\nDisallow: /private", True),
        ("User-agent: *\nDisallow:\n\nUser-agent: BreachWire\nDisallow: /", False),
        ("User-agent: notbreachwire\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*.html$", False),
        ("<html><body>Not found</body></html>", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("\x00\xff\xfe garbage \r\r\nUser-agent: *\rDisallow: /", False),
    ],
)
def test_what_a_file_admits(text: str, allowed: bool) -> None:
    ruling = read_robots(text.encode(), "breachwire", longest_delay_s=30)
    assert ruling.rules is not None
    assert ruling.rules.can_fetch("https://herald.example/news/1.html", "breachwire") == allowed


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nDisallow: /x", 0),
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 86400", 30),
        ("User-agent: *\nCrawl-delay: -3", 0),
        ("User-agent: *\nCrawl-delay: inf", 0),
        ("User-agent: *\nRequest-rate: 1/10", 10),
        ("User-agent: *\nRequest-rate: 10/1", 0.1),
        ("User-agent: else\nCrawl-delay: 20", 0),
        ("User-agent: breachwire\nCrawl-delay: 7\n\nUser-agent: *\nCrawl-delay: 20", 7),
    ],
)
def test_how_long_a_file_asks_to_wait(text: str, delay_s: float) -> None:
    assert read_robots(text.encode(), "breachwire", longest_delay_s=30).delay_s == delay_s


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://Herald.example/a/b?c#d", "https://herald.example"),
        ("http://me:secret@herald.example:8080/a", "http://herald.example:8080"),
        ("http://[2001:db8::1]:81/a", "http://[2001:db8::1]:81"),
        ("ftp://herald.example/a", ""),
        ("http://herald.example:99999/", ""),
        ("nonsense", ""),
    ],
)
def test_whose_file_is_asked(url: str, site: str) -> None:
    assert site_of(url) == site


def test_the_agent_is_the_product_token() -> None:
    assert agent_token("breachwire/0.1") == "breachwire"
    assert agent_token("My-Monitor (me@desk.example)") == "My-Monitor"
    assert agent_token("0.1") == "breachwire"


async def outcomes(fetcher: Any, urls: list[str], limits: Limits = LIMITS) -> dict[str, Any]:
    robots = Robots(fetcher, deadline_s=limits.deadline_s)
    return {a.url: r async for a, r in fetch_many(fetcher, [Ask(url=url) for url in urls], limits, robots)}


def test_forbidden_pages_are_never_asked_for_and_the_file_is_asked_once(newsroom: Opened) -> None:
    async def work() -> None:
        async with newsroom() as (fetcher, server):
            server.on("/robots.txt", answer(b"User-agent: breachwire\nDisallow: /closed\n"))
            urls = [server.on(f"/{kind}/{n}", FINE) for kind in ("open", "closed") for n in range(5)]
            got = await outcomes(fetcher, urls)
            for url in urls:
                assert isinstance(got[url], RobotsError) == ("/closed/" in url), got[url]
            asked = [request.path for request in server.seen]
            assert asked[0] == "/robots.txt"
            assert sorted(asked[1:]) == [f"/open/{n}" for n in range(5)]
            assert server.seen[0].headers["user-agent"].startswith("breachwire/")

    asyncio.run(work())


@pytest.mark.parametrize(
    "said",
    [
        answer(b"no", "404 Not Found"),
        answer(b"no", "401 Unauthorized"),
        answer(b"", "302 Found", "Location: /robots.txt"),
        answer(b"", "302 Found", "Location: http://169.254.169.254/"),
        answer(b"User-agent: *\nDisallow: /\n" + b"#" * 600_000),
    ],
    ids=["404", "401", "loop", "internal", "too large"],
)
def test_a_file_that_is_not_there_or_cannot_be_read_allows_everything(newsroom: Opened, said: bytes) -> None:
    async def work() -> None:
        async with newsroom() as (fetcher, server):
            server.on("/robots.txt", said)
            url = server.on("/a", FINE)
            assert (await outcomes(fetcher, [url]))[url].body == b"fine"

    asyncio.run(work())


async def _hang(_request: Any, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answer(b"", "503 Busy", "Retry-After: 60"), "robots.txt, which could not be had: answered 503"),
        (answer(b"", "429 Slower"), "robots.txt, which could not be had: answered 429"),
        (_hang, "robots.txt, which could not be had: took longer than 0.5 s"),
    ],
    ids=["503", "429", "hang"],
)
def test_a_site_that_cannot_answer_for_now_is_left_for_the_next_run(newsroom: Opened, said: Any, words: str) -> None:
    async def work() -> None:
        async with newsroom() as (fetcher, server):
            server.on("/robots.txt", said)
            urls = [server.on(f"/{n}", FINE) for n in range(5)]
            got = await outcomes(fetcher, urls)
            assert [request.path for request in server.seen] == ["/robots.txt"]
            for url in urls:
                assert isinstance(got[url], FetchError)
                assert got[url].transient
                assert words in got[url].what

    asyncio.run(work())


def test_a_page_after_a_redirect_of_the_file_is_judged_by_where_it_led(newsroom: Opened) -> None:
    async def work() -> None:
        async with newsroom("127.1.0.1", "127.1.0.2") as (fetcher, here, there):
            there.on("/rules", answer(b"User-agent: *\nDisallow: /"))
            here.on("/robots.txt", answer(b"", "301 Moved", f"Location: {there.base}/rules"))
            url = here.on("/a", FINE)
            assert isinstance((await outcomes(fetcher, [url]))[url], RobotsError)

    asyncio.run(work())


def test_where_a_page_redirects_to_is_asked_first_too(newsroom: Opened) -> None:
    async def work() -> None:
        async with newsroom("127.1.0.1", "127.1.0.2", concurrency=1) as (fetcher, here, there):
            here.on("/robots.txt", answer(b"User-agent: *\nDisallow: /closed"))
            there.on("/robots.txt", answer(b"User-agent: *\nDisallow: /closed"))
            targets = (f"{here.base}/closed", f"{there.base}/closed", here.on("/open", FINE), there.on("/open", FINE))
            urls = [here.on(f"/{n}", answer(b"", "302 Found", f"Location: {t}")) for n, t in enumerate(targets)]
            got = await outcomes(fetcher, urls)
            for url, target in zip(urls, targets, strict=True):
                if target.endswith("/closed"):
                    assert got[url].what == f"redirects to {target}: is closed to programs by its site's robots.txt"
                else:
                    assert got[url].body == b"fine"
            assert "/closed" not in {request.path for server in (here, there) for request in server.seen}

    asyncio.run(work())


def test_the_pace_that_a_file_asks_for_holds_for_its_host_alone(newsroom: Opened) -> None:
    async def work() -> None:
        async with newsroom("127.1.0.1", "127.1.0.2") as (fetcher, slow, quick):
            slow.on("/robots.txt", answer(b"User-agent: *\nCrawl-delay: 0.05"))
            quick.on("/robots.txt", answer(b"", "404 Not Found"))
            got = await outcomes(fetcher, [server.on(f"/{n}", FINE) for server in (slow, quick) for n in range(3)])
            assert all(not isinstance(reply, FetchError) for reply in got.values())
            hosts = fetcher._politeness._hosts
            assert (hosts["127.1.0.1"].delay_s, hosts["127.1.0.2"].delay_s) == (0.05, 0)

    asyncio.run(work())


def test_turns_at_a_host_that_was_slowed_down_are_apart() -> None:
    async def work() -> list[float]:
        politeness, loop = Politeness(delay_s=0, per_host=4, total=4), asyncio.get_running_loop()
        starts: list[float] = []
        async with politeness.turn("herald.example"):
            starts.append(loop.time())
        politeness.slow_down("herald.example", 0.05)
        politeness.slow_down("herald.example", 0.01)  # never quicker than was asked for

        async def once() -> None:
            async with politeness.turn("herald.example"):
                starts.append(loop.time())

        await asyncio.gather(once(), once())
        return starts

    starts = asyncio.run(work())
    assert min(b - a for a, b in pairwise(starts)) >= 0.049
