"""`breachwire query SQL`: one question to the published file."""

from __future__ import annotations

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option


@click.command()
@click.argument("sql", required=False)
@click.option("--file", metavar="FILE", default="", help="Read the SQL from a file, - for standard input.")
@click.option(
    "--limit-seconds",
    type=click.FloatRange(min=0.1, max=3600),
    default=30,
    show_default=True,
    help="Stop after this long.",
)
@click.option(
    "--max-rows", type=click.IntRange(min=1), default=10_000, show_default=True, help="Print at most this many rows."
)
@form_option
@click.pass_obj
def query(folders: Folders, sql: str | None, file: str, limit_seconds: float, max_rows: int, form: str) -> None:
    """One SQL query on the published database.

    SQL may also be a file that ends with .sql, or - for standard input. Read-only, no other files, limited time and
    memory: a guard rail against accidents, not a sandbox.

    \b
    breachwire query "SELECT victim, records_min FROM incidents ORDER BY 2 DESC NULLS LAST LIMIT 10"
    breachwire query "FROM search('hospital ransomware')" --format json
    breachwire query "SHOW TABLES"
    breachwire query weekly.sql --format csv > weekly.csv
    """
    from breachwire.cli.output import Table, emit
    from breachwire.cli.published import missing

    if bool(sql) == bool(file):
        raise click.UsageError("give the SQL as an argument, or --file FILE (- for standard input)")
    if not folders.published.is_file():
        raise missing(folders.published)
    from breachwire.cli.guard import guarded, sql_from

    answer = guarded(folders.published, sql_from(file, sql), seconds=limit_seconds, max_rows=max_rows)
    emit(Table(columns=answer.columns, rows=answer.rows), form)
    if answer.more:
        note(f"the first {max_rows:,} rows: see --max-rows")
