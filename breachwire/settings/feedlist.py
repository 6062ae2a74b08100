"""`feeds.toml` as a list that commands change: blocks come and go, and every comment and all order stays.

Comes in: the file. Goes out: the same file, written beside and put in place by `os.replace` after it was read again and
found to say what it should. Whatever goes wrong, the file that was there stays.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import tomlkit

from breachwire.errors import ConfigError
from breachwire.settings.load import read
from breachwire.settings.models import FeedEntry, FeedsFile

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*[\"']?feeds[\"']?[ \t]*\]\]")
_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The file as it was read: its text, with the line ends that it has, and what that text says."""

    path: Path
    text: str
    feeds: tuple[FeedEntry, ...]

    def find(self, url: str) -> FeedEntry | None:
        """The feed that is listed under this address, however it is written."""
        wanted = same_feed(url)
        return next((feed for feed in self.feeds if same_feed(feed.url) == wanted), None)


def same_feed(url: str) -> str:
    """What two spellings of a feed's address have in common: no scheme, `www.`, default port, fragment, utm_*.

    Not `identity.canonical_url`: parameters such as `source` or `feature`, which only track on an article's address,
    choose what a feed holds.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not k.lower().startswith("utm_")]
    end = f":{port}" if port and port not in (80, 443) else ""
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{host}{end}{parts.path.rstrip('/')}{query}"


def interval_words(interval: timedelta) -> str:
    """A duration as feeds.toml writes it: "6h", "90m"."""
    seconds = interval.total_seconds()
    unit, length = next(((u, n) for u, n in _UNITS if seconds >= n and seconds % n == 0), ("s", 1))
    return f"{seconds / length:.6f}".rstrip("0").rstrip(".") + unit


def open_list(path: Path) -> FeedList:
    """The file at `path`. Raises ConfigError where it is missing or wrong."""
    feeds = read(FeedsFile, path).feeds
    return FeedList(path=path, text=path.read_bytes().decode("utf-8"), feeds=feeds)


def with_added(listed: FeedList, feeds: Sequence[FeedEntry]) -> FeedList:
    """The list with feeds at its end. The caller has seen to it that none is listed already."""
    after = (*listed.feeds, *feeds)
    if _in_brackets(listed.text):
        document = tomlkit.parse(listed.text)
        for feed in feeds:
            inline = tomlkit.inline_table()
            inline.update(_keys(feed))
            document["feeds"].append(inline)
        return replace(listed, text=tomlkit.dumps(document), feeds=after)
    newline = "\r\n" if "\r\n" in listed.text else "\n"
    blocks = "".join(f"\n[[feeds]]\n{tomlkit.dumps(_keys(feed))}" for feed in feeds)
    head = listed.text if listed.text.endswith("\n") or not listed.text else listed.text + newline
    return replace(listed, text=head + blocks.replace("\n", newline), feeds=after)


def without(listed: FeedList, feed: FeedEntry) -> FeedList:
    """The list without a feed: its block goes, with comments inside it and directly under it; all others stay."""
    at = listed.feeds.index(feed)
    after = (*listed.feeds[:at], *listed.feeds[at + 1 :])
    if _in_brackets(listed.text):
        document = tomlkit.parse(listed.text)
        del document["feeds"][at]
        return replace(listed, text=tomlkit.dumps(document), feeds=after)
    lines = listed.text.splitlines(keepends=True)
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if len(headers) != len(listed.feeds):
        raise ConfigError(str(listed.path), "is written in a way that is not safe to edit", "remove the block by hand")
    start, stop = headers[at], [*headers, len(lines)][at + 1]
    last = max(n for n in range(start, stop) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
    end = next((n for n in range(last + 1, stop) if not lines[n].strip()), stop)
    if start and not lines[start - 1].strip():  # one of the two empty lines around the block goes with it
        start, end = (start, end + 1) if end < stop else (start - 1, end)
    return replace(listed, text="".join(lines[:start] + lines[end:]), feeds=after)


def save(before: FeedList, after: FeedList) -> None:
    """Puts `after` in the place of `before`. Raises ConfigError, and then nothing has changed."""
    path = before.path.resolve()  # a link stays a link
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.read_bytes().decode("utf-8") != before.text:
            raise ConfigError(str(path), "was changed by somebody else meanwhile", "try again")
        with beside.open("wb") as file:
            file.write(after.text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o7777)
        if tomllib.loads(after.text).keys() - {"feeds"} or read(FeedsFile, beside).feeds != after.feeds:
            raise ConfigError(str(path), "would not say what it should after this change", "edit it by hand")
        beside.replace(path)
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written: {error.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


def _in_brackets(text: str) -> bool:
    """Whether the feeds stand in one list, `feeds = [{...}]`, and not in blocks."""
    return "feeds" in tomllib.loads(text) and not any(_HEADER.match(line) for line in text.splitlines())


def _keys(feed: FeedEntry) -> dict[str, object]:
    """What a block says: the two keys that must be there, and those that are not at their defaults."""
    said: dict[str, object] = {"url": feed.url, "title": feed.title}
    if feed.tags:
        said["tags"] = list(feed.tags)
    if feed.language:
        said["language"] = feed.language
    if feed.trust != FeedEntry.model_fields["trust"].default:
        said["trust"] = feed.trust
    if feed.interval is not None:
        said["interval"] = interval_words(feed.interval)
    return said
