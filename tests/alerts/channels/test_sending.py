"""A thousand alerts over five channels from a real outbox; then runs that are stopped, and what is sent again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
import pytest

from breachwire.alerts.message import sample
from breachwire.alerts.pacing import Patience
from breachwire.settings import Settings, load
from breachwire.store import outbox
from breachwire.store.database import Database
from flows.resending import Wanted, retry
from flows.telling import Ended, send_waiting

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
BRISK = Patience(first_wait_s=0.01, most_wait_s=0.05, trouble_s=3.0)
Make = Callable[[str], Settings]


@pytest.fixture
def settings(tmp_path: Path) -> Make:
    """Settings with those channels, and a data folder."""

    def make(channels: str) -> Settings:
        config = tmp_path / "config"
        config.mkdir(exist_ok=True)
        for name in ("feeds.toml", "keywords.toml"):
            (config / name).write_bytes((ROOT / "config" / name).read_bytes())
        (config / "alerts.toml").write_text(channels)
        (tmp_path / "data").mkdir(exist_ok=True)
        return load(config, tmp_path / "data")

    return make


def queue(store: Database, channels: list[str], count: int) -> list[str]:
    """Alerts for each channel; returns their numbers in order."""
    numbers = [f"{i:04}" for i in range(count)]
    made = sample("any")
    alerts = [
        replace(made, alert_id=f"n_{channel}{number}", channel=channel, rule="all", incident_id=f"i_{number}")
        for number in numbers
        for channel in channels
    ]
    with store.session() as con:
        assert outbox.queue_alerts(con, alerts, now=NOW, run_id="r") == len(alerts)
    return numbers


def states(store: Database, channel: str) -> dict[str, int]:
    with store.session() as con:
        sql = "SELECT state, count(*) FROM alerts WHERE channel = $c GROUP BY ALL"
        return {str(row[0]): int(row[1]) for row in con.execute(sql, {"c": channel}).fetchall()}


FIVE = """
[channels.hook]
kind = "webhook"
url = "{hook}"
[channels.mail]
kind = "email"
host = "127.0.0.1"
port = {post}
security = "none"
sender = "alerts@desk.example"
to = ["ana@desk.example"]
digest_above = 0
[channels.log]
kind = "file"
path = "log.jsonl"
[channels.feed]
kind = "atom"
path = "feed.atom"
entries = 1000
[channels.bad]
kind = "webhook"
url = "{bad}"
time_limit_s = 5.0
"""


@pytest.mark.slow
def test_a_thousand_alerts_over_five_channels_one_of_them_always_failing(
    settings: Make, hook: Any, post: Any, tmp_path: Path
) -> None:
    made = settings(FIVE.format(hook=hook.url, post=post.port, bad="http://127.0.0.1:1/"))
    store = Database(made.data_dir / "store.duckdb")
    numbers = queue(store, ["bad", "hook", "mail", "log", "feed"], 200)
    hook.script.extend([500, 200, (429, "0"), "reset", 200, 503, 500])
    post.script.extend(["451 later", "250 ok", "hang up"])
    for night in range(outbox.MAX_TRIES):
        clock = NOW + night * timedelta(days=1)
        ended = send_waiting(store, made, partial(max, clock, NOW), patience=BRISK)
        assert {e.channel for e in ended} == ({"bad"} if night else {"bad", "hook", "mail", "log", "feed"})
    assert hook.taken == [f"n_hook{n}" for n in numbers]
    assert [m["Message-ID"] for m in post.mails] == [f"<n_mail{n}@desk.example>" for n in numbers]
    lines = (made.data_dir / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"n_log{n}" for n in numbers]
    entries = feedparser.parse((made.data_dir / "feed.atom").read_bytes()).entries
    assert [e.id for e in reversed(entries)] == [f"urn:breachwire:n_feed{n}" for n in numbers]
    assert states(store, "bad") == {"dead": 200}
    with store.session() as con:
        errors = con.execute("SELECT DISTINCT last_error FROM alerts WHERE state = 'dead'").fetchall()
    assert all("the receiver cannot be spoken to: Connect" in str(row[0]) for row in errors)


ONE = '[channels.hook]\nkind = "webhook"\nurl = "{}"\ntime_limit_s = 2.0\n'


def test_a_run_that_was_stopped_leaves_a_ledger_and_the_next_goes_on(settings: Make, hook: Any) -> None:
    made = settings(ONE.format(hook.url))
    store = Database(made.data_dir / "store.duckdb")
    numbers = queue(store, ["hook"], 6)
    noted = 0

    def clock() -> datetime:
        nonlocal noted
        noted += 1
        if noted > 5:
            raise KeyboardInterrupt  # as a kill: between two alerts, with three noted
        return NOW

    with pytest.raises(KeyboardInterrupt):
        stopped(store, made, clock)
    taken_before = list(hook.taken)
    assert 0 < len(taken_before) < 6
    send_waiting(store, made, lambda: NOW, patience=BRISK)
    assert set(hook.taken) == {f"n_hook{n}" for n in numbers}
    assert hook.taken.count(taken_before[0]) == 1
    assert states(store, "hook") == {"sent": 6}


def stopped(store: Database, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Sends in this thread, so that what the clock raises ends the run where it was."""
    from breachwire.alerts.channels import open_channels
    from breachwire.alerts.planning import plan
    from breachwire.store.ledger import Ledger
    from breachwire.store.outbox import Sending

    channels = open_channels(settings.alerts, settings.data_dir, None)  # type: ignore[arg-type]
    ledger = Ledger(settings.data_dir / "outbox.ledger")
    with store.session() as con:
        planned = plan(outbox.pending_alerts(con, clock()), {}, clock())
        outbox.assign_messages(con, {r.alert.alert_id: m.message_id for m in planned for r in m.rows})
    try:
        for message in planned:
            receipt = channels[message.channel].deliver(message.message())
            at = clock()
            words = receipt.words
            ledger.note(Sending(message_id=message.message_id, channel="hook", tried_at=at, error=None, receipt=words))
    finally:
        for channel in channels.values():
            channel.close()


