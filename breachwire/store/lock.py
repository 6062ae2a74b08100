"""One run at a time: an advisory lock on `run.lock` in the data folder, let go by the system when the process ends."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from breachwire.errors import LockedError, StoreError


@contextmanager
def only_one(data_dir: Path, now: datetime) -> Iterator[None]:
    """Holds the data folder's lock. Raises LockedError with the holder's process, host and start, StoreError where the
    folder cannot be written."""
    path = data_dir / "run.lock"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        hint = "make it writable, or choose another with --data"
        raise StoreError(str(data_dir), f"cannot be written: {error.strerror}", hint) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LockedError(str(data_dir), file.read().strip() or "another run") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {now:%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
