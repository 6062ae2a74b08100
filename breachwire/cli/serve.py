"""`breachwire serve`: the night on a schedule of a Prefect server that is there."""

from __future__ import annotations

import os
from datetime import time
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.when import nightly, when_options

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

now_option = click.option("--now", "start_now", is_flag=True, help="Begin with a night at once.")


@click.command()
@when_options
@now_option
@click.pass_obj
def serve(folders: Folders, at: time, zone: ZoneInfo | None, *, start_now: bool) -> None:
    """Every night, as a flow of the Prefect server at PREFECT_API_URL.

    Stays until it is stopped with Ctrl-C or SIGTERM; the schedule stays on the server. Nights never overlap. A night
    that was missed while nothing served is caught up once, at the start. `breachwire up` brings a server along.
    """
    from flows.engines import choose

    choose("prefect")
    folders.settings()
    when = nightly(at, zone)
    answers(os.environ["PREFECT_API_URL"])
    from flows.serving import Served, serve

    served = Served(config=folders.config.resolve(), data=folders.data.resolve(), when=when)
    serve(served, start_now=start_now, say=note)


def answers(api: str) -> None:
    """Raises ConfigError where no server answers at that address; one that refuses is Prefect's to deal with."""
    import urllib.error
    import urllib.request

    from breachwire.errors import ConfigError

    if not api.startswith(("http://", "https://")):
        raise ConfigError("PREFECT_API_URL", f"{api!r} is not an http address", "like http://127.0.0.1:4200/api")
    try:
        urllib.request.urlopen(api.rstrip("/") + "/health", timeout=10).close()  # noqa: S310 - http only
    except urllib.error.HTTPError:
        return
    except OSError as error:
        hint = "start it, mend the address, or use `breachwire up`, which brings its own"
        raise ConfigError("PREFECT_API_URL", f"no Prefect server answers at {api}: {error}", hint) from None
