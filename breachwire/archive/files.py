"""Names of archive files, and the note beside each that says how much of it is known to be whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

_NAME = re.compile(r"breachwire-(\d{4})(\d\d)(\d\d)-(\d{5})\.warc\.gz")
_CLOSED = "closed"


def warc_files(folder: Path) -> Iterator[Path]:
    """All WARC files of an archive in the order in which they were begun, one year's names at a time."""
    for year in sorted(p for p in folder.glob("[0-9][0-9][0-9][0-9]") if p.is_dir()):
        yield from sorted(p for p in year.iterdir() if p.name.endswith(".warc.gz"))


def newest(folder: Path, until: date | None = None) -> Path | None:
    """The file begun last, of those begun by that day; None where there is none."""
    for year in sorted((p for p in folder.glob("[0-9][0-9][0-9][0-9]") if p.is_dir()), reverse=True):
        own = [p for p in year.iterdir() if _NAME.fullmatch(p.name) and (until is None or begun(p) <= until)]
        if own:
            return max(own)
    return None


def begun(path: Path) -> date:
    """The day that a file of ours is named after."""
    match = _NAME.fullmatch(path.name)
    assert match
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return date.min


def next_name(folder: Path, day: date) -> Path:
    """A file of that day that is not there yet."""
    here = folder / f"{day:%Y}"
    last = max(here.glob(f"breachwire-{day:%Y%m%d}-?????.warc.gz"), default=None)
    number = int(last.name.removesuffix(".warc.gz")[-5:]) + 1 if last else 1
    return here / f"breachwire-{day:%Y%m%d}-{number:05}.warc.gz"


def place_of(path: Path, start: int) -> str:
    """The id of the record that begins there."""
    return f"{path.parent.name}/{path.name}:{start}"


def noted_length(path: Path) -> int:
    """Bytes known to be whole; -1 where nothing is noted, or where nothing is to be added to the file any more."""
    try:
        return int(_note(path).read_text("ascii"))
    except (OSError, ValueError):
        return -1


def is_closed(path: Path) -> bool:
    """Whether nothing is to be added to the file, nor taken from it."""
    try:
        return _note(path).read_text("ascii") == _CLOSED
    except (OSError, ValueError):
        return False


def note_length(path: Path, length: int) -> None:
    """Not synchronised: where a note is lost or old, the next writer looks at the records behind it."""
    _write(path, str(length))


def close(path: Path) -> None:
    """From now on the file is only read."""
    _write(path, _CLOSED)


def _write(path: Path, words: str) -> None:
    beside = path.with_name(path.name + ".length.new")
    beside.write_text(words, "ascii")
    beside.replace(_note(path))


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".length")


def sync_folder(folder: Path) -> None:
    """Makes sure that names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
