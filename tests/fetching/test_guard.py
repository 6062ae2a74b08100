"""Which addresses may be dialled."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from breachwire.fetching.guard import RefusedError, guarded_sockets, refusal

PUBLIC = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2606:2800:220:1::1",
    "2a00:1450::1",
    "3ffe:ffff::1",
    "::ffff:8.8.8.8",
    "::ffff:0:808:808",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
# The first, a middle and the last address of every block in the IANA special-purpose registries, and how they are worn.
SPECIAL = {
    "0.0.0.0": "an unspecified",
    "0.0.0.1": "a private",
    "0.255.255.255": "a private",
    "10.0.0.0": "a private",
    "10.255.255.255": "a private",
    "100.64.0.0": "a carrier-internal",
    "100.100.100.200": "a carrier-internal",
    "100.127.255.255": "a carrier-internal",
    "127.0.0.0": "a loopback",
    "127.0.0.1": "a loopback",
    "127.255.255.255": "a loopback",
    "168.63.129.16": "a cloud-internal",
    "169.254.0.0": "a link-local",
    "169.254.169.254": "a link-local",
    "169.254.255.255": "a link-local",
    "172.16.0.0": "a private",
    "172.31.255.255": "a private",
    "192.0.0.0": "a reserved",
    "192.0.0.8": "a reserved",
    "192.0.0.170": "a reserved",
    "192.0.0.192": "a reserved",
    "192.0.2.1": "a documentation",
    "192.88.99.1": "a reserved",
    "192.168.0.0": "a private",
    "192.168.255.255": "a private",
    "198.18.0.0": "a benchmarking",
    "198.19.255.255": "a benchmarking",
    "198.51.100.7": "a documentation",
    "203.0.113.7": "a documentation",
    "224.0.0.1": "a multicast",
    "239.255.255.250": "a multicast",
    "240.0.0.1": "a reserved",
    "255.255.255.254": "a reserved",
    "255.255.255.255": "a broadcast",
    "::": "an unspecified",
    "::1": "a loopback",
    "::2": "a reserved",
    "::127.0.0.1": "a reserved",
    "::8.8.8.8": "a reserved",
    "64:ff9b:1::1": "a private",
    "100::1": "a discard-only",
    "100:0:0:1::1": "a reserved",
    "200::1": "a reserved",
    "2001::1": "a reserved",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "a reserved",
    "2001:2::1": "a benchmarking",
    "2001:10::1": "a reserved",
    "2001:20::1": "a reserved",
    "2001:30::1": "a reserved",
    "2001:1ff:ffff::1": "a reserved",
    "2001:db8::1": "a documentation",
    "3fff::1": "a documentation",
    "3fff:fff:ffff::1": "a documentation",
    "4000::1": "a reserved",
    "5f00::1": "a segment-routing",
    "fc00::1": "a private",
    "fd00:ec2::254": "a private",
    "fdff:ffff::1": "a private",
    "fe00::1": "a reserved",
    "fe80::1": "a link-local",
    "fe80::1%eth0": "a link-local",
    "febf:ffff::1": "a link-local",
    "fec0::1": "a private",
    "feff::1": "a private",
    "ff02::1": "a multicast",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "a multicast",
    "::ffff:127.0.0.1": "a loopback",
    "::ffff:169.254.169.254": "a link-local",
    "::ffff:100.64.0.1": "a carrier-internal",
    "::ffff:0:127.0.0.1": "a loopback",
    "64:ff9b::7f00:1": "a loopback",
    "64:ff9b::a9fe:a9fe": "a link-local",
    "2002:7f00:1::1": "a loopback",
    "2002:a00:1::1": "a private",
    "2002:a9fe:a9fe::1": "a link-local",
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
