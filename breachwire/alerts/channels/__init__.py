"""Where alerts go: one module a kind of channel.

Lives here: `contract` (Message, Receipt and the Channel protocol), `terminal`, `file` (JSON lines), `services`
(Apprise), `mail` (SMTP), `webhook`, `atom`, `command`, `secrets`, and `open_channels`.
May be imported: `errors`, `identity`, `settings`, `plain`; each library by the one module that needs it.
Never happens here: a retry, the clock, or a secret in an error, a log or a repr.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from breachwire.alerts.channels.contract import Channel, Message, Receipt
from breachwire.settings.channels import (
    AppriseKind,
    AtomKind,
    CommandKind,
    EmailKind,
    FileKind,
    TerminalKind,
    WebhookKind,
)
from breachwire.settings.channels import Channel as Kind
from breachwire.settings.models import Alerts

__all__ = ["Channel", "Message", "Receipt", "open_channels"]


def open_channels(alerts: Alerts, data_dir: Path, stream: TextIO) -> dict[str, Channel]:
    """The channels of alerts.toml by name. Nothing is opened, asked or read before the first message.

    `stream` is where `terminal` writes; paths of files are relative to `data_dir`.
    """
    return {name: _opened(name, kind, data_dir, stream) for name, kind in alerts.channels.items()}


def _opened(name: str, kind: Kind, data_dir: Path, stream: TextIO) -> Channel:
    """One channel. Its module is loaded here: a night that tells nobody by mail needs no mail library."""
    from breachwire.alerts.channels import atom, command, file, mail, services, terminal, webhook

    match kind:
        case TerminalKind():
            return terminal.TerminalChannel(name, stream)
        case FileKind():
            return file.FileChannel(name, data_dir / kind.path)
        case AppriseKind():
            return services.ServiceChannel(name, kind.url or f"env:{kind.url_env}", kind.time_limit_s)
        case EmailKind():
            return mail.MailChannel(name, kind)
        case WebhookKind():
            return webhook.WebhookChannel(name, kind)
        case AtomKind():
            return atom.AtomChannel(name, data_dir / kind.path, kind)
        case CommandKind():
            return command.CommandChannel(name, kind.command, data_dir, kind.time_limit_s)
