"""What channels said since the store was last written: lines in `data/outbox.ledger`, each safe as soon as it is noted.

Opening the store for every message would cost more than sending it, and sending must not hold it. So each outcome is
one line, appended by one write; `take` hands them to the outbox and empties the file. A run that was killed leaves
its lines for the next. Taking lines twice changes nothing: `outbox.save_sendings` sees to that.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from breachwire.errors import StoreError
from breachwire.store.outbox import Sending


class Ledger:
    """The file at `path`. Threads may note at once; one process has it at a time (the run's lock)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def note(self, sending: Sending) -> None:
        """Appends one outcome; what a channel took is on disk when this returns. Raises StoreError."""
        # An empty line first: what a full disk has torn before stays a line of its own.
        line = b"\n" + json.dumps(asdict(sending), default=_iso).encode() + b"\n"
        with self._lock:
            try:
                handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    if os.write(handle, line) != len(line):
                        raise OSError(28, "no space is left on the disk")
                    if sending.error is None:
                        os.fsync(handle)
                finally:
                    os.close(handle)
            except OSError as error:
                hint = "alerts that were sent may be sent again"
                raise StoreError(str(self._path), f"cannot be written: {error.strerror}", hint) from None

    def take(self, save: Callable[[Sequence[Sending]], None]) -> tuple[Sending, ...]:
        """Gives all lines to `save`, and empties the file once that returned."""
        with self._lock:
            sendings = self._read()
            if sendings:
                save(sendings)
            self._path.unlink(missing_ok=True)
        return sendings

    def _read(self) -> tuple[Sending, ...]:
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreError(str(self._path), f"cannot be read: {error.strerror}") from None
        return tuple(sending for line in lines if (sending := _sending(line)))


def _sending(line: bytes) -> Sending | None:
    """The outcome in a line; None for one that a full disk has torn."""
    try:
        said = json.loads(line)
        times = {name: datetime.fromisoformat(said[name]) for name in ("tried_at", "next_try_at") if said[name]}
        return Sending(**(said | times))
    except (ValueError, TypeError, KeyError):
        return None


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
