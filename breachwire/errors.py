"""The errors that breachwire raises on purpose. Anything else is a bug and is left to crash.

BreachwireError
|- ConfigError     a file in config/ or a flag is wrong         stop before starting, exit 2
|- LockedError     another run holds the store                  stop, exit 3
|- StoreError      a database cannot be read or written         stop, exit 4
|- FetchError      one address could not be fetched             an attempts row, the night goes on
|  `- RobotsError  the site's robots.txt forbids it             the feed's own text stands in
|- ContentError    one document could not be read               an attempts row, the night goes on
`- DeliveryError   one channel did not take an alert            the alert stays unsent
   `- ChannelError  a channel cannot be used as it is set up    all its alerts wait until somebody changes that
"""

from __future__ import annotations


class BreachwireError(Exception):
    """Base of all errors raised on purpose. `exit_code` is what a command ends with."""

    exit_code = 1


class ConfigError(BreachwireError):
    """A configuration file or flag is wrong: `where` names file and key, `hint` says what to do."""

    exit_code = 2

    def __init__(self, where: str, what: str, hint: str = "") -> None:
        self.where, self.what, self.hint = where, what, hint
        super().__init__(f"{where}: {what}" + (f" ({hint})" if hint else ""))


class LockedError(BreachwireError):
    """Another run holds the data folder: `holder` is its process, host and start."""

    exit_code = 3

    def __init__(self, path: str, holder: str) -> None:
        self.path, self.holder = path, holder
        super().__init__(f"{path} is held by {holder}: wait for it to end, or stop that process")


class StoreError(BreachwireError):
    """A database file cannot be opened, read or written: `path` names it."""

    exit_code = 4

    def __init__(self, path: str, what: str, hint: str = "") -> None:
        self.path, self.what, self.hint = path, what, hint
        super().__init__(f"{path}: {what}" + (f" ({hint})" if hint else ""))


class FetchError(BreachwireError):
    """An address could not be fetched.

    `transient` is true where trying again later may help (time-outs, DNS, 429, 5xx); `status` is the HTTP status where
    there was one; `retry_after_s` is what the server asked for, in seconds.
    """

    def __init__(
        self,
        url: str,
        what: str,
        *,
        transient: bool,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.url, self.what, self.transient = url, what, transient
        self.status, self.retry_after_s = status, retry_after_s
        super().__init__(f"{url}: {what}")


class RobotsError(FetchError):
    """A page that the robots.txt of its site forbids programs to fetch."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "is closed to programs by its site's robots.txt", transient=False)


class ContentError(BreachwireError):
    """A document came, but cannot be read: `why` says what is wrong with it."""

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = url, why
        super().__init__(f"{url}: {why}")


class DeliveryError(BreachwireError):
    """A channel did not take a message. Neither `what` nor anything else here holds an address or a password.

    `transient` is true where trying again may help; false means that this message will never be taken.
    `retry_after_s` is what the receiver asked for, in seconds.
    """

    def __init__(self, channel: str, what: str, *, transient: bool = True, retry_after_s: float | None = None) -> None:
        self.channel, self.what = channel, what
        self.transient, self.retry_after_s = transient, retry_after_s
        super().__init__(f"channel {channel}: {what}")


class ChannelError(DeliveryError):
    """A channel cannot be used as it is set up: a secret is missing, the receiver knows no such address or password.

    Trying at once again does not help, nor does another message; once it is set right, what waits can be sent.
    """

    def __init__(self, channel: str, what: str) -> None:
        super().__init__(channel, what, transient=True)
