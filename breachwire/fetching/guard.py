"""Which addresses may be dialled: the public internet, and what `fetch.allow_networks` adds.

Asked at connect time with the address that is really dialled, so that names which resolve to private addresses,
rebinding, odd spellings (http://2130706433/) and redirects all meet the same question. The ranges stand here, as IANA
registers them, and not in `ipaddress`, whose idea of "private" differs between versions of Python.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

# The last refusal of this task: aiohappyeyeballs folds the errors of several addresses into one without their types.
refused: ContextVar[list[str] | None] = ContextVar("refused", default=None)

# IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), the multicast and the reserved blocks. Blocks that it
# calls globally reachable may be dialled, but for two in 192.0.0.0/24, which no web site uses.
_KINDS_4 = {
    "0.0.0.0/32": "an unspecified",
    "0.0.0.0/8": "a private",
    "10.0.0.0/8": "a private",
    "100.64.0.0/10": "a carrier-internal",
    "127.0.0.0/8": "a loopback",
    "168.63.129.16/32": "a cloud-internal",  # Azure's host, where it tells virtual machines their secrets
    "169.254.0.0/16": "a link-local",
    "172.16.0.0/12": "a private",
    "192.0.0.0/24": "a reserved",
    "192.0.2.0/24": "a documentation",
    "192.88.99.0/24": "a reserved",  # the relays of 6to4, RFC 7526
    "192.168.0.0/16": "a private",
    "198.18.0.0/15": "a benchmarking",
    "198.51.100.0/24": "a documentation",
    "203.0.113.0/24": "a documentation",
    "224.0.0.0/4": "a multicast",
    "255.255.255.255/32": "a broadcast",
    "240.0.0.0/4": "a reserved",
}
# IANA IPv6 Special-Purpose Address Registry. Of IPv6 only 2000::/3 was ever given out: the rest is refused below.
_KINDS_6 = {
    "::/128": "an unspecified",
    "::1/128": "a loopback",
    "64:ff9b:1::/48": "a private",  # NAT64 inside a network, RFC 8215
    "100::/64": "a discard-only",
    "2001:2::/48": "a benchmarking",
    "2001:db8::/32": "a documentation",
    "2001::/23": "a reserved",  # protocol assignments: Teredo, both ORCHIDs, drones and more
    "3fff::/20": "a documentation",
    "5f00::/16": "a segment-routing",
    "fc00::/7": "a private",
    "fe80::/10": "a link-local",
    "fec0::/10": "a private",  # site-local, RFC 3879
    "ff00::/8": "a multicast",
}
_SPECIAL = [(ip_network(block), kind) for block, kind in (*_KINDS_4.items(), *_KINDS_6.items())]
_GIVEN_OUT = IPv6Network("2000::/3")
# RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4291 (IPv4-compatible), RFC 2765 (IPv4-translated): envelopes of IPv4.
_SIX_TO_FOUR = IPv6Network("2002::/16")
_LOW_32 = tuple(IPv6Network(block) for block in ("64:ff9b::/96", "::ffff:0:0:0/96"))
# "Bad ports" of the WHATWG's Fetch Standard, section 2.9: mail, file and other servers that a request could be made to
# mistake for their own protocol.
# fmt: off
CLOSED_PORTS = frozenset((
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045,
    4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
))
# fmt: on


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
    if any(address in envelope for envelope in _LOW_32):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _kind(address: IPv4Address | IPv6Address) -> str | None:
    """What makes an address special, with its article; None for one that anybody may reach."""
    for block, kind in _SPECIAL:
        if address.version == block.version and address in block:
            return kind
    return "a reserved" if isinstance(address, IPv6Address) and address not in _GIVEN_OUT else None
