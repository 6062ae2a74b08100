"""Alerts as JSON lines in a file: appended, and on disk before the next is tried."""

from __future__ import annotations

import json
import os
from pathlib import Path

from breachwire.errors import DeliveryError
from breachwire.records import Alert

_TAIL = 4 << 20
"""Bytes at the file's end in which the lines of a run that was killed are looked for."""


class FileChannel:
    """Appends to the file at `path`; its folder is made when the first alert comes.

    A run that was killed may have written alerts that the outbox still holds: what stands in the file is not repeated.
    """

    for_people = False

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        self._written: frozenset[str] | None = None

    def send(self, alert: Alert) -> None:
        """One line an alert, each `alert_id` once. Raises DeliveryError."""
        line = json.dumps(
            {
                "alert_id": alert.alert_id,
                "incident_id": alert.incident_id,
                "event": alert.event,
                "rule": alert.rule,
                "title": alert.title,
                "body": alert.body,
                **alert.payload,
            },
            default=str,
        )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._written is None:
                self._written = _ids_at_the_end(self._path)
            if alert.alert_id in self._written:
                return
            self._append(line.encode("utf-8") + b"\n")
        except OSError as error:
            raise DeliveryError(self.name, f"{self._path} cannot be written: {error.strerror}") from None

    def _append(self, line: bytes) -> None:
        with self._path.open("ab+") as file:
            if file.tell() > 0:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # the tail of a line that a kill has torn
                    line = b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def _ids_at_the_end(path: Path) -> frozenset[str]:
    """Ids of the alerts in the last lines of the file; those of `alerts test` may be written again."""
    if not path.exists():
        return frozenset()
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().splitlines()
    return frozenset(alert_id for line in lines if (alert_id := _id_in(line)))


def _id_in(line: bytes) -> str:
    """The alert's id; empty for a test, and for a line that is torn or not ours."""
    try:
        said = json.loads(line)
    except ValueError:
        return ""
    return str(said.get("alert_id", "")) if isinstance(said, dict) and said.get("rule") != "test" else ""
