"""Messages to a program of the user's: a JSON object on its standard input. No shell reads anything.

The program's exit code is its answer: 0 it has the message, 65 (EX_DATAERR of sysexits.h) it will never take this one,
anything else it may be asked again. `id` in the object is the same when a message comes again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.alerts.channels.secrets import Redactor
from breachwire.errors import ChannelError, DeliveryError

_NEVER = 65
_TAIL = 1000
"""Bytes at the end of what a program says on stderr that are looked at, and characters of it that are told."""
_TOLD = 200
_KILL_S = 2.0
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|AUTH|CREDENTIAL|URL|WEBHOOK", re.IGNORECASE)
"""Names of variables whose values a program that complains must not tell."""


class CommandChannel:
    """Runs `command` once a message, in the data folder, in a process group of its own."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, time_limit_s: float) -> None:
        self.name, self.time_limit_s = name, time_limit_s
        self._command, self._folder = list(command), folder

    def deliver(self, message: Message) -> Receipt:
        """Raises DeliveryError; what the program still runs after its time is ended, children included."""
        body = json.dumps(message.data, default=str).encode()
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(  # noqa: S603 - the user's own program, and no shell
                    self._command,
                    cwd=self._folder,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    start_new_session=True,
                    env=os.environ | {"BREACHWIRE_MESSAGE_ID": message.id},
                )
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else "its name or arguments cannot be used"
                raise ChannelError(self.name, f"{self._command[0]} cannot be started: {why}") from None
            try:
                process.communicate(body, timeout=self.time_limit_s)
            except subprocess.TimeoutExpired:
                what = f"{self._command[0]} did not end within {self.time_limit_s:g} s"
                raise DeliveryError(self.name, what + _tail(said.fileno())) from None
            finally:
                _end(process)
            if process.returncode == 0:
                return Receipt(words="exit code 0")
            code = process.returncode
            how = f"was ended by {_signal(-code)}" if code < 0 else f"ended with exit code {code}"
            raise DeliveryError(self.name, f"{self._command[0]} {how}{_tail(said.fileno())}", transient=code != _NEVER)

    def close(self) -> None:
        """Nothing is kept open."""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of the program's process group."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_KILL_S)
            break


def _tail(handle: int) -> str:
    """The end of what the program said, on one line, without what the environment keeps secret."""
    size = os.fstat(handle).st_size
    said = os.pread(handle, _TAIL, max(0, size - _TAIL)).decode("utf-8", "replace")
    hidden = [value for name, value in os.environ.items() if _SECRET.search(name) and len(value) >= 4]
    words = Redactor(hidden).whole(said)
    return f": …{words[-_TOLD:]}" if len(words) > _TOLD else f": {words}" if words else ""


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
