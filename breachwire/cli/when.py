"""`--at` and `--timezone`, as every command that has to do with the schedule takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from flows.due import Nightly

_F = TypeVar("_F", bound=Callable[..., Any])


class _Time(click.ParamType[time]):
    """Hours and minutes on a clock of 24 hours."""

    name = "HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:
        if isinstance(value, time):
            return value
        try:
            return datetime.strptime(str(value).strip(), "%H:%M").time()  # noqa: DTZ007 - a time of the clock has no zone
        except ValueError:
            return self.fail(f"{value!r} is no time of day: hours and minutes, like 03:30", param, ctx)


class _Zone(click.ParamType["ZoneInfo"]):
    """A name of the IANA time zone database."""

    name = "ZONE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        from zoneinfo import ZoneInfo, available_timezones

        if isinstance(value, ZoneInfo):
            return value
        if str(value) in available_timezones():
            return ZoneInfo(str(value))
        import difflib

        near = difflib.get_close_matches(str(value), available_timezones(), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ", only names like Europe/Berlin"
        return self.fail(f"there is no time zone {str(value)!r}{hint}", param, ctx)


def when_options(command: _F) -> _F:
    """Adds `--at` and `--timezone`."""
    zone = click.option(
        "--timezone",
        "zone",
        type=_Zone(),
        help="Whose clocks are meant, like Europe/Berlin. Default: this machine's.",
    )
    at = click.option("--at", type=_Time(), default="03:30", show_default=True, help="When a night begins.")
    return at(zone(command))


def nightly(at: time, zone: ZoneInfo | None) -> Nightly:
    """The schedule that the options ask for. Raises ConfigError where this machine's time zone has no name."""
    from flows.due import Nightly

    return Nightly(at=at, zone=zone or own_zone())


def own_zone() -> ZoneInfo:
    """This machine's time zone. Raises ConfigError where it has no name."""
    from zoneinfo import ZoneInfo

    import tzlocal

    from breachwire.errors import ConfigError

    try:
        name = tzlocal.get_localzone_name()
        return ZoneInfo(name)
    except Exception as error:  # noqa: BLE001 - whatever a strange TZ makes of it, the way out is the same
        hint = "name one, like --timezone Europe/Berlin"
        raise ConfigError("--timezone", f"this machine's time zone is not known: {error}", hint) from None
