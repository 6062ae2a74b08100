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
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from benchmarks.generated import Press, Printed
from breachwire.settings.models import Stories
from breachwire.store.database import connect, migrate
from breachwire.stories import sketch

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "copies"
CHUNK = 10_000
RULES = Stories()
FIRST_NEW = 1 << 29
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


def ready(stored: int) -> Path:
    """The file with the sketches of `stored` articles and of the night, as the product stores them; made if missing."""
    path = OUT / f"{_stamp()}-{stored}.duckdb"
    if path.exists():
        return path
    OUT.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".making")
    beside.unlink(missing_ok=True)
    con = connect(beside)
    migrate(con, str(beside))
    for rows in _chunks(stored):
        con.execute(
            "INSERT INTO sketches BY NAME "
            "SELECT column0 AS article_id, unnest(CAST(hashes AS BIGINT[])) AS hash, len(hashes) AS size "
            f"FROM (SELECT column0, split(column1, ' ') AS hashes FROM read_csv('{rows}', header = false, "
            "columns = {'column0': 'VARCHAR', 'column1': 'VARCHAR'}))"
        )
    sketches = {article_id: sketch(one.body, RULES, title=one.title) for article_id, one in night().items()}
    new = [{"article_id": a, "hash": h, "size": len(hashes)} for a, hashes in sketches.items() for h in hashes]
    con.execute("INSERT INTO sketches BY NAME SELECT unnest($new, max_depth := 2)", {"new": new})
    con.execute("CHECKPOINT")
    con.close()
    beside.rename(path)
    return path


def _chunks(stored: int) -> Iterator[Path]:
    """Files of sketches, CHUNK articles each, in order of their numbers."""
    started = time.monotonic()
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as workers:
        for i, path in enumerate(workers.map(_write_chunk, range(0, stored, CHUNK))):
            if i % 20 == 19:
                print(
                    f"  {(i + 1) * CHUNK:,} sketches, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True
                )
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
