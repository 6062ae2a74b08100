"""WARC files of another crawler become articles and incidents: once, dated by what they say, and quietly."""

from __future__ import annotations

import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.warc import record
from breachwire.sample.articles import read_sample
from breachwire.sample.server import Newsroom
from breachwire.settings import Settings, load
from breachwire.store.database import Database
from breachwire.store.lock import only_one
from flows.backfilling import Asked, Backfilled, backfill
from flows.capturing import Window
from flows.crews import Here
from flows.rebuilding import Options, rebuild
from flows.report import Quiet

ROOT = Path(__file__).parents[2]
MOST = 32
"""Pages of the sample newsroom that stand in the file: reading one takes 50 ms."""
CAPTURED = datetime(2026, 4, 20, 2, 30, tzinfo=UTC)
RULES = ("terms", "negatives", "exclusions")
SAYS = "SELECT * EXCLUDE (run_id, revised_at) FROM incident_revisions ORDER BY ALL"
TABLES = {
    "articles": "SELECT * EXCLUDE archive_record FROM articles ORDER BY ALL",
    "incident_revisions": SAYS,
    "evidence": "FROM evidence ORDER BY ALL",
    "decisions": "SELECT * EXCLUDE (run_id, decided_at) FROM decisions ORDER BY ALL",
    "entries": "SELECT * EXCLUDE run_id FROM entries ORDER BY ALL",
    "runs": "SELECT engine, outcome, map_extract(counts, 'articles_kept') FROM runs ORDER BY ALL",
}
ALERTS = """
[channels.log]
kind = "file"
path = "alerts.jsonl"

[[rules]]
name = "all"
events = ["new_incident"]
channels = ["log"]
"""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The project's own, with the English rules alone: all languages take seconds to prepare."""
    base = tmp_path_factory.mktemp("backfill")
    shutil.copytree(ROOT / "config", base / "config")
    (base / "config" / "alerts.toml").write_text(ALERTS)
    (base / "config" / "settings.toml").write_text("[backfill]\nstretch_megabytes = 1\n[fetch]\nper_host_delay_s = 0\n")
    made = load(base / "config", base / "none")
    rules = {name: tuple(r for r in getattr(made.keywords, name) if r.lang == "en") for name in RULES}
    return made.model_copy(update={"keywords": made.keywords.model_copy(update=rules)})


def pages() -> list[tuple[str, bytes]]:
    room = Newsroom(read_sample(ROOT / "data" / "sample"), 80, faults=False)
    return [(room.url_of(a), room.page_bytes(a)) for a in room.sample.articles if a.site.language == "en"][:MOST]


def written(path: Path, made: Sequence[tuple[str, bytes]]) -> Path:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    path.write_bytes(b"".join(record("response", url, CAPTURED, head + body) for url, body in made))
    return path


@pytest.fixture(scope="module")
def warc(settings: Settings) -> Path:
    """English pages of the sample newsroom."""
    return written(settings.config_dir.parent / "CC-NEWS-20260420023000-00001.warc.gz", pages())


def fill(settings: Settings, data: Path, *files: Path, window: Window | None = None, **more: Any) -> Backfilled:
    own = settings.model_copy(update={"data_dir": data})
    asked = Asked(files=tuple(map(str, files)), window=window or Window(), **more)
    return backfill(own, asked, Here(own), clock=now, progress=Quiet())


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.execute(sql).fetchall()


def everything(data: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows(data / "store.duckdb", sql) for name, sql in TABLES.items()}


@pytest.fixture(scope="module")
def filled(settings: Settings, warc: Path) -> Path:
    """A data folder with that file in it."""
    data = settings.config_dir.parent / "filled"
    done = fill(settings, data, warc)
    assert (done.read, done.known, done.failed, done.failures) == (1, 0, 0, ())
    return data


