"""The report, as a stage and for the command line: published file, watchlist and how the feeds are, to a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from breachwire.report import reading
from breachwire.report.folder import Folder, forget, point_latest
from breachwire.report.shapes import FeedLine, Order, Written
from breachwire.report.writing import write_report

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from flows.house import House


def write(house: House) -> str:
    """The last stage of a night, where report.enabled says so."""
    settings, now = house.settings, house.clock()
    from breachwire.store.database import connect

    con = connect(settings.data_dir / "incidents.duckdb", read_only=True)
    try:
        order = order_of(con, now=now, since=None, watched=tuple(name.name for name in settings.watchlist.names))
        page, written = write_dated(con, order, settings.data_dir / "reports", keep=settings.report.keep)
    finally:
        con.close()
    return f"{written.incidents} incidents in {page}"


def write_dated(
    con: DuckDBPyConnection,
    order: Order,
    reports: Path,
    *,
    keep: int,
    advance: Callable[[int], None] = lambda _: None,
) -> tuple[Path, Written]:
    """A report in a folder of its day, with `latest` leading to it. Returns the page to open. Raises ConfigError."""
    name = f"{order.now:%Y-%m-%d}"
    folder = Folder(reports / name, earlier=reports / "latest")
    written = write_report(con, folder, order, advance=advance)
    page = point_latest(reports, name)
    forget(reports, keep=keep)
    return page, written


def order_of(con: DuckDBPyConnection, *, now: datetime, since: date | None, watched: tuple[str, ...]) -> Order:
    """What the report room is told of decisions by hand, feeds and names. `con` reads the published file."""
    from breachwire.incidents import ByHand
    from breachwire.store import by_hand

    hand = ByHand(by_hand.decisions(con))
    return Order(now=now, since=since, watched=watched, feeds=feed_lines(con), decided=hand.values)


def feed_lines(con: DuckDBPyConnection) -> tuple[FeedLine, ...]:
    """How each feed is, those that need a person first."""
    from breachwire.health.diagnosis import diagnose

    lines = []
    for title, state, habits in reading.feeds(con):
        found = diagnose(state, habits)
        lines.append(
            FeedLine(
                title=title,
                url=state.url,
                last_ok_at=state.last_ok_at,
                entries_a_week=habits.entries_a_week,
                wrong=found.wrong,
                advice=found.advice,
                needs_person=found.needs_person,
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.needs_person, not line.wrong, line.title.lower())))
