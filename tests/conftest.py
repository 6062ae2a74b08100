"""What every test shares: no address beyond loopback, and no configuration from the machine it runs on."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

_CONNECT = socket.socket.connect


def _connect_loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ip_address(host.split("%", maxsplit=1)[0]).is_loopback:
            raise OSError(f"a test tried to reach {host}: tests talk to loopback only")
    _CONNECT(self, address)


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sockets reach loopback only, and BREACHWIRE_* and PREFECT_* of the machine are not seen."""
    monkeypatch.setattr(socket.socket, "connect", _connect_loopback_only)
    for name in [n for n in os.environ if n.startswith(("BREACHWIRE_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    yield
