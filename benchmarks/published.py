"""The published file with very many incidents: how long writing, refreshing, and every view and macro take.

    python -m benchmarks.published --incidents 1000000 --folder build/published [--words 90] [--keep]
    python -m benchmarks.published --measure FILE          # the questions alone, to a file that is there

A store is generated in pieces: three articles an incident (the third is a copy of the first), five pieces of evidence,
every fifth incident revised once, a decision an article. Names are put together from syllables, texts of
60,000 words, of which few are frequent. `--words` is the length of a body: ordinary ones have 500.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from breachwire.settings.models import Publish
from breachwire.store.database import connect, migrate
from breachwire.store.publish import publish

PIECE = 50_000
ROUNDS = 15
_PICK = "['{}'][1 + (hash(n, {}) % {})::INTEGER]"


def _split(words: str) -> list[str]:
    return words.split()


STARTS = _split("Ar Bel Cor Dun El Far Gor Hal Is Jar Kel Lor Mar Nor Or Pel Quin Ros Sel Tor Ul Ver Wil Yar Zel")
MIDDLES = _split("a bo ca de fi go ha ki lo ma ne o pa ri so ta u va we zi")
ENDS = _split("dale mont ford wick stead burgh holm ney ston vik mere land port field gate ham")
KINDS = _split(
    "Hospital Bank University Clinic Logistics Energy Telecom Media Council Retail Insurance Airlines Foods Games"
)
WORDS = _split(
    "the attackers said data of customers was taken from a server after staff noticed systems were down on monday and "
    "officials told reporters that an investigation with police had begun while services return slowly records names "
    "addresses health numbers were copied company statement ransom group claims files published notice letter people "
    "affected incident network backup recovery department spokesperson confirmed breach security weeks later court"
)
SYLLABLES = ([*MIDDLES], [word.lower() for word in STARTS], [*ENDS])
SECTORS = _split("public health finance retail education technology telecom media transport energy manufacturing")
ATTACKS = _split(
    "ransomware ransomware ransomware data_breach data_breach exposed_data intrusion ddos extortion malware"
)
STATUSES = _split("reported reported confirmed confirmed claimed denied")
COUNTRIES = _split("US US US GB DE FR IN AU JP KR BR CA IT ES NL SE")


def pick(values: list[str], salt: int, seed: str = "n") -> str:
    """SQL that chooses one of the values by the number of the row."""
    return _PICK.format("', '".join(values), salt, len(values)).replace("hash(n,", f"hash({seed},")


def sentence(words: int, seed: str = "m") -> str:
    """SQL for so many words, chosen by the number of the text: the r-th of 60,000 is met 1/r as often as the first."""
    rank = f"exp((hash({seed}, k) % 1000003) / 1000003 * ln(60000))::INTEGER"
    made = f"{SYLLABLES[0]}[1 + r % 20] || {SYLLABLES[1]}[1 + (r // 20) % 24] || {SYLLABLES[2]}[1 + (r // 480) % 15]"
    word = f"if(r <= {len(WORDS)}, {WORDS!r}[r], {made} || if(r < 7200, '', {SYLLABLES[0]}[1 + r // 7200]))"
    return (
        f"array_to_string(list_transform(range({words}), lambda k: list_transform([{rank}], lambda r: {word})[1]), ' ')"
    )


def generate(path: Path, incidents: int, words: int) -> None:
    """A store of that many incidents; the newest was disclosed today."""
    con = connect(path)
    con.execute("SET memory_limit = '3GB'")
    migrate(con, str(path))
    con.execute("""
        INSERT INTO feeds BY NAME
        SELECT 'f_' || n AS feed_id, 'http://127.0.0.1/' || n AS url, 'Desk ' || n AS title, 'active' AS state
        FROM range(500) AS t(n)""")
    con.execute("""
        INSERT INTO runs BY NAME
        SELECT 'r_' || n AS run_id, now() - to_days(n::INTEGER) AS started_at, now() AS ended_at, 'direct' AS engine,
            'ok' AS outcome, '0' AS version, '1' AS rule_version
        FROM range(500) AS t(n)""")
    for first in range(0, incidents, PIECE):
        piece(con, range(first, min(first + PIECE, incidents)), incidents, words)
    con.execute("CHECKPOINT")
    con.close()


def piece(con: duckdb.DuckDBPyConnection, numbers: range, incidents: int, words: int) -> None:
    """Adds the incidents of those numbers, each with all that belongs to it."""
    name = f"{pick(STARTS, 1)} || {pick(MIDDLES, 2)} || {pick(ENDS, 3)} || ' ' || {pick(KINDS, 4)}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE made AS
        SELECT n, 'i_' || left(md5(n::VARCHAR), 16) AS incident_id, {name} AS victim,
            now() - to_seconds((n * (86400 * 3650 / {incidents}))::BIGINT) AS told, {pick(SECTORS, 5)} AS sector,
            {pick(COUNTRIES, 6)} AS country, {pick(ATTACKS, 7)} AS attack_type, {pick(STATUSES, 8)} AS claim_status,
            if(hash(n, 9) % 2 = 0, (hash(n, 10) % 5000000)::BIGINT, NULL) AS records
        FROM range({numbers.start}, {numbers.stop}) AS t(n)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE printed AS
        SELECT n, k, 'a_' || left(md5(n || '.' || k), 16) AS article_id, if(k = 2, n * 3, n * 3 + k) AS m, victim,
            'https://desk' || m % 500 || '.example/' || article_id || '/' || replace(lower(victim), ' ', '-') AS url,
            told + to_hours(k::INTEGER * 5) AS moment, incident_id
        FROM made, range(3) AS t(k)""")
    _articles(con, words)
    con.execute(f"""
        INSERT INTO evidence BY NAME
        SELECT incident_id, field, victim AS value, article_id, 'body' AS zone, 10 AS char_start, 90 AS char_end,
            {sentence(12)} AS quote, field || '.named' AS rule, 0.8 AS confidence, k < 2 AS accepted
        FROM printed, unnest(['victim', 'sector', 'country'][1:if(k = 0, 3, 1)]) AS f(field)""")
    con.execute(f"""
        INSERT INTO incident_revisions BY NAME
        SELECT incident_id, r AS revision, 'r_' || (n % 500) AS run_id, told AS revised_at,
            victim || ' ' || {sentence(8, "n")} AS title, {sentence(25, "n + 1")} AS summary,
            victim, lower(victim) AS victim_key, [victim] AS victim_names, sector, country, attack_type, claim_status,
            if(attack_type = 'ransomware', {pick(STARTS, 11)} || 'crypt', NULL) AS threat_actor,
            records AS records_min, records AS records_max, if(records IS NULL, NULL, 'people') AS records_unit,
            if(records IS NULL, NULL, 'about') AS records_qualifier, told::DATE AS disclosed_on,
            told AS first_published_at, told + INTERVAL 10 HOUR AS last_published_at, told AS first_seen_at,
            3 AS article_count, 2 AS source_count, ['en'] AS languages, urls AS source_urls,
            'a_' || left(md5(n || '.0'), 16) AS primary_article_id, 0.9 AS confidence,
            [if(r = 1, 'title', 'records_min')] AS changed
        FROM made JOIN (SELECT n, list(url ORDER BY k) AS urls FROM printed GROUP BY n) USING (n),
            range(1, if(n % 5 = 0, 3, 2)) AS t(r)""")


