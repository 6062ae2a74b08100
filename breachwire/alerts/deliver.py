"""Messages to their channels: one thread a channel, in order within it, and none ever waits for another.

In: planned messages, the open channels by name, and `note`, which is told each outcome at once, from the channel's own
thread and before its next message is begun: the instant between a receiver's yes and that note is the only one in
which a kill makes a message come twice. What runs out of time has no outcome, and is sent by a later run.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from breachwire.alerts.channels.contract import Channel
from breachwire.alerts.pacing import Patience, wait_before_next
from breachwire.alerts.planning import Planned
from breachwire.errors import BreachwireError, ChannelError, DeliveryError

LOG = logging.getLogger("breachwire.alerts.deliver")
_GLANCE_S = 0.25
BEHIND = "waits behind others: "
"""Before the error of a message whose channel was given up at an earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message: `error` is "" where the channel took it, or says in words why not.

    `final` means that it will never be taken; `asked` counts the times that the channel was asked in this run, 0 where
    it failed for others before; `retry_after_s` is what the receiver wants to be left alone for.
    """

    planned: Planned
    error: str = ""
    receipt: str = ""
    final: bool = False
    asked: int = 1
    retry_after_s: float | None = None


Note = Callable[[Outcome], None]


def deliver(
    planned: Sequence[Planned], channels: Mapping[str, Channel], note: Note, *, patience: Patience | None = None
) -> None:
    """Sends all, every channel in a thread of its own, and returns when they are done or the time is over."""
    patience = patience or Patience()
    by_channel: dict[str, list[Planned]] = {}
    for message in planned:
        by_channel.setdefault(message.channel, []).append(message)
    workers = []
    for name, messages in by_channel.items():
        channel = channels.get(name)
        if channel is None:
            why = f"channel {name}: not in alerts.toml any more"
            for message in messages:
                note(Outcome(planned=message, error=why, asked=0))
        else:
            workers.append(_Worker(channel, messages, note, patience))
    for worker in workers:
        worker.start()
    _wait(workers, patience)


def _wait(workers: Sequence[_Worker], patience: Patience) -> None:
    end = time.monotonic() + patience.all_s
    try:
        while busy := [worker for worker in workers if worker.is_alive() and not worker.left_alone]:
            busy[0].join(_GLANCE_S)
            now = time.monotonic()
            for worker in busy:
                worker.leave_if_overdue(now)
            if now >= end:
                break
    finally:  # also when the run is interrupted: no thread begins another message
        for worker in workers:
            worker.stop()
    for worker in workers:
        if worker.fault:
            raise worker.fault


class _Worker(threading.Thread):
    """One channel's messages, in order. A daemon: a receiver that never answers does not keep the run from ending."""

    def __init__(self, channel: Channel, messages: Sequence[Planned], note: Note, patience: Patience) -> None:
        super().__init__(name=f"alerts to {channel.name}", daemon=True)
        self._channel, self._messages, self._note, self._patience = channel, messages, note, patience
        self._stopped = threading.Event()
        self._began: float | None = None
        self._at = 0
        self._trouble_since: float | None = None
        self._failed_in_row = 0
        self.left_alone = False
        self.fault: BreachwireError | None = None

    def run(self) -> None:
        """Sends until nothing is left, the channel is given up, or the run is over."""
        try:
            for at, message in enumerate(self._messages):
                self._at = at
                if self._stopped.is_set():
                    return
                outcome, given_up = self._send(message)
                if outcome is None:
                    return
                self._note(outcome)
                if given_up:
                    self._pass_over(at + 1, outcome)
                    return
        except BreachwireError as fault:  # the ledger's: raised again where the run can be stopped
            self.fault = fault
        finally:
            self._channel.close()

    def stop(self) -> None:
        """No further message, and no further try, is begun."""
        self._stopped.set()

    def leave_if_overdue(self, now: float) -> None:
        """Notes that the channel did not come back, and lets it be. Its yes, should it still come, will be noted."""
        began, limit = self._began, self._channel.time_limit_s + self._patience.grace_s
        if began is None or now - began < limit:
            return
        self.stop()
        self.left_alone = True
        at = self._at
        why = f"channel {self._channel.name}: gave no answer within {self._channel.time_limit_s:g} s"
        outcome = Outcome(planned=self._messages[at], error=why)
        self._note(outcome)
        self._pass_over(at + 1, outcome)

    def _send(self, planned: Planned) -> tuple[Outcome | None, bool]:
        """What became of one message (None where the run was over first), and whether the channel is given up."""
        message, asked = planned.message(), 0
        while True:
            asked += 1
            self._began = time.monotonic()
            error = None
            try:
                receipt = self._channel.deliver(message)
            except DeliveryError as caught:
                error = caught
            except Exception as fault:  # noqa: BLE001 - a fault in one channel costs no other its alerts
                LOG.error(  # noqa: TRY400 - the message of a fault may hold the address
                    "channel %s: %s",
                    self._channel.name,
                    "".join(traceback.format_tb(fault.__traceback__)),
                )
                error = ChannelError(self._channel.name, f"stopped by a fault in the program ({type(fault).__name__})")
            finally:
                self._began = None
            if error is None:
                self._trouble_since, self._failed_in_row = None, 0
                return Outcome(planned=planned, receipt=receipt.words, asked=asked), False
            wait_s = self._wait_after(error, asked)
            if wait_s is None:
                return self._failed(planned, error, asked)
            if self._stopped.wait(wait_s):
                return None, True

    def _wait_after(self, error: DeliveryError, asked: int) -> float | None:
        """Seconds before the same message is tried again; None where it is not, in this run."""
        now = time.monotonic()
        self._trouble_since = self._trouble_since or now
        left = self._trouble_since + self._patience.trouble_s - now
        first_in_row = self._failed_in_row == 0
        if isinstance(error, ChannelError) or not error.transient or not first_in_row or asked >= self._patience.tries:
            return None
        wait_s = wait_before_next(asked, error.retry_after_s, self._patience, random.random())  # noqa: S311
        return wait_s if wait_s <= left else None

    def _failed(self, planned: Planned, error: DeliveryError, asked: int) -> tuple[Outcome, bool]:
        final = not error.transient
        self._failed_in_row += 0 if final else 1
        times = f" ({asked} times in a row)" if asked > 1 else ""
        outcome = Outcome(
            planned=planned,
            error=f"{error}{times}",
            final=final,
            asked=asked,
            retry_after_s=error.retry_after_s,
        )
        given_up = (
            isinstance(error, ChannelError)
            or self._failed_in_row >= self._patience.messages
            or (error.transient and (error.retry_after_s or 0) > self._patience.most_wait_s)
        )
        return outcome, given_up

    def _pass_over(self, start: int, last: Outcome) -> None:
        """The messages behind one at which the channel was given up: they failed with it, for the same reason."""
        for planned in self._messages[start:]:
            self._note(
                Outcome(
                    planned=planned,
                    error=BEHIND + last.error.removeprefix(BEHIND),
                    asked=0,
                    retry_after_s=last.retry_after_s,
                )
            )
