"""Stages of `tell`: alerts to their channels, the private store to the published file."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from breachwire.alerts.channels import open_channels
from breachwire.alerts.deliver import BEHIND, Outcome, deliver
from breachwire.alerts.pacing import Patience
from breachwire.alerts.planning import plan
from breachwire.settings import Settings
from breachwire.store import outbox, runs
from breachwire.store.database import Database
from breachwire.store.ledger import Ledger
from breachwire.store.publish import publish as publish_store
from flows.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One message that a channel was sent, with `alerts` alerts in it: `error` is None where the channel took it."""

    channel: str
    alerts: int
    error: str | None


def send_alerts(house: House) -> str:
    """Sends what waits in the outbox; a channel that fails keeps its alerts for the next run, and blocks no other."""
    ended = send_waiting(house.store, house.settings, house.clock)
    sent = sum(e.alerts for e in ended if e.error is None)
    failed: Counter[str] = Counter()
    for e in ended:
        if e.error:
            failed[e.error.removeprefix(BEHIND)] += e.alerts
    house.tally.counts.update({"alerts_sent": sent, "alerts_failed": failed.total()})
    house.tally.failures.extend(f"{count} alert{'s'[: count - 1]} not sent: {why}" for why, count in failed.items())
    return f"{sent} sent, {failed.total()} failed"


def send_waiting(
    store: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    only: Set[str] | None = None,
    patience: Patience | None = None,
) -> list[Ended]:
    """Sends what is due, or those of it that carry an alert of `only`. Returns what channels were asked to take."""
    ledger = Ledger(settings.data_dir / "outbox.ledger")
    save_ledger(store, ledger)  # of a run that was killed
    limits = {name: kind.digest_above for name, kind in settings.alerts.channels.items()}
    with store.session() as con:
        planned = plan(outbox.pending_alerts(con, clock()), limits, clock())
        if only is not None:
            planned = [m for m in planned if any(row.alert.alert_id in only for row in m.rows)]
        outbox.assign_messages(con, {row.alert.alert_id: m.message_id for m in planned for row in m.rows})

    def note(outcome: Outcome) -> None:
        ledger.note(_sending(outcome, clock()))

    try:
        deliver(planned, open_channels(settings.alerts, settings.data_dir, sys.stdout), note, patience=patience)
    finally:
        sendings = save_ledger(store, ledger)
    last = {s.message_id: s for s in sorted(sendings, key=lambda s: s.error is None)}  # a late yes wins
    return [
        Ended(channel=m.channel, alerts=len(m.rows), error=last[m.message_id].error)
        for m in planned
        if m.message_id in last
    ]


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
    started = time.perf_counter()
    done = publish_store(house.store.path, target, house.settings.publish)
    with house.store.session() as con:  # the file itself cannot say how long it took to write: the next one does
        runs.note_seconds(con, house.run_id, "publish", time.perf_counter() - started)
    if done.late:
        tally.counts["published_late"] = done.late
        tally.notices.append(
            f"{done.late} incidents of an earlier run stand in the file only now: it had not been published"
        )
    return f"{done.incidents} incidents in {target}"