def _articles(con: duckdb.DuckDBPyConnection, words: int) -> None:
    con.execute(f"""
        INSERT INTO articles BY NAME
        SELECT article_id, url, url AS canonical_url, 'f_' || (m % 500) AS feed_id, 'Desk ' || (m % 500) AS source,
            victim || ' ' || {sentence(7)} AS title, moment AS published_at, moment AS fetched_at, 'en' AS language,
            {sentence(words)} AS body, 'full' AS body_status, 's_' || left(md5(m::VARCHAR), 16) AS story_id,
            8.5 AS verdict_score, '2026/breachwire-20261122-00001.warc.gz:' || m AS archive_record
        FROM printed""")
    con.execute("""
        INSERT INTO incident_articles BY NAME
        SELECT incident_id, article_id, 'main' AS role, 1.5 AS score, 'name is the same; days_3' AS reason
        FROM printed""")
    con.execute("""
        INSERT INTO decisions BY NAME
        SELECT url, 'judge' AS stage, true AS kept, 8.5 AS score, 5.0 AS threshold, 'the terms make 8.5 of 5' AS reason,
            '1' AS rule_version, moment AS decided_at, 'r_1' AS run_id
        FROM printed""")


QUERIES = {
    "incidents, newest 50": "FROM incidents ORDER BY disclosed_on DESC NULLS LAST LIMIT 50",
    "incidents, filtered": "FROM incidents WHERE sector = 'health' AND attack_type = 'ransomware' "
    "AND claim_status = 'confirmed' ORDER BY disclosed_on DESC LIMIT 50",
    "incidents, one": "FROM incidents WHERE incident_id = '{id}'",
    "incidents, a week": "FROM incidents WHERE disclosed_on >= current_date - 7",
    "incidents_with_sources": "FROM incidents_with_sources LIMIT 100",
    "open_claims": "FROM open_claims LIMIT 100",
    "by_sector": "FROM by_sector",
    "by_month": "FROM by_month",
    "biggest": "FROM biggest LIMIT 100",
    "copies": "FROM copies LIMIT 100",
    "feed_health": "FROM feed_health",
    "incident_relations": "FROM incident_relations",
    "evidence of one": "FROM evidence WHERE incident_id = '{id}'",
    "incidents_since": "FROM incidents_since('7 days')",
    "timeline('day')": "FROM timeline('day')",
    "timeline('month')": "FROM timeline('month')",
    "victim_history": "FROM victim_history('{victim}')",
    "search, two rare words": "FROM search('{victim}')",
    "search, a word in one of ten": "FROM search('hospital')",
    "search, two common words": "FROM search('hospital ransom')",
    "search, two words in most": "FROM search('data server', most := 20)",
    "search, six words": "FROM search('hospital server data police staff officials')",
    "search, no texts": "FROM search('hospital ransom', texts := false)",
    "search, since": "FROM search('hospital ransom', since := current_date - 30)",
    "search, a beginning": "FROM search('hosp') LIMIT 50",
    "search, three letters each": "FROM search('hos sta', most := 20)",
}


