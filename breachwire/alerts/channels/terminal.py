"""Messages on the terminal: subject, indented text, an empty line."""

from __future__ import annotations

from typing import TextIO

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.errors import DeliveryError
from breachwire.plaintext import clean


class TerminalChannel:
    """Writes to a text stream."""

    time_limit_s = 30.0

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name = name
        self._stream = stream

    def deliver(self, message: Message) -> Receipt:
        """Raises DeliveryError where the stream is closed."""
        try:
            self._stream.write(as_text(message.subject, message.text) + "\n\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryError(self.name, f"the terminal took nothing: {error}") from None
        return Receipt(words="printed")

    def close(self) -> None:
        """The stream is not ours."""


def as_text(subject: str, text: str) -> str:
    """A message as it is printed."""
    lines = clean(text).splitlines()
    return "\n".join([f"! {clean(subject)}", *(f"  {line}" for line in lines)])
