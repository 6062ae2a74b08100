"""WARC files at addresses: ranges, connections that break, servers that know no ranges, files that change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from breachwire.errors import FetchError
from breachwire.settings import Settings, load
from flows import web_source
from flows.web_source import WebSource

ROOT = Path(__file__).parents[2]
DATA = bytes(range(256)) * 1000


class Host:
    """A server of one file. `breaks`: so many answers break off in the middle; `ranges` False: it sends it whole."""

    def __init__(self) -> None:
        self.data, self.breaks, self.ranges, self.tag = DATA, 0, True, '"1"'
        self.asked: list[str] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers["Range"] or ""
                host.asked.append(wanted)
                first, last = (int(n) for n in wanted.removeprefix("bytes=").split("-"))
                part = host.data[first : last + 1]
                if not host.ranges:
                    self.send_response(200)
                    part = host.data
                else:
                    self.send_response(206)
                    total = len(host.data)
                    self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{total}")
                self.send_header("Content-Length", str(len(part)))
                self.send_header("ETag", host.tag)
                self.end_headers()
                if host.breaks:
                    host.breaks -= 1
                    part = part[: len(part) // 2]
                self.wfile.write(part)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/a.warc.gz"


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setenv("BREACHWIRE_FETCH__ALLOW_NETWORKS", '["127.0.0.0/8"]')
    monkeypatch.setenv("BREACHWIRE_FETCH__PER_HOST_DELAY_S", "0")
    monkeypatch.setattr(web_source, "_WAITS_S", (0.01, 0.01))
    monkeypatch.setattr(web_source, "_PIECE", 50_000)
    monkeypatch.setattr(web_source, "_ALIGNED", 10_000)
    return load(ROOT / "config", tmp_path)


def test_any_bytes_can_be_had_and_what_breaks_off_is_asked_for_again(host: Host, settings: Settings) -> None:
    with WebSource(host.address, settings) as source:
        assert source.size == len(DATA)
        host.breaks = 2
        places = [(0, 10), (100_000, 30), (149_990, 20), (len(DATA) - 5, 100), (len(DATA), 10)]
        assert [source.read_at(at, n) for at, n in places] == [DATA[at : at + n] for at, n in places]
    assert host.breaks == 0
    assert all(asked.startswith("bytes=") for asked in host.asked)


def test_no_byte_is_asked_for_twice_and_few_behind_the_stretch(host: Host, settings: Settings) -> None:
    with WebSource(host.address, settings, size=len(DATA), until=120_000) as source:
        read = b"".join(source.read_at(at, 10_000) for at in range(60_000, 140_000, 10_000))
    assert read == DATA[60_000:140_000]
    assert host.asked == [
        "bytes=60000-109999",
        "bytes=110000-119999",
        "bytes=120000-129999",
        "bytes=130000-139999",
    ]


def test_a_connection_that_always_breaks_is_given_up(host: Host, settings: Settings) -> None:
    host.breaks = 100
    with pytest.raises(FetchError), WebSource(host.address, settings):
        pass
    assert host.breaks == 97


def test_a_server_without_ranges_is_named(host: Host, settings: Settings) -> None:
    host.ranges = False
    with pytest.raises(FetchError, match="download it first"), WebSource(host.address, settings):
        pass


@pytest.mark.parametrize("change", ["longer", "other"])
def test_a_file_that_changes_while_it_is_read_is_named(host: Host, settings: Settings, change: str) -> None:
    with WebSource(host.address, settings) as source:
        host.data, host.tag = (DATA + b"more", '"1"') if change == "longer" else (DATA, '"2"')
        with pytest.raises(FetchError, match="has changed"):
            source.read_at(100_000, 10)


def test_private_networks_are_refused(host: Host, settings: Settings) -> None:
    fetch = settings.fetch.model_copy(update={"allow_networks": ()})
    with (
        pytest.raises(FetchError, match="loopback"),
        WebSource(host.address, settings.model_copy(update={"fetch": fetch})),
    ):
        pass
