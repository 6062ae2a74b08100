"""A night's surroundings: the sample newsroom on loopback, and a config that polls it."""

from __future__ import annotations

import shutil
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
    """The newsroom, and the settings to watch it with."""

    newsroom: Newsroom
    config: Path

    def settings(self, data: Path) -> Settings:
        """Settings that write into `data`."""
        return load(self.config, data)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The sample newsroom at its first night, and the project's own config with its feeds."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "settings.toml").write_text(SETTINGS)
    with serve(ROOT / "data" / "sample", faults=True) as newsroom:
        write_feeds(config, [(url, name) for url, name, _ in newsroom.feeds])
        yield Desk(newsroom, config)


def write_feeds(config: Path, feeds: list[tuple[str, str]]) -> None:
    """feeds.toml with those feeds."""
    (config / "feeds.toml").write_text("".join(f'[[feeds]]\nurl = "{u}"\ntitle = "{n}"\n\n' for u, n in feeds))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real clock."""
    return lambda: datetime.now(UTC)
