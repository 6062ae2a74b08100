"""Alerts through Apprise to its 140 services: mail, chat, push, webhooks.

The address holds secrets: it comes from an environment variable when an alert is sent, and none of its parts reaches a
log or an error. Apprise says "no" by returning False and logs why; that log is caught here and cleaned.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from breachwire.alerts.plain import one_line
from breachwire.errors import DeliveryError
from breachwire.records import Alert

_PARTS = re.compile(r"[^/:@?&=#,;\s]{3,}")
_TALKERS = ("apprise", "urllib3", "requests")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)


class ServiceChannel:
    """Sends to the Apprise URL (or several, separated by spaces) in the environment variable `url_env`."""

    for_people = True

    def __init__(self, name: str, url_env: str) -> None:
        self.name = name
        self._url_env = url_env

    def send(self, alert: Alert) -> None:
        """Raises DeliveryError where the address is missing or wrong, or a service did not take the alert."""
        url = os.environ.get(self._url_env, "").strip()
        if not url:
            raise DeliveryError(self.name, f"the environment variable {self._url_env} is not set")
        with _kept_quiet() as said:
            from apprise import Apprise, NotifyFormat

            target = Apprise()
            known = [target.add(part) for part in url.split()]
            if not all(known):
                raise DeliveryError(self.name, f"the address in {self._url_env} is not one that Apprise knows")
            taken = target.notify(title=alert.title, body=alert.body, body_format=NotifyFormat.TEXT)
        if not taken:
            raise DeliveryError(self.name, _without_secrets(said, url) or "the service did not take it")


@contextmanager
def _kept_quiet() -> Iterator[list[str]]:
    """What Apprise and the clients below it log, in a list instead of anybody's log: addresses stand in it."""
    said: list[str] = []
    handler = _Catcher(said)
    loggers = [logging.getLogger(name) for name in _TALKERS]
    before = [(logger, logger.handlers, logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its plugins import modules that Python is about to drop
            yield said
    finally:
        for logger, handlers, propagate, level in before:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)


class _Catcher(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())


def _without_secrets(said: list[str], url: str) -> str:
    """What Apprise logged, on one line, with every part of the address but its scheme struck out."""
    text = _ADDRESS.sub("***", "; ".join(dict.fromkeys(said)))
    after_schemes = " ".join(part.partition("://")[2] for part in url.split())
    parts = {*_PARTS.findall(after_schemes), *_PARTS.findall(unquote(after_schemes))}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(re.escape(part), "***", text, flags=re.IGNORECASE)
    return one_line(text, 200)
