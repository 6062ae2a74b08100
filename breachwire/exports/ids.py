"""Ids that are the same in every export: version 5 UUIDs (RFC 9562) of what a thing is called here."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

# The UUID5 of "breachwire exports" in the DNS namespace, written out. To change it is to give everything a new id.
_SPACE = UUID("ddba8663-779d-5ed7-9679-4a0bfb16a96f").bytes

MAPPED_AT = datetime(2026, 11, 23, tzinfo=UTC)
"""When objects that are nothing but a name (an actor, a CVE, a country) were made: they never change."""


def uuid(*parts: str) -> str:
    """The UUID5 of the parts, as text. Made by hand, for it is called ten times an incident."""
    name = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return str(UUID(bytes=hashlib.sha1(_SPACE + name, usedforsecurity=False).digest()[:16], version=5))
