"""When a night is due: once each local day at one time of the clock, whatever the clocks of that zone do.

Pure: times in, times out. A time that the clocks jump over is due the moment after the jump; one that comes twice is
due the first time. Prefect's cron, systemd and crontabs differ on such days by up to the jump (systemd leaves the day
out: `left_out` names those days), so a night that began a little before it was due counts for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from breachwire.errors import StoreError

EARLY = timedelta(hours=2)
"""How long before it is due a night may begin and still count; no zone's clocks jump further."""
MARK = "last-due"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    """Every night at `at` (hours and minutes) in `zone`."""

    at: time
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.zone.key}"

    @property
    def cron(self) -> str:
        """The five fields of a crontab in that zone."""
        return f"{self.at.minute} {self.at.hour} * * *"

    def on(self, day: date) -> datetime:
        """When the night of that local day is due, in UTC."""
        wall = datetime.combine(day, self.at, self.zone)
        if not self.is_left_out(day):
            return wall.astimezone(UTC)
        before = wall.replace(fold=1).astimezone(UTC)  # the offset from after the jump: still before it
        after = wall.astimezone(UTC)
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) / 2
            if middle.astimezone(self.zone).utcoffset() == before.astimezone(self.zone).utcoffset():
                before = middle
            else:
                after = middle
        return after.replace(microsecond=0)

    def is_left_out(self, day: date) -> bool:
        """Whether the clocks jump over the time that day."""
        wall = datetime.combine(day, self.at, self.zone)
        return wall.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != wall.replace(tzinfo=None)

    def last(self, now: datetime) -> datetime:
        """The newest due time that is not after `now`, in UTC."""
        today = now.astimezone(self.zone).date()
        return max(due for due in self._around(today) if due <= now)

    def next(self, now: datetime) -> datetime:
        """The first due time after `now`, in UTC."""
        today = now.astimezone(self.zone).date()
        return min(due for due in self._around(today) if due > now)

    def night_of(self, due: datetime) -> date:
        """The local day of a due time."""
        return due.astimezone(self.zone).date()

    def left_out(self, since: date, *, days: int) -> list[date]:
        """Days on which the clocks jump over the time."""
        return [day for day in (since + n * _DAY for n in range(days)) if self.is_left_out(day)]

    def _around(self, day: date) -> Iterator[datetime]:
        """Enough days on either side: some zones have left out a whole one."""
        return (self.on(day + n * _DAY) for n in range(-3, 4))


def missed(nightly: Nightly, *, last_night: datetime | None, mark: datetime | None, now: datetime) -> datetime | None:
    """The due time whose night is missing, if one is: the newest alone, for one night catches up on all before it.

    `last_night` is when the last good night began, `mark` the last due time that was dealt with. Where both are None
    nothing was ever scheduled here, and nothing was missed.
    """
    due = nightly.last(now)
    known = [at for at in (last_night and last_night + EARLY, mark) if at is not None]
    return due if known and max(known) < due else None


def read_mark(data: Path) -> datetime | None:
    """The last due time that was dealt with in that data folder; None where there is none that can be read."""
    try:
        return datetime.fromisoformat((data / MARK).read_text(encoding="ascii").strip()).astimezone(UTC)
    except (OSError, ValueError):
        return None


def write_mark(data: Path, due: datetime) -> None:
    """Notes that a due time is dealt with. Raises StoreError where the folder cannot be written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        beside = data / f".{MARK}.new"
        beside.write_text(f"{due.isoformat()}\n", encoding="ascii")
        beside.replace(data / MARK)
    except OSError as error:
        hint = "make it writable, or choose another with --data"
        raise StoreError(str(data), f"cannot be written: {error.strerror}", hint) from None
