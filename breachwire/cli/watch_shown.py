"""How `watch check` is shown: what matches, the hits, the near misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import note
from breachwire.cli.output import Table, as_json, emit
from breachwire.cli.watch_past import About, Past

if TYPE_CHECKING:
    from breachwire.settings.models import WatchName

_NOWHERE = About(title="", disclosed_on=None)


def show(entry: WatchName, past: Past, form: str, *, most: int) -> None:
    """Prints all of it in one of the forms; `most` near misses at most, names that differ in one way taken together."""
    from breachwire.watching.explained import what_matches

    matches = what_matches(entry)
    hits = [
        (hit.incident_id, about.disclosed_on, hit.matched, hit.role, hit.score, hit.reason)
        for hit in past.hits
        for about in (past.about.get(hit.incident_id, _NOWHERE),)
    ]
    misses = _together(past)
    columns = ("id", "disclosed", "matched", "role", "score", "why")
    near = [(ids[0], len(ids), seen, role, why) for (seen, role, why), ids in misses[:most]]
    near_columns = ("id", "incidents", "seen", "role", "why not")
    if form == "json":
        click.echo(
            as_json(
                {
                    "name": entry.name,
                    "matches": [{"what": what, "how": how} for what, how in matches],
                    "hits": [dict(zip(columns, row, strict=True)) for row in hits],
                    "near_misses": [dict(zip(near_columns, row, strict=True)) for row in near],
                }
            )
        )
    else:
        if form == "table":
            emit(Table(columns=("matches", "how"), rows=matches), form)
        if hits:
            click.echo("" if form == "table" else None, nl=form == "table")
            emit(Table(columns=columns, rows=hits, narrow=("role", "disclosed")), form)
        if near:
            click.echo()
            emit(Table(columns=near_columns, rows=near, narrow=("role",)), form)
    _noted(past, len(hits), len(misses), most)


def _together(past: Past) -> list[tuple[tuple[str, str, str], list[str]]]:
    """Near misses of one name for one reason, the most frequent first."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for miss in past.misses:
        found.setdefault((miss.seen, miss.role, miss.why), []).append(miss.incident_id)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def _noted(past: Past, hits: int, misses: int, most: int) -> None:
    if past.why:
        note(past.why)
        return
    near = f"{misses or 'no'} near miss{'es' * (misses != 1)}" + (f", {most} shown" if misses > most else "")
    note(f"{hits or 'no'} hit{'s' * (hits != 1)} in what is stored; {near}")
