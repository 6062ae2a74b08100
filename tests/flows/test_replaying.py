"""Replays on a real store: what they find, that nothing changes unless it is asked for, and that they end."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.archive import Archive
from breachwire.errors import LockedError, StoreError
from breachwire.identity import article_id
from breachwire.records import Reply
from breachwire.settings import Settings, load
from breachwire.store.database import Database, insert
from breachwire.store.lock import only_one
from flows.deciding import Wish, decide
from flows.engines import Direct
from flows.house import open_house
from flows.night import tell, understand
from flows.replaying import Options, Replay, Replayed
from flows.report import Quiet

pytestmark = pytest.mark.slow  # replays and nights of whole stores

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
ALONE = Options(workers=1)
RULES = ("terms", "negatives", "exclusions")
HAULIER = """The haulier Orlo Freight has confirmed a data breach in which hackers stole data of 48,000 drivers.
Orlo Freight said that the hackers had copied licences and bank details from a server at its depot in Brennick."""
DAIRY = """The Finnish dairy Velmark Foods was hit by a ransomware attack on Tuesday that stopped three of its plants.
Hackers stole staff data and demanded a ransom, Velmark Foods said. The police have been told of the attack."""
CLINIC = """Hallow Street Clinic wants its patients to bring a pencil this week, for its ledgers are back in use.
The clinic said that a zorbling had shut its booking desk. Two zorblings in a year are too many, it said."""
WEEK = f"""Orlo Freight, Brennick
{HAULIER}
Velmark Foods, Finland
{DAIRY}
Tarn Savings Bank
Tarn Savings Bank said that data of 5,600 customers was stolen in a cyber attack on its web site, a data breach."""
PAGES = {
    "haulier": ("Orlo Freight confirms data breach of 48,000 drivers", HAULIER),
    "dairy": ("Ransomware attack stops dairy Velmark Foods", DAIRY),
    "clinic": ("Zorbling shuts the desk of Hallow Street Clinic", CLINIC),
}


def reply(url: str, title: str, body: str) -> Reply:
    text = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"
    return Reply(
        url=url, final_url=url, status=200, headers=(("content-type", "text/html"),), body=page.encode(), fetched_at=NOW
    )


def fetched(data: Path, pages: dict[str, tuple[str, str]]) -> None:
    """Puts pages into archive and store as `collect` would."""
    entries, rows = [], []
    for number, (name, (title, body)) in enumerate(pages.items()):
        url = f"http://desk.test/{name}"
        (record,) = Archive(data / "archive", max_megabytes=8).append([reply(url, title, body)])
        entry = {"article_id": article_id(url), "feed_id": "f_1", "url": url, "canonical_url": url, "title": title}
        day = {"published_at": NOW - timedelta(hours=20 - number)}
        entries.append(entry | day | {"summary": "", "content": "", "first_seen_at": NOW, "run_id": "r"})
        rows.append(
            {"article_id": article_id(url), "final_url": url, "content_type": "text/html", "run_id": "r"}
            | {"archive_record": record, "fetched_at": NOW}
        )
    with Database(data / "store.duckdb").session() as con:
        insert(con, "entries", entries)
        insert(con, "pages", rows)


def at_night(settings: Settings, now: datetime = NOW) -> Any:
    """A night without the network: what is stored is understood, and told."""
    house = open_house(settings, clock=lambda: now, engine=Direct(), progress=Quiet())
    house.begin()
    understand(house)
    tell(house)
    return house.report()


def with_zorblings(settings: Settings, *, without: str = "") -> Settings:
    """Rules under which a zorbling is an incident; without the terms of which an id begins with `without`."""
    words = settings.keywords
    first = words.terms[0]
    zorbling = first.model_copy(update={"id": "zorbling", "lang": "en", "weight": 9.0, "any": ("zorbling*",)})
    kept = tuple(t for t in words.terms if not without or not any(without in phrase for phrase in t.any))
    changed = words.model_copy(update={"version": words.version + ".next", "terms": (*kept, zorbling)})
    return settings.model_copy(update={"keywords": changed})


def query(data: Path, sql: str, file: str = "store.duckdb") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / file), read_only=True) as con:
        return con.execute(sql).fetchall()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def replay(settings: Settings, options: Options = ALONE, now: datetime = NOW) -> Replay:
    return Replay(settings, options, clock=lambda: now, progress=Quiet())


def kinds(done: Replayed) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for change, fate in done.fates:
        row = change.previous if fate.kind in ("lost", "merged") and change.previous else change.incident
        found.setdefault(fate.kind, []).append(row.victim)
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A store of three pages after a night: two incidents, and a clinic that was turned away."""
    made = load(ROOT / "config", tmp_path / "data")
    alerts = made.alerts.model_copy(update={"channels": {}, "rules": ()})
    english = {name: tuple(r for r in getattr(made.keywords, name) if r.lang == "en") for name in RULES}
    words = made.keywords.model_copy(update=english)  # all languages take seconds to prepare
    made = made.model_copy(update={"alerts": alerts, "keywords": words})
    fetched(made.data_dir, PAGES)
    report = at_night(made)
    assert sorted(str(c.incident.victim) for c in report.new) == ["Orlo Freight", "Velmark Foods"]
    return made


