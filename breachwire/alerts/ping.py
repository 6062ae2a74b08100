"""A ping to a health-check service when a night begins, went well, or stopped (healthchecks.io and what follows it).

In: `[pulse]`, which of the three, and a few lines. Out: "" or why it did not work, in words without the address, which
is a secret. Never raises, never takes longer than its time limit, follows no redirect. The address is the operator's
own choice, so private networks are allowed.
"""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from breachwire.alerts.channels.secrets import Redactor, value_of
from breachwire.errors import ChannelError
from breachwire.plaintext import clean
from breachwire.settings.pulse import Pulse

SUFFIX = {"start": "/start", "success": "", "fail": "/fail"}
MAX_BYTES = 10_000
"""healthchecks.io keeps 10 kB, others more."""
_QUERY = re.compile(r"(\bhttps?://)(?:[^\s/@]*@)?([^\s?#]*)[?#]\S*", re.IGNORECASE)
_LOGIN = re.compile(r"(\bhttps?://)[^\s/@]+@", re.IGNORECASE)


def ping(pulse: Pulse, what: Literal["start", "success", "fail"], said: str = "") -> str:
    """Pings, if an address is configured. Returns "" where that went well or none is."""
    if pulse.ping_url is None:
        return ""
    try:
        address = value_of(pulse.ping_url, "ping")
        url = _with_suffix(address, SUFFIX[what])
    except (ChannelError, ValueError) as error:
        return str(error) if isinstance(error, ChannelError) else "ping: the address is not one of http or https"
    answer: list[str] = []
    redact = Redactor(addresses=[address])
    worker = threading.Thread(
        target=lambda: answer.append(_send(url, tail_of(said), pulse.ping_timeout_s, redact)), daemon=True
    )
    worker.start()
    worker.join(pulse.ping_timeout_s)
    return answer[0] if answer else f"ping: no answer within {pulse.ping_timeout_s:g} s"


def tail_of(said: str) -> bytes:
    """The end of a text as it may be sent: without escapes, logins and queries of addresses (feeds have keys there)."""
    text = _LOGIN.sub(r"\1", _QUERY.sub(r"\1\2?...", clean(said)))
    return text.encode("utf-8", "replace")[-MAX_BYTES:].decode("utf-8", "ignore").encode()


def _with_suffix(address: str, suffix: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(parts.scheme)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + suffix if suffix else parts.path, fragment=""))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _send(url: str, body: bytes, timeout_s: float, redact: Redactor) -> str:
    request = urllib.request.Request(  # noqa: S310 - http and https only, checked above
        url, data=body, method="POST", headers={"User-Agent": "breachwire", "Content-Type": "text/plain; charset=utf-8"}
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout_s) as reply:
            reply.read(1024)
    except urllib.error.HTTPError as error:
        error.close()
        return f"ping: answered {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return f"ping: {redact(str(reason)) or type(error).__name__}"
    return ""
