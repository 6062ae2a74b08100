"""`watchlist.toml` as a list that commands change: blocks come, change and go; every comment and all order stays.

Comes in: the file. Goes out: the same file, written beside and put in place by `os.replace` after it was read again and
found to say what it should. Whatever goes wrong, the file that was there stays.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import tomlkit

from breachwire.errors import ConfigError
from breachwire.settings.load import read
from breachwire.settings.models import Watchlist, WatchName

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*[\"']?names[\"']?[ \t]*\]\]")
_ORDER = ("name", "aliases", "domains", "tier", "owner", "tags", "weak", "tell_past")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    """The file as it was read: its text ("" where there is none yet), and what that says."""

    path: Path
    text: str
    names: tuple[WatchName, ...]

    def find(self, name: str) -> WatchName | None:
        """The entry of that name, in whatever case."""
        return next((entry for entry in self.names if entry.name.casefold() == name.strip().casefold()), None)


def open_file(path: Path) -> WatchFile:
    """The file at `path`, which need not be there. Raises ConfigError where it is wrong."""
    names = read(Watchlist, path, optional=True).names
    text = path.read_bytes().decode("utf-8") if path.exists() else ""
    return WatchFile(path=path, text=text, names=names)


def with_entries(listed: WatchFile, changed: Mapping[str, WatchName], added: Sequence[WatchName]) -> WatchFile:
    """The list with entries changed, by the name that they have, and others at its end.

    Raises ConfigError where the file is written in a way that is not safe to edit.
    """
    pieces = _pieces(listed)
    newline = "\r\n" if "\r\n" in listed.text else "\n"
    for at, entry in enumerate(listed.names):
        if entry.name in changed:
            pieces[at + 1] = _edited(pieces[at + 1], entry, changed[entry.name])
    text = "".join(pieces)
    if text and not text.endswith("\n"):
        text += newline
    blocks = "\n".join(f"[[names]]\n{tomlkit.dumps(_keys(entry))}" for entry in added)
    if blocks and text and not text.endswith(newline * 2):
        text += newline
    after = (*(changed.get(entry.name, entry) for entry in listed.names), *added)
    return replace(listed, text=text + blocks.replace("\n", newline), names=after)


def without(listed: WatchFile, entry: WatchName) -> WatchFile:
    """The list without an entry: its block goes, with the comments in it; those above the next block stay."""
    at = listed.names.index(entry)
    pieces = _pieces(listed)
    rest = _parted(pieces[at + 1])[1].splitlines(keepends=True)
    if rest and not rest[0].strip():  # one of the two empty lines around the block goes with it
        rest = rest[1:]
    pieces[at + 1] = "".join(rest)
    names = (*listed.names[:at], *listed.names[at + 1 :])
    return replace(listed, text="".join(pieces), names=names)


def save(before: WatchFile, after: WatchFile) -> None:
    """Puts `after` in the place of `before`. Raises ConfigError, and then nothing has changed."""
    path = before.path.resolve()  # a link stays a link
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        there = path.read_bytes().decode("utf-8") if path.exists() else ""
        if there != before.text:
            raise ConfigError(str(path), "was changed by somebody else meanwhile", "try again")
        with beside.open("wb") as file:
            file.write(after.text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        if tomllib.loads(after.text).keys() - {"names"} or read(Watchlist, beside).names != after.names:
            raise ConfigError(str(path), "would not say what it should after this change", "edit it by hand")
        beside.replace(path)
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written: {error.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


def _pieces(listed: WatchFile) -> list[str]:
    """What stands before the first block, then each block with all up to the next."""
    lines = listed.text.splitlines(keepends=True)
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if len(headers) != len(listed.names):
        why = "is written in a way that is not safe to edit"
        raise ConfigError(str(listed.path), why, "write each name as a [[names]] block, or edit it by hand")
    edges = [0, *headers, len(lines)]
    return ["".join(lines[start:stop]) for start, stop in pairwise(edges)]


def _edited(block: str, was: WatchName, now: WatchName) -> str:
    """A block with those keys written anew that say something else."""
    head, tail = _parted(block)
    document = tomlkit.parse(head)
    table = document["names"][0]
    before, after = _keys(was), _keys(now)
    for key in _ORDER:
        if key in after and before.get(key) != after[key]:
            table[key] = after[key]
        elif key not in after and key in table and before.get(key) != after.get(key):
            del table[key]
    return tomlkit.dumps(document) + tail


def _parted(block: str) -> tuple[str, str]:
    """The block up to its last key, and what stands behind that: blank lines, and comments on what follows."""
    lines = block.splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    head, tail = "".join(lines[: last + 1]), "".join(lines[last + 1 :])
    return (head, tail) if head.endswith("\n") else (head + "\n", tail)


def _keys(entry: WatchName) -> dict[str, object]:
    """What a block says: the name, and the keys that are not at their defaults."""
    said: dict[str, object] = {}
    for key in _ORDER:
        value = getattr(entry, key)
        if value != WatchName.model_fields[key].get_default() or key == "name":
            said[key] = list(value) if isinstance(value, tuple) else value
    return said