def test_the_same_rules_find_no_difference_and_read_nothing(settings: Settings) -> None:
    found = replay(settings).look()
    assert kinds(found) == {}
    assert (found.counts.get("pages_read", 0), found.counts["pages_known"], found.counts["articles_kept"]) == (0, 3, 2)
    assert kinds(replay(settings, Options(workers=1, from_archive=True)).look()) == {}


def test_other_rules_gain_and_lose_and_nothing_changes_before_it_is_accepted(settings: Settings) -> None:
    data = settings.data_dir
    files = {name: digest(data / name) for name in ("store.duckdb", "incidents.duckdb")}
    other = with_zorblings(settings, without="ransom")
    found = replay(other).look()
    gone = {"gained": ["Hallow Street Clinic"], "lost": ["Velmark Foods"]}
    assert kinds(found) == gone | {"changed": ["Orlo Freight"]}
    assert [c.changed for c, f in found.fates if f.kind == "changed"] == [("confidence",)]
    assert {name: digest(data / name) for name in files} == files

    ids = dict(query(data, "SELECT victim, incident_id FROM incidents"))
    history = query(data, "FROM incident_revisions ORDER BY ALL")
    done = replay(other).accept(alerts=False)
    assert done.accepted
    assert done.run_id == found.run_id
    assert kinds(done) == kinds(found)
    assert history == [row for row in query(data, "FROM incident_revisions ORDER BY ALL") if row in history]
    for where in ("store.duckdb", "incidents.duckdb"):
        now = dict(query(data, "SELECT victim, incident_id FROM incidents", where))
        assert now["Hallow Street Clinic"] not in ids.values()
        assert now["Orlo Freight"] == ids["Orlo Freight"]
    assert query(data, "SELECT count(*) FROM alerts") == [(0,)]
    assert query(data, f"SELECT engine, outcome FROM runs WHERE run_id = '{done.run_id}'") == [("replay", "ok")]
    assert query(data, "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'replay%'") == []
    assert not (data / "replay" / "store.duckdb").exists()


def test_what_people_decided_holds_in_a_replay(settings: Settings) -> None:
    data = settings.data_dir
    ids = dict(query(data, "SELECT victim, incident_id FROM incidents"))
    haulier, dairy = ids["Orlo Freight"], ids["Velmark Foods"]
    wishes = [
        Wish(kind="merge", incident=haulier, other=dairy, who="ines", because="one gang"),
        Wish(kind="set", incident=haulier, field="sector", value="retail", who="ines", because="it sells"),
    ]
    decide(settings, wishes, clock=lambda: NOW)
    rows = query(data, "SELECT incident_id, victim, sector, article_count FROM incidents")
    assert [(row[0], row[2], row[3]) for row in rows] == [(haulier, "retail", 2)]
    assert kinds(replay(settings).look()) == {}
    other = with_zorblings(settings)
    assert kinds(replay(other).accept(alerts=False)) == {"gained": ["Hallow Street Clinic"]}
    assert rows[0] in query(data, "SELECT incident_id, victim, sector, article_count FROM incidents")
    assert query(data, "SELECT count(*) FROM incidents") == [(2,)]


