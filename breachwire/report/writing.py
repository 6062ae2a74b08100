"""One report: the published file to a folder of pages. The index comes last, so a reader never opens a half of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from breachwire.records import Incident
from breachwire.report import reading
from breachwire.report.digests import digests
from breachwire.report.figures import overview
from breachwire.report.folder import Folder, cannot_write
from breachwire.report.making import Where, made
from breachwire.report.pages import ASSETS, asset, environment, page_of
from breachwire.report.reading import Beside
from breachwire.report.rows import table_script
from breachwire.report.shapes import Hit, Order, Written

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from jinja2 import Environment

FIRST_ROWS = 50
"""Rows that the table's page shows by itself, before its data is loaded, and without scripts."""
Advance = Callable[[int], None]


def write_report(con: DuckDBPyConnection, folder: Folder, order: Order, *, advance: Advance) -> Written:
    """Writes every page and returns what came of it; `advance` is told of each incident's page. Raises ConfigError."""
    env = environment()
    listed = reading.incidents(con, order.since)
    shown = {i.incident_id for i in listed}
    hit = {incident_id: found for incident_id, found in reading.hits(con).items() if incident_id in shown}
    for name in ASSETS:
        folder.put(f"assets/{name}", asset(name))
    names = {i.incident_id: i.victim or i.title for i in listed}
    decided = {one: found for one in names if (found := tuple(order.decided(one)))}
    _cases(con, folder, Beside(names, hit, decided), Todo(order.processes, advance))
    folder.put("data/incidents.js", table_script(listed, hit))
    _lists(env, folder, order, listed, hit)
    folder.close()
    return Written(incidents=len(listed), files=len(folder.written), changed=folder.changed)


class Todo(NamedTuple):
    """How many processes may make pages, and whom to tell how many are made."""

    processes: int
    advance: Advance


def _cases(con: DuckDBPyConnection, folder: Folder, beside: Beside, todo: Todo) -> None:
    """The page of each incident, but for those that stand there already made from the same."""
    made_from = digests(con, list(beside.names), beside.decided)
    pages = {page_of(incident_id): incident_id for incident_id in made_from}
    wanted = [one for name, one in pages.items() if not folder.keeps(name, made_from[one])]
    todo.advance(len(pages) - len(wanted))
    if not wanted:
        return
    folder.distrust()
    try:
        for part in made(con, wanted, beside, Where(folder.into, folder.earlier), processes=todo.processes):
            for put in part:
                folder.note(put, made_from[pages[put.name]])
            todo.advance(len(part))
    except OSError as error:
        raise cannot_write(folder.into, error) from None


def _lists(
    env: Environment, folder: Folder, order: Order, listed: Sequence[Incident], hit: Mapping[str, tuple[Hit, ...]]
) -> None:
    common = {"root": "", "now": order.now, "since": order.since, "total": len(listed), "hits": hit}
    terms = {
        column: sorted({str(value) for i in listed if (value := getattr(i, column))})
        for column in ("attack_type", "claim_status", "sector", "country")
    }
    folder.put(
        "incidents.html",
        env.get_template("incidents.html").render(common, listed=listed[:FIRST_ROWS], terms=terms),
    )
    by_name: dict[str, list[tuple[Hit, Incident]]] = {}
    for incident in listed:
        for one in hit.get(incident.incident_id, ()):
            by_name.setdefault(one.name, []).append((one, incident))
    watched = env.get_template("watchlist.html")
    quiet = [name for name in order.watched if name not in by_name]
    folder.put("watchlist.html", watched.render(common, by_name=by_name, quiet=quiet))
    wrong = Counter(bool(feed.wrong) for feed in order.feeds)
    folder.put("feeds.html", env.get_template("feeds.html").render(common, feeds=order.feeds, wrong=wrong[True]))
    figures = overview(listed, hit, order.now.date())
    folder.put(
        "index.html",
        env.get_template("index.html").render(common, o=figures, feeds=order.feeds, wrong=wrong[True]),
    )
