"""Dated copies of the published file, for "as of": snapshots/incidents-YYYY-MM-DD.duckdb beside it."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"-\d{4}-\d\d-\d\d\.duckdb$")


def keep(published: Path, days: int) -> None:
    """Keeps the file under the date of its writing (UTC), and the newest `days` of those; 0 keeps no new one.

    The published file is replaced, never changed, so that a hard link is a copy; where there are none, it is copied.
    """
    if days == 0:
        return
    folder = published.with_name("snapshots")
    folder.mkdir(exist_ok=True)
    written = datetime.fromtimestamp(published.stat().st_mtime, UTC)
    kept = folder / f"{published.stem}-{written:%Y-%m-%d}.duckdb"
    if not (kept.is_file() and kept.samefile(published)):
        beside = kept.with_name(f".{kept.name}.new")
        beside.unlink(missing_ok=True)
        try:
            os.link(published, beside)
        except OSError:  # another file system, or one without links
            shutil.copy2(published, beside)
        beside.replace(kept)
    for stale in sorted(path for path in folder.iterdir() if _NAME.search(path.name))[:-days]:
        stale.unlink()
