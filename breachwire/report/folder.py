"""The folder that a report is written to: only what changed is written, and what an earlier report has is shared.

Two dated reports share their unchanged files by hard links, so a file is never changed in place but replaced.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from breachwire.errors import ConfigError

MARK = ".breachwire-report"
_TOLD = "breachwire report writes this folder; what it did not write is left alone.\n"


class Folder:
    """Files of one report by name. `earlier` is a report to share unchanged files with, or None.

    Raises ConfigError where the folder holds something that is no report, or cannot be written.
    """

    def __init__(self, into: Path, *, earlier: Path | None = None) -> None:
        self.into, self.earlier = into, earlier if earlier and earlier.is_dir() else None
        self.written: set[str] = set()
        self.changed = 0
        self._made: set[Path] = set()
        try:
            if into.exists() and not into.is_dir():
                raise ConfigError(str(into), "is a file", "name a folder for the report")
            if into.is_dir() and any(into.iterdir()) and not (into / MARK).is_file():
                raise ConfigError(str(into), "holds something that is not a report", "name an empty folder")
            into.mkdir(parents=True, exist_ok=True)
            self._before = self._listed(into)
            (into / MARK).touch()
        except OSError as error:
            raise ConfigError(str(into), f"cannot be written: {error.strerror}", "name another folder") from None

    def put(self, name: str, content: str | bytes) -> None:
        """Makes a file say that; does nothing where it does so already. Raises ConfigError."""
        body = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        path = self.into / name
        self.written.add(name)
        if _says(path, body):
            return
        self.changed += 1
        try:
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(path.parent)
            if not self._shared(name, body):
                beside = path.with_name(f".{path.name}.new")
                beside.write_bytes(body)
                beside.replace(path)
        except OSError as error:
            raise ConfigError(str(path), f"cannot be written: {error.strerror}", "is the disk full?") from None

    def close(self) -> None:
        """Takes out files of an earlier report that this one does not have, and notes which there are."""
        for name in self._before - self.written:
            (self.into / name).unlink(missing_ok=True)
        lines = "\n".join(sorted(self.written))
        beside = self.into / f"{MARK}.new"
        beside.write_text(f"{_TOLD}{lines}\n", encoding="utf-8")
        beside.replace(self.into / MARK)

    def _shared(self, name: str, body: bytes) -> bool:
        """Whether the earlier report had the very file, which is linked then."""
        if self.earlier is None or not _says(self.earlier / name, body):
            return False
        path = self.into / name
        path.unlink(missing_ok=True)
        try:
            os.link(self.earlier / name, path)
        except OSError:  # a file system without hard links
            return False
        return True

    @staticmethod
    def _listed(into: Path) -> set[str]:
        """The files that an earlier report wrote there; a name that leads out of the folder is none."""
        try:
            lines = (into / MARK).read_text(encoding="utf-8").splitlines()[1:]
        except FileNotFoundError:
            return set()
        return {name for name in lines if name and not name.startswith("/") and ".." not in Path(name).parts}


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


def _says(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False
