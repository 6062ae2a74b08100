"""The store on real DuckDB files: what goes in comes out, what is published explains itself, sessions and locks."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from breachwire.errors import LockedError, StoreError
from breachwire.records import (
    Article,
    Change,
    Claim,
    Dated,
    Entry,
    Evidence,
    Feed,
    FeedHabits,
    Figure,
    Incident,
    Link,
    Money,
    Page,
    Reading,
    Story,
    Value,
    Verdict,
)
from breachwire.store import grouping, polling, reading, remembering, runs
from breachwire.store.database import Database, connect, private_tables
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from breachwire.store.remembering import Remembered, Sought
from breachwire.store.values import dumps, loads

NOW = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
FEED = Feed(feed_id="f_desk", url="http://127.0.0.1/feed", title="Desk", tags=("news",), language="en", trust=0.7)
HABITS = FeedHabits(feed_id="f_desk")


@pytest.fixture
def store(tmp_path: Path) -> Database:
    return Database(tmp_path / "store.duckdb")


def entry(number: int, feed_id: str = "f_desk") -> Entry:
    url = f"http://127.0.0.1/{number}"
    return Entry(article_id=f"a_{number}", feed_id=feed_id, url=url, canonical_url=url, title=f"Title {number}")


def page(number: int) -> Page:
    e = entry(number)
    return Page(entry=e, source="Desk", final_url=e.url, body=None, content_type="text/html", fetched_at=NOW)


def verdict(number: int, *, kept: bool = True) -> Verdict:
    return Verdict(
        url=entry(number).canonical_url,
        stage="judge",
        kept=kept,
        score=6.0,
        threshold=5.0,
        terms=(),
        negatives=(),
        reason="because",
        rule_version="1",
    )


def claim(number: int, field: str, value: Value) -> Claim:
    return Claim(
        article_id=f"a_{number}",
        field=field,
        value=value,
        zone="body",
        start=0,
        end=4,
        quote="Text",
        rule="r",
        confidence=0.9,
    )


def read(number: int, claims: Sequence[Claim] = ()) -> reading.Outcome:
    article = Article(
        article_id=f"a_{number}",
        url=entry(number).url,
        canonical_url=entry(number).url,
        feed_id="f_desk",
        source="Desk",
        title=f"Title {number}",
        body="Text of the article",
        body_status="full",
        fetched_at=NOW,
        published_at=NOW - timedelta(hours=number),
    )
    made = Reading(article=article, verdict=verdict(number), claims=tuple(claims), sketch=(1, 2, 3))
    return reading.Outcome(page=page(number), verdicts=(made.verdict,), reading=made)


def test_polls_keep_entries_once_and_the_last_fifty_fetches(store: Database) -> None:
    with store.session() as con:
        state = polling.sync_feeds(con, [FEED])["f_desk"]
        for n in range(60):
            poll = polling.Poll(
                state=replace(state, etag=f"{n}"),
                habits=replace(HABITS, body_lengths=(n,), news_days=(date(2026, 3, 1),), last_new_at=NOW),
                fetched_at=NOW + timedelta(minutes=n),
                outcome="ok",
                entries=(entry(1), entry(2)),
            )
            assert polling.save_polls(con, [poll], run_id="r") == (2 if n == 0 else 0)
    with store.session() as con:
        assert con.execute("SELECT count(*), max(fetched_at) FROM feed_fetches").fetchone() == (
            50,
            NOW + timedelta(minutes=59),
        )
        assert polling.sync_feeds(con, [FEED])["f_desk"].etag == "59"
        poll = polling.Poll(
            state=state, habits=HABITS, fetched_at=NOW + timedelta(days=1), outcome="failed", error="answered 500"
        )
        assert polling.known_habits(con) == {
            "f_desk": replace(HABITS, body_lengths=(59,), news_days=(date(2026, 3, 1),), last_new_at=NOW)
        }
        polling.save_polls(con, [poll], run_id="r")
        last = "SELECT entries, entries_new, error FROM feed_fetches ORDER BY fetched_at DESC LIMIT 1"
        assert con.execute(last).fetchone() == (None, None, "answered 500")
        polling.sync_feeds(con, [])
        assert con.execute("SELECT state FROM feeds").fetchone() == ("removed",)
        assert polling.sync_feeds(con, [FEED])["f_desk"].state == "active"


def test_a_passing_failure_is_tried_three_times(store: Database) -> None:
    with store.session() as con:
        state = polling.sync_feeds(con, [FEED])["f_desk"]
        polling.save_polls(
            con,
            [polling.Poll(state=state, habits=HABITS, fetched_at=NOW, outcome="ok", entries=(entry(1),))],
            run_id="r",
        )
        for _ in range(3):
            assert polling.entries_awaiting_fetch(con) == [("a_1", entry(1).url)]
            assert polling.entries_by_id(con, ["a_1", "a_2"]) == [entry(1)]
            failed = polling.Fetched(entry=entry(1), outcome="retry", error="answered 503", page=page(1))
            polling.save_fetched(con, [failed], now=NOW, run_id="r")
        assert polling.entries_awaiting_fetch(con) == []


def test_pages_are_read_once_a_rule_version_and_again_after_a_change(store: Database) -> None:
    with store.session() as con:
        polling.sync_feeds(con, [FEED])
        state = polling.sync_feeds(con, [FEED])["f_desk"]
        polling.save_polls(
            con,
            [polling.Poll(state=state, habits=HABITS, fetched_at=NOW, outcome="ok", entries=(entry(1),))],
            run_id="r",
        )
        polling.save_fetched(con, [polling.Fetched(entry=entry(1), outcome="ok", page=page(1))], now=NOW, run_id="r")
        waiting = reading.pages_awaiting_reading(con, rule_version="1", limit=10)
        assert [p.source for p in waiting] == ["Desk"]
        reading.save_readings(con, [read(1)], rule_version="1", now=NOW, run_id="r")
        assert reading.pages_awaiting_reading(con, rule_version="1", limit=10) == []
        assert len(reading.pages_awaiting_reading(con, rule_version="2", limit=10)) == 1


@pytest.mark.parametrize(
    "value",
    [
        "Mühlenbank ☃",
        Figure(minimum=5, maximum=None, unit="people", qualifier="at_least"),
        Money(amount=Decimal("4.50"), currency="BTC"),
        Dated(on=date(2026, 3, 1), precision="month"),
    ],
)
def test_values_survive_as_json(value: Value) -> None:
    assert loads(dumps(value)) == value


def settle(con: duckdb.DuckDBPyConnection, *, articles: int = 1) -> Incident:
    reading.save_readings(con, [read(1, [claim(1, "victim", "Text")])], rule_version="1", now=NOW, run_id="r")
    grouping.save_stories(con, [Story(story_id="s_1", canonical_id="a_1", article_ids=("a_1",))])
    incident = Incident(
        incident_id="i_1",
        title="Title 1",
        victim="Text",
        victim_names=("Text", "Texte"),
        ransom_amount=Decimal("40.00"),
        article_count=articles,
        first_published_at=NOW,
        disclosed_on=NOW.date(),
    )
    proof = Evidence(
        incident_id="i_1",
        field="victim",
        value="Text",
        article_id="a_1",
        zone="body",
        char_start=0,
        char_end=4,
        quote="Text",
        rule="r",
        confidence=0.9,
        accepted=True,
    )
    change = Change(incident=incident, revision=1, changed=("victim",), previous=None, evidence=(proof,))
    settled = grouping.Settled(
        incident_id="i_1",
        change=change,
        evidence=(proof,),
        links=(Link(incident_id="i_1", article_id="a_1", role="main", score=1.0, reason="first"),),
        remembered=Remembered(
            incident_id="i_1", profile="{}", words=(("orlo", 3),), first_published_at=NOW, last_published_at=NOW
        ),
    )
    grouping.save_incidents(con, [settled], now=NOW, run_id="r")
    return incident


def test_an_incident_comes_back_as_it_went_in(store: Database) -> None:
    with store.session() as con:
        incident = settle(con)
        assert grouping.newest(con, ["i_1"]) == {"i_1": (1, incident)}
        assert grouping.unsettled_stories(con) == []
        story = Sought(key="s", published_at=NOW, words=frozenset({"orlo"}), name_words=frozenset(), names=())
        assert remembering.seek(con, [story]) == (1, {"orlo": 1})
        assert remembering.candidates(con, since=NOW, until=NOW, margin=timedelta(days=1)) == ["{}"]
        assert grouping.was_minted(con, "i_1")
        (story,) = grouping.stories_by_id(con, ["s_1"])
        assert story.claims == (claim(1, "victim", "Text"),)
        assert [(s, link.article_id) for s, link in grouping.links_of_stories(con, ["s_1"])] == [("s_1", "a_1")]


def test_a_transaction_that_fails_leaves_nothing(store: Database) -> None:
    with pytest.raises(ZeroDivisionError), store.session() as con:
        settle(con)
        raise ZeroDivisionError
    with store.session() as con:
        assert not grouping.was_minted(con, "i_1")


def test_a_full_disk_is_one_clear_line_and_costs_only_what_was_being_written(store: Database) -> None:
    with store.session() as con:
        con.execute("CREATE TABLE notes (text VARCHAR)")
        con.execute("INSERT INTO notes VALUES ('first')")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with pytest.raises(StoreError, match="make room"), store.session() as con:
            con.execute("INSERT INTO notes SELECT md5(range::VARCHAR) FROM range(200_000)")
            resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size + 4096, before[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with store.session() as con:
        assert con.execute("FROM notes").fetchall() == [("first",)]


def test_the_published_file_explains_itself(store: Database, tmp_path: Path) -> None:
    target = tmp_path / "incidents.duckdb"
    with store.session() as con:
        settle(con)
        runs.begin(con, runs.Run(run_id="r", started_at=NOW, engine="direct", version="0", rule_version="1"))
        runs.end(con, "r", ended_at=NOW, counts={"pages": 2}, seconds={"collect": 0.5}, failures=0)
    assert publish(store.path, target).incidents == 1
    con = connect(target, read_only=True)
    assert con.execute("SELECT incident_id, victim FROM incidents").fetchall() == [("i_1", "Text")]
    assert con.execute("SELECT counts['pages'] FROM runs").fetchone() == (2,)
    bare = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal"
    ).fetchall()
    assert bare == []
    assert con.execute("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL").fetchall() == []
    tables = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert not tables & set(private_tables())
    assert {"vocab_sector", "vocab_attack_type", "schema_migrations"} <= tables
    assert len(con.execute("FROM search('text title')").fetchall()) == 1
    assert len(con.execute("FROM victim_history('texte')").fetchall()) == 1
    con.close()


def test_a_reader_keeps_the_old_file_and_never_blocks(store: Database, tmp_path: Path) -> None:
    target = tmp_path / "incidents.duckdb"
    with store.session():
        pass
    publish(store.path, target)
    reader = connect(target, read_only=True)
    with store.session() as con:
        settle(con)
    publish(store.path, target)
    assert reader.execute("SELECT count(*) FROM incidents").fetchone() == (0,)
    reader.close()
    again = connect(target, read_only=True)
    assert again.execute("SELECT count(*) FROM incidents").fetchone() == (1,)
    again.close()


def test_what_a_killed_run_left_of_a_publication_is_cleared_away(store: Database, tmp_path: Path) -> None:
    with store.session() as con:
        settle(con)
    (tmp_path / ".out.duckdb.new").write_bytes(b"half a file")
    publish(store.path, tmp_path / "out.duckdb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.duckdb", "store.duckdb"]


def test_what_is_not_stated_is_null(store: Database) -> None:
    with store.session() as con:
        settle(con)
        stored = con.execute("SELECT cves, data_types, records_min, summary FROM incident_revisions").fetchall()
        assert stored == [(None, None, None, None)]
        assert grouping.newest(con, ["i_1"])["i_1"][1].cves == ()


def test_an_incident_without_articles_is_withdrawn(store: Database, tmp_path: Path) -> None:
    with store.session() as con:
        settle(con, articles=0)
    assert publish(store.path, tmp_path / "out.duckdb").incidents == 0


def _hold(path: str, ready: str) -> None:
    con = duckdb.connect(path)
    Path(ready).touch()
    import time

    time.sleep(30)
    con.close()


def test_a_store_held_by_another_process_is_named(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breachwire.store.database.LOCK_TRIES", 2)
    with store.session():
        pass
    ready = tmp_path / "ready"
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(str(store.path), str(ready)))
    holder.start()
    try:
        while not ready.exists():
            holder.join(0.05)
        with pytest.raises(LockedError, match=str(holder.pid)), store.session():
            pass
        with pytest.raises(LockedError, match=str(holder.pid)):
            publish(store.path, tmp_path / "out.duckdb")
    finally:
        holder.kill()
        holder.join()


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, NOW),
        pytest.raises(LockedError, match="since 2026-03-01 03:30:00 UTC"),
        only_one(tmp_path, NOW),
    ):
        pass
    with only_one(tmp_path, NOW):
        pass


def test_a_damaged_store_and_a_folder_in_the_way_are_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "bad.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match=r"bad\.duckdb"), Database(tmp_path / "bad.duckdb").session():
        pass
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="--data"), only_one(tmp_path / "file", NOW):
        pass


def test_a_store_of_a_later_version_is_refused(store: Database) -> None:
    with store.session() as con:
        con.execute("INSERT INTO schema_migrations VALUES (999, 'future', now())")
    with pytest.raises(StoreError, match="999"), Database(store.path).session():
        pass


def test_an_article_under_two_addresses_is_kept_once(store: Database) -> None:
    def under(number: int, canonical: str, title: str, body: str) -> reading.Outcome:
        outcome = read(number)
        assert outcome.reading
        article = replace(outcome.reading.article, canonical_url=canonical, title=title, body=body)
        return replace(outcome, reading=replace(outcome.reading, article=article))

    same, own = "http://127.0.0.1/story", "http://127.0.0.1/4"
    nights = [
        [under(1, same, "Quay opens", "Text"), under(2, same, "quay opens", "Longer text")],
        [under(3, same, "Quay opens after all", "Text"), under(4, own, "Quay opens", "Text")],
        [under(1, same, "Quay opens", "Text again"), under(5, same, "Another story", "Text")],
    ]
    for night in nights:
        with store.session() as con:
            reading.save_readings(con, night, rule_version="1", now=NOW, run_id="r")
    with store.session() as con:
        kept = con.execute("SELECT article_id FROM articles ORDER BY 1").fetchall()
        why = con.execute("SELECT kept, reason FROM decisions WHERE url = 'http://127.0.0.1/2'").fetchall()
    assert kept == [("a_1",), ("a_3",), ("a_4",), ("a_5",)]
    assert why == [(False, "the same article as http://127.0.0.1/1, which is kept as a_1")]
