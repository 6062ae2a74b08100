"""`breachwire incidents`: the rows, filtered, newest first."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, SECTORS

_SPAN = re.compile(r"(\d{1,5})\s*([hdwmy])", re.IGNORECASE)
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}


class Since(click.ParamType[date]):
    """A date (2026-01-31, or 2026-01, or 2026) or a span back from now (36h, 7d, 2w, 6m, 1y)."""

    name = "WHEN"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = str(value).strip()
        span = _SPAN.fullmatch(text)
        try:
            if span:
                return (datetime.now(UTC) - timedelta(days=int(span[1]) * _DAYS[span[2].lower()])).date()
            return date.fromisoformat({4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text))
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is neither a date such as 2026-01-31 nor a span such as 36h, 7d, 2w, 6m.", param, ctx)


@click.command()
@click.option("--since", type=Since(), help="First disclosed on or after: 2026-01-31, or 36h, 7d, 2w, 6m, 1y back.")
@click.option("--sector", type=click.Choice(list(SECTORS)), metavar="SECTOR", help=f"One of: {' '.join(SECTORS)}.")
@click.option("--country", metavar="CC", help="The victim's, ISO 3166-1 alpha-2: GB, DE, US.")
@click.option(
    "--attack", type=click.Choice(list(ATTACK_TYPES)), metavar="TYPE", help=f"One of: {' '.join(ATTACK_TYPES)}."
)
@click.option(
    "--status", type=click.Choice(list(CLAIM_STATUSES)), metavar="STATUS", help=f"One of: {' '.join(CLAIM_STATUSES)}."
)
@click.option("--victim", metavar="TEXT", help="Part of one of the victim's names.")
@click.option("--actor", metavar="TEXT", help="Part of the threat actor's name.")
@click.option(
    "--min-records",
    type=click.IntRange(min=0),
    metavar="N",
    help="At least this many people, accounts, records or files.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="At most this many rows."
)
@form_option
@click.pass_obj
def incidents(folders: Folders, /, form: str, **filters: object) -> None:
    """The incidents, newest disclosed first. CSV and JSON have all columns."""
    from breachwire.cli import published
    from breachwire.cli.output import Table, emit
    from breachwire.cli.render import incident_table
    from breachwire.store.values import incident_from

    wanted = published.Wanted(**filters)  # type: ignore[arg-type]
    with published.opened(folders) as con:
        answer = published.incidents(con, wanted)
    emit(
        incident_table([incident_from(row) for row in answer.named()]),
        form,
        data=Table(columns=answer.columns, rows=answer.rows),
    )
    if not answer.rows:
        note("no incident fits" if any(v for k, v in filters.items() if k != "limit") else "no incidents yet")
    elif len(answer.rows) == wanted.limit:
        note(f"the first {wanted.limit}: there may be more, see --limit")
