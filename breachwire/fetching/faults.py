"""What went wrong, as a FetchError with one line that a person can act on. aiohttp's exceptions end here."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from breachwire.errors import FetchError

LONGEST_WAIT_S = 86_400.0
"""A server that asks for more than a day is asked again after a day."""
_SOFT = frozenset({408, 425, 429})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def answered(url: str, status: int, retry_after: str | None, now: datetime) -> FetchError:
    """The error for an answer that is neither 2xx nor 304. 408, 425, 429 and every 5xx are transient."""
    return FetchError(
        url,
        f"answered {status}",
        transient=status in _SOFT or status >= 500,
        status=status,
        retry_after_s=retry_after_s(retry_after, now),
    )


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3), at most a day; None where it says nothing."""
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,18}\s*", value):
        return min(float(value), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT_S)


def failed(url: str, error: Exception, refused: str | None) -> FetchError:
    """The error for a request that had no whole answer. `refused` is what the guard said, if it was asked."""
    if refused:
        return FetchError(url, refused, transient=False)
    if isinstance(error, aiohttp.ClientError) and "decode content-encoding" in str(error):
        return FetchError(url, "body cannot be decompressed", transient=False)
    what, transient = next((tell(error), soft) for kind, soft, tell in _TOLD if isinstance(error, kind))
    return FetchError(url, what, transient=transient)


def too_late(url: str, deadline_s: float) -> FetchError:
    """The error for a deadline that passed."""
    return FetchError(url, f"took longer than {deadline_s:g} s", transient=True)


def too_large(url: str, max_bytes: int) -> FetchError:
    """The error for a body over the cap; sizes are in units of 2^20 bytes, as in the settings' defaults."""
    size = f"{max_bytes / 2**20:.1f} MB" if max_bytes >= 2**20 else f"{max_bytes / 1024:.1f} kB"
    return FetchError(url, f"is larger than {size}", transient=False)


def packed(url: str, packing: str) -> FetchError:
    """The error for a body in packings that are not unpacked, such as one inside another."""
    return FetchError(url, f"body is packed in a way that is not unpacked ({line(packing)})", transient=False)


def about(asked: str, error: FetchError, target: str) -> FetchError:
    """The error of a hop as one about the address that was asked for; `target` is the hop's, "" for none."""
    what = f"redirects to {line(target)}: {error.what}" if target else error.what
    return FetchError(asked, what, transient=error.transient, status=error.status, retry_after_s=error.retry_after_s)


def line(what: object) -> str:
    """As one short line without control characters, for text that comes from outside."""
    return _CONTROL.sub(" ", str(what)).strip()[:160]


def _certificate(error: Exception) -> str:
    return line(getattr(error, "verify_message", "") or error)


def _cause(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return line((error.reason or str(error)).replace("_", " ").lower())
    return os.strerror(error.errno).lower() if error.errno and error.errno > 0 else line(error)


# The first kind that fits: what to say of it, and whether trying again may help.
_TOLD: tuple[tuple[type[Exception], bool, Callable[[Any], str]], ...] = (
    (aiohttp.ClientConnectorDNSError, True, lambda _: "host name not found"),
    (
        aiohttp.ClientConnectorCertificateError,
        True,
        lambda e: f"certificate is not valid: {_certificate(e.certificate_error)}",
    ),
    (aiohttp.ClientSSLError, True, lambda e: f"no secure connection: {_cause(e.os_error)}"),
    (aiohttp.ClientConnectorError, True, lambda e: f"no connection: {_cause(e.os_error)}"),
    (aiohttp.ClientConnectionError, True, lambda _: "connection broken off"),
    (aiohttp.ClientPayloadError, True, lambda _: "answer broken off before its end"),
    (aiohttp.ClientResponseError, False, lambda e: f"not a proper HTTP answer: {line(e.message)}"),
    (ConnectionError, True, lambda _: "connection broken off"),
    (ValueError, False, lambda _: "is not an address that can be fetched"),
    (Exception, True, lambda e: f"could not be fetched: {line(e) or type(e).__name__}"),
)
