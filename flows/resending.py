"""`breachwire alerts retry`: what channels did not take, sent again now and published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from breachwire.alerts.pacing import Patience
from breachwire.errors import ConfigError
from breachwire.settings import Settings
from breachwire.store import outbox
from breachwire.store.database import Database
from breachwire.store.ledger import Ledger
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from flows.telling import Ended, save_ledger, send_waiting

_SOON = Patience(tries=2)
"""Somebody waits for the answer, and can ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of the failed and dead alerts: `asked` are beginnings of ids of alerts or incidents, all if empty."""

    asked: tuple[str, ...] = ()
    channel: str | None = None


def waiting_for_retry(settings: Settings, wanted: Wanted, clock: Callable[[], datetime]) -> list[tuple[str, str, str]]:
    """(alert, channel, title) of what `retry` would send. Raises ConfigError where an id is none of them."""
    with only_one(settings.data_dir, clock()):
        return _found(_store(settings), settings, wanted)


def retry(settings: Settings, wanted: Wanted, clock: Callable[[], datetime]) -> list[Ended]:
    """Sends them again, each with the idempotency key that it had. Raises LockedError while a night runs."""
    with only_one(settings.data_dir, clock()):
        store = _store(settings)
        ids = [alert for alert, _, _ in _found(store, settings, wanted)]
        if not ids:
            return []
        with store.session() as con:
            outbox.revive(con, ids)
        try:
            return send_waiting(store, settings, clock, only=frozenset(ids), patience=_SOON)
        finally:
            publish(store.path, settings.data_dir / "incidents.duckdb")


def _store(settings: Settings) -> Database:
    path = settings.data_dir / "store.duckdb"
    if not path.is_file():
        raise ConfigError(str(path), "is not there", "nothing was queued yet: breachwire run")
    return Database(path)


def _found(store: Database, settings: Settings, wanted: Wanted) -> list[tuple[str, str, str]]:
    if wanted.channel is not None and wanted.channel not in settings.alerts.channels:
        known = ", ".join(settings.alerts.channels) or "none"
        raise ConfigError("--channel", f"alerts.toml names no channel {wanted.channel!r}", f"there are: {known}")
    save_ledger(store, Ledger(settings.data_dir / "outbox.ledger"))
    with store.session() as con:
        unknown: Sequence[str] = [a for a in wanted.asked if not outbox.not_taken(con, [a], wanted.channel)]
        if unknown:
            raise ConfigError(unknown[0][:40], "no alert that failed has an id that begins so", "alerts list --failed")
        return outbox.not_taken(con, wanted.asked, wanted.channel)
