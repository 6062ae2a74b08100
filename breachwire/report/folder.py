"""The folder that a report is written to: only what changed is written, and what an earlier report has is shared.

Two dated reports share their unchanged files by hard links, so a file is never changed in place but replaced.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from breachwire.errors import ConfigError

MARK = ".breachwire-report"
_TOLD = "breachwire report writes this folder; what it did not write is left alone.\n"


class Put(NamedTuple):
    """A file that says what it should: its name, its size in bytes, and whether it had to be written."""

    name: str
    size: int
    changed: bool


class Made(NamedTuple):
    """What the list of files says of one: what it was made from ("": not known), and its size in bytes."""

    made_from: str
    size: int


class Folder:
    """Files of one report by name. `earlier` is a report to share unchanged files with, or None.

    Raises ConfigError where the folder holds something that is no report, or cannot be written.
    """

    def __init__(self, into: Path, *, earlier: Path | None = None) -> None:
        other = earlier and earlier.is_dir() and earlier.resolve() != into.resolve()
        self.into, self.earlier = into, earlier if other else None
        self.written: dict[str, Made] = {}
        self.changed = 0
        self._sound = True
        try:
            if into.exists() and not into.is_dir():
                raise ConfigError(str(into), "is a file", "name a folder for the report")
            if into.is_dir() and any(into.iterdir()) and not (into / MARK).is_file():
                raise ConfigError(str(into), "holds something that is not a report", "name an empty folder")
            into.mkdir(parents=True, exist_ok=True)
            self._before = _listed(into)
            self._shared = _listed(self.earlier) if self.earlier else {}
            (into / MARK).touch()
        except OSError as error:
            raise ConfigError(str(into), f"cannot be written: {error.strerror}", "name another folder") from None

    def keeps(self, name: str, made_from: str) -> bool:
        """Whether a file stands that was made from the same, here or in the earlier report; that is linked then."""
        for held, root in ((self._before, self.into), (self._shared, self.earlier)):
            known = held.get(name)
            if known is None or root is None or known.made_from != made_from or _size(root / name) != known.size:
                continue
            if root is self.into or _link(root / name, self.into / name):
                self.written[name] = known
                return True
        return False

    def put(self, name: str, content: str | bytes) -> None:
        """Makes a file say that; does nothing where it does so already. Raises ConfigError."""
        body = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        try:
            self.note(put_file(self.into, self.earlier, name, body))
        except OSError as error:
            raise cannot_write(self.into / name, error) from None

    def note(self, done: Put, made_from: str = "") -> None:
        """Takes a file that was put into the folder into its list."""
        self.written[done.name] = Made(made_from, done.size)
        self.changed += done.changed

    def distrust(self) -> None:
        """Files are written from now on: should this report be killed, the next one compares what every page says."""
        if self._sound:
            _list(self.into, dict.fromkeys(self._before, Made("", 0)))
            self._sound = False

    def close(self) -> None:
        """Takes out files of an earlier report that this one does not have, and notes which there are."""
        for name in self._before.keys() - self.written.keys():
            (self.into / name).unlink(missing_ok=True)
        _list(self.into, self.written)


def put_file(into: Path, earlier: Path | None, name: str, body: bytes) -> Put:
    """Makes one file say that: as it stands, linked from the earlier report, or written. Raises OSError."""
    path = into / name
    size = _size(path)
    if size == len(body) and path.read_bytes() == body:
        return Put(name, len(body), False)
    if earlier and _size(earlier / name) == len(body) and (earlier / name).read_bytes() == body:
        path.unlink(missing_ok=True)
        if _link(earlier / name, path):
            return Put(name, len(body), False)
    target = path if size is None else path.with_name(f".{path.name}.new")
    try:
        target.write_bytes(body)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    if target is not path:  # never in place: an earlier report may share the file
        target.replace(path)
    return Put(name, len(body), True)


def cannot_write(path: Path, error: OSError) -> ConfigError:
    """What to tell a person of a file that could not be written."""
    return ConfigError(str(error.filename or path), f"cannot be written: {error.strerror}", "is the disk full?")


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _link(old: Path, new: Path) -> bool:
    """Makes a name for a file of an earlier report; False on a file system without hard links."""
    try:
        new.unlink(missing_ok=True)
        try:
            os.link(old, new)
        except FileNotFoundError:
            new.parent.mkdir(parents=True, exist_ok=True)
            os.link(old, new)
    except OSError:
        return False
    return True


def _listed(into: Path) -> dict[str, Made]:
    """The files that an earlier report wrote there; a name that leads out of the folder is none."""
    try:
        lines = (into / MARK).read_text(encoding="utf-8").splitlines()[1:]
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        name, _, rest = line.partition("\t")
        made_from, _, size = rest.partition("\t")
        if name and not name.startswith("/") and ".." not in Path(name).parts:
            found[name] = Made(made_from, int(size) if size.isdecimal() else -1)
    return found


def _list(into: Path, written: Mapping[str, Made]) -> None:
    lines = "\n".join(f"{name}\t{made.made_from}\t{made.size}" for name, made in sorted(written.items()))
    beside = into / f"{MARK}.new"
    beside.write_text(f"{_TOLD}{lines}\n", encoding="utf-8")
    beside.replace(into / MARK)


def point_latest(reports: Path, name: str) -> Path:
    """Makes `latest` beside the dated reports lead to one of them. Returns the page to open.

    A relative link; where the file system has none, a page that leads on.
    """
    latest = reports / "latest"
    beside = reports / ".latest.new"
    try:
        if latest.is_dir() and not latest.is_symlink():
            shutil.rmtree(latest)
        beside.unlink(missing_ok=True)
        beside.symlink_to(name, target_is_directory=True)
        beside.replace(latest)
    except OSError:
        latest.mkdir(parents=True, exist_ok=True)
        page = f'<!doctype html><title>Report</title><meta http-equiv="refresh" content="0; url=../{name}/index.html">'
        (latest / "index.html").write_text(page, encoding="utf-8")
    return latest / "index.html"


def forget(reports: Path, *, keep: int) -> None:
    """Removes dated reports but the newest `keep`."""
    dated = sorted(p for p in reports.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]") if (p / MARK).is_file())
    for old in dated[:-keep]:
        shutil.rmtree(old)
