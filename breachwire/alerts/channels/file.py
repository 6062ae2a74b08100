"""Alerts as JSON lines in a file: appended, and on disk before the next is tried."""

from __future__ import annotations

import json
import os
from pathlib import Path

from breachwire.errors import DeliveryError
from breachwire.records import Alert


class FileChannel:
    """Appends to the file at `path`; its folder is made when the first alert comes."""

    for_people = False

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def send(self, alert: Alert) -> None:
        """One line an alert, with `alert_id` to tell doubles by. Raises DeliveryError."""
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
