"""feeds.toml as commands change it: what a person wrote there stays."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from breachwire.errors import ConfigError
from breachwire.settings import feedlist
from breachwire.settings.feedlist import open_list, same_feed, save, with_added, without
from breachwire.settings.models import FeedEntry

SHIPPED = Path(__file__).parents[2] / "config" / "feeds.toml"
WRITTEN = """# Our feeds.

# ---- dairies ----

[[feeds]]
url = "https://dairy.example/feed"  # moved in 2025
title = "Dairy Daily"
# under the last key

# ---- ports ----

[[ feeds ]]
url = "https://port.example/rss"
title = '''
[[feeds]] is no header here'''
tags = [
  "port",  # the sea
]

[[feeds]]
url = "https://quay.example/rss"
title = "Quay"
"""
NEW = FeedEntry(
    url="https://new.example/feed",
    title='New "quoted" \\ name',
    tags=("a", "b"),
    language="en",
    trust=0.7,
    interval=timedelta(hours=6),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(WRITTEN.replace("\n[[feeds]] is no header", "[[feeds]] is no header"), encoding="utf-8")
    return path


def test_an_added_feed_stands_at_the_end_and_all_else_is_as_it_was(path: Path) -> None:
    before = open_list(path)
    save(before, with_added(before, [NEW]))
    assert path.read_text("utf-8").startswith(before.text)
    assert open_list(path).feeds == (*before.feeds, NEW)
    assert 'interval = "6h"' in path.read_text("utf-8")


def test_added_and_removed_again_the_file_is_the_same(path: Path) -> None:
    before = open_list(path)
    save(before, with_added(before, [NEW]))
    grown = open_list(path)
    save(grown, without(grown, NEW))
    assert path.read_text("utf-8") == before.text


def test_a_removed_block_leaves_the_heading_of_the_next(path: Path) -> None:
    before = open_list(path)
    save(before, without(before, before.feeds[0]))
    text = path.read_text("utf-8")
    assert "dairy.example" not in text
    assert "under the last key" not in text
    assert "# ---- dairies ----\n\n# ---- ports ----\n\n[[ feeds ]]" in text


def test_each_feed_of_the_shipped_list_can_go_and_takes_no_comment_with_it() -> None:
    listed = open_list(SHIPPED)
    comments = [line for line in listed.text.splitlines() if line.startswith("#")]
    for feed in listed.feeds[::5]:
        text = without(listed, feed).text
        left = tomllib.loads(text)["feeds"]
        assert [f["url"] for f in left] == [f.url for f in listed.feeds if f != feed]
        assert [line for line in text.splitlines() if line.startswith("#")] == comments


def test_line_ends_mode_and_links_stay(path: Path, tmp_path: Path) -> None:
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    before = open_list(link)
    save(before, with_added(before, [NEW]))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")


def test_a_list_in_brackets_is_edited_too(path: Path) -> None:
    path.write_text('feeds = [ # ours\n  {url = "https://a.example/", title = "A"},\n]\n')
    before = open_list(path)
    save(before, with_added(before, [NEW]))
    grown = open_list(path)
    assert grown.feeds == (*before.feeds, NEW)
    save(grown, without(grown, before.feeds[0]))
    assert open_list(path).feeds == (NEW,)
    assert "# ours" in path.read_text()


def test_an_empty_file_takes_a_feed(path: Path) -> None:
    path.write_text("# none yet")
    before = open_list(path)
    save(before, with_added(before, [NEW]))
    assert path.read_text().startswith("# none yet\n\n[[feeds]]\n")


def test_what_would_not_be_right_is_never_written(path: Path) -> None:
    before = open_list(path)
    with pytest.raises(ConfigError, match="listed twice"):
        save(before, with_added(before, [before.feeds[0]]))
    assert path.read_text("utf-8") == before.text
    assert [p.name for p in path.parent.iterdir()] == ["feeds.toml"]


def test_a_file_that_somebody_else_changed_is_not_overwritten(path: Path) -> None:
    before = open_list(path)
    path.write_text(before.text + "# mine\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="changed by somebody else"):
        save(before, with_added(before, [NEW]))
    assert path.read_text("utf-8").endswith("# mine\n")


def test_a_folder_that_cannot_be_written_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_list(path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(feedlist.os, "fsync", full)
    with pytest.raises(ConfigError, match="cannot be written: No space left"):
        save(before, with_added(before, [NEW]))
    assert path.read_text("utf-8") == before.text
    assert [p.name for p in path.parent.iterdir()] == ["feeds.toml"]


@pytest.mark.parametrize(
    "other",
    [
        "http://herald.example/feed",
        "https://www.herald.example:443/feed/",
        "https://HERALD.example./feed?utm_source=x#top",
    ],
)
def test_spellings_of_one_address(other: str) -> None:
    assert same_feed(other) == same_feed("https://herald.example/feed")


@pytest.mark.parametrize(
    "other",
    [
        "https://herald.example/feed?source=sport",
        "https://herald.example/Feed",
        "https://herald.example:8443/feed",
        "x[",
    ],
)
def test_different_feeds(other: str) -> None:
    assert same_feed(other) != same_feed("https://herald.example/feed")
