"""One run at a time: an advisory lock on `run.lock` in the data folder, let go by the system when the process ends.

A back-fill takes days, and must not keep nights out: it holds a lock of its own all the time, and this one briefly,
whenever it writes. Whoever meets it then waits.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from breachwire.errors import LockedError, StoreError

_BRIEF = ", writing what was back-filled"
_PATIENCE_S, _STEP_S = 300.0, 0.1
"""Storing one back-filled file takes seconds, a minute in a store of millions."""


@contextmanager
def only_one(data_dir: Path, now: datetime, *, name: str = "run", brief: bool = False) -> Iterator[None]:
    """Holds the data folder's lock of that name; who says that it is `brief` is waited for.

    Raises LockedError with the holder's process, host and start, StoreError where the folder cannot be written.
    """
    path = data_dir / f"{name}.lock"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        hint = "make it writable, or choose another with --data"
        raise StoreError(str(data_dir), f"cannot be written: {error.strerror}", hint) from None
    with file:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip()
                if not holder.endswith(_BRIEF) or time.monotonic() > until:
                    raise LockedError(str(data_dir), holder or "another run") from None
                time.sleep(_STEP_S)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {now:%Y-%m-%d %H:%M:%S} UTC{_BRIEF * brief}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
