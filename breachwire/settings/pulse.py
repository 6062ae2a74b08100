"""What `[pulse]` of settings.toml may say: who is pinged about the nights, and when a night is late.

Nothing here holds a secret: a ping's address usually is one, so `ping_url` says where it stands.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from breachwire.settings.channels import Address
from breachwire.settings.durations import Duration
from breachwire.settings.strict import Strict


class Pulse(Strict):
    """How others learn that the nights are well, or are not. See docs/alerts.md."""

    ping_url: Address | None = Field(
        None,
        description="env:NAME or file:/path of an address that is pinged: with /start behind it when a night "
        "begins, as it is when it went well, with /fail when it stopped; none without it",
    )
    ping_timeout_s: float = Field(10.0, gt=0, le=120, description="seconds that one ping may take in all")
    ping_log_lines: int = Field(
        40, ge=0, le=1000, description="lines of the night's log that go with a ping, without the queries of addresses"
    )
    late_after: Duration = Field(
        timedelta(hours=36),
        gt=timedelta(0),
        description="age of the last good night at which the event night_late comes",
    )
    no_news_after: int = Field(
        3, ge=1, le=365, description="nights in a row without a new article at which the event no_news comes"
    )
