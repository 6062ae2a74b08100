"""Whole stores made anew from what the sample newsroom's nights archived, whatever happened to the files."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.archive import Archive, files, scanning
from breachwire.errors import ConfigError, LockedError, StoreError
from breachwire.sample.server import serve
from breachwire.settings import Settings, load
from breachwire.store.lock import only_one
from flows.deciding import Wish, decide
from flows.engines import Direct
from flows.house import open_house
from flows.night import night
from flows.rebuilding import UNFINISHED, Options, Rebuilt, rebuild
from flows.report import Quiet

pytestmark = pytest.mark.slow  # nights and stores as a whole

ROOT = Path(__file__).parents[2]
FETCH = '[fetch]\nallow_networks = ["127.2.0.0/16"]\nper_host_delay_s = 0.0\n'
RULES = ("terms", "negatives", "exclusions")
SAYS = "SELECT * EXCLUDE revised_at FROM incident_revisions ORDER BY ALL"


def now() -> datetime:
    return datetime.now(UTC)


def english(settings: Settings) -> Settings:
    """The same settings with the English rules alone: all languages take seconds to prepare."""
    rules = {name: tuple(r for r in getattr(settings.keywords, name) if r.lang == "en") for name in RULES}
    return settings.model_copy(update={"keywords": settings.keywords.model_copy(update=rules)})


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Three nights over the sample newsroom."""
    base = tmp_path_factory.mktemp("nights")
    shutil.copytree(ROOT / "config", base / "config")
    (base / "config" / "settings.toml").write_text(FETCH)
    with serve(ROOT / "data" / "sample") as newsroom:
        lines = (f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n' for url, name, _ in newsroom.feeds)
        (base / "config" / "feeds.toml").write_text("\n".join(lines))
        settings = english(load(base / "config", base / "data"))
        for number in (1, 2, 3):
            newsroom.turn_to(number)
            night(settings, clock=now)
            if number == 1:
                shutil.copytree(settings.data_dir, base / "first")
    yield settings


@pytest.fixture
def settings(nights: Settings, tmp_path: Path) -> Settings:
    """A copy of the folder after the first night."""
    shutil.copytree(nights.data_dir.parent / "first", tmp_path / "data")
    return nights.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def thrice(nights: Settings, tmp_path: Path) -> Settings:
    """A copy of the folder after all nights."""
    shutil.copytree(nights.data_dir, tmp_path / "data")
    return nights.model_copy(update={"data_dir": tmp_path / "data"})


def rebuilt(settings: Settings, into: Path, **more: Any) -> Rebuilt:
    options = Options(**{"source": settings.data_dir / "archive", "workers": 1} | more)
    return rebuild(settings, into, options, clock=now, progress=Quiet())


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def only_file(settings: Settings) -> Path:
    (path,) = files.warc_files(settings.data_dir / "archive")
    return path


def digests(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(p): (p.stat().st_size, p.read_bytes()) for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_articles_stories_and_incidents_ids_history_and_dates(thrice: Settings, tmp_path: Path) -> None:
    left = digests(thrice.data_dir)
    done = rebuilt(thrice, tmp_path / "new", workers=2)
    assert done.failures == ()
    assert done.comparison
    assert done.comparison.equal, done.comparison.differences
    assert done.comparison.same_ids == done.counts["incidents"] > 15
    both = [folder / "store.duckdb" for folder in (thrice.data_dir, tmp_path / "new")]
    for table in ("evidence", "incident_articles", "articles", "entries", "pages", "claims"):
        before, after = (query(path, f"FROM {table} ORDER BY ALL") for path in both)
        assert after == before, table
    assert query(both[1], SAYS) == query(both[0], SAYS)
    looks = "SELECT * EXCLUDE (decided_at, run_id) FROM decisions ORDER BY url, stage"
    assert query(both[1], looks) == query(both[0], looks)
    assert query(both[1], "SELECT count(*) FROM alerts") == [(0,)]
    assert query(both[1], "SELECT run_id, engine FROM runs ORDER BY 1") == [
        (run_id, "rebuild") for (run_id,) in query(both[0], "SELECT run_id FROM runs ORDER BY 1")
    ]
    assert query(tmp_path / "new" / "incidents.duckdb", SAYS) == query(thrice.data_dir / "incidents.duckdb", SAYS)
    assert {k: v for k, v in digests(thrice.data_dir).items() if "run.lock" not in k} == {
        k: v for k, v in left.items() if "run.lock" not in k
    }


def test_a_night_goes_on_in_the_new_folder(settings: Settings, tmp_path: Path) -> None:
    rebuilt(settings, tmp_path / "new")
    own = settings.model_copy(update={"data_dir": tmp_path / "new"})
    before = query(tmp_path / "new" / "store.duckdb", SAYS)
    night(own, clock=now)  # the newsroom is closed: every feed fails, and nothing else changes
    assert query(tmp_path / "new" / "store.duckdb", SAYS) == before
    house = open_house(own, clock=now, engine=Direct(), progress=Quiet())
    (record,) = query(tmp_path / "new" / "store.duckdb", "SELECT archive_record FROM articles LIMIT 1")[0]
    assert house.archive.read(record).status == 200


def test_pages_archived_twice_count_once(settings: Settings, tmp_path: Path) -> None:
    """A run that was killed between archive and store archives its pages again."""
    path = only_file(settings)
    items = [i for i in scanning.scan(path) if isinstance(i, scanning.Page)][:5]
    again = Archive(settings.data_dir / "archive", max_megabytes=512)
    again.keep([dataclasses.replace(i.kept) for i in items])
    done = rebuilt(settings, tmp_path / "new")
    assert done.counts["pages"] == len([i for i in scanning.scan(path) if isinstance(i, scanning.Page)])
    assert done.comparison
    assert done.comparison.equal, done.comparison.differences


def test_a_newer_record_of_an_article_is_its_newer_revision(settings: Settings, tmp_path: Path) -> None:
    path = only_file(settings)
    kept = query(settings.data_dir / "store.duckdb", "SELECT article_id FROM articles ORDER BY 1 LIMIT 1")[0][0]
    pages = [i.kept for i in scanning.scan(path) if isinstance(i, scanning.Page)]
    (old,) = [k for k in pages if k.origin and k.origin.entry.article_id == kept]
    assert old.origin
    assert old.reply
    entry = dataclasses.replace(old.origin.entry, title=old.origin.entry.title + " (updated)")
    body = old.reply.body.replace(old.origin.entry.title.encode(), entry.title.encode())
    newer = dataclasses.replace(
        old, origin=dataclasses.replace(old.origin, entry=entry), reply=dataclasses.replace(old.reply, body=body)
    )
    Archive(settings.data_dir / "archive", max_megabytes=512).keep([newer])
    done = rebuilt(settings, tmp_path / "new")
    assert done.comparison
    sides = {s.kind: s for s in done.comparison.sides}
    assert (sides["articles"].before, sides["articles"].differ) == (sides["articles"].after, 1)
    titles = query(tmp_path / "new" / "store.duckdb", f"SELECT title FROM articles WHERE article_id = '{kept}'")
    assert titles == [(entry.title,)]


def test_a_flipped_byte_costs_one_page_which_its_feed_stands_in_for(settings: Settings, tmp_path: Path) -> None:
    sql = "SELECT archive_record, article_id FROM articles ORDER BY 1 LIMIT 1"
    record, article = query(settings.data_dir / "store.duckdb", sql)[0]
    data = bytearray(only_file(settings).read_bytes())
    data[int(record.rpartition(":")[2]) + 500] ^= 0x04
    only_file(settings).write_bytes(data)
    done = rebuilt(settings, tmp_path / "new")
    (told,) = done.failures
    assert "its feed's text stands in" in told
    assert done.comparison
    assert not done.comparison.equal
    assert sum(s.only_before + s.differ for s in done.comparison.sides if s.kind == "articles") == 1
    again = f"SELECT outcome FROM attempts WHERE stage = 'fetch' AND subject = '{article}'"
    assert query(tmp_path / "new" / "store.duckdb", again) == [("retry",)]


def test_a_torn_tail_costs_what_was_never_stored(settings: Settings, tmp_path: Path) -> None:
    path = only_file(settings)
    data = path.read_bytes()
    *_, page = (i for i in scanning.scan(path) if isinstance(i, scanning.Page))
    path.write_bytes(data + data[page.start : page.end - 5])
    done = rebuilt(settings, tmp_path / "new")
    (told,) = done.failures
    assert "half a record" in told
    assert done.comparison
    assert done.comparison.equal


def test_a_lost_store_takes_decisions_from_the_published_file(settings: Settings, tmp_path: Path) -> None:
    store = settings.data_dir / "store.duckdb"
    one, two = (row[0] for row in query(store, "SELECT incident_id FROM incidents ORDER BY 1 LIMIT 2"))
    decide(settings, [Wish(kind="merge", who="me", incident=one, other=two)], clock=now)
    before = query(settings.data_dir / "incidents.duckdb", "SELECT incident_id FROM incidents ORDER BY 1")
    assert (two,) not in before
    store.write_bytes(b"not a database" * 1000)
    done = rebuilt(settings, tmp_path / "new")
    assert any("1 decisions by hand" in line and "incidents.duckdb" in line for line in done.carried)
    assert done.comparison
    assert done.comparison.equal, done.comparison.differences
    alone = rebuilt(settings, tmp_path / "alone", alone=True)
    assert alone.carried == ()
    assert alone.comparison
    assert not alone.comparison.equal


def test_an_archive_without_entries_or_nights_still_makes_a_store(settings: Settings, tmp_path: Path) -> None:
    bare = Archive(tmp_path / "bare", max_megabytes=512)
    pages = [i.kept.reply for i in scanning.scan(only_file(settings)) if isinstance(i, scanning.Page)]
    bare.append([reply for reply in pages if reply])
    done = rebuilt(settings, tmp_path / "new", source=tmp_path / "bare")
    assert done.counts["pages_without_entry"] == done.counts["pages"] == len(pages)
    assert done.counts["nights"] == 1
    assert done.comparison
    articles = next(s for s in done.comparison.sides if s.kind == "articles")
    assert articles.after - articles.only_after >= 0.8 * articles.before


def test_what_is_there_is_never_overwritten(settings: Settings, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    for into, says in ((full, "is not empty"), (settings.data_dir, "is in use"), (settings.data_dir / "x", "inside")):
        with pytest.raises(ConfigError, match=says):
            rebuilt(settings, into)
    assert (full / "notes.txt").read_text() == "mine"
    with pytest.raises(StoreError, match="holds no WARC file"):
        rebuilt(settings, tmp_path / "new", source=full)
    with only_one(settings.data_dir, now()), pytest.raises(LockedError):
        rebuilt(settings, tmp_path / "new")


def test_a_rebuild_that_was_killed_is_begun_anew(settings: Settings, tmp_path: Path) -> None:
    into = tmp_path / "new"
    into.mkdir()
    (into / UNFINISHED).write_text("x")
    (into / "store.duckdb").write_bytes(b"half")
    (into / "archive" / "2026").mkdir(parents=True)
    (into / "archive" / "2026" / "breachwire-20260101-00001.warc.gz").write_bytes(b"half")
    done = rebuilt(settings, into)
    assert done.comparison
    assert done.comparison.equal
    assert not (into / UNFINISHED).exists()
