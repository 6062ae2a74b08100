"""Messages as JSON by POST: signed, with the message's id as Idempotency-Key.

    Idempotency-Key: n_1a2b...             the same when a message is sent again: take it once
    X-Breachwire-Timestamp: 1795237200     seconds since 1970, when this request was made
    X-Breachwire-Signature: sha256=...     HMAC-SHA256, in hex, of the timestamp, a full stop and the body as it came

Where to is the user's own choice, so loopback and private networks are allowed; a redirect is not followed, for the
body and the signature would go along. What a receiver says in its body is not read.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import re
import socket
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.alerts.channels.secrets import Redactor, value_of
from breachwire.errors import ChannelError, DeliveryError
from breachwire.settings.channels import WebhookKind, is_reference

if TYPE_CHECKING:
    import aiohttp

_AGAIN = frozenset({408, 425, 429})
"""Answers of the 400s that mean "later"; all others mean "never"."""
_SETUP = frozenset({401, 403, 404, 407})
"""Address or password are wrong: no message's fault."""


class WebhookChannel:
    """Sends to the address of `kind`. The connection stays open from one message to the next."""

    def __init__(self, name: str, kind: WebhookKind) -> None:
        self.name, self.time_limit_s = name, kind.time_limit_s
        self._kind = kind
        self._runner: asyncio.Runner | None = None
        self._session: aiohttp.ClientSession | None = None

    def deliver(self, message: Message) -> Receipt:
        """Raises DeliveryError: final for most of the 400s, with what Retry-After asks for."""
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(self._deliver(message))

    def close(self) -> None:
        """Closes the connection."""
        if self._runner is not None:
            if self._session is not None:
                self._runner.run(self._session.close())
            self._runner.close()
        self._runner = self._session = None

    async def _deliver(self, message: Message) -> Receipt:
        import aiohttp

        kind = self._kind
        url = value_of(kind.url, self.name)
        headers = {key: value_of(value, self.name) for key, value in kind.headers.items()}
        secret = value_of(kind.secret, self.name) if kind.secret else ""
        hidden = [value for key, value in headers.items() if is_reference(kind.headers[key])]
        redact = Redactor([s for s in (secret, *hidden) if s], addresses=[url])
        body = json.dumps(message.data, default=str).encode()
        headers |= {"Content-Type": "application/json", "Idempotency-Key": message.id, **_signed(secret, body)}
        try:
            async with asyncio.timeout(self.time_limit_s):
                session = await self._opened()
                async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                    return self._receipt(response)
        except TimeoutError:
            raise DeliveryError(self.name, f"the receiver gave no answer within {self.time_limit_s:g} s") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise ChannelError(self.name, "the address is not one that can be posted to") from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            raise ChannelError(self.name, "the receiver's certificate is not trusted") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise DeliveryError(self.name, redact(f"the receiver cannot be spoken to: {_words(error)}")) from None

    async def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=1),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "breachwire"},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                trust_env=False,
            )
        return self._session

    def _receipt(self, response: aiohttp.ClientResponse) -> Receipt:
        status = response.status
        said = f"{status} {_phrase(status)}".strip()
        if 200 <= status < 300:
            return Receipt(words=said)
        if 300 <= status < 400:
            raise ChannelError(self.name, f"the receiver answered {said}: give the address that it redirects to")
        what = f"the receiver answered {said}"
        if status in _SETUP:
            raise ChannelError(self.name, what)
        asked_s = _seconds(response.headers.get("Retry-After", ""))
        raise DeliveryError(self.name, what, transient=status >= 500 or status in _AGAIN, retry_after_s=asked_s)


def _signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers that say when a body was sent and, where there is a secret, that nobody changed it."""
    stamp = str(int(time.time()))
    if not secret:
        return {"X-Breachwire-Timestamp": stamp}
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return {"X-Breachwire-Timestamp": stamp, "X-Breachwire-Signature": f"sha256={mac.hexdigest()}"}


def _seconds(retry_after: str) -> float | None:
    """Retry-After, in seconds or as a date, as seconds from now; None where it says nothing that makes sense."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _words(error: Exception) -> str:
    os_error = getattr(error, "os_error", error)
    if isinstance(os_error, socket.gaierror):
        return "its name is not known"
    number = getattr(os_error, "errno", None)  # asyncio puts the address into strerror
    return os.strerror(number) if isinstance(number, int) and number > 0 else _plainly(error)


def _plainly(error: Exception) -> str:
    """What an error's name says: "server disconnected" of ServerDisconnectedError."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
