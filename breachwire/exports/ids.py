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
    made = bytearray(hashlib.sha1(_SPACE + name, usedforsecurity=False).digest()[:16])
    made[6] = made[6] & 0x0F | 0x50  # the version
    made[8] = made[8] & 0x3F | 0x80  # the variant
    text = made.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
