"""What `[channels.NAME]` of alerts.toml may say: one model a kind of channel.

A secret never stands in the file: a key that takes one takes `env:NAME` (an environment variable) or `file:/path` (a
file that holds the secret alone). What stands there is not shown in errors: somebody will paste the secret itself.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, field_validator, model_validator
from pydantic_core import PydanticCustomError

from breachwire.settings.strict import Strict

SECRET_ERROR = "secret_reference"  # noqa: S105
"""Type of the errors whose input is not shown."""
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\S.*")
_HTTP = re.compile(r"https?://[^/\s@]+(/\S*)?")
_SCHEMA = {"type": "string", "pattern": r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"}


def is_reference(text: str) -> bool:
    """Whether a text says where a secret is."""
    return _REFERENCE.fullmatch(text) is not None


def _reference(text: str) -> str:
    if not is_reference(text):
        what = "a secret does not stand here but where it points to: env:NAME or file:/path"
        raise PydanticCustomError(SECRET_ERROR, what)
    return text


def _address(text: str) -> str:
    if not is_reference(text) and not _HTTP.fullmatch(text):
        what = "an address starts with http(s):// and holds no password; one with a secret is env:NAME or file:/path"
        raise PydanticCustomError(SECRET_ERROR, what)
    return text


SecretRef = Annotated[str, AfterValidator(_reference), WithJsonSchema(_SCHEMA)]
Address = Annotated[
    str, AfterValidator(_address), WithJsonSchema({"type": "string", "pattern": "^(https?://|env:|file:)"})
]


class Common(Strict):
    """What every channel may say."""

    digest_above: int = Field(10, ge=0, description="more alerts than this at once become one message; 0: never")
    time_limit_s: float = Field(30.0, gt=0, le=600, description="seconds that one message may take in all")


class ForPrograms(Common):
    """A channel that programs read: each alert is a message of its own, however many there are."""

    digest_above: int = Field(0, ge=0, description="more alerts than this at once become one message; 0: never")


class TerminalKind(Common):
    """Printed at the end of a run."""

    kind: Literal["terminal"]


class FileKind(ForPrograms):
    """JSON lines, appended."""

    kind: Literal["file"]
    path: str = Field(min_length=1, description="the file, relative to the data folder")


class AppriseKind(Common):
    """One of Apprise's 140 services. Its URL holds a secret: `url`, or `url_env` with the variable's bare name."""

    kind: Literal["apprise"]
    url: SecretRef | None = Field(None, description="env:NAME or file:/path of the Apprise URL, or several on one line")
    url_env: str | None = Field(None, description="the same as url = env:NAME, without the env:")

    @model_validator(mode="after")
    def _one_address(self) -> AppriseKind:
        if (self.url is None) == (self.url_env is None):
            raise PydanticCustomError(SECRET_ERROR, "an apprise channel needs url (env:NAME or file:/path) or url_env")
        return self


class EmailKind(Common):
    """Mail by SMTP."""

    kind: Literal["email"]
    host: str = Field(min_length=1, pattern=r"^[^\s/@:]+$|^\[?[0-9a-fA-F:]+\]?$", description="the mail server")
    port: int | None = Field(None, ge=1, le=65535, description="587 for starttls, 465 for tls, 25 for none")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="none: in clear, with no login, for a server on this machine"
    )
    user: str = Field("", description="for the login; none without it")
    password: SecretRef | None = Field(None, description="env:NAME or file:/path")
    sender: str = Field(description="the From address: alerts@example.org or Alerts <alerts@example.org>")
    to: tuple[str, ...] = Field(min_length=1, description="who gets it; several are named in one mail")
    subject_prefix: str = Field("", max_length=40, description="put before each subject, for filters")

    @field_validator("sender", "to")
    @classmethod
    def _addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        from email.utils import parseaddr

        for one in (value,) if isinstance(value, str) else value:
            _, address = parseaddr(one)
            if not re.fullmatch(r"[^\s@<>,]+@[^\s@<>,]+", address) or any(c in one for c in "\r\n"):
                raise ValueError("a mail address is like alerts@example.org or Alerts <alerts@example.org>")
        return value

    @model_validator(mode="after")
    def _login(self) -> EmailKind:
        if bool(self.user) != (self.password is not None):
            raise PydanticCustomError(SECRET_ERROR, "user and password go together: give both or neither")
        if self.user and self.security == "none":
            raise PydanticCustomError(SECRET_ERROR, "a password is not sent in clear: security is starttls or tls")
        return self


class WebhookKind(ForPrograms):
    """A JSON object by POST."""

    kind: Literal["webhook"]
    url: Address = Field(description="where to, or env:NAME or file:/path where the address holds a secret")
    secret: SecretRef | None = Field(None, description="env:NAME or file:/path of the key that signs each request")
    headers: dict[str, str] = Field(
        default_factory=dict, description="more headers; a value may be env:NAME or file:/path"
    )
    time_limit_s: float = Field(15.0, gt=0, le=600, description="seconds that one request may take in all")

    @field_validator("headers")
    @classmethod
    def _plain(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or any(ord(c) < 32 for c in value):
                raise PydanticCustomError(SECRET_ERROR, "a header is a name without spaces and a value of one line")
            if re.search(r"auth|key|token|secret|cookie", name, re.IGNORECASE) and not is_reference(value):
                what = f"the header {name} holds a secret: give env:NAME or file:/path"
                raise PydanticCustomError(SECRET_ERROR, what)
        return headers


class AtomKind(ForPrograms):
    """An Atom feed, written to a file that a web server or a feed reader opens."""

    kind: Literal["atom"]
    path: str = Field(min_length=1, description="the file, relative to the data folder")
    title: str = Field("breachwire", min_length=1, description="the feed's title")
    url: str = Field("", pattern=r"^(https?://\S+)?$", description="where readers find the feed, if it is served")
    entries: int = Field(200, ge=1, le=5000, description="entries kept, newest first")


class CommandKind(ForPrograms):
    """A program of the user's, with a JSON object on its standard input."""

    kind: Literal["command"]
    command: tuple[str, ...] = Field(min_length=1, description="program and arguments; no shell reads them")


Channel = Annotated[
    TerminalKind | FileKind | AppriseKind | EmailKind | WebhookKind | AtomKind | CommandKind,
    Field(discriminator="kind"),
]


def references(channel: Channel) -> tuple[str, ...]:
    """Where the secrets of a channel are: `env:NAME` and `file:/path`, as they stand in alerts.toml."""
    match channel:
        case AppriseKind():
            said = [channel.url or f"env:{channel.url_env}"]
        case EmailKind():
            said = [channel.password or ""]
        case WebhookKind():
            said = [channel.url, channel.secret or "", *channel.headers.values()]
        case _:
            said = []
    return tuple(text for text in said if is_reference(text))