def measure(path: Path) -> None:
    """Prints the medians of some rounds of each query, in milliseconds: of wall and of CPU with the answer as Python's
    rows, of wall with the answer as a table of DuckDB's, which leaves out what Python takes to make its objects.
    """
    print("| query | rows | wall | CPU | wall, no rows |\n|---|---|---|---|---|")
    con = connect(path, read_only=True)
    row = con.execute("SELECT incident_id, victim FROM incidents OFFSET 777 LIMIT 1").fetchone() or ("", "")
    for name, query in QUERIES.items():
        sql = query.format(id=row[0], victim=row[1])
        wall, cpu, held = [], [], []
        rows = len(con.execute(sql).fetchall())
        for _ in range(ROUNDS):
            started, used = time.perf_counter(), time.process_time()
            con.execute(sql).fetchall()
            wall.append((time.perf_counter() - started) * 1000)
            cpu.append((time.process_time() - used) * 1000)
            started = time.perf_counter()
            con.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {sql}")
            held.append((time.perf_counter() - started) * 1000)
        medians = " | ".join(f"{statistics.median(times):.0f}" for times in (wall, cpu, held))
        print(f"| {name} | {rows} | {medians} |", flush=True)
    con.close()


def timed(what: str, act: Callable[[], object]) -> None:
    """Does it, and prints what it cost."""
    started, used = time.perf_counter(), time.process_time()
    result = act() or ""
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{what}: {wall:.1f} s, {cpu:.1f} s CPU, peak {peak} MB: {result}", flush=True)


def sizes(folder: Path, incidents: int) -> None:
    """Prints the size of the files, and a row of the published one."""
    for name in ("store.duckdb", "incidents.duckdb"):
        size = (folder / name).stat().st_size
        print(f"{name}: {size >> 20} MB, {size / incidents:.0f} bytes an incident", flush=True)


def a_night(store: Path, numbers: range, incidents: int, words: int) -> None:
    """Adds a run, and the incidents of those numbers."""
    con = connect(store)
    con.execute("""
        INSERT INTO runs BY NAME
        SELECT 'night_' || count(*) AS run_id, now() AS started_at, 'direct' AS engine, 'ok' AS outcome, '0' AS version,
            '1' AS rule_version
        FROM runs""")
    if numbers:
        piece(con, numbers, incidents, words)
    con.close()


def main() -> None:
    """Generates, publishes, refreshes and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--words", type=int, default=90)
    parser.add_argument("--folder", type=Path, default=Path("build/published"))
    parser.add_argument("--measure", type=Path, metavar="FILE", help="ask this published file, and nothing else")
    parser.add_argument("--keep", action="store_true", help="leave the files, and use those that are there")
    args = parser.parse_args()
    if args.measure:
        measure(args.measure)
        return
    args.folder.mkdir(parents=True, exist_ok=True)
    store, target = args.folder / "store.duckdb", args.folder / "incidents.duckdb"
    if not (args.keep and store.exists()):
        store.unlink(missing_ok=True)
        timed("generated", lambda: generate(store, args.incidents, args.words))
    if not (args.keep and target.exists()):
        timed("published whole", lambda: publish(store, target, whole=True))
    sizes(args.folder, args.incidents)
    measure(target)
    timed("published again, nothing changed", lambda: publish(store, target))
    a_night(store, range(0), args.incidents, args.words)
    timed("a quiet night", lambda: publish(store, target))
    a_night(store, range(args.incidents, args.incidents + 500), args.incidents, args.words)
    timed("a night with 500 new incidents", lambda: publish(store, target))
    measure(target)
    timed("with Parquet", lambda: publish(store, target, Publish(parquet=True)))
    if not args.keep:
        shutil.rmtree(args.folder)


if __name__ == "__main__":
    main()
