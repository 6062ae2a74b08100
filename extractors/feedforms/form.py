"""What every format is brought to: raw items, in the feed's order. Texts are still markup, links still relative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One raw item. `base` is the address that `link` is relative to, None for the feed's own."""

    link: str = ""
    guid: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    language: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A feed as its format says it. `kind` is the format's name.

    `problems` are lines for an operator, one for each thing that was not right.
    """

    items: tuple[Item, ...]
    title: str = ""
    language: str = ""
    kind: str = ""
    ttl: timedelta | None = None
    problems: tuple[str, ...] = ()


def aware(moment: datetime) -> datetime:
    """In UTC; a time without a zone is taken for UTC, as feeds that leave the zone out mostly mean it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso_date(value: str) -> datetime | None:
    """A time as ISO 8601 writes it, or RFC 822 where somebody mixed them up; None for anything else."""
    try:
        return aware(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        pass
    try:
        return aware(parsedate_to_datetime(value.strip()))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
