"""What the robots.txt of each site lets us fetch, and how fast (RFC 9309). For pages: feeds are made for programs.

Each site (scheme, host and port) is asked once a run, through the Fetcher and with its limits, before the first of its
pages. No file (4xx), or none that can be read: everything is allowed. A site that cannot answer for now (5xx, 429, no
connection): nothing is, and its pages are asked for at the next run.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from breachwire.errors import FetchError, RobotsError
from breachwire.fetching.client import Ask, Fetcher, Limits

ACCEPT_ROBOTS = "text/plain, */*;q=0.5"
MAX_BYTES = 512 * 1024
"""RFC 9309, 2.5: a parser takes 500 KiB at least. A larger file is not read, and counts as none."""
_TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a site's robots.txt comes to. `rules` None: everything is allowed, or, with `error`, nothing for now."""

    rules: Protego | None = None
    delay_s: float = 0.0
    error: FetchError | None = None


class Robots:
    """The rulings of one run. `deadline_s` is for each file with its redirects."""

    def __init__(self, fetcher: Fetcher, *, deadline_s: float) -> None:
        self._fetcher = fetcher
        self._limits = Limits(deadline_s=deadline_s, max_bytes=MAX_BYTES)
        self._agent = agent_token(fetcher.rules.user_agent)
        self._rulings: dict[str, Ruling] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def admit(self, url: str) -> None:
        """Returns where `url` may be fetched; what the site asks for in pace is then kept by the Fetcher.

        Raises RobotsError where the file forbids it, FetchError where the file cannot be had for now.
        """
        if not (site := site_of(url)):
            return  # no address that could be fetched: the Fetcher says so
        async with self._asking.setdefault(site, asyncio.Lock()):
            if site not in self._rulings:
                self._rulings[site] = await self._ask(site)
        ruling = self._rulings[site]
        if ruling.error:
            what = f"waits for its site's robots.txt, which could not be had: {ruling.error.what}"
            raise FetchError(url, what, transient=True, retry_after_s=ruling.error.retry_after_s)
        if ruling.rules and not ruling.rules.can_fetch(url, self._agent):
            raise RobotsError(url)

    async def _ask(self, site: str) -> Ruling:
        try:
            reply = await self._fetcher.get(Ask(url=f"{site}/robots.txt", accept=ACCEPT_ROBOTS), self._limits)
        except FetchError as error:
            return Ruling(error=error) if error.transient else Ruling()
        ruling = read_robots(reply.body, self._agent, longest_delay_s=self._fetcher.rules.max_crawl_delay_s)
        self._fetcher.slow_down(site, ruling.delay_s)
        return ruling


def read_robots(body: bytes, agent: str, *, longest_delay_s: float) -> Ruling:
    """The ruling of a file: Crawl-delay and Request-rate as seconds between two requests, `longest_delay_s` at most."""
    rules = Protego.parse(body.decode("utf-8-sig", "replace"))
    rate = rules.request_rate(agent)
    wished = max(rules.crawl_delay(agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
    return Ruling(rules=rules, delay_s=min(wished, longest_delay_s))


def agent_token(user_agent: str) -> str:
    """The product token that robots.txt files name us by: `breachwire` of `breachwire/0.1` (RFC 9309, 2.2.1)."""
    token = _TOKEN.match(user_agent)
    return token[0] if token else "breachwire"


def site_of(url: str) -> str:
    """Scheme, host and port, as the start of an address; "" where there are none."""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"
