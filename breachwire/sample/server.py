"""Serves a sample folder as news sites on loopback, one address a site, night by night.

In: the folder, a port and the night (turned by hand). Out: a `Newsroom` that knows its feeds and the truth
about its articles. The servers run on one daemon thread and stop when the context ends.
Nothing here reads the clock.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from breachwire.sample.articles import Article, Sample, SampleError, Site, read_sample
from breachwire.sample.faults import FAULTS, answer_fault
from breachwire.sample.feeds import CONTENT_TYPES, FEED_PATHS, render_feed
from breachwire.sample.furniture import Sheet, Teaser
from breachwire.sample.pages import render_page
from breachwire.sample.protocol import Reply, Request, receive, send

NETWORK = "127.2.0.0/24"
"""What a monitor that refuses private addresses must be told to allow."""
FAULT_HOST = "127.2.0.254"
NEIGHBOURS = 5
"""Headlines of other articles that a page shows around its own."""


def _host(number: int) -> str:
    """The address of the n-th site, from 1."""
    return f"127.2.0.{number}"


class Newsroom:
    """A running newsroom: what it serves, how far the nights have come, and what was asked of it."""

    def __init__(self, sample: Sample, port: int, *, faults: bool) -> None:
        """At night 1; `port` is the one that every address listens on."""
        self.sample = sample
        self.port = port
        self.night = 1
        self.requests: Counter[str] = Counter()
        """Requests by outcome: feed, not-modified, page, not-found, home, robots, fault."""
        self.robots_txt = b"User-agent: *\nDisallow: /search\n"
        """What every site says in it."""
        self.hosts = {_host(i): site for i, site in enumerate(sample.sites, 1)}
        self._bases = {site.slug: f"http://{host}:{port}" for host, site in self.hosts.items()}
        self._pages = {(a.site.slug, a.path): a for a in sample.articles}
        names = FAULTS if faults else {}
        self.fault_urls = {name: f"http://{FAULT_HOST}:{port}/fault/{name}" for name in names}

    @property
    def feeds(self) -> list[tuple[str, str, str]]:
        """The feeds to poll: URL, site name, language."""
        return [(self._feed_url(s), s.name, s.language) for s in self.sample.sites]

    def turn_to(self, night: int) -> None:
        """Let feeds and pages of all nights up to this one appear. ValueError when there is no such night."""
        if not 1 <= night <= self.sample.nights:
            raise ValueError(f"there are nights 1 to {self.sample.nights}, not {night}")
        self.night = night

    def url_of(self, article: Article) -> str:
        """The canonical address of an article."""
        return f"{self._bases[article.site.slug]}{article.path}"

    def truth(self) -> list[dict[str, Any]]:
        """One row an article, of all nights, saying what it is; the keys are those of a truth.jsonl."""
        return [
            {
                "url": self.url_of(a),
                "doc": a.copy_of or a.key,
                "source": "articles",
                "night": a.night,
                "title": a.title,
                "site": a.site.name,
                "copy_of": self.url_of(self.sample.by_key(a.copy_of)) if a.copy_of else None,
                "edits": list(a.edits),
                "is_incident": a.is_incident,
                "cluster": a.cluster,
                "main": a.main.as_truth() if a.main else None,
                "other_victims": list(a.other_victims),
                "borderline": a.borderline,
            }
            for a in self.sample.articles
        ]

    def page_bytes(self, article: Article) -> bytes:
        """The web page of an article, the same on every night."""
        older = [
            a for a in self.sample.articles if a.site == article.site and a.night <= article.night and a != article
        ]
        older.sort(key=lambda a: hashlib.sha256(f"{article.key} {a.key}".encode()).digest())
        return render_page(
            Sheet(
                article=article,
                url=self.url_of(article),
                base=self._bases[article.site.slug],
                feed_url=self._feed_url(article.site),
                neighbours=tuple(Teaser(title=a.title, url=self.url_of(a)) for a in older[:NEIGHBOURS]),
            )
        )

    def _feed_url(self, site: Site) -> str:
        return f"{self._bases[site.slug]}{FEED_PATHS[site.feed]}"

    def _visible(self, site: Site) -> list[Article]:
        return [a for a in self.sample.articles if a.site == site and a.night <= self.night]

    def reply_to(self, host: str, request: Request) -> Reply:
        """The reply of the site at `host`; counts the request."""
        site = self.hosts.get(host)
        if request.path == "/robots.txt":
            self.requests["robots"] += 1
            return Reply(kind="text/plain; charset=utf-8", body=self.robots_txt)
        if site is not None and request.path == FEED_PATHS[site.feed]:
            return self._feed(site, request)
        if site is not None and request.path == "/":
            self.requests["home"] += 1
            return Reply(body=self._home(site))
        article = self._pages.get((site.slug, request.path)) if site else None
        if article is None or article.night > self.night:
            self.requests["not-found"] += 1
            return Reply(status="404 Not Found", body=b"<!doctype html><title>Not found</title><h1>404</h1>")
        self.requests["page"] += 1
        return Reply(kind=f"text/html; charset={article.site.charset}", body=self.page_bytes(article))

    def _feed(self, site: Site, request: Request) -> Reply:
        body = render_feed(site, self._bases[site.slug], self._visible(site))
        headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"', "Cache-Control": "max-age=0"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            self.requests["not-modified"] += 1
            return Reply(status="304 Not Modified", kind=CONTENT_TYPES[site.feed], headers=headers)
        self.requests["feed"] += 1
        return Reply(kind=CONTENT_TYPES[site.feed], body=body, headers=headers)

    def _home(self, site: Site) -> bytes:
        kind = CONTENT_TYPES[site.feed].partition(";")[0]
        link = f'<link rel="alternate" type="{kind}" title="{escape(site.name)}" href="{FEED_PATHS[site.feed]}">'
        items = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in self._visible(site))
        title = escape(site.name)
        head = f"<head><title>{title}</title>{link}</head>"
        return f"<!doctype html><html>{head}<body><ul>{items}</ul></body></html>".encode()


@contextmanager
def serve(folder: Path, *, port: int = 0, faults: bool = False) -> Iterator[Newsroom]:
    """Serve the sample in `folder` until the context ends; yields the `Newsroom`, at night 1.

    `port` 0 takes a free one, the same on every address. `faults` adds the misbehaving host. Raises
    SampleError when the folder cannot be read or the addresses cannot be listened on.
    """
    sample = read_sample(folder)
    hosts = [_host(i) for i in range(1, len(sample.sites) + 1)] + ([FAULT_HOST] if faults else [])
    listeners = _listen(hosts, port)
    newsroom = Newsroom(sample, listeners[0].getsockname()[1], faults=faults)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=_run, args=(loop, newsroom, listeners, stop), name="newsroom", daemon=True)
    thread.start()
    try:
        yield newsroom
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


def _listen(hosts: list[str], port: int) -> list[socket.socket]:
    """One listening socket a host, all on one port; with port 0 a few free ports are tried."""
    for attempt in range(10):
        opened: list[socket.socket] = []
        try:
            for host in hosts:
                chosen = opened[0].getsockname()[1] if opened else port
                opened.append(socket.create_server((host, chosen), backlog=256))
            return opened
        except OSError as error:
            for s in opened:
                s.close()
            if port or attempt == 9 or not opened:
                raise SampleError(
                    f"cannot listen on {host}:{chosen}: {error.strerror}. Is the port taken? On macOS every"
                    f" address first needs an alias: sudo ifconfig lo0 alias {host}"
                ) from error
    raise AssertionError("unreachable")


def _run(
    loop: asyncio.AbstractEventLoop, newsroom: Newsroom, listeners: list[socket.socket], stop: asyncio.Event
) -> None:
    """The thread: answer until `stop` is set, then drop every connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(newsroom, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client left, or the newsroom closes
        finally:
            writer.close()

    async def main() -> None:
        servers = [await asyncio.start_server(answer, sock=s) for s in listeners]
        await stop.wait()
        for s in listeners:
            loop.remove_reader(s)
        await asyncio.sleep(0.01)  # lets connections that were just accepted get their task, to be cancelled
        for server in servers:
            server.close()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(main())


async def _converse(newsroom: Newsroom, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection, one after the other."""
    host: str = writer.get_extra_info("sockname")[0]
    while request := await receive(reader):
        if host == FAULT_HOST and request.path.startswith("/fault/"):
            newsroom.requests["fault"] += 1
            await answer_fault(request.path.removeprefix("/fault/"), writer)
            return
        reply = newsroom.reply_to(host, request)
        if request.accepts_gzip and reply.body:
            reply = reply.packed()
        await send(writer, reply, head_only=request.method == "HEAD")
        if request.headers.get("connection", "").lower() == "close":
            return
