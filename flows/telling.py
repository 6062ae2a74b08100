"""Stages of `tell`: alerts to their channels, the private store to the published file."""

from __future__ import annotations

import sys

from breachwire.alerts.channels import open_channels
from breachwire.alerts.deliver import deliver
from breachwire.store import outbox, runs
from breachwire.store.publish import publish as publish_store
from flows.house import House

LINES_A_SESSION = 100
"""Alerts in one session where programs read them: such a channel knows what it has taken before a kill."""


def send_alerts(house: House) -> str:
    """Sends what waits in the outbox; a channel that fails keeps its alerts for the next run, and blocks no other."""
    with house.store.session() as con:
        waiting = outbox.pending_alerts(con)
    channels = open_channels(house.settings.alerts, data_dir=house.settings.data_dir, stream=sys.stdout)
    sent = failed = 0
    known: list[outbox.Sending] = []

    def save() -> None:
        if known:
            with house.store.session() as con:
                outbox.save_sendings(con, known)
            known.clear()

    for delivery in deliver(waiting, channels):
        if delivery.tried:
            result = outbox.Sending(alert_id=delivery.alert.alert_id, tried_at=house.clock(), error=delivery.error)
            known.append(result)
        if len(known) >= LINES_A_SESSION or (delivery.to_people and not delivery.as_digest):
            save()
        sent += delivery.error is None
        failed += delivery.error is not None
        if delivery.error:
            house.tally.failures.append(f"alert {delivery.alert.alert_id}: {delivery.error}")
    save()
    house.tally.counts.update({"alerts_sent": sent, "alerts_failed": failed})
    return f"{sent} sent, {failed} failed"


def publish(house: House) -> str:
    """Closes the run's row and puts the published file in place."""
    tally = house.tally
    with house.store.session() as con:
        runs.end(
            con,
            house.run_id,
            ended_at=house.clock(),
            counts=tally.counts,
            seconds=tally.seconds,
            failures=len(tally.failures),
        )
    target = house.settings.data_dir / "incidents.duckdb"
    done = publish_store(house.store.path, target, house.settings.publish)
    if done.late:
        tally.counts["published_late"] = done.late
        tally.notices.append(
            f"{done.late} incidents of an earlier run stand in the file only now: it had not been published"
        )
    return f"{done.incidents} incidents in {target}"
