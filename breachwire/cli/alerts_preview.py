"""`breachwire alerts preview`: what a past night would have sent under today's rules, and why or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from breachwire.cli.output import Table
    from breachwire.records import Alert
    from breachwire.settings import Settings
    from breachwire.store.nights import PastNight


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one rule says to one change: the event it is told as, or why it is not told."""

    incident_id: str
    victim: str
    rule: str
    event: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """All that a preview found."""

    changes: int
    alerts: tuple[Alert, ...]
    said: tuple[Said, ...]


@click.command("preview")
@click.option("--night", "run_id", default="", metavar="RUN", help="The run, or how its id begins; default: the last.")
@click.option("--since", metavar="WHEN", help="All nights since a date (2026-05-31), or for so long (7d).")
@click.option("--why", is_flag=True, help="For each change and rule why it is told, or why not.")
@click.option("--full", is_flag=True, help="The messages whole, as plain text.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write all of it as one digest, as mail has it, to this file.",
)
@form_option
@click.pass_obj
def preview(folders: Folders, /, run_id: str, since: str | None, form: str, page: Path | None, **how: bool) -> None:
    """What the last night would have sent under today's rules. Sends nothing.

    What earlier nights told counts as told. Hits on the watchlist are those that the night found: for a name that was
    added since, see `breachwire watch check`.
    """
    from breachwire.alerts.html import digest_html
    from breachwire.cli.output import emit

    settings = folders.settings()
    found = _found(folders, settings, run_id, since)
    if how["why"]:
        emit(_why(found), form)
    elif how["full"]:
        for alert in found.alerts:
            click.echo(f"{alert.channel}, {_when(alert)}: {alert.title}\n\n{alert.body}\n")
    else:
        emit(_table(found), form)
    if page:
        page.write_text(digest_html(found.alerts), encoding="utf-8")
    note(_sum_up(found, settings))


def _found(folders: Folders, settings: Settings, run_id: str, since: str | None) -> Previewed:
    from breachwire.cli import published
    from breachwire.errors import ConfigError
    from breachwire.store.nights import nights

    with published.opened(folders) as con:
        wanted = nights(con, named=run_id, since=_moment(since) if since else None)
        if not wanted:
            raise ConfigError(run_id or since or "preview", "no such night has ended", "see `breachwire status`")
        parts = [_of(con, settings, night) for night in wanted]
    return Previewed(
        changes=sum(part.changes for part in parts),
        alerts=tuple(alert for part in parts for alert in part.alerts),
        said=tuple(said for part in parts for said in part.said),
    )


def _of(con: DuckDBPyConnection, settings: Settings, night: PastNight) -> Previewed:
    from breachwire.alerts.rules import Desk, Told, alerts_for, opinions, stories
    from breachwire.store.nights import changes_of, hits_until
    from breachwire.store.retold import outlets_of, told_figures, told_marks
    from flows.announcing import in_sentences

    changes = changes_of(con, night.run_id)
    ids = [change.incident.incident_id for change in changes]
    hits, known = hits_until(con, ids, night)
    still = {name.name for name in settings.watchlist.names}
    hits = [hit for hit in hits if hit.name in still]
    told = Told(
        hits=known,
        marks=told_marks(con, ids, night.started_at),
        figures=told_figures(con, ids, night.started_at),
    )
    desk = Desk(rules=settings.alerts, watchlist=settings.watchlist, now=night.ended_at)
    said = [
        Said(
            incident_id=o.story.change.incident.incident_id,
            victim=o.story.change.incident.victim or o.story.change.incident.title,
            rule=o.rule.name,
            event=o.event,
            why_not=o.why_not,
        )
        for story in stories(changes, hits, told)
        for o in opinions(story, desk)
    ]
    alerts = alerts_for(in_sentences(con, changes), hits, desk, told, outlets_of(con, ids))
    return Previewed(changes=len(changes), alerts=alerts, said=tuple(_one_a_rule(said)))


def _one_a_rule(said: Sequence[Said]) -> Iterator[Said]:
    """Of what a rule says to the events of one change: the event it is told as, else the last reason why not."""
    best: dict[tuple[str, str], Said] = {}
    for one in said:
        key = (one.incident_id, one.rule)
        if key not in best or best[key].why_not:
            best[key] = one
    return iter(best.values())


def _moment(text: str) -> datetime:
    from datetime import UTC

    from breachwire.cli.run import now
    from breachwire.errors import ConfigError
    from breachwire.settings.durations import duration

    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        span = duration(text)
    except ValueError:
        raise ConfigError(f"--since {text}", "is neither a date nor a time span", "2026-05-31 or 7d") from None
    assert isinstance(span, timedelta)
    return now() - span


def _table(found: Previewed) -> Table:
    from breachwire.cli.output import Table

    rows = [(a.channel, _when(a), a.title, a.rule, a.incident_id) for a in found.alerts]
    return Table(columns=("channel", "when", "subject", "rule", "id"), rows=rows, narrow=("rule",))


def _why(found: Previewed) -> Table:
    from breachwire.cli.output import Table

    rows = [(s.incident_id, s.victim, s.rule, "no" if s.why_not else s.event, s.why_not) for s in found.said]
    return Table(columns=("id", "victim", "rule", "told as", "why not"), rows=rows)


def _when(alert: Alert) -> str:
    words = "at once" if alert.delivery == "at_once" else "digest"
    return words if alert.not_before is None else f"{words}, not before {alert.not_before:%Y-%m-%d %H:%M} UTC"


def _sum_up(found: Previewed, settings: Settings) -> str:
    from collections import Counter

    parts = []
    for channel, count in Counter(alert.channel for alert in found.alerts).items():
        single = sum(1 for a in found.alerts if a.channel == channel and a.delivery == "at_once")
        limit = settings.alerts.channels[channel].digest_above
        bundled = " as one digest" if limit and single > limit else ""
        digest = f", {count - single} in a digest" if count > single else ""
        parts.append(f"{channel}: {single} at once{bundled}{digest}")
    changes = f"{found.changes} new or changed incidents"
    return f"{changes}; {'; '.join(parts)}" if parts else f"{changes}, nothing to send"
