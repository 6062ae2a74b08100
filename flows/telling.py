"""Stages of `tell`: alerts to their channels, the private store to the published file."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from breachwire.alerts.channels import open_channels
from breachwire.alerts.deliver import Outcome, deliver
from breachwire.alerts.pacing import Patience
from breachwire.alerts.planning import plan
from breachwire.settings import Settings
from breachwire.store import outbox, runs
from breachwire.store.database import Database
from breachwire.store.ledger import Ledger
from breachwire.store.publish import publish as publish_store
from flows.house import House


def send_alerts(house: House) -> str:
    """Sends what waits in the outbox; a channel that fails keeps its alerts for the next run, and blocks no other."""
    ended = send_waiting(house.store, house.settings, house.clock)
    sent, failed = ended.count(None), len(ended) - ended.count(None)
    house.tally.counts.update({"alerts_sent": sent, "alerts_failed": failed})
    told = Counter(error.removeprefix("waits behind others: ") for error in ended if error)
    house.tally.failures.extend(f"{_alerts(count)} not sent: {error}" for error, count in told.items())
    return f"{sent} sent, {failed} failed"


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count} alerts"


def send_waiting(
    store: Database, settings: Settings, clock: Callable[[], datetime], *, patience: Patience | None = None
) -> list[str | None]:
    """Sends what is due. Returns, for each alert that a channel was asked to take, None or why it did not."""
    ledger = Ledger(settings.data_dir / "outbox.ledger")
    save_ledger(store, ledger)  # of a run that was killed
    limits = {name: kind.digest_above for name, kind in settings.alerts.channels.items()}
    with store.session() as con:
        planned = plan(outbox.pending_alerts(con, clock()), limits, clock())
        outbox.assign_messages(con, {r.alert.alert_id: m.message_id for m in planned for r in m.rows})

    def note(outcome: Outcome) -> None:
        ledger.note(_sending(outcome, clock()))

    carried = {message.message_id: len(message.rows) for message in planned}
    try:
        deliver(planned, open_channels(settings.alerts, settings.data_dir, sys.stdout), note, patience=patience)
    finally:
        sendings = save_ledger(store, ledger)
    last: dict[str, str | None] = {s.message_id: s.error for s in sendings if s.error is not None}
    last |= {s.message_id: s.error for s in sendings if s.error is None}
    return [error for message_id, error in last.items() for _ in range(carried.get(message_id, 0))]


def save_ledger(store: Database, ledger: Ledger) -> tuple[outbox.Sending, ...]:
    """What channels said, from the ledger to the store."""

    def save(sendings: Sequence[outbox.Sending]) -> None:
        with store.session() as con:
            outbox.save_sendings(con, sendings)

    return ledger.take(save)


def _sending(outcome: Outcome, now: datetime) -> outbox.Sending:
    planned = outcome.planned
    tries = max(row.tries for row in planned.rows) + 1
    failed = bool(outcome.error)
    luck = random.random()  # noqa: S311
    return outbox.Sending(
        message_id=planned.message_id,
        channel=planned.channel,
        tried_at=now,
        error=outcome.error or None,
        receipt=outcome.receipt,
        tries=tries,
        final=outcome.final,
        next_try_at=outbox.next_try(now, tries, luck=luck, asked_s=outcome.retry_after_s) if failed else None,
    )


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
    count = publish_store(house.store.path, target)
    return f"{count} incidents in {target}"
