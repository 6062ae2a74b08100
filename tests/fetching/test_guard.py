"""Which addresses may be dialled."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from breachwire.fetching.guard import RefusedError, guarded_sockets, refusal

PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "2606:2800:220:1::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
SPECIAL = {
    "127.0.0.1": "a loopback",
    "127.1.0.1": "a loopback",
    "0.0.0.0": "an unspecified",
    "0.1.2.3": "a private",
    "10.0.0.1": "a private",
    "172.16.0.1": "a private",
    "192.168.1.1": "a private",
    "169.254.169.254": "a link-local",
    "100.64.0.1": "a carrier-internal",
    "192.0.2.1": "a private",
    "198.18.0.1": "a private",
    "224.0.0.1": "a multicast",
    "239.255.255.250": "a multicast",
    "240.0.0.1": "a reserved",
    "255.255.255.255": "a reserved",
    "::": "an unspecified",
    "::1": "a loopback",
    "::127.0.0.1": "a reserved",
    "fe80::1": "a link-local",
    "fe80::1%eth0": "a link-local",
    "fec0::1": "a private",
    "fc00::1": "a private",
    "fd12:3456::1": "a private",
    "ff02::1": "a multicast",
    "2001:db8::1": "a private",
    "2001::1": "a private",
    "::ffff:127.0.0.1": "a loopback",
    "::ffff:169.254.169.254": "a link-local",
    "64:ff9b::7f00:1": "a loopback",
    "64:ff9b::a9fe:a9fe": "a link-local",
    "64:ff9b:1::1": "a private",
    "2002:7f00:1::1": "a loopback",
    "2002:a00:1::1": "a private",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert refusal(address, ()) is None


@pytest.mark.parametrize(("address", "kind"), SPECIAL.items())
def test_special_addresses_may_not(address: str, kind: str) -> None:
    assert refusal(address, ()) == f"is {kind} address ({address}), refused unless fetch.allow_networks names it"


def test_what_is_not_an_address_may_not() -> None:
    assert refusal("localhost", ()) == "is not an address (localhost)"


def test_allowed_networks_open_themselves_and_nothing_else() -> None:
    allowed = (ip_network("127.1.0.0/16"), ip_network("fd00::/8"))
    assert refusal("127.1.2.3", allowed) is None
    assert refusal("::ffff:127.1.2.3", allowed) is None
    assert refusal("fd12::1", allowed) is None
    assert refusal("127.0.0.1", allowed)
    assert refusal("169.254.169.254", allowed)


def test_no_socket_is_made_for_a_refused_address() -> None:
    make = guarded_sockets((ip_network("127.1.0.0/16"),))
    with pytest.raises(RefusedError, match="a private address"):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)))
    make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.1.0.1", 80))).close()