def test_a_second_replay_finds_no_difference_and_neither_does_a_night(settings: Settings) -> None:
    other = with_zorblings(settings)
    assert kinds(replay(other).accept(alerts=False)) == {"gained": ["Hallow Street Clinic"]}
    assert kinds(replay(other).look()) == {}
    tables = ("incident_revisions", "evidence", "incident_articles", "articles", "claims", "attempts", "decisions")
    before = [query(settings.data_dir, f"FROM {table} ORDER BY ALL") for table in tables]
    report = at_night(other, NOW + timedelta(days=1))
    assert (report.new, report.changed, report.failures) == ((), (), ())
    assert [query(settings.data_dir, f"FROM {table} ORDER BY ALL") for table in tables] == before


def test_what_is_lost_and_told_again_is_the_same_incident(settings: Settings) -> None:
    gained = with_zorblings(settings)
    replay(gained).accept(alerts=False)
    ids = query(settings.data_dir, "SELECT incident_id FROM incidents ORDER BY 1")
    assert kinds(replay(settings).accept(alerts=False)) == {"lost": ["Hallow Street Clinic"]}
    assert len(query(settings.data_dir, "FROM incidents")) == 2
    assert kinds(replay(gained).accept(alerts=False)) == {"gained": ["Hallow Street Clinic"]}
    assert query(settings.data_dir, "SELECT incident_id FROM incidents ORDER BY 1") == ids
    assert [r for (r,) in query(settings.data_dir, "SELECT max(revision) FROM incident_revisions GROUP BY incident_id")]


def test_several_processes_find_what_one_does(settings: Settings) -> None:
    other = with_zorblings(settings, without="ransom")
    alone = replay(other).look()
    for path in (settings.data_dir / "replay").glob("*.json"):
        path.unlink()
    together = replay(other, Options(workers=2)).look()
    assert together.run_id != alone.run_id
    assert [(c.incident, f.kind) for c, f in together.fates] == [(c.incident, f.kind) for c, f in alone.fates]


def test_what_was_accepted_is_what_was_looked_at_unless_something_was_written(settings: Settings) -> None:
    other = with_zorblings(settings)
    looked = replay(other).look()
    assert replay(other).look().run_id == looked.run_id
    with Database(settings.data_dir / "store.duckdb").session() as con:
        con.execute("UPDATE feeds SET title = title")
        insert(con, "watch_hits", [{"incident_id": "i", "name": "n", "matched": "m", "score": 1.0, "reason": "r"}
                                   | {"found_at": NOW, "run_id": "r"}])  # fmt: skip
    accepted = replay(other).accept(alerts=False)
    assert accepted.run_id != looked.run_id
    assert query(settings.data_dir, "SELECT name FROM watch_hits") == [("n",)]


def test_alerts_only_where_they_are_asked_for(settings: Settings) -> None:
    rules = {"name": "all", "events": ("new_incident", "material_change"), "channels": ("log",)}
    alerts = type(settings.alerts).model_validate(
        {"channels": {"log": {"kind": "file", "path": "alerts.jsonl"}}, "rules": [rules]}
    )
    told = settings.model_copy(update={"alerts": alerts})
    done = replay(with_zorblings(told)).accept(alerts=True)
    assert done.alerts == 1
    sent = (settings.data_dir / "alerts.jsonl").read_text("utf-8").splitlines()
    assert len(sent) == 1
    assert "Hallow Street Clinic" in sent[0]
    replay(told).accept(alerts=False)
    assert query(settings.data_dir, "SELECT count(*) FROM alerts") == [(1,)]


