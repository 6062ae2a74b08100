"""No secret of any channel reaches an error, a log, a repr, or a row."""

from __future__ import annotations

import base64
import io
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from breachwire.alerts.channels import Message, open_channels
from breachwire.alerts.channels.secrets import Redactor, value_of
from breachwire.errors import ChannelError, ConfigError, DeliveryError
from breachwire.settings.load import read
from breachwire.settings.models import Alerts

SECRETS = ("s3cr3t-path", "p4ssw0rd!/x", "h34der-t0ken", "s1gning key")
MAIL = {"kind": "email", "host": "127.0.0.1", "sender": "a@b.example", "to": ["c@d.example"], "time_limit_s": 2}


@pytest.fixture
def channels(hook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One of each kind that has a secret, none of which works."""
    path, password, header, key = SECRETS
    (tmp_path / "key").write_text(key)
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.port}/{path}?token={path}")
    monkeypatch.setenv("CLOSED_URL", f"http://user:{path}@127.0.0.1:1/{path}")
    monkeypatch.setenv("CHAT_URL", f"json://agent:{path}@127.0.0.1:{hook.port}/{path}")
    monkeypatch.setenv("PASSWORD", password)
    monkeypatch.setenv("AUTH_HEADER", f"Bearer {header}")
    monkeypatch.setenv("PAGER_KEY", header)
    says = "import os, sys; sys.exit('key is ' + os.environ['PAGER_KEY'])"
    made = {
        "hook": {
            "kind": "webhook",
            "url": "env:HOOK_URL",
            "secret": f"file:{tmp_path / 'key'}",
            "headers": {"Authorization": "env:AUTH_HEADER"},
        },
        "closed": {"kind": "webhook", "url": "env:CLOSED_URL", "headers": {"Authorization": "env:AUTH_HEADER"}},
        "chat": {"kind": "apprise", "url": "env:CHAT_URL"},
        "mail": MAIL | {"port": 1, "user": "desk", "password": "env:PASSWORD"},
        "pager": {"kind": "command", "command": [sys.executable, "-c", says]},
    }
    return open_channels(Alerts.model_validate({"channels": made}), tmp_path, io.StringIO())


def test_no_channel_tells(
    channels: dict[str, Any],
    hook: Any,
    message_to: Callable[..., Message],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for name, channel in channels.items():
        for say in (500, "reset", 404):
            hook.script.append(say)
            try:
                with pytest.raises(DeliveryError) as caught:
                    channel.deliver(message_to())
            finally:
                channel.close()
            assert name in str(caught.value)
            said += [str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value))]
            hook.script.clear()
        said += [repr(channel), str(vars(channel))]
    said += [caplog.text, *capfd.readouterr()]
    told = "\n".join(said)
    for secret in SECRETS:
        assert secret not in told
    assert "***" in told


def test_all_forms_of_a_secret_are_struck_out() -> None:
    redact = Redactor(["p4ss word/+"], ["mailto://ana:hunter2@host.example/room?x=abc%20def"])
    encoded = base64.b64encode(b"p4ss word/+").decode()
    for text in ("p4ss word/+", "P4SS WORD/+", "p4ss%20word%2F%2B", "p4ss+word%2F%2B", encoded, "hunter2", "abc%20def"):
        assert redact(f"a {text} b") == "a *** b"
    assert redact("see https://x.example/y and 535 bad") == "see *** and 535 bad"
    assert "hunter2" not in repr(redact)
    assert len(redact("word " * 10_000)) <= 240


def test_where_secrets_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(" value \n")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("KEY", "from env ")
    assert value_of("env:KEY", "c") == "from env"
    assert value_of(f"file:{tmp_path / 'key'}", "c") == "value"
    assert value_of("https://plain.example/", "c") == "https://plain.example/"
    for reference, what in {
        "env:UNSET": "the environment variable UNSET is not set",
        f"file:{tmp_path / 'none'}": "cannot be read: No such file",
        f"file:{tmp_path / 'bytes'}": "cannot be read: it is not text",
        f"file:{tmp_path / 'empty'}": "is empty",
    }.items():
        with pytest.raises(ChannelError, match=what):
            value_of(reference, "c")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('kind = "apprise"\nurl = "tgram://hunter2/room"', "env:NAME or file:/path"),
        ('kind = "apprise"', "needs url"),
        ('kind = "webhook"\nurl = "http://user:hunter2@x.example/"', "holds no password"),
        ('kind = "webhook"\nurl = "https://x.example/"\nsecret = "hunter2"', "env:NAME or file:/path"),
        ('kind = "webhook"\nurl = "https://x.example/"\nheaders = {Authorization = "hunter2"}', "holds a secret"),
        ('kind = "email"\nhost = "h"\nsender = "a@b.c"\nto = ["a@b.c"]\nuser = "u"\npassword = "hunter2"', "env:NAME"),
        ('kind = "email"\nhost = "h"\nsender = "a@b.c"\nto = ["a@b.c"]\npassword = "env:P"', "go together"),
        ('kind = "webhook"\nurl = "https://x.example/"\nsecrt = "hunter2"', "did you mean 'secret'"),
        ('kind = "webhok"\nurl = "https://x.example/"', "webhok"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(f"[channels.team]\n{text}\n")
    with pytest.raises(ConfigError, match=what) as caught:
        read(Alerts, path)
    assert "hunter2" not in str(caught.value)
    assert "channels.team" in str(caught.value)
