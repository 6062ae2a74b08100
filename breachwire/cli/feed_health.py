"""`breachwire feeds check`: how each feed is, and what is wrong with it in one line. Reads the published file alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from breachwire.cli.output import Table
    from breachwire.cli.published import Rows
    from breachwire.health.diagnosis import Diagnosis

_SQL = """
    SELECT * FROM feed_health ORDER BY needs_look DESC, consecutive_failures DESC, lower(title)
"""
_HEADINGS = (
    "title",
    "last good (UTC)",
    "failures",
    "next due (UTC)",
    "a week",
    "median text",
    "empty",
    "what is wrong",
)


@click.command("check")
@click.option("--wrong", is_flag=True, help="Only feeds that something is wrong with.")
@form_option
@click.pass_context
def check(ctx: click.Context, form: str, *, wrong: bool) -> None:
    """How each feed is, those that need a person first; exit code 1 where any does.

    As the last run left it: nothing is fetched. "a week" are its entries, "median text" the characters of its last ten
    pages that were measured, "empty" the share of them with hardly any text. A feed is silent when nothing was new for
    three times its usual gap (feeds.silent_after_gaps); its history must be known for that.
    """
    from breachwire.cli.output import emit

    folders: Folders = ctx.obj
    rows = _asked(folders)
    told = [(row, _diagnosis(row)) for row in rows.named()]
    shown = [(row, found) for row, found in told if found.wrong or not wrong]
    emit(_for_eyes(shown), form, data=_for_programs(shown))
    _sum_up(told)
    ctx.exit(1 if any(found.needs_person for _, found in told) else 0)


def _asked(folders: Folders) -> Rows:
    from breachwire.cli import published

    with published.opened(folders) as con:
        return published.ask(con, _SQL)


def _diagnosis(row: dict[str, Any]) -> Diagnosis:
    from dataclasses import fields

    from breachwire.health.diagnosis import diagnose
    from breachwire.records import FeedHabits, FeedState

    state = FeedState(**{f.name: row[f.name] for f in fields(FeedState) if f.name in row})
    habits = FeedHabits(**{f.name: row[f.name] for f in fields(FeedHabits) if f.name in row})
    return diagnose(state, habits)


def _for_eyes(told: list[tuple[dict[str, Any], Diagnosis]]) -> Table:
    from breachwire.cli.output import Table

    rows = [
        (
            row["title"],
            row["last_ok_at"],
            row["consecutive_failures"],
            _due(row),
            row["entries_a_week"],
            row["body_median"],
            None if row["bodies_empty"] is None else f"{row['bodies_empty']:.0%}",
            str(found) or ("not polled yet" if row["last_polled_at"] is None else "nothing"),
        )
        for row, found in told
    ]
    filled = [at for at in range(len(_HEADINGS)) if not rows or any(row[at] is not None for row in rows)]
    return Table(
        columns=tuple(_HEADINGS[at] for at in filled),
        rows=[tuple(row[at] for at in filled) for row in rows],
        narrow=("empty", "median text", "failures", "next due (UTC)", "a week"),
    )


def _due(row: dict[str, Any]) -> datetime | str:
    if row["state"] == "gone":
        return "never"
    return row["next_due_at"] or "next run"


def _for_programs(told: list[tuple[dict[str, Any], Diagnosis]]) -> Table:
    from breachwire.cli.output import Table

    columns = (
        *("feed_id", "title", "url", "state", "last_polled_at", "last_ok_at", "consecutive_failures", "next_due_at"),
        *("entries_a_week", "last_new_at", "usual_gap_days", "silent_since", "body_median", "body_median_before"),
        *("bodies_empty", "drifted_since", "last_error"),
    )
    rows = [(*(row[name] for name in columns), found.wrong, found.advice, found.needs_person) for row, found in told]
    return Table(columns=(*columns, "wrong", "what_to_do", "needs_person"), rows=rows)


def _sum_up(told: list[tuple[dict[str, Any], Diagnosis]]) -> None:
    wrong = sum(1 for _, found in told if found.wrong)
    persons = sum(1 for _, found in told if found.needs_person)
    note(
        f"{len(told)} feeds; {wrong} with something wrong, {persons} of them for a person to look at"
        if wrong
        else f"{len(told)} feeds, nothing wrong with any"
    )
