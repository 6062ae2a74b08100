"""Where alerts go: one module a kind of channel.

Lives here: `contract` (Message, Receipt and the Channel protocol), `terminal`, `file` (JSON lines), `services`
(Apprise), `mail` (SMTP), `webhook`, `atom`, `command`, `secrets`, and `open_channels`.
May be imported: `errors`, `settings`, `plain`; each library by the one module that needs it, when it sends.
Never happens here: a retry, the clock, or a secret in an error, a log or a repr.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from breachwire.alerts.channels.contract import Channel, Message, Receipt
from breachwire.errors import ConfigError
from breachwire.settings.channels import AppriseKind, FileKind, TerminalKind
from breachwire.settings.models import Alerts

__all__ = ["Channel", "Message", "Receipt", "open_channels"]


def open_channels(alerts: Alerts, data_dir: Path, stream: TextIO) -> dict[str, Channel]:
    """The channels of alerts.toml by name. Nothing is opened, asked or read before the first message.

    `stream` is where `terminal` writes; paths of files are relative to `data_dir`.
    """
    from breachwire.alerts.channels.file import FileChannel
    from breachwire.alerts.channels.services import ServiceChannel
    from breachwire.alerts.channels.terminal import TerminalChannel

    opened: dict[str, Channel] = {}
    for name, kind in alerts.channels.items():
        match kind:
            case FileKind():
                opened[name] = FileChannel(name, data_dir / kind.path)
            case AppriseKind():
                opened[name] = ServiceChannel(name, kind.url or f"env:{kind.url_env}")
            case TerminalKind():
                opened[name] = TerminalChannel(name, stream)
            case _:
                raise ConfigError(f"alerts.toml: channels.{name}", f"{kind.kind} channels cannot be used yet")
    return opened
