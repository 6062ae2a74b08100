"""`breachwire why URL`: why an article was kept or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from breachwire.cli.sheet import Block

NEAR_DAYS = 7


@click.command()
@click.argument("url", required=False)
@click.option("--near", is_flag=True, help=f"List the near misses of the last {NEAR_DAYS} days instead.")
@form_option
@click.pass_obj
def why(folders: Folders, url: str | None, near: bool, form: str) -> None:
    """Why an article was kept or not.

    Each look at it: the terms that fired, where they stood, their weights, and the threshold.
    """
    if near and url:
        raise click.UsageError("give a URL or --near, not both")
    if near:
        _near(folders, form)
    elif url:
        _decisions(folders, url, form)
    else:
        raise click.UsageError("give the article's URL, or --near for the near misses")


def _decisions(folders: Folders, url: str, form: str) -> None:
    from breachwire.cli import edits, published
    from breachwire.cli.output import Table, emit
    from breachwire.cli.sheet import Heading, Prose, Sheet
    from breachwire.identity import canonical_url

    canonical = canonical_url(url)
    bare = canonical.partition("://")[2]
    with published.opened(folders) as con:
        known = published.addresses(con, [f"https://{bare}", f"http://{bare}", canonical])
        answer = published.decisions(con, [url, *known])
        texts = edits.earlier_texts(con, edits.articles_at(con, [url, *known]))
        last = published.last_run(con)
    if form != "table":
        emit(Table(columns=answer.columns, rows=answer.rows), form)
        if not answer.rows:
            note(f"never seen: no feed has brought {canonical}")
        return
    if not answer.rows:
        until = f" up to the run of {last['started_at']:%Y-%m-%d %H:%M} UTC" if last else ""
        click.echo(f"never seen: no feed has brought {canonical}{until}.")
        click.echo("Is its feed listed and well? breachwire feeds check --wrong")
        click.echo("What would be made of it?    breachwire explain URL")
        return
    sheet = Sheet()
    sheet.add(Heading(canonical))
    for row in answer.named():
        sheet.add(*_decision(row))
    if texts:
        sheet.add(Heading("edited since, and judged again"), Prose("\n".join(edits.edit_lines(texts)), 2))
    sheet.emit()


def _decision(row: dict[str, Any]) -> list[Block]:
    from breachwire.cli.output import cell
    from breachwire.cli.sheet import Heading, Prose

    verdict = "kept" if row["kept"] else "not kept"
    lines = [cell(row["reason"])]
    lines.extend(term_lines(row["terms"] or [], row["negatives"] or []))
    when = f"{cell(row['decided_at'])} UTC, rules {cell(row['rule_version'])}"
    return [
        Heading(f"{row['stage']}: {verdict}, {row['score']:.1f} of {row['threshold']:.1f} needed ({when})"),
        Prose("\n".join(lines), 2),
    ]


def term_lines(terms: list[dict[str, Any]], negatives: list[dict[str, Any]]) -> list[str]:
    """One line a rule that fired: weight, id, matched text and place."""
    from breachwire.cli.output import cell

    lines = []
    for term in (*terms, *negatives):
        # A negative's weight counts against the article, whichever sign the rule is written with.
        weight = -abs(term["weight"]) if term in negatives else term["weight"]
        place = f"{cell(term['zone'])} at {term['start']}"
        lines.append(f"{weight:+6.1f}  {cell(term['term'])}: “{cell(term['text'])}”, {place}")
    return lines


def _near(folders: Folders, form: str) -> None:
    from breachwire.cli import published
    from breachwire.cli.output import Table, emit
    from breachwire.settings.keywords import Keywords
    from breachwire.settings.load import read

    threshold = read(Keywords, folders.config / "keywords.toml").thresholds.near
    with published.opened(folders) as con:
        answer = published.near_misses(con, threshold, datetime.now(UTC) - timedelta(days=NEAR_DAYS))
    shown = [(r["score"], r["threshold"], r["decided_at"], r["url"], r["terms"]) for r in answer.named()]
    emit(
        Table(
            columns=("score", "needed", "decided (UTC)", "url", "terms"), rows=shown, narrow=("decided (UTC)", "terms")
        ),
        form,
        data=Table(columns=answer.columns, rows=answer.rows),
    )
    if not shown:
        note(f"no article came near the threshold in the last {NEAR_DAYS} days")
