"""The night's own pulse: pings around it, and alerts about feeds and nights that are not well."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from breachwire.alerts.ping import ping
from breachwire.alerts.pulse import Beat, beats, pulse_alerts, stopped_night
from breachwire.alerts.rules import Desk
from breachwire.records import RunState
from breachwire.store import outbox
from breachwire.store import pulse as table
from flows.house import House
from flows.telling import send_waiting

LOG = logging.getLogger(__name__)
_LOGGERS = ("breachwire", "flows", "extractors")


class _Tail(logging.Handler):
    """The last lines of the log."""

    def __init__(self, lines: int) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=lines)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the line."""
        self.lines.append(self.format(record))


@contextmanager
def beating(house: House) -> Iterator[None]:
    """Pings when the night begins, went well or stopped; one that stops is told to whom the rules say.

    Nothing of this ever fails a night, or hides what stopped it. A night that is killed pings no end: that the service
    waits for one in vain is what it is for.
    """
    rules = house.settings.pulse
    with _listening(_Tail(rules.ping_log_lines)) as tail:
        _report(house, ping(rules, "start", f"breachwire {house.run_id}"))
        try:
            yield
        except Exception as error:
            what = "".join(traceback.format_exception_only(error)).strip()
            LOG.error("%s: stopped by %s", house.run_id, what)  # noqa: TRY400 - raised again, with its traceback
            _tell_stopped(house, what)
            said = [*tail.lines, traceback.format_exc(limit=-5)]
            _report(house, ping(rules, "fail", "\n".join(said)))
            raise
        _report(house, ping(rules, "success", "\n".join([*_summary(house), *tail.lines])))


@contextmanager
def _listening(tail: _Tail) -> Iterator[_Tail]:
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(tail)
        if logger.getEffectiveLevel() > logging.INFO:
            logger.setLevel(logging.INFO)
    try:
        yield tail
    finally:
        for logger, level in before:
            logger.removeHandler(tail)
            logger.setLevel(level)


def _report(house: House, error: str) -> None:
    if error:
        LOG.warning("%s", error)
        house.tally.notices.append(f"{error} (pulse.ping_url in settings.toml)")


def _summary(house: House) -> list[str]:
    counts = house.tally.counts
    said = [f"{counts[name]} {name.replace('_', ' ')}" for name in ("entries_new", "incidents_new", "alerts_sent")]
    return [f"{house.run_id}: {', '.join(said)}", *(f"worth a look: {line}" for line in house.tally.failures)]


def take(house: House) -> str:
    """Queues what there is to tell of feeds and nights. Runs before alerts are sent."""
    with house.store.session() as con:
        before = [run for run in table.last_runs(con) if run.run_id != house.run_id]
        found = beats(table.troubled_feeds(con), before, _current(house), house.settings.pulse)
    queued = _queue(house, found)
    return f"{len(found)} things not well, {queued} alerts queued" if found else "all is well"


def _current(house: House) -> RunState:
    counts = house.tally.counts
    return RunState(
        run_id=house.run_id,
        started_at=house.began_at,
        entries_new=counts["entries_new"],
        feeds_polled=counts["feeds_polled"],
    )


def _queue(house: House, found: tuple[Beat, ...]) -> int:
    now = house.clock()
    desk = Desk(rules=house.settings.alerts, watchlist=house.settings.watchlist, now=now)
    with house.store.session() as con:
        alerts = pulse_alerts(found, desk, table.told_beats(con))
        return outbox.queue_alerts(con, alerts, now=now, run_id=house.run_id)


def _tell_stopped(house: House, what: str) -> None:
    """Tries to tell that the night stopped. Where that fails too (the store is damaged, say) the ping is left."""
    try:
        if _queue(house, (stopped_night(_current(house), what),)):
            send_waiting(house.store, house.settings, house.clock)
    except Exception:
        LOG.exception("that the night stopped could not be told")
