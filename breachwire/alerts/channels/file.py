"""Messages as JSON lines in a file: each appended by one write, and on disk before the next is tried."""

from __future__ import annotations

import json
import os
from pathlib import Path

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.errors import ChannelError, DeliveryError

_TAIL = 4 << 20
"""Bytes at the file's end in which the lines of a run that was killed are looked for: two thousand alerts and more."""


class FileChannel:
    """Appends to the file at `path`; its folder is made when the first message comes.

    A run that was killed may have written what the outbox still holds: a message whose `id` stands in the file's last
    lines is not repeated.
    """

    time_limit_s = 30.0

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        self._written: set[str] | None = None

    def deliver(self, message: Message) -> Receipt:
        """One line a message. Raises DeliveryError."""
        line = json.dumps(message.data, default=str).encode("utf-8") + b"\n"
        try:
            if self._written is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._written = _ids_at_the_end(self._path)
            if message.id in self._written:
                return Receipt(words="stood in the file already")
            _append(self._path, line)
        except OSError as error:
            what = f"{self._path} cannot be written: {error.strerror}"
            if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError | PermissionError):
                raise ChannelError(self.name, what) from None
            raise DeliveryError(self.name, what) from None
        if not message.id.startswith("t_"):  # a test may be repeated
            self._written.add(message.id)
        return Receipt(words="written")

    def close(self) -> None:
        """Nothing is kept open."""


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":  # the tail of a line that a kill has torn
            line = b"\n" + line
        written = os.write(handle, line)
        if written != len(line):  # a full disk: what stands there is a torn line, which the next one is kept apart from
            raise OSError(28, "no space is left on the disk")
        os.fsync(handle)
    finally:
        os.close(handle)


def _ids_at_the_end(path: Path) -> set[str]:
    """Ids of the messages in the last lines of the file; those of `alerts test` may be written again."""
    if not path.exists():
        return set()
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().splitlines()
    return {said for line in lines if (said := _id_in(line)) and not said.startswith("t_")}


def _id_in(line: bytes) -> str:
    """The message's id; "" for a line that is torn or not ours."""
    try:
        said = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    return str(said.get("id") or said.get("alert_id") or "")