def test_incidents_are_dated_by_their_articles_and_nobody_is_told(filled: Path) -> None:
    published = filled / "incidents.duckdb"
    dates = rows(published, "SELECT disclosed_on, first_seen_at FROM incidents")
    assert len(dates) > 8
    assert all(day is not None and day < date(2026, 4, 20) and seen == CAPTURED for day, seen in dates)
    assert rows(published, "SELECT DISTINCT fetched_at FROM articles") == [(CAPTURED,)]
    assert rows(filled / "store.duckdb", "FROM alerts") == []
    assert not (filled / "alerts.jsonl").exists()
    assert rows(published, "SELECT engine, outcome FROM runs") == [("backfill", "ok")]
    quotes = "SELECT count(*) FROM evidence JOIN articles USING (article_id) WHERE accepted AND quote <> "
    quotes += "substr(if(zone = 'title', title, body), char_start + 1, char_end - char_start)"
    assert rows(published, quotes) == [(0,)]


def test_a_file_that_was_read_changes_nothing_wherever_it_stands(
    settings: Settings, filled: Path, warc: Path, tmp_path: Path
) -> None:
    before = everything(filled)
    again = fill(settings, filled, warc)
    moved = fill(settings, filled, Path(shutil.copy(warc, tmp_path / "elsewhere.warc.gz")))
    assert [(done.read, done.known) for done in (again, moved)] == [(0, 1), (0, 1)]
    assert everything(filled) == before


@pytest.mark.slow
def test_the_same_pages_in_another_file_change_nothing(settings: Settings, filled: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(filled, tmp_path / "data"))
    before = everything(data)
    other = written(tmp_path / "other.warc.gz", pages()[::-1])
    done = fill(settings, data, other)
    assert done.counts["known"] >= done.counts["articles_kept"] > 10
    after = everything(data)
    assert {name for name in before if before[name] != after[name]} <= {"runs", "decisions"}


