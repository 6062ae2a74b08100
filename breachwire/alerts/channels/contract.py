"""What a channel is: it takes a message and says so, or raises DeliveryError and has not taken it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one channel, of one alert or of many (a digest).

    `id` is the idempotency key: a message that is sent again has the same `id` and the same content. `subject` is one
    line; `text` and `html` ("" where there is none) say the same to people, `data` says it to programs, as a JSON
    object. `queued_at` is when the first of its alerts came about: never the time of sending.
    """

    id: str
    kind: Literal["alert", "digest"]
    queued_at: datetime
    subject: str
    text: str
    html: str = ""
    data: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel's word that it has a message: what the receiver answered, in a few words, without any secret."""

    words: str = ""


class Channel(Protocol):
    """One place that messages go to, by its name in alerts.toml. One thread uses it, for one message at a time."""

    @property
    def name(self) -> str:
        """The channel's name in alerts.toml."""

    @property
    def time_limit_s(self) -> float:
        """Seconds that one delivery may take in all; a channel that takes much longer is left alone."""

    def deliver(self, message: Message) -> Receipt:
        """Returns once the message is safely taken. Raises DeliveryError."""

    def close(self) -> None:
        """Lets go of what is open, whatever happened before. Raises nothing."""
