"""Publishing on real files: brought up to date or written whole, it is the same file; and it answers for itself."""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from benchmarks.published import generate
from breachwire.errors import StoreError
from breachwire.settings.models import Publish
from breachwire.store import shelving, snapshots
from breachwire.store.database import Database, connect
from breachwire.store.publish import Published, publish

VIEWS = (
    "incidents",
    "incidents_with_sources",
    "open_claims",
    "by_sector",
    "by_month",
    "biggest",
    "copies",
    "feed_health",
)
ASKED = (
    *VIEWS,
    "search('hospital')",
    "search('monday backup')",
    "timeline('week')",
    "victim_history('bank')",
    "incidents_since('90 days')",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 300 incidents, and the file published from it."""
    folder = tmp_path_factory.mktemp("made")
    generate(folder / "store.duckdb", 300, 10)
    publish(folder / "store.duckdb", folder / "incidents.duckdb")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of both that may be changed."""
    for name in ("store.duckdb", "incidents.duckdb"):
        (tmp_path / name).write_bytes((made / name).read_bytes())
    return tmp_path


@pytest.fixture
def reader(made: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect(made / "incidents.duckdb", read_only=True)
    yield con
    con.close()


def change(folder: Path, *statements: str) -> None:
    con = connect(folder / "store.duckdb")
    for sql in statements:
        con.execute(sql)
    con.close()


def again(folder: Path) -> Published:
    return publish(folder / "store.duckdb", folder / "incidents.duckdb")


def said(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the file says, apart from what tells when and how it was written."""
    con = connect(path, read_only=True)
    try:
        tables = [
            row[0]
            for row in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
        ]
        asked = [*(set(tables) - {"published", "schema_migrations"}), *ASKED, "incident_relations", "inside.held"]
        return {name: sorted(con.execute(f"FROM {name}").fetchall(), key=repr) for name in asked}
    finally:
        con.close()


QUIET = """
    INSERT INTO runs BY NAME SELECT 'q' AS run_id, now() AS started_at, 'direct' AS engine, 'ok' AS outcome,
        '0' AS version, '1' AS rule_version"""
REVISION = """
    INSERT INTO incident_revisions BY NAME
    SELECT * REPLACE (revision + 1 AS revision, 'Bank of Orlo' AS victim, ['Bank of Orlo'] AS victim_names,
        7000000 AS records_min)
    FROM incident_revisions WHERE incident_id = 'i_cfcd208495d565ef'
    QUALIFY row_number() OVER (ORDER BY revision DESC) = 1"""
CHANGES = {
    "a run, a revision": [QUIET, REVISION],
    "some withdrawn, a link less, an article edited": [
        "UPDATE incident_revisions SET withdrawn = true WHERE incident_id LIKE 'i_c%'",
        "UPDATE articles SET title = 'Bank', body = 'x' WHERE article_id IN (SELECT article_id FROM articles LIMIT 3)",
        "DELETE FROM incident_articles WHERE article_id IN (SELECT article_id FROM articles LIMIT 2)",
    ],
    "rows twice": ["INSERT INTO evidence FROM evidence LIMIT 5", "INSERT INTO feeds FROM feeds LIMIT 1"],
    "all gone": ["DELETE FROM articles", "DELETE FROM incident_articles", "DELETE FROM incident_revisions"],
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_brought_up_to_date_says_what_one_written_whole_says(folder: Path, what: str) -> None:
    change(folder, *CHANGES[what])
    assert again(folder).how == "refreshed"
    publish(folder / "store.duckdb", folder / "whole.duckdb", whole=True)
    assert said(folder / "incidents.duckdb") == said(folder / "whole.duckdb")


def test_where_nothing_changed_the_file_stays(folder: Path) -> None:
    before = (folder / "incidents.duckdb").stat()
    done = again(folder)
    assert (done.how, done.incidents) == ("unchanged", 300)
    after = (folder / "incidents.duckdb").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_after_thirty_times_it_is_written_whole(folder: Path) -> None:
    con = connect(folder / "incidents.duckdb")
    con.execute("UPDATE published SET refreshed = 30")
    con.close()
    change(folder, QUIET)
    assert again(folder).how == "written"
    con = connect(folder / "incidents.duckdb", read_only=True)
    assert con.execute("SELECT refreshed, incidents, articles, file_version FROM published").fetchall() == [
        (0, 300, 900, shelving.FILE_VERSION)
    ]
    con.close()


@pytest.mark.parametrize("old", [b"not a database", b"half"])
def test_an_old_file_that_cannot_be_read_is_written_whole(folder: Path, old: bytes) -> None:
    target = folder / "incidents.duckdb"
    target.write_bytes(target.read_bytes()[: 1 << 19] if old == b"half" else old)
    assert again(folder).how == "written"
    assert said(target)["incidents"]


def test_what_could_not_be_published_is_tried_again_and_told(folder: Path) -> None:
    target = folder / "incidents.duckdb"
    change(
        folder,
        QUIET,
        REVISION,
        "UPDATE incident_revisions SET run_id = 'q' WHERE records_min = 7000000",
    )
    before, limits = target.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, limits[1]))  # as if the disk were full
    try:
        with pytest.raises(StoreError, match="the old file is still in place"):
            again(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.read_bytes() == before
    change(folder, QUIET.replace("'q'", "'r'").replace("now()", "now() + INTERVAL 1 DAY"))
    assert again(folder).late == 1
    assert again(folder).late == 0


def test_each_query_of_the_read_me_runs(reader: duckdb.DuckDBPyConnection) -> None:
    queries = reader.execute("SELECT query FROM read_me WHERE query IS NOT NULL ORDER BY line").fetchall()
    assert len(queries) == 10
    assert all(reader.execute(query).fetchall() for (query,) in queries)


def test_everything_has_a_comment(reader: duckdb.DuckDBPyConnection) -> None:
    for kind, name in (
        ("tables", "table_name"),
        ("views", "view_name"),
        ("columns", "column_name"),
        ("functions", "function_name"),
    ):
        bare = reader.execute(f"SELECT {name} FROM duckdb_{kind}() WHERE comment IS NULL AND NOT internal").fetchall()
        assert bare == [], kind
    views = {row[0] for row in reader.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert set(VIEWS) <= views


def test_the_file_can_be_read_by_older_versions(reader: duckdb.DuckDBPyConnection) -> None:
    row = reader.execute("SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal").fetchone()
    assert row is not None
    assert "v1.5" in row[0]
    asked = reader.execute(
        "SELECT sql FROM duckdb_views() WHERE NOT internal "
        "UNION ALL SELECT macro_definition FROM duckdb_functions() WHERE macro_definition IS NOT NULL AND NOT internal"
    ).fetchall()
    assert len(asked) > len(VIEWS)
    # DuckDB 2 keeps if() as a function, which 1.5 does not know.
    assert [sql for (sql,) in asked if re.search(r'\bif"?\s*\(', sql, re.IGNORECASE)] == []


def test_views_work_where_the_file_is_attached(made: Path) -> None:
    con = duckdb.connect()
    con.execute(f"ATTACH '{made / 'incidents.duckdb'}' AS news (READ_ONLY)")
    for view in VIEWS:
        con.execute(f"FROM news.{view} LIMIT 1").fetchall()
    con.close()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("timeline('fortnight')", "timeline takes day, week, month, quarter or year, not 'fortnight'"),
        ("timeline(NULL)", "timeline takes .*, not NULL"),
        ("incidents_since('soon')", "incidents_since takes a span of time, for example '7 days', not 'soon'"),
        ("incidents_since(NULL)", "incidents_since takes a span of time"),
        ("search('')", r"search takes one to forty words, for example search\('hospital'\), not ''"),
        ("search(NULL)", "search takes one to forty words"),
        ("search('… — !')", "search takes one to forty words"),
        ("search(repeat('a ', 41))", "search takes one to forty words"),
        ("victim_history('')", "victim_history takes one to forty words"),
    ],
)
def test_a_macro_given_nonsense_says_what_is_wrong(reader: duckdb.DuckDBPyConnection, call: str, says: str) -> None:
    with pytest.raises(duckdb.Error, match=says):
        reader.execute(f"FROM {call}").fetchall()


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file with a few incidents to be looked up."""
    folder = tmp_path_factory.mktemp("named")
    store = Database(folder / "store.duckdb")
    rows = [
        ("i_1", "Clínica Soleá", "Records taken at a clinic", "Ærøskøbing is calm"),
        ("i_2", "Orlo Freight", "Clinica mentioned in a headline", None),
        ("i_3", "東都海運", "東都海運に不正アクセス", None),
        ("i_4", "Straßenwerk’s O'Brien-Ost", "CVE-2026-1234 used", None),
        ("i_5", None, "Nobody named here", "clinics again"),
    ]
    with store.session() as con:
        con.executemany(
            "INSERT INTO incident_revisions BY NAME SELECT $1 AS incident_id, 1 AS revision, 'r' AS run_id, "
            "now() AS revised_at, $2 AS victim, $3 AS title, $4 AS summary, 1 AS article_count, 1 AS source_count, "
            "[] AS changed, "
            "DATE '2026-01-01' AS disclosed_on, 'a_' || $1 AS primary_article_id",
            rows,
        )
        con.executemany(
            "INSERT INTO articles BY NAME SELECT $1 AS article_id, $1 AS url, $1 AS canonical_url, 'Dawn' AS source, "
            "'Headline' AS title, now() AS fetched_at, $2 AS body, 'full' AS body_status, 1.0 AS verdict_score",
            [("a_i_1", "The tide was with the ferrymen"), ("a_i_3", "港のferry会社"), ("a_other", "ferrymen, unled")],
        )
        con.execute(
            "INSERT INTO evidence BY NAME SELECT 'i_2' AS incident_id, 'records_min' AS field, '7' AS value, "
            "'a_other' AS article_id, 'body' AS zone, 0 AS char_start, 8 AS char_end, 'seven barges' AS quote, "
            "'r' AS rule, 1.0 AS confidence, true AS accepted"
        )
    publish(store.path, folder / "incidents.duckdb")
    return folder / "incidents.duckdb"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("clinica", ["i_1", "i_2"]),  # the victim's name counts more than a headline
        ("CLINIC", ["i_1", "i_2", "i_5"]),
        ("clinic taken", ["i_1"]),
        ("records taken at a clinic aerøskøbing calm", []),
        ("records taken at a clinic ærøskøbing calm", ["i_1"]),
        ("海運", ["i_3"]),
        ("不正", ["i_3"]),
        ("straßenwerk", ["i_4"]),
        ("o'brien", ["i_4"]),
        ("cve-2026-1234", ["i_4"]),
        ("linica", []),
        ("at cl", []),  # two letters are a word, not the beginning of one
        ("at a", ["i_1"]),  # nothing but words that say nothing: in the title
        ("ferry", ["i_1", "i_3"]),  # a text, and only that of the leading article
        ("ferrymen tide soleá", ["i_1"]),  # one word in the name, the others in the text
        ("the ferrymen", ["i_1"]),  # words that say nothing are passed over
        ("会社", ["i_3"]),
        ("barge", ["i_2"]),  # a quote from another article
        ("100%_", []),
    ],
)
def test_search_finds_beginnings_of_words_without_case_and_accents(named: Path, words: str, found: list[str]) -> None:
    con = connect(named, read_only=True)
    rows = con.execute("SELECT incident_id, score FROM search($words)", {"words": words}).fetchall()
    history = con.execute("SELECT incident_id FROM victim_history($words)", {"words": words}).fetchall()
    con.close()
    assert sorted(row[0] for row in rows) == found
    assert rows == sorted(rows, key=lambda row: -row[1])
    assert {row[0] for row in history} <= set(found)


def test_search_can_be_narrowed(named: Path) -> None:
    con = connect(named, read_only=True)
    found = {
        more: len(con.execute(f"FROM search('clinic'{more})").fetchall())
        for more in ("", ", most := 1", ", texts := false", ", since := '2026-01-01'", ", since := '2026-01-02'")
    }
    assert list(found.values()) == [3, 1, 3, 3, 0]
    assert con.execute("FROM search('ferry', texts := false)").fetchall() == []
    con.close()


def test_a_file_with_many_gaps_is_written_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breachwire.store.publish.WORTH", 1)
    monkeypatch.setattr("breachwire.store.publish.GAPS", -1.0)
    change(folder, QUIET)
    assert again(folder).how == "written"


def test_dated_copies_are_kept_for_so_many_days(folder: Path) -> None:
    target = folder / "incidents.duckdb"
    dated = folder / "snapshots"
    dated.mkdir()
    for day in range(1, 5):
        (dated / f"incidents-2026-01-0{day}.duckdb").write_bytes(b"old")
    (dated / "mine.duckdb").write_bytes(b"mine")
    publish(folder / "store.duckdb", target, Publish(keep_snapshots=3))
    names = sorted(path.name for path in dated.iterdir())
    assert names[:2] == ["incidents-2026-01-03.duckdb", "incidents-2026-01-04.duckdb"]
    assert names[3:] == ["mine.duckdb"]
    kept = dated / names[2]
    before = said(kept)
    assert kept.samefile(target)
    change(folder, *CHANGES["all gone"])
    again(folder)
    assert said(kept) == before
    snapshots.keep(target, 0)
    assert kept.is_file()


def test_parquet_has_every_table_with_its_comments(folder: Path) -> None:
    target = folder / "incidents.duckdb"
    publish(folder / "store.duckdb", target, Publish(parquet=True))
    con = connect(target, read_only=True)
    for path in sorted((folder / "parquet").iterdir()):
        held = con.execute(f"SELECT count(*) FROM {path.stem}").fetchone()
        assert con.execute(f"SELECT count(*) FROM '{path}'").fetchone() == held
        about = dict(con.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall())
        assert about["comment"]
        columns = [row[0] for row in con.execute(f"DESCRIBE FROM '{path}'").fetchall()]
        assert list(json.loads(about["columns"])) == columns
        assert all(json.loads(about["columns"]).values())
    assert con.execute(
        f"SELECT DISTINCT compression FROM parquet_metadata('{folder}/parquet/articles.parquet')"
    ).fetchall() == [("ZSTD",)]
    con.close()
    stamp = (folder / "parquet" / "incidents.parquet").stat().st_mtime_ns
    publish(folder / "store.duckdb", target, Publish(parquet=True))
    assert (folder / "parquet" / "incidents.parquet").stat().st_mtime_ns == stamp
    change(folder, REVISION)
    publish(folder / "store.duckdb", target, Publish(parquet=True))
    assert (folder / "parquet" / "incidents.parquet").stat().st_mtime_ns > stamp
    assert not list(folder.glob(".parquet*"))
