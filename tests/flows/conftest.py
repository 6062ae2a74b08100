"""A night's surroundings: the sample newsroom on loopback, and a config that polls it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from breachwire.sample.server import Newsroom, serve
from breachwire.settings import Settings, load

ROOT = Path(__file__).parents[2]
SETTINGS = """
[fetch]
allow_networks = ["127.2.0.0/16"]
per_host_delay_s = 0.0
feed_deadline_s = 3.0
page_deadline_s = 3.0
"""


@dataclass(frozen=True)
class Desk:
    """The newsroom, and the config to watch it with."""

    newsroom: Newsroom
    config: Path

    def settings(self, data: Path) -> Settings:
        """Settings that write into `data`."""
        return load(self.config, data)

    def poll_also(self, feeds: dict[str, str]) -> None:
        """feeds.toml with the newsroom's feeds and, by URL, others."""
        listed = {url: name for url, name, _ in self.newsroom.feeds} | feeds
        lines = (f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n' for url, name in listed.items())
        (self.config / "feeds.toml").write_text("\n".join(lines))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The sample newsroom at its first night, and the project's own config with its feeds."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "settings.toml").write_text(SETTINGS)
    with serve(ROOT / "data" / "sample", faults=True) as newsroom:
        made = Desk(newsroom, config)
        made.poll_also({})
        yield made


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real clock."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def prefect_api(tmp_path: Path) -> Iterator[str]:
    """The API address of a real Prefect server on loopback with its home in a temporary folder; stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = (tmp_path / "prefect.log").open("w")
    process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    api = f"http://127.0.0.1:{port}/api"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{api}/health", timeout=2).close()
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "prefect.log").read_text()
                time.sleep(0.25)
        yield api
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        log.close()