def test_what_failed_is_sent_again_when_asked_for(settings: Make, hook: Any) -> None:
    made = settings(ONE.format(hook.url))
    store = Database(made.data_dir / "store.duckdb")
    queue(store, ["hook"], 3)
    hook.script.extend([413, 200, 404])
    ended = send_waiting(store, made, lambda: NOW, patience=BRISK)
    assert [e.error and e.error[:38] for e in ended] == [
        "channel hook: the receiver answered 41",
        None,
        "channel hook: the receiver answered 40",
    ]
    assert states(store, "hook") == {"dead": 1, "sent": 1, "failed": 1}
    assert send_waiting(store, made, lambda: NOW, patience=BRISK) == []
    again = retry(made, Wanted(asked=("i_0000",)), lambda: NOW)
    assert again == [Ended(channel="hook", alerts=1, error=None)]
    assert retry(made, Wanted(channel="hook"), lambda: NOW) == [Ended(channel="hook", alerts=1, error=None)]
    assert retry(made, Wanted(), lambda: NOW) == []
    assert hook.taken == ["n_hook0001", "n_hook0000", "n_hook0002"]
    keys = [headers["Idempotency-Key"] for headers, _ in hook.seen]
    assert keys == ["n_hook0000", "n_hook0001", "n_hook0002", "n_hook0000", "n_hook0002"]


def test_no_secret_stands_in_the_store(settings: Make, hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", f"{hook.url}/s3cr3t-path")
    made = settings('[channels.hook]\nkind = "webhook"\nurl = "env:HOOK"\nheaders = {Authorization = "env:HOOK"}\n')
    store = Database(made.data_dir / "store.duckdb")
    queue(store, ["hook"], 3)
    hook.script.extend(["reset", "reset", 400, 404])
    send_waiting(store, made, lambda: NOW, patience=BRISK)
    with store.session() as con:
        rows = con.execute("SELECT * FROM alerts").fetchall()
    assert "s3cr3t" not in str(rows)
    assert b"s3cr3t" not in (made.data_dir / "store.duckdb").read_bytes()


def test_a_thousand_at_once_are_one_mail(settings: Make, post: Any) -> None:
    text = FIVE.format(hook="http://127.0.0.1:1/", post=post.port, bad="http://127.0.0.1:1/")
    made = settings(text.replace("digest_above = 0\n", ""))
    store = Database(made.data_dir / "store.duckdb")
    queue(store, ["mail"], 1000)
    assert send_waiting(store, made, lambda: NOW, patience=BRISK) == [Ended(channel="mail", alerts=1000, error=None)]
    (mail,) = post.mails
    assert mail["Message-ID"].startswith("<m_")
    assert states(store, "mail") == {"sent": 1000}
