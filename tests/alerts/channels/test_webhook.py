"""A real HTTP receiver that fails in every way, and what the webhook says of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from breachwire.alerts.channels import Message
from breachwire.alerts.channels.webhook import WebhookChannel
from breachwire.errors import ChannelError, DeliveryError
from breachwire.settings.channels import WebhookKind

Make = Callable[..., Message]


Open = Callable[..., WebhookChannel]


@pytest.fixture
def channel() -> Iterator[Open]:
    """Opens channels to an address, and closes them."""
    opened: list[WebhookChannel] = []

    def to(url: str, **more: Any) -> WebhookChannel:
        kind = WebhookKind.model_validate({"kind": "webhook", "url": url, "time_limit_s": 20.0} | more)
        opened.append(WebhookChannel("hook", kind))
        return opened[-1]

    yield to
    for one in opened:
        one.close()


def test_a_request_is_signed_and_has_its_key(
    channel: Open, hook: Any, message_to: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("a shared key\n")
    monkeypatch.setenv("HOOK_AUTH", "Bearer t0ken")
    there = channel(
        hook.url, secret=f"file:{tmp_path / 'key'}", headers={"Authorization": "env:HOOK_AUTH", "X-Team": "a"}
    )
    assert there.deliver(message_to()).words == "200 OK"
    ((headers, body),) = hook.seen
    assert headers["Idempotency-Key"] == "n_0001"
    assert headers["Content-Type"] == "application/json"
    assert (headers["Authorization"], headers["X-Team"]) == ("Bearer t0ken", "a")
    assert json.loads(body)["id"] == "n_0001"
    signed = f"{headers['X-Breachwire-Timestamp']}.".encode() + body
    mac = hmac.new(b"a shared key", signed, hashlib.sha256).hexdigest()
    assert headers["X-Breachwire-Signature"] == f"sha256={mac}"
    assert abs(int(headers["X-Breachwire-Timestamp"]) - time.time()) < 100


def test_answers(channel: Open, hook: Any, message_to: Make) -> None:
    there = channel(hook.url)
    cases = {500: True, 503: True, 408: True, 429: True, 400: False, 410: False, 413: False, 422: False}
    for status, transient in cases.items():
        hook.script.append(status)
        with pytest.raises(DeliveryError, match=f"the receiver answered {status} ") as caught:
            there.deliver(message_to())
        assert caught.value.transient is transient
        assert not isinstance(caught.value, ChannelError)
    for status in (401, 403, 404, 307):
        hook.script.append(status)
        with pytest.raises(ChannelError, match=f"the receiver answered {status} "):
            there.deliver(message_to())
    assert len(hook.seen) == 12
    assert hook.taken == []


def test_retry_after(channel: Open, hook: Any, message_to: Make) -> None:
    there = channel(hook.url)
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    asked = []
    for said in ("7", tomorrow, "soon", "-3", "1" * 400):
        hook.script.append((429, said))
        with pytest.raises(DeliveryError) as caught:
            there.deliver(message_to())
        asked.append(caught.value.retry_after_s)
    assert asked[0] == 7
    assert asked[1] is not None
    assert 86_000 < asked[1] <= 86_400
    assert asked[2:4] == [None, None]
    assert asked[4] == 111_111_111


def test_hangs_resets_drips_and_nobody(channel: Open, hook: Any, message_to: Make) -> None:
    there = channel(hook.url, time_limit_s=1.0)
    for say, what in (
        ("hang", "gave no answer within 1 s"),
        ("drip", "gave no answer"),
        ("reset", "cannot be spoken to"),
    ):
        hook.script.append(say)
        with pytest.raises(DeliveryError, match=what) as caught:
            there.deliver(message_to())
        assert caught.value.transient
    assert there.deliver(message_to()).words == "200 OK"
    with pytest.raises(DeliveryError, match="cannot be spoken to"):
        channel("http://127.0.0.1:1/x").deliver(message_to())


def test_an_address_that_is_none(channel: Open, message_to: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "not an address")
    with pytest.raises(ChannelError, match="is not one that can be posted to"):
        channel("env:HOOK").deliver(message_to())