def test_round_ups_keep_their_incidents_apart_and_their_ids(settings: Settings) -> None:
    week = {"week": ("The week in breaches: a haulier, a dairy and a bank", WEEK)}
    fetched(settings.data_dir, week)
    at_night(settings, NOW + timedelta(days=1))
    assert query(settings.data_dir, "SELECT count(DISTINCT part) FROM article_sections") == [(3,)]
    links = query(settings.data_dir, "SELECT incident_id, article_id, part FROM incident_articles ORDER BY ALL")
    rows = query(settings.data_dir, "FROM article_sections ORDER BY ALL")
    assert kinds(replay(settings).accept(alerts=False)) == {}
    again = query(settings.data_dir, "SELECT incident_id, article_id, part FROM incident_articles ORDER BY ALL")
    assert again == links
    assert query(settings.data_dir, "FROM article_sections ORDER BY ALL") == rows


def test_a_damaged_archive_takes_nothing_away(settings: Settings) -> None:
    before = query(settings.data_dir, "FROM incidents ORDER BY ALL")
    for path in (settings.data_dir / "archive").glob("*/*.gz"):
        path.write_bytes(path.read_bytes()[:200])
    done = replay(with_zorblings(settings)).accept(alerts=False)
    assert kinds(done) == {}
    assert any(".warc.gz" in line for line in done.failures)
    everything = replay(with_zorblings(settings), Options(workers=1, from_archive=True)).accept(alerts=False)
    assert len(everything.failures) == 3
    assert query(settings.data_dir, "FROM incidents ORDER BY ALL") == before


def test_code_that_is_the_same_keeps_its_claims_and_other_code_reads_them_again(settings: Settings) -> None:
    store = Database(settings.data_dir / "store.duckdb")
    with store.session() as con:
        con.execute("UPDATE claims SET value = '\"Orlo Hauliers\"' WHERE value = '\"Orlo Freight\"'")
    assert kinds(replay(settings).look()) == {"changed": ["Orlo Hauliers"]}
    with store.session() as con:
        con.execute("UPDATE attempts SET rule_version = 'of-old' WHERE stage = 'facts'")
    assert kinds(replay(settings).look()) == {}


def test_sketches_are_made_again_where_their_settings_changed(settings: Settings) -> None:
    other = settings.model_copy(update={"stories": settings.stories.model_copy(update={"sketch_size": 8})})
    done = replay(other).accept(alerts=False)
    assert (kinds(done), done.counts["pages_read"]) == ({}, 3)
    assert query(settings.data_dir, "SELECT max(size) FROM sketched_articles") <= [(8 + 4,)]


def test_a_night_or_a_replay_under_way_is_waited_for(settings: Settings) -> None:
    with only_one(settings.data_dir, NOW), pytest.raises(LockedError):
        replay(settings).look()
    with only_one(settings.data_dir / "replay", NOW), pytest.raises(LockedError):
        replay(settings).look()
    assert kinds(replay(settings).look()) == {}


def test_without_a_store_there_is_nothing_to_replay(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store yet"):
        replay(load(ROOT / "config", tmp_path / "none")).look()


@pytest.mark.slow
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_replay_that_is_stopped_leaves_the_store_as_it_was(settings: Settings, blow: signal.Signals) -> None:
    """Stopped as soon as the copy is there; the next replay begins anew and ends as if nothing had been."""
    data = settings.data_dir
    before, copy = digest(data / "store.duckdb"), data / "replay" / "store.duckdb"
    command = [sys.executable, "-m", "breachwire", "--config", str(ROOT / "config"), "--data", str(data), "replay"]
    process = subprocess.Popen([*command, "--accept"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not copy.exists() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(blow)
    assert process.wait(60) != 0
    assert digest(data / "store.duckdb") == before
    if blow == signal.SIGINT:
        assert not copy.exists()
    assert kinds(replay(with_zorblings(settings)).accept(alerts=False)) == {"gained": ["Hallow Street Clinic"]}
