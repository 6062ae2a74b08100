"""Where alerts go: one module a kind of channel.

Lives here: the `Channel` protocol, `terminal`, `file` (JSON lines) and `services` (Apprise), and `open_channels`.
May be imported: `records`, `errors`, `settings`, the other modules of `alerts`; Apprise in `services`, when it sends.
Never happens here: a retry, or an address in an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TextIO

from breachwire.alerts.channels.file import FileChannel
from breachwire.alerts.channels.services import ServiceChannel
from breachwire.alerts.channels.terminal import TerminalChannel
from breachwire.records import Alert
from breachwire.settings.models import Alerts

__all__ = ["Channel", "open_channels"]


class Channel(Protocol):
    """Takes an alert, or raises DeliveryError and has not taken it."""

    @property
    def name(self) -> str:
        """The channel's name in alerts.toml."""

    @property
    def for_people(self) -> bool:
        """Whether people read it: they rather have one message of many alerts than many messages.

        A channel for programs must not mind being sent an alert again.
        """

    def send(self, alert: Alert) -> None:
        """Returns once the alert is safely taken."""


def open_channels(alerts: Alerts, data_dir: Path, stream: TextIO) -> dict[str, Channel]:
    """The channels of alerts.toml by name. Nothing is opened or asked before the first alert.

    `stream` is where `terminal` writes; paths of `file` channels are relative to `data_dir`.
    """
    opened: dict[str, Channel] = {}
    for name, channel in alerts.channels.items():
        if channel.kind == "file":
            opened[name] = FileChannel(name, data_dir / (channel.path or ""))
        elif channel.kind == "apprise":
            opened[name] = ServiceChannel(name, channel.url_env or "")
        else:
            opened[name] = TerminalChannel(name, stream)
    return opened
