"""Secrets: got from the environment or a file when they are needed, and struck out of everything that is said.

In: a reference from alerts.toml (`env:NAME`, `file:/path`, or a plain value). Out: the value, or a ChannelError that
names the variable or the file and never what stands in it.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

from breachwire.errors import ChannelError
from breachwire.plaintext import one_line

SAID = 240
"""Characters of an error that are kept."""
_MAX_BYTES = 64 << 10
_PARTS = re.compile(r"[^/:@?&=#,;\s]{3,}")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)


def value_of(reference: str, channel: str) -> str:
    """The secret that a reference points to; a text that is no reference is its own value. Raises ChannelError."""
    kind, _, place = reference.partition(":")
    if kind == "env":
        found = os.environ.get(place, "").strip()
        if not found:
            raise ChannelError(channel, f"the environment variable {place} is not set")
        return found
    if kind != "file":
        return reference
    try:
        with Path(place).expanduser().open(encoding="utf-8") as file:
            found = file.read(_MAX_BYTES).strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ChannelError(channel, f"the secret in {place} cannot be read: {why}") from None
    if not found:
        raise ChannelError(channel, f"the file {place} is empty: a secret should stand there")
    return found


class Redactor:
    """Strikes secrets out of texts: as they are, quoted as in addresses, and in base64 as in logins."""

    def __init__(self, secrets: Iterable[str] = (), addresses: Iterable[str] = ()) -> None:
        """`secrets` are struck out whole; of `addresses`, every part but the scheme is."""
        struck: set[str] = set()
        for secret in secrets:
            struck.update(_forms(secret))
        for address in addresses:
            for one in address.split():
                after_scheme = one.partition("://")[2] or one
                for text in (after_scheme, unquote(after_scheme)):
                    struck.update(_PARTS.findall(text))
        self._struck = re.compile(
            "|".join(re.escape(text) for text in sorted(struck, key=len, reverse=True)) or r"(?!)", re.IGNORECASE
        )

    def __call__(self, text: str) -> str:
        """The text on one line, bounded, with `***` where a secret or any address was."""
        return one_line(self.whole(text[: 20 * SAID]), SAID)

    def whole(self, text: str) -> str:
        """The same, not bounded."""
        return one_line(self._struck.sub("***", _ADDRESS.sub("***", text)))

    def __repr__(self) -> str:
        return "Redactor(...)"


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), raw.hex()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(raw).decode()
        forms |= {encoded, encoded.rstrip("=")}
    return {form for form in forms if form}
