"""Which addresses may be dialled: the public internet, and what `fetch.allow_networks` adds.

Asked at connect time with the address that is really dialled, so that names which resolve to private addresses,
rebinding, odd spellings (http://2130706433/) and redirects all meet the same question.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

# The last refusal of this task: aiohappyeyeballs folds the errors of several addresses into one without their types.
refused: ContextVar[list[str] | None] = ContextVar("refused", default=None)

# RFC 6052 (NAT64), RFC 8215 (its local prefix), RFC 3056 (6to4), RFC 3879 (site-local), RFC 6598 (carrier NAT).
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_SITE_LOCAL = IPv6Network("fec0::/10")
_CARRIER = IPv4Network("100.64.0.0/10")


class RefusedError(OSError):
    """An address that may not be dialled; the message says why."""


def refusal(address: str, allowed: Sequence[Network]) -> str | None:
    """Why `address` (a literal, as the socket is given it) may not be dialled; None if it may."""
    try:
        literal = ip_address(address.partition("%")[0])
    except ValueError:
        return f"is not an address ({address})"
    inner = _unwrapped(literal)
    if any(a in network for a in (literal, inner) for network in allowed if network.version == a.version):
        return None
    kind = _kind(inner)
    return kind and f"is {kind} address ({address}), refused unless fetch.allow_networks names it"


def guarded_sockets(allowed: Sequence[Network]) -> Callable[[Any], socket.socket]:
    """A socket factory for aiohttp that raises RefusedError instead of making a socket for a refused address."""

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _name, address = info
        if why := refusal(str(address[0]), allowed):
            if (seen := refused.get()) is not None:
                seen.append(why)
            raise RefusedError(why)
        return socket.socket(family, kind, protocol)

    return make


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one that is only its envelope."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR and address.sixtofour:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _kind(address: IPv4Address | IPv6Address) -> str | None:
    """What makes an address special, with its article; None for one that is globally routable."""
    special = (
        (address.is_unspecified, "an unspecified"),
        (address.is_loopback, "a loopback"),
        (address.is_link_local, "a link-local"),
        (address.is_multicast, "a multicast"),
        (address.version == 4 and address in _CARRIER, "a carrier-internal"),
        (address.version == 6 and (address in _SITE_LOCAL or address in _NAT64_LOCAL), "a private"),
        (address.is_reserved, "a reserved"),
        (address.is_private or not address.is_global, "a private"),
    )
    return next((kind for applies, kind in special if applies), None)
