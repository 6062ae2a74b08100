"""`breachwire alerts`: the outbox, and a test message to each channel."""

from __future__ import annotations

import sys

import click

from breachwire.cli.alerts_preview import preview
from breachwire.cli.folders import Folders, complain, note
from breachwire.cli.output import form_option
from breachwire.vocabulary import ALERT_STATES


@click.group()
def alerts() -> None:
    """The outbox, and a test message to each channel."""


@alerts.command("list")
@click.option("--state", type=click.Choice(list(ALERT_STATES)), help="Only alerts in this state.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many.")
@form_option
@click.pass_obj
def list_alerts(folders: Folders, state: str | None, limit: int, form: str) -> None:
    """Alerts as of the last night, newest first, with what became of them."""
    from breachwire.cli import published
    from breachwire.cli.output import Table, emit

    with published.opened(folders) as con:
        answer = published.ask(
            con,
            "SELECT * FROM alerts WHERE $state IS NULL OR state = $state"
            " ORDER BY created_at DESC, alert_id LIMIT $limit",
            {"state": state, "limit": limit},
        )
    shown = [
        (
            r["created_at"],
            r["channel"],
            r["state"],
            r["title"],
            r["rule"],
            r["tries"],
            r["last_error"],
            r["incident_id"],
        )
        for r in answer.named()
    ]
    columns = ("queued (UTC)", "channel", "state", "title", "rule", "tries", "last error", "incident")
    table = Table(columns=columns, rows=shown, narrow=("rule", "tries", "queued (UTC)"))
    emit(table, form, data=Table(columns=answer.columns, rows=answer.rows))
    if not shown:
        note("no alert" + (f" is {state}" if state else "s yet"))


@alerts.command("test")
@click.argument("channel", required=False)
@click.pass_context
def test_channels(ctx: click.Context, channel: str | None) -> None:
    """Sends a made-up alert to CHANNEL, or to each channel, and says what came back."""
    from breachwire.alerts.channels import open_channels
    from breachwire.alerts.envelopes import test_message
    from breachwire.cli.run import now
    from breachwire.errors import ConfigError, DeliveryError

    settings = ctx.obj.settings()
    where = str(settings.config_dir / "alerts.toml")
    channels = open_channels(settings.alerts, settings.data_dir, sys.stdout)
    if not channels:
        raise ConfigError(where, "names no channel", "add one under [channels]")
    if channel and channel not in channels:
        raise ConfigError(where, f"names no channel {channel!r}", f"there are: {', '.join(channels)}")
    failed = 0
    for name in [channel] if channel else list(channels):
        try:
            channels[name].deliver(test_message(name, now()))
        except DeliveryError as error:
            failed += 1
            complain(str(error))
        else:
            click.echo(f"channel {name}: sent ({settings.alerts.channels[name].kind})")
    ctx.exit(1 if failed else 0)


alerts.add_command(preview)
