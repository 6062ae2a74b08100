"""Addresses that may stand as links, and times as they are written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_WEB = re.compile(r"https?://[^\s/?#\"'<>\\^`{|}]+[^\s\"'<>\\^`{|}]*", re.IGNORECASE)


def is_web(url: str) -> bool:
    """Whether this is an address of the web that may stand as a link; `javascript:` and the like are not."""
    return _WEB.fullmatch(url) is not None


@lru_cache(maxsize=4096)
def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond: STIX wants no fewer digits, Atom takes them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
