"""Other people's SQL: what is refused, in which words, and what is not in its way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from breachwire.cli import guard
from breachwire.cli.guard import QueryError, guarded, sql_from
from breachwire.errors import ConfigError

Desk = Any
ROOT = Path(__file__).parents[2]

FILES = "other files and the network are closed to queries"
LOCKED = "settings are locked"
WRITES = "no other file is written"
OPENS = "no other database is opened"
EXTENDS = "no extension is installed or loaded"
CHANGES = "nothing is changed"
READ_ONLY = "the published file is never changed by a query"
PREPARED = "write the query itself"
MEMORY = "needs more memory than the 64MB that a query may take"
TIME = "stopped after 0.2 s (see --limit-seconds)"

REFUSED = {
    # to read what is not in the file
    "FROM read_csv('/etc/passwd')": FILES,
    "FROM read_csv_auto(['/etc/passwd'])": FILES,
    "FROM read_text('/etc/passwd')": FILES,
    "FROM read_blob('/proc/self/environ')": FILES,
    "FROM read_json('settings.json')": FILES,
    "FROM read_ndjson_objects('a.jsonl')": FILES,
    "FROM read_parquet('a.parquet')": FILES,
    "FROM parquet_metadata('a.parquet')": FILES,
    "FROM parquet_kv_metadata('a.parquet')": FILES,
    "FROM read_duckdb('store.duckdb')": FILES,
    "FROM glob('/etc/*')": FILES,
    "FROM sniff_csv('/etc/passwd')": FILES,
    "FROM '/etc/hosts.csv'": FILES,
    "FROM 'a.parquet'": FILES,
    'FROM "../store.duckdb"': FILES,
    "FROM 'https://dawn.example/a.csv'": FILES,
    "FROM read_text('http://169.254.169.254/latest')": FILES,
    "FROM 's3://bucket/a.parquet'": FILES,
    "SELECT (SELECT content FROM read_text('/etc/passwd'))": FILES,
    "WITH t AS (FROM read_text('/etc/passwd')) SELECT * FROM t": FILES,
    "FROM query('FROM read_text(''/etc/passwd'')')": FILES,
    "FROM query_table('/etc/passwd')": "there is no table or view",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''/etc/passwd'')'))": FILES,
    "EXPLAIN ANALYZE FROM read_text('/etc/passwd')": FILES,
    "DESCRIBE FROM read_csv('/etc/passwd')": FILES,
    "SUMMARIZE '/etc/hosts.csv'": FILES,
    "PIVOT read_csv('/etc/passwd') ON root": FILES,
    "SELECT getenv('HOME')": "getenv does not exist",
    "FROM duckdb_secrets()": FILES,
    "FROM which_secret('s3://a', 's3')": FILES,
    "FROM sys": "there is no table or view",
    "FROM max_rows": "there is no table or view",
    # to write
    "COPY incidents TO '/dev/stdout'": WRITES,
    "COPY (SELECT 1) TO 'out.csv'": WRITES,
    "COPY (SELECT 1) TO 'out.parquet' (FORMAT parquet)": WRITES,
    "COPY incidents FROM 'in.csv'": WRITES,
    "EXPORT DATABASE 'out'": WRITES,
    "IMPORT DATABASE 'out'": LOCKED,
    "EXPLAIN COPY (SELECT 1) TO 'out.csv'": WRITES,
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'": WRITES,
    "EXPLAIN (ANALYZE, FORMAT json) INSERT INTO feeds SELECT * FROM feeds": CHANGES,
    "CREATE TABLE t (i INTEGER)": CHANGES,
    "CREATE TEMP TABLE t AS SELECT 1": CHANGES,
    "CREATE OR REPLACE VIEW incidents AS SELECT 1": CHANGES,
    "CREATE MACRO f(x) AS x": CHANGES,
    "CREATE SECRET (TYPE s3)": CHANGES,
    "CREATE PERSISTENT SECRET s (TYPE s3)": CHANGES,
    "INSERT INTO feeds SELECT * FROM feeds": CHANGES,
    "WITH t AS (INSERT INTO feeds SELECT * FROM feeds RETURNING *) FROM t": READ_ONLY,
    "DELETE FROM feeds": CHANGES,
    "TRUNCATE feeds": CHANGES,
    "UPDATE feeds SET title = 'x'": CHANGES,
    "MERGE INTO feeds USING feeds AS f ON true WHEN MATCHED THEN DELETE": CHANGES,
    "DROP TABLE feeds": CHANGES,
    "ALTER TABLE feeds ADD COLUMN x INTEGER": CHANGES,
    "COMMENT ON TABLE feeds IS 'x'": CHANGES,
    "CHECKPOINT": "queries only read",
    "VACUUM": CHANGES,
    "BEGIN": CHANGES,
    # to open another database, or bring in code
    "ATTACH 'other.duckdb'": OPENS,
    "ATTACH ':memory:' AS m": OPENS,
    "DETACH incidents": OPENS,
    "COPY FROM DATABASE incidents TO memory": LOCKED,
    "USE memory": LOCKED,
    "INSTALL fts": EXTENDS,
    "FORCE INSTALL httpfs FROM 'http://dawn.example'": EXTENDS,
    "LOAD fts": EXTENDS,
    "LOAD '/tmp/a.duckdb_extension'": EXTENDS,
    "UPDATE EXTENSIONS": EXTENDS,
    # to change a setting
    "SET enable_external_access = true": LOCKED,
    "SET GLOBAL memory_limit = '64GB'": LOCKED,
    "SET temp_directory = '/tmp'": LOCKED,
    "SET VARIABLE x = 1": LOCKED,
    "RESET lock_configuration": LOCKED,
    "RESET ALL": "syntax error",
    "PRAGMA threads = 64": LOCKED,
    "PRAGMA enable_profiling": LOCKED,
    "CALL enable_logging()": "FROM name(...)",
    "FROM enable_logging(storage = 'file', storage_path = '/tmp/a')": LOCKED,
    "FROM enable_profiling(save_location = '/tmp/a')": LOCKED,
    # to be something else than one query
    "": "is empty",
    "-- nothing": "is empty",
    "SELECT 1; SELECT 2": "holds 2 statements",
    "SELECT 1; COPY feeds TO 'out.csv'": "holds 2 statements",
    "/* SELECT */ COPY feeds TO 'out.csv'": WRITES,
    "SELECT 1 --\n; SET threads = 1": "holds 2 statements",
    "SELECT '1''; SELECT'; DROP TABLE feeds": "holds 2 statements",
    "\ufeffCOPY feeds TO 'out.csv'": WRITES,
    "CO\u200bPY feeds TO 'out.csv'": "syntax error",
    "ＣＯＰＹ feeds TO 'out.csv'": "syntax error",
    "SELECT 1\0; COPY feeds TO 'out.csv'": "no text",
    "PREPARE p AS SELECT 1": PREPARED,
    "EXECUTE p": PREPARED,
    "FROM feeds WHERE title = ?": "holds a parameter",
    "FROM feeds WHERE title = $a": "holds a parameter",
    "SELECT '\udcff'": "no text",
    # comments that may end in many ways, a long word that looks like DuckDB's own, brackets: all of it is read once
    "/**/" * 40 + ";EXPLAIN COPY feeds TO 'out.csv'": WRITES,
    "SELECT error(repeat('Referenced column \"', 20000))": "Referenced column",
    "SELECT " + "(" * 100_000 + "1": "100,008 characters: 100,000 are the most",
    # to reach the SQL that the file's macros write
    "FROM search('hospital', most := '1; COPY feeds TO ''x''')": "Could not convert string",
    "FROM search('hospital', since := '2026-01-01'' OR true --')": "invalid date field format",
    # to take all memory
    "SELECT list(range) FROM range(2000000000)": MEMORY,
    "FROM range(300000000) ORDER BY hash(range)": MEMORY,
    "SELECT range(1000000000)": MEMORY,
    "SELECT generate_series(1, 1000000000)": MEMORY,
    "SELECT length(repeat('x', 500000000))": MEMORY,
    "SELECT string_agg(range::VARCHAR, ',') FROM range(500000000)": MEMORY,
    "SELECT list_aggregate(range(100000000), 'sum')": MEMORY,
    "SELECT array_to_string(list_transform(range(100000000), lambda x: 'aaaaaaaa'), '')": MEMORY,
    "SELECT DISTINCT a.range * b.range FROM range(100000) AS a, range(100000) AS b": MEMORY,
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t, range(100)) SELECT count(*) FROM t": MEMORY,
    # to take all time
    "SELECT sum(a.range * b.range) FROM range(1000000) AS a, range(1000000) AS b": TIME,
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t": TIME,
    "SELECT count(*) FROM range(100000000000)  WHERE range % 7 = hash(range) % 11": TIME,
    "SELECT sleep_ms(60000)": TIME,
    "EXPLAIN ANALYZE SELECT sum(a.range * b.range) FROM range(1000000) AS a, range(1000000) AS b": TIME,
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Small limits, and a folder of one's own."""
    monkeypatch.setattr(guard, "MEMORY", "64MB")
    monkeypatch.setattr(guard, "SPACE", 256 << 20)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("sql", "words"), REFUSED.items(), ids=[ascii(sql)[1:70] for sql in REFUSED])
