"""The outbox: queued once, in order, and what became of each alert; a run that is killed loses and doubles nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from breachwire.records import Alert
from breachwire.store import outbox
from breachwire.store.database import Database
from breachwire.store.ledger import Ledger
from breachwire.store.outbox import MAX_TRIES, Sending

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
NIGHT = timedelta(days=1)
ALERT = Alert(
    alert_id="n_x", incident_id="i_1", revision=1, event="new_incident", rule="all", channel="c", title="t", body="b"
)


@pytest.fixture
def store(tmp_path: Path) -> Database:
    """An outbox with one alert that has its message."""
    made = Database(tmp_path / "store.duckdb")
    with made.session() as con:
        assert outbox.queue_alerts(con, [ALERT, ALERT], now=NOW, run_id="r") == 1
        outbox.assign_messages(con, {"n_x": "n_x"})
    return made


def refused(night: int, **more: object) -> Sending:
    sending = Sending(message_id="n_x", channel="c", tried_at=NOW + night * NIGHT, error="refused", tries=night)
    return replace(sending, **more)  # type: ignore[arg-type]


def state(store: Database) -> tuple[object, ...]:
    with store.session() as con:
        row = con.execute("SELECT state, tries, last_error, receipt FROM alerts").fetchone()
    assert row
    return tuple(row)


def test_an_alert_is_queued_once_and_dies_after_ten_nights(store: Database) -> None:
    with store.session() as con:
        assert outbox.queue_alerts(con, [ALERT], now=NOW, run_id="r2") == 0
        for night in range(1, MAX_TRIES + 1):
            assert [q.alert for q in outbox.pending_alerts(con)] == [ALERT]
            outbox.save_sendings(con, [refused(night)])
        assert outbox.pending_alerts(con) == []
    assert state(store) == ("dead", 10, "refused", None)


def test_a_weekend_of_frequent_runs_kills_nothing(store: Database) -> None:
    with store.session() as con:
        for hour in range(1, 30):
            sending = Sending(
                message_id="n_x", channel="c", tried_at=NOW + timedelta(hours=hour), error="down", tries=hour
            )
            outbox.save_sendings(con, [sending])
    assert state(store) == ("failed", 29, "down", None)


def test_what_will_never_be_taken_is_dead_at_once(store: Database) -> None:
    with store.session() as con:
        outbox.save_sendings(con, [refused(1, final=True)])
    assert state(store)[0] == "dead"


def test_the_next_try_waits_and_is_bounded(store: Database) -> None:
    at = outbox.next_try(NOW, 1, luck=1.0)
    assert at == NOW + timedelta(minutes=5)
    assert outbox.next_try(NOW, 3, luck=0.0) == NOW + timedelta(minutes=10)
    assert outbox.next_try(NOW, 400, luck=1.0) == NOW + timedelta(hours=6)
    assert outbox.next_try(NOW, 1, luck=1.0, asked_s=7200) == NOW + timedelta(hours=2)
    assert outbox.next_try(NOW, 1, luck=1.0, asked_s=1e9) == NOW + timedelta(hours=20)
    with store.session() as con:
        outbox.save_sendings(con, [refused(0, tries=1, next_try_at=at)])
        assert outbox.pending_alerts(con, NOW) == []
        assert len(outbox.pending_alerts(con, at)) == 1
        assert len(outbox.pending_alerts(con)) == 1


def test_saving_the_same_twice_changes_nothing_and_a_yes_wins(store: Database) -> None:
    yes = Sending(message_id="n_x", channel="c", tried_at=NOW, error=None, receipt="250 ok")
    for sendings in ([refused(1)], [refused(1)], [refused(2)]):
        with store.session() as con:
            outbox.save_sendings(con, sendings)
    assert state(store) == ("failed", 2, "refused", None)
    with store.session() as con:
        outbox.save_sendings(con, [yes, refused(3, final=True)])
    assert state(store)[0] == "sent"
    with store.session() as con:
        outbox.save_sendings(con, [refused(3)])
    assert state(store) == ("sent", 3, None, "250 ok")


def test_alerts_come_in_the_order_in_which_they_were_queued(store: Database) -> None:
    more = [replace(ALERT, alert_id=f"n_{word}") for word in ("z", "b", "q")]
    with store.session() as con:
        outbox.queue_alerts(con, more[:2], now=NOW - NIGHT, run_id="r")
        outbox.queue_alerts(con, more[2:], now=NOW - NIGHT, run_id="r")
        waiting = outbox.pending_alerts(con)
    assert [q.alert.alert_id for q in waiting] == ["n_x", "n_z", "n_b", "n_q"]
    assert waiting[1].queued_at == NOW - NIGHT


def test_a_digest_keeps_its_message_and_all_of_it_is_sent(store: Database) -> None:
    with store.session() as con:
        outbox.queue_alerts(con, [replace(ALERT, alert_id="n_y", delivery="digest")], now=NOW, run_id="r")
        outbox.assign_messages(con, {"n_y": "m_1", "n_x": "m_1"})
        assert [(q.message_id, q.alert.delivery) for q in outbox.pending_alerts(con)] == [
            ("n_x", "at_once"),
            ("m_1", "digest"),
        ]
        outbox.save_sendings(con, [Sending(message_id="m_1", channel="c", tried_at=NOW, error=None)])
        assert [q.alert.alert_id for q in outbox.pending_alerts(con)] == ["n_x"]


def test_the_ledger_hands_over_all_and_is_empty_only_then(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "outbox.ledger")
    assert ledger.take(lambda _: None) == ()
    noted = [refused(1, next_try_at=NOW + NIGHT), refused(2, error=None, receipt="ok \u2028 ü")]
    for sending in noted:
        ledger.note(sending)

    def fails(_: object) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        ledger.take(fails)
    with (tmp_path / "outbox.ledger").open("ab") as file:
        file.write(b'{"message_id": "torn')
    assert Ledger(tmp_path / "outbox.ledger").take(lambda _: None) == tuple(noted)
    assert not (tmp_path / "outbox.ledger").exists()


def test_a_ledger_line_behind_a_torn_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "outbox.ledger"
    path.write_bytes(b'{"message_id": "torn')
    Ledger(path).note(refused(1))
    assert Ledger(path).take(lambda _: None) == (refused(1),)