@pytest.mark.slow
def test_a_day_that_is_not_wanted_is_left_out(settings: Settings, warc: Path, tmp_path: Path) -> None:
    days = sorted(
        row[0] for row in rows(settings.config_dir.parent / "filled/store.duckdb", "SELECT published_at FROM articles")
    )
    middle = days[len(days) // 2].date()
    fill(settings, tmp_path / "early", warc, window=Window(until=middle - timedelta(days=1)))
    fill(settings, tmp_path / "late", warc, window=Window(since=middle))
    known = "SELECT article_id FROM articles ORDER BY article_id"
    early, late = (rows(tmp_path / name / "store.duckdb", known) for name in ("early", "late"))
    assert early
    assert late
    assert sorted(early + late) == rows(settings.config_dir.parent / "filled/store.duckdb", known)
    done = fill(settings, tmp_path / "late", warc, window=Window(since=date(2026, 5, 1)))
    assert (done.read, done.known) == (0, 1)  # its name says that it is older


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(settings: Settings, tmp_path: Path) -> None:
    no_warc, gone = tmp_path / "a.warc.gz", tmp_path / "gone.warc.gz"
    no_warc.write_bytes(b"hello")
    few = written(tmp_path / "few.warc.gz", pages()[:3])
    done = fill(settings, tmp_path / "data", no_warc, gone, few)
    assert (done.read, done.failed) == (1, 2)
    assert [line.partition(": ")[2] for line in done.failures] == [
        "is not a WARC file",
        "cannot be read: No such file or directory",
    ]
    written(gone, pages()[3:6])
    again = fill(settings, tmp_path / "data", resume=True)
    assert (again.read, again.failed) == (1, 1)


def test_alerts_come_where_they_are_asked_for(settings: Settings, tmp_path: Path) -> None:
    few = written(tmp_path / "few.warc.gz", pages()[:5])
    done = fill(settings, tmp_path / "data", few, alerts=True)
    assert done.alerts_sent == len(rows(tmp_path / "data/store.duckdb", "FROM incidents")) > 0


@pytest.mark.slow
def test_what_a_night_left_unsettled_is_told_and_what_is_back_filled_is_not(settings: Settings, tmp_path: Path) -> None:
    first = written(tmp_path / "first.warc.gz", pages()[:8])
    fill(settings, tmp_path / "data", first)
    with Database(tmp_path / "data/store.duckdb").session() as con:  # as if its run had been killed before it settled
        for table in ("incident_revisions", "incident_articles", "evidence", "profiles", "profile_words"):
            con.execute(f"DELETE FROM {table}")
        con.execute("INSERT INTO unsettled SELECT DISTINCT story_id FROM articles")
    fill(settings, tmp_path / "data", written(tmp_path / "second.warc.gz", pages()[8:16]))
    told = rows(tmp_path / "data/store.duckdb", "SELECT DISTINCT incident_id FROM alerts ORDER BY 1")
    from_first = (
        "SELECT DISTINCT incident_id FROM incident_articles WHERE role = 'main' AND article_id IN "
        "(SELECT article_id FROM entries WHERE run_id = (SELECT min(run_id) FROM runs)) ORDER BY 1"
    )
    assert told
    assert told == rows(tmp_path / "data/store.duckdb", from_first)
    assert len(told) < len(rows(tmp_path / "data/store.duckdb", "FROM incidents"))


def test_one_back_fill_at_a_time_and_a_night_that_runs_is_waited_for(settings: Settings, tmp_path: Path) -> None:
    with only_one(tmp_path, now(), name="backfill"), pytest.raises(Exception, match="is held by process"):
        fill(settings, tmp_path, tmp_path / "none.warc.gz")


@pytest.mark.slow
def test_a_rebuild_from_the_archive_finds_the_same(settings: Settings, filled: Path, tmp_path: Path) -> None:
    own = settings.model_copy(update={"data_dir": filled})
    options = Options(source=filled / "archive", workers=1)
    made = rebuild(own, tmp_path / "again", options, clock=now, progress=Quiet())
    assert made.comparison
    assert made.comparison.equal, made.comparison.differences


@pytest.mark.slow
def test_killed_again_and_again_it_ends_in_the_same_rows(settings: Settings, tmp_path: Path) -> None:
    """Pages are padded with what cannot be packed, so that the file has many stretches of a megabyte."""
    luck = random.Random(5)
    padded = [(url, body + b"<!--" + b64encode(luck.randbytes(60_000)) + b"-->") for url, body in pages()]
    warc = written(tmp_path / "large.warc.gz", padded)
    fill(settings, tmp_path / "whole", warc)
    (tmp_path / "settings").write_bytes(pickle.dumps(settings.model_copy(update={"data_dir": tmp_path / "killed"})))
    kills = 0
    while run_a_while([str(tmp_path / "settings"), str(warc)], after_files=kills % 3):
        kills += 1
        assert kills < 20
    assert kills >= 3
    assert everything(tmp_path / "killed") == everything(tmp_path / "whole")
    assert rows(tmp_path / "killed/store.duckdb", "FROM backfill_readings") == []


CHILD = """
import pickle, sys
from datetime import UTC, datetime
from pathlib import Path
from flows import finishing
from flows.backfilling import Asked, backfill
from flows.capturing import Window
from flows.crews import Here
from flows.report import Quiet
settings, warc = pickle.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2]
class Told(Quiet):
    def advance(self, count):
        print("put by", flush=True)
asked = Asked(files=(warc,), window=Window())
backfill(settings, asked, Here(settings), clock=lambda: datetime.now(UTC), progress=Told())
"""


def run_a_while(args: list[str], *, after_files: int) -> bool:
    """Runs a back-fill until it has put by one more stretch and then a moment; returns whether it had to be killed."""
    process = subprocess.Popen([sys.executable, "-c", CHILD, *args], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    time.sleep((0.0, 0.15, 0.4)[after_files])
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    return process.wait() != 0