def test_refused_in_one_clear_line(published_file: Path, sql: str, words: str) -> None:
    seconds = 0.2 if words == TIME else 20
    with pytest.raises(QueryError) as refused:
        guarded(published_file, sql, seconds=seconds, max_rows=10)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("sql", ["SELECT bitstring('1', 2000000000)", "SELECT lpad('x', 2000000000, 'y')"])
def test_a_query_that_does_not_listen_ends_the_process(published_file: Path, sql: str) -> None:
    code = (
        "import sys; from pathlib import Path; from breachwire.cli import guard; guard.GRACE_S = 0.1;"
        "guard.guarded(Path(sys.argv[1]), sys.argv[2], seconds=0.1, max_rows=1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(published_file), sql],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "breachwire: stopped after 0.1 s (see --limit-seconds)\n"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT victim, recods_min FROM incidents", "did you mean records_min"),
        ("SELECT victim, recods_min FROM incidents", "(line 1, column 16: “recods_min FROM incidents”)"),
        (
            "SELECT 1\n  FROM incident",
            "no table or view 'incident': did you mean incidents? (line 2, column 8: “incident”)",
        ),
        ("FROM vocab_sectr", "did you mean vocab_sector?"),
        ("FROM zzz", "SHOW TABLES lists those that there are"),
        ("SELECT uppr(victim) FROM incidents", 'Did you mean "upper"?'),
        ("SELECT 1 +", "syntax error"),
    ],
)
def test_an_error_names_the_place_and_what_may_be_meant(published_file: Path, sql: str, words: str) -> None:
    with pytest.raises(QueryError) as refused:
        guarded(published_file, sql, seconds=10, max_rows=10)
    assert words in str(refused.value)


def test_the_limits_are_taken_back(published_file: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(QueryError):
        guarded(published_file, "SELECT error('no')", seconds=10, max_rows=1)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_sql_may_be_a_file_with_a_mark_at_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "ask.sql").write_text("SELECT 1", encoding="utf-8-sig")
    assert sql_from("", str(tmp_path / "ask.sql")) == "SELECT 1"
    assert sql_from("", "SELECT 2") == "SELECT 2"
    with pytest.raises(ConfigError, match="cannot be read"):
        sql_from("", "none.sql")
