"""What people name to be back-filled, as files: folders are gone through, lists of files are read.

A list is a file whose name ends in .paths or .paths.gz, one path or address a line, as Common Crawl publishes them; its
own paths (crawl-data/...) are below https://data.commoncrawl.org/.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin

from breachwire.errors import ConfigError

COMMON_CRAWL = "https://data.commoncrawl.org/"
_WARC = re.compile(r".*\.warc(?:\.gz|\.zst)?", re.IGNORECASE)
_LIST = re.compile(r".*\.paths(?:\.gz)?", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_STAMP = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)\d{6}(?!\d)")  # as in CC-NEWS-20240115023211-00123.warc.gz
_BEGUN_BEFORE = timedelta(days=3)
"""A file holds what was captured after the time in its name: Common Crawl's news files span hours."""


def is_web(path: str) -> bool:
    """Whether that is an address."""
    return bool(_WEB.match(path))


def files_of(paths: Sequence[str], fetch: Callable[[str], bytes]) -> list[str]:
    """The files that those paths name, each once, in order. `fetch` gets a list that is at an address.

    Raises ConfigError where one names none.
    """
    found: dict[str, None] = {}
    for path in paths:
        named = list(_files(path, fetch))
        if not named:
            raise ConfigError(path, "holds no WARC file", "a WARC file is called *.warc, *.warc.gz or *.warc.zst")
        found.update(dict.fromkeys(named))
    return list(found)


def _files(path: str, fetch: Callable[[str], bytes]) -> Iterator[str]:
    if _LIST.fullmatch(path.partition("?")[0]):
        yield from _listed(path, fetch(path) if is_web(path) else _bytes(Path(path)))
    elif is_web(path):
        yield path
    elif Path(path).is_dir():
        yield from (str(p.resolve()) for p in sorted(Path(path).rglob("*")) if _WARC.fullmatch(p.name) and p.is_file())
    elif Path(path).exists():
        yield str(Path(path).resolve())
    else:
        raise ConfigError(path, "is not there", "give WARC files, folders of them, addresses, or a list *.paths.gz")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None


def _listed(path: str, data: bytes) -> Iterator[str]:
    try:
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        raise ConfigError(
            path, "is not a list of files", "one path or address a line, packed with gzip or not"
        ) from None
    for line in filter(None, map(str.strip, text.splitlines())):
        if is_web(line):
            yield line
        elif line.startswith("crawl-data/"):
            yield COMMON_CRAWL + line
        elif is_web(path):
            yield urljoin(path, line)
        else:
            yield str((Path(path).parent / line).resolve())


def named_too_early(path: str, since: date | None) -> bool:
    """Whether a file's name says that it was written before those days: nothing in it can have been published since."""
    if since is None:
        return False
    stamp = _STAMP.search(path.rpartition("/")[2])
    try:
        begun = date(int(stamp[1]), int(stamp[2]), int(stamp[3])) if stamp else since
    except ValueError:
        return False
    return begun + _BEGUN_BEFORE < since
