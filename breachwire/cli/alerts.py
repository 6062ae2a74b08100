"""`breachwire alerts`: the outbox, what failed once more, and a test message to each channel."""

from __future__ import annotations

import sys
from typing import Any

import click

from breachwire.cli.alerts_preview import preview
from breachwire.cli.folders import Folders, complain, note
from breachwire.cli.output import form_option
from breachwire.plaintext import one_line
from breachwire.vocabulary import ALERT_STATES

_SHOWN = {"queued (UTC)": "created_at", "channel": "channel", "state": "state", "title": "title"}
_OF_ALL = {"rule": "rule", "last error": "last_error", "incident": "incident_id", "id": "alert_id"}
_OF_FAILED = {"tries": "tries", "next try (UTC)": "next_try_at", "last error": "last_error", "id": "alert_id"}


@click.group()
def alerts() -> None:
    """The outbox, what failed once more, and a test message to each channel."""


@alerts.command("list")
@click.option("--state", type=click.Choice(list(ALERT_STATES)), help="Only alerts in this state.")
@click.option("--failed", is_flag=True, help="Only alerts that were not taken: tried again later, or given up.")
@click.option("--channel", metavar="NAME", help="Only alerts to this channel.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many.")
@form_option
@click.pass_obj
def list_alerts(folders: Folders, /, failed: bool, limit: int, form: str, **only: str | None) -> None:
    """Alerts as of the last night, newest first.

    With what became of them: sent, still waiting, or why not. `retry` sends again what failed.
    """
    from breachwire.cli import published
    from breachwire.cli.output import Table, emit

    if failed and only["state"]:
        raise click.UsageError("--failed is --state failed and dead: give one of the two")
    states = ["failed", "dead"] if failed else [only["state"]] if only["state"] else list(ALERT_STATES)
    with published.opened(folders) as con:
        answer = published.ask(
            con,
            "SELECT * FROM alerts WHERE list_contains($states, state) AND ($channel IS NULL OR channel = $channel)"
            " ORDER BY created_at DESC, position DESC, alert_id LIMIT $limit",
            {"states": states, "channel": only["channel"], "limit": limit},
        )
    names = _SHOWN | (_OF_FAILED if failed else _OF_ALL)
    shown = [tuple(_plain_error(row)[name] for name in names.values()) for row in answer.named()]
    narrow = ("rule", "next try (UTC)", "tries", "incident", "queued (UTC)", "id")
    table = Table(columns=tuple(names), rows=shown, narrow=narrow)
    emit(table, form, data=Table(columns=answer.columns, rows=answer.rows))
    if not shown:
        note("no alert failed" if failed else "no alert" + (f" is {only['state']}" if only["state"] else "s yet"))


def _plain_error(row: dict[str, Any]) -> dict[str, Any]:
    """The row, its error without the channel's name: a column has it."""
    error = row["last_error"] and row["last_error"].replace(f"channel {row['channel']}: ", "", 1)
    return row | {"last_error": error}


@alerts.command("retry")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--channel", metavar="NAME", help="Only alerts to this channel.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@click.pass_context
def retry_alerts(ctx: click.Context, /, ids: tuple[str, ...], channel: str | None, *, dry_run: bool) -> None:
    """Sends alerts that failed or were given up again, now.

    All of them, or those whose own or whose incident's ID begins so. Each is sent under the id that it had, so
    that a receiver who has it after all can tell. Exit code 1: not all were taken.
    """
    from breachwire.cli.run import now
    from flows.resending import Wanted, retry, waiting_for_retry

    settings, wanted = ctx.obj.settings(), Wanted(asked=ids, channel=channel)
    if dry_run:
        found = waiting_for_retry(settings, wanted, now)
        for alert, to, title in found:
            click.echo(f"{alert}  {to}  {one_line(title)}")
        note(f"{len(found)} would be sent" if found else "no alert failed")
        return
    ended = retry(settings, wanted, now)
    if not ended:
        note("no alert failed")
    for name in dict.fromkeys(e.channel for e in ended):
        sent = sum(e.alerts for e in ended if e.channel == name and e.error is None)
        errors = [e.error for e in ended if e.channel == name and e.error]
        lost = sum(e.alerts for e in ended if e.channel == name and e.error)
        click.echo(f"channel {name}: {sent} sent" + (f", {lost} failed" if lost else ""))
        if errors:
            complain(errors[0])
    ctx.exit(1 if any(e.error for e in ended) else 0)


@alerts.command("test")
@click.argument("channel", required=False)
@click.pass_context
def test_channels(ctx: click.Context, channel: str | None) -> None:
    """Sends a made-up alert to CHANNEL, or to each channel, and says what came back."""
    from breachwire.alerts.channels import open_channels
    from breachwire.alerts.deliver import Outcome, deliver
    from breachwire.alerts.envelopes import sample_row
    from breachwire.alerts.pacing import Patience
    from breachwire.alerts.planning import plan
    from breachwire.cli.run import now
    from breachwire.errors import ConfigError

    settings = ctx.obj.settings()
    where = str(settings.config_dir / "alerts.toml")
    channels = open_channels(settings.alerts, settings.data_dir, sys.stdout)
    if not channels:
        raise ConfigError(where, "names no channel", "add one under [channels]")
    if channel and channel not in channels:
        raise ConfigError(where, f"names no channel {channel!r}", f"there are: {', '.join(channels)}")
    names = [channel] if channel else list(channels)
    came_back: dict[str, Outcome] = {}

    def keep(outcome: Outcome) -> None:
        came_back[outcome.planned.channel] = outcome

    deliver(plan([sample_row(name, now()) for name in names], {}, now()), channels, keep, patience=Patience(tries=1))
    for name in names:
        outcome = came_back[name]
        kind = settings.alerts.channels[name].kind
        if outcome.error:
            complain(outcome.error)
        else:
            click.echo(f"channel {name}: sent ({kind}): {outcome.receipt}")
    ctx.exit(1 if any(outcome.error for outcome in came_back.values()) else 0)


alerts.add_command(preview)
