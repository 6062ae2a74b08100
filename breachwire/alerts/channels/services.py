"""Messages through Apprise to its 140 services: mail, chat, push, webhooks.

The address holds secrets: it comes from an environment variable or a file when a message is sent, and none of its parts
reaches a log or an error. Apprise says "no" by returning False and logs why; that log is caught here and cleaned.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.alerts.channels.secrets import Redactor, value_of
from breachwire.errors import ChannelError, DeliveryError

if TYPE_CHECKING:
    from apprise import Apprise

_TALKERS = ("apprise", "urllib3", "requests")
_QUIET = threading.RLock()
"""Held while the talkers' handlers are exchanged: two channels may be at it at once."""


class ServiceChannel:
    """Sends to the Apprise URL, or several separated by spaces, that `reference` (env:NAME, file:/path) leads to."""

    def __init__(self, name: str, reference: str, time_limit_s: float = 30.0) -> None:
        self.name, self.time_limit_s = name, time_limit_s
        self._reference = reference

    def deliver(self, message: Message) -> Receipt:
        """Raises DeliveryError where the address is missing or wrong, or a service did not take the message."""
        urls = value_of(self._reference, self.name)
        redact = Redactor(addresses=[urls])
        with _kept_quiet() as said:
            targets = [self._target(one) for one in urls.split()]
            try:
                # One after the other: Apprise would ask several in threads of its own, whose log is not ours.
                answers = [_tell(target, message) for target in targets]
            except Exception as error:  # noqa: BLE001 - a plugin's fault is that service's trouble, and shows the address
                raise DeliveryError(self.name, redact(f"{type(error).__name__}: {error}")) from None
        if not all(answers):
            words = redact("; ".join(dict.fromkeys(said)))
            raise DeliveryError(self.name, words or "the service did not take it")
        return Receipt(words="taken")

    def _target(self, url: str) -> Apprise:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its plugins import modules that Python is about to drop
            import apprise

            target = apprise.Apprise()
            if not target.add(url):
                where = self._reference.partition(":")[2]
                raise ChannelError(self.name, f"the address in {where} is not one that Apprise knows")
        return target

    def close(self) -> None:
        """Nothing is kept open."""


def _tell(target: Apprise, message: Message) -> bool:
    return bool(target.notify(title=message.subject, body=message.text, body_format="text"))


@contextmanager
def _kept_quiet() -> Iterator[list[str]]:
    """What Apprise and the clients below it log in this thread, in a list instead of anybody's log: addresses stand
    in it."""
    said: list[str] = []
    handler = _Catcher(said)
    loggers = [logging.getLogger(name) for name in _TALKERS]
    with _QUIET:
        for logger in loggers:
            if not any(isinstance(h, _Catcher) for h in logger.handlers):
                _BEFORE[logger.name] = (logger.handlers, logger.propagate, logger.level)
                logger.handlers, logger.propagate = [], False
                logger.setLevel(logging.WARNING)
            logger.addHandler(handler)
    try:
        yield said
    finally:
        with _QUIET:
            for logger in loggers:
                logger.removeHandler(handler)
                if not logger.handlers and logger.name in _BEFORE:
                    logger.handlers, logger.propagate, level = _BEFORE.pop(logger.name)
                    logger.setLevel(level)


_BEFORE: dict[str, tuple[list[logging.Handler], bool, int]] = {}
"""How the talkers' loggers were before the first of those who keep them quiet came."""


class _Catcher(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said, self._thread = said, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self._said.append(record.getMessage())
