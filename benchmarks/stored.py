"""Files of stored sketches for the copies benchmark: any number of generated articles, and the night that comes after.

Made once into build/copies, by two processes (a million take some seven minutes), and kept until the generator or the
rules of the sketch change. Bodies are not stored: an article's id tells its number, and the number its text.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from time import monotonic

import duckdb

from benchmarks.generated import Press, Printed
from breachwire.records import Article, Reading, Verdict
from breachwire.settings.models import Stories
from breachwire.store.database import connect, migrate, migrations
from breachwire.store.sketches import save_sketches
from breachwire.stories import sketch

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "copies"
CHUNK = 10_000
RULES = Stories()
FIRST_NEW = 1 << 29
NIGHTLY = 2_000
LAST_DAY = date(2026, 2, 20)
_ODD, _SPACE = 0x9E3779B97F4A7C15F39D, 1 << 80
_BACK = pow(_ODD, -1, _SPACE)


def id_of(number: int) -> str:
    """An article id as the product's look: the number, scrambled, in sixteen characters."""
    raw = (number * _ODD % _SPACE).to_bytes(10, "big")
    return "a_" + base64.b32encode(raw).decode("ascii").lower()


def number_of(article_id: str) -> int:
    """The number that `id_of` was given."""
    raw = base64.b32decode(article_id[2:].upper())
    return int.from_bytes(raw, "big") * _BACK % _SPACE


@cache
def press() -> Press:
    """The generator over the repository's sample."""
    return Press(ROOT / "data" / "sample")


def night(size: int = 2_000, *, stored: int = 10_000) -> dict[str, Printed]:
    """The new articles by id: 45 % copies of stored ones, 5 % copies of new ones, 5 % form letters, the rest new.

    Copies are of the first `stored` numbers, so one night serves every size of store. Half of the articles that are
    copied have two copies or more.
    """
    chance = random.Random(7)
    fresh = [press().article(FIRST_NEW + i) for i in range(size * 45 // 100)]
    held = [press().article(chance.randrange(stored)) for _ in range(size * 30 // 100)]
    made = list(fresh)
    made += [press().copy(held[i % len(held)], i) for i in range(size * 45 // 100)]
    made += [press().copy(chance.choice(fresh), i) for i in range(size * 5 // 100)]
    for i in range((size - len(made)) // 2):
        letter = press().article(2 * FIRST_NEW + i)
        made += [press().form_letter(3 * FIRST_NEW + 2 * i + k, letter) for k in (0, 1)]
    chance.shuffle(made)
    return {id_of(4 * FIRST_NEW + i): one for i, one in enumerate(made)}


def ready(stored: int, *, over_years: bool = False) -> Path:
    """The file with the sketches of `stored` articles and of the night, as the product stores them; made if missing.

    All within 50 days; or as they come `over_years`, NIGHTLY a day, the lowest numbers, which the night copies, last.
    """
    path = OUT / f"{_stamp()}-{max(migrations())}-{stored}{'-over-years' * over_years}.duckdb"
    if path.exists():
        return path
    OUT.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".making")
    beside.unlink(missing_ok=True)
    con = connect(beside)
    migrate(con, str(beside))
    day = f"number // {NIGHTLY}" if over_years else "hash(number) % 50"
    chunks = list(_chunks(stored))
    for rows in reversed(chunks) if over_years else chunks:
        _add(con, rows, f"DATE '{LAST_DAY}' - CAST({day} AS INTEGER)")
    save_sketches(con, [_reading(article_id, one) for article_id, one in night().items()])
    con.execute(
        "INSERT INTO boilerplate SELECT hash, count(*) FROM sketch_hashes "
        f"GROUP BY hash HAVING count(*) > {RULES.common_share}"
    )
    con.execute("CHECKPOINT")
    con.close()
    beside.rename(path)
    return path


def _add(con: duckdb.DuckDBPyConnection, rows: Path, day: str) -> None:
    """A chunk, latest number first: what `save_sketches` would store. `day` is SQL over `number`."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE chunk AS "
        "SELECT article_id, number, CAST((SELECT coalesce(max(article), 0) FROM sketched_articles) "
        "+ row_number() OVER (ORDER BY number DESC) AS INTEGER) AS article, "
        "list_distinct([CAST(h & 4294967295 AS UINTEGER) for h in CAST(split(told, ' ') AS BIGINT[])]) AS hashes "
        f"FROM (SELECT *, {int(rows.stem.rsplit('-', 1)[1])} + row_number() OVER () - 1 AS number "
        f"FROM read_csv('{rows}', header = false, columns = {{'article_id': 'VARCHAR', 'told': 'VARCHAR'}}))"
    )
    con.execute("INSERT INTO sketched_articles SELECT article, article_id, len(hashes) FROM chunk ORDER BY article")
    con.execute(f"INSERT INTO sketch_hashes SELECT article, unnest(hashes), {day} FROM chunk ORDER BY article")


def _reading(article_id: str, one: Printed) -> Reading:
    """An article of the night as the store takes it, printed on the last day."""
    when = datetime.combine(LAST_DAY, time(12), UTC)
    article = Article(
        article_id=article_id,
        url=f"https://press.example/{article_id}",
        canonical_url=f"https://press.example/{article_id}",
        feed_id="f_press",
        source="Press",
        title=one.title,
        author=None,
        published_at=when,
        fetched_at=when,
        language="en",
        body=one.body,
        body_status="full",
        archive_record=None,
    )
    verdict = Verdict(
        url=article.url,
        stage="article",
        kept=True,
        score=1.0,
        threshold=0.0,
        terms=(),
        negatives=(),
        reason="",
        rule_version="",
    )
    return Reading(article=article, verdict=verdict, sketch=sketch(one.body, RULES, title=one.title))


def _chunks(stored: int) -> Iterator[Path]:
    """Files of sketches, CHUNK articles each, in order of their numbers."""
    started = monotonic()
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as workers:
        for i, path in enumerate(workers.map(_write_chunk, range(0, stored, CHUNK))):
            if i % 20 == 19:
                print(f"  {(i + 1) * CHUNK:,} sketches, {monotonic() - started:.0f} s", file=sys.stderr, flush=True)
            yield path


def _write_chunk(first: int) -> Path:
    path = OUT / f"{_stamp()}-chunk-{first:08d}.csv"
    if not path.exists():
        beside = path.with_suffix(".making")
        with beside.open("w") as out:
            for number in range(first, first + CHUNK):
                one = press().article(number)
                hashes = " ".join(map(str, sketch(one.body, RULES, title=one.title)))
                out.write(f"{id_of(number)},{hashes}\n")
        beside.rename(path)
    return path


@cache
def _stamp() -> str:
    """Eight characters that change with the generated articles or with the sketch of a text."""
    texts = [press().article(n) for n in range(50)]
    marks = [f"{one!r} {sketch(one.body, RULES, title=one.title)}" for one in texts]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:8]
