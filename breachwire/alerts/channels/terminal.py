"""Alerts on the terminal: title, indented body, an empty line."""

from __future__ import annotations

from typing import TextIO

from breachwire.alerts.plain import clean
from breachwire.errors import DeliveryError
from breachwire.records import Alert


class TerminalChannel:
    """Writes to a text stream."""

    for_people = True

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name = name
        self._stream = stream

    def send(self, alert: Alert) -> None:
        """Raises DeliveryError where the stream is closed."""
        try:
            self._stream.write(as_text(alert) + "\n\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryError(self.name, f"the terminal took nothing: {error}") from None


def as_text(alert: Alert) -> str:
    """The alert as it is printed."""
    lines = clean(alert.body).splitlines()
    return "\n".join([f"! {clean(alert.title)}", *(f"  {line}" for line in lines)])
