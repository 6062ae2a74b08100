"""`breachwire incidents`: the rows, filtered and sorted, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from breachwire.cli.asking import ORDERS, Countries, Day, Order, Terms
from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, SECTORS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from breachwire.cli.filtering import Wanted

_CODED = ("sector", "country", "attack", "status")  # options whose values may be several behind one option


@click.command()
@click.option(
    "--since", type=Day(), help="First disclosed on or after: 2026-01-31, 2026-01, or 36h, 7d, 2w, 6m, 1y back."
)
@click.option("--until", type=Day(last=True), help="First disclosed on or before, in the same words.")
@click.option("--sector", type=Terms("SECTOR", SECTORS), multiple=True, help=f"One or more of: {' '.join(SECTORS)}.")
@click.option("--country", type=Countries(), multiple=True, help="The victim's: GB, DE, US (ISO 3166-1), or its name.")
@click.option(
    "--attack", type=Terms("TYPE", ATTACK_TYPES), multiple=True, help=f"One or more of: {' '.join(ATTACK_TYPES)}."
)
@click.option(
    "--status", type=Terms("STATUS", CLAIM_STATUSES), multiple=True, help=f"One or more of: {' '.join(CLAIM_STATUSES)}."
)
@click.option("--victim", metavar="TEXT", multiple=True, help="Part of one of the victim's names, or of its domain.")
@click.option("--actor", metavar="TEXT", multiple=True, help="Part of the threat actor's name.")
@click.option(
    "--min-records",
    type=click.IntRange(min=0),
    metavar="N",
    help="At least this many people, accounts, records or files.",
)
@click.option(
    "--watch",
    is_flag=False,
    flag_value="*",
    metavar="[TEXT]",
    multiple=True,
    help="Only what hit the watchlist; with TEXT, a name on it that holds the text.",
)
@click.option("--tag", metavar="TAG", multiple=True, help="Reported by a feed with that tag in feeds.toml.")
@click.option(
    "--sort",
    "order",
    type=Order(ORDERS),
    default="disclosed",
    show_default=True,
    help=f"One or more of: {' '.join(ORDERS)}. Dates and numbers begin with the greatest.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="At most this many rows."
)
@form_option
@click.pass_obj
def incidents(folders: Folders, /, form: str, **asked: object) -> None:
    """The incidents, newest disclosed first.

    An option given several times, or with commas, lets each of its values through; different options must all fit.
    CSV and JSON have all columns.

    \b
    breachwire incidents --since 7d --sector health,education
    breachwire incidents --country GB --min-records 100000 --sort records
    breachwire incidents --watch --since 30d --format csv > mine.csv
    """
    from breachwire.cli import filtering, published
    from breachwire.cli.output import Table, emit
    from breachwire.cli.render import incident_table
    from breachwire.store.values import incident_from

    wanted = wanted_from(asked)
    with published.opened(folders) as con:
        answer = filtering.incidents(con, wanted)
        words = beside(con, wanted, len(answer.rows))
    shown = [incident_from(row) for row in answer.named()] if form in ("table", "md") else []
    if answer.rows or form != "table":
        emit(incident_table(shown), form, data=Table(columns=answer.columns, rows=answer.rows))
    if words:
        note(words)


def wanted_from(asked: Mapping[str, Any]) -> Wanted:
    """The filters, the order and the limit as they were given; `export` takes the same options."""
    from breachwire.cli.filtering import Wanted

    values: dict[str, Any] = {name: _flat(value) if name in _CODED else value for name, value in asked.items()}
    return Wanted(**values)


def _flat(parts: object) -> tuple[str, ...]:
    """The values of an option that was given several times, each once."""
    assert isinstance(parts, tuple)
    return tuple(dict.fromkeys(value for part in parts for value in part))


def beside(con: DuckDBPyConnection, wanted: Wanted, shown: int) -> str:
    """What is said beside the answer: that there is more, or how to find something; "" where it speaks for itself."""
    from breachwire.cli.filtering import count, option_names, widening

    if shown == wanted.limit:
        total = count(con, wanted)
        return f"{shown:,} of {total:,} incidents: see --limit" if total > shown else ""
    if shown:
        return ""
    if not wanted.filters():
        return "no incidents yet"
    wider = widening(con, wanted)
    if wider:
        return "no incident fits; without " + ", without ".join(f"{option_names([n])}: {c:,}" for n, c in wider)
    if len(wanted.filters()) == 1:
        return f"no incidents yet, whatever {option_names(wanted.filters())} is"
    return f"no incident fits, whichever of {option_names(wanted.filters())} is left out: try with fewer"
