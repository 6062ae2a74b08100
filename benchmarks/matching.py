"""What it costs to find the incidents of 500 new stories among very many.

    python -m benchmarks.matching [--stored 10000 100000 200000] [--new 500]

Makes incidents with invented victims from tables, spread over six years, stores them as a night does, and looks for the
incidents of new stories: half tell of a stored one in other words, half of something new. Prints for each size the CPU
seconds of the search in the store and of the weighing, how many stories found their incident, and the most memory that
the process took. Filling the store is not counted.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.truth.sets import ROOT
from breachwire import incidents
from breachwire.incidents import Member, Profile, Telling
from breachwire.records import Claim
from breachwire.settings import load
from breachwire.store import remembering
from breachwire.store.database import Database
from flows.neighbours import alone, around, remembered

END = datetime(2026, 3, 1, tzinfo=UTC)
YEARS = 6
SYLLABLES = re.findall(
    r"\w+", "bar dor fen gal hel ist jor kel lum mar nor ost pel quil ras sel tor ul ven wex yar zan bri cor dun el"
)
KINDS = re.findall(
    r"\w+", "Bank Clinics Freight Foods Rail University Insurance Water Energy Schools Telecom Stores Airlines Labs"
)
ATTACKS = ("ransomware", "data_breach", "exposed_data", "ddos", "phishing_bec", "intrusion")
VOCABULARY, HEAD = 400_000, 25
WORDS_OF_A_TEXT = 28
"""Of the newsroom's 255 incidents the median holds 27 words, the commonest word stands in 15 % of them, and three of
five words in one alone. Words of rank r are drawn in proportion to 1 / (r + HEAD), the law of Zipf and Mandelbrot."""


def spelt(number: int) -> str:
    """A word that nobody uses, another one for each number."""
    word = ""
    while number or len(word) < 5:
        number, syllable = divmod(number, len(SYLLABLES))
        word += SYLLABLES[syllable]
    return word


class Press:
    """Invents incidents and writes of them. Words are as frequent as in a language: few often, most hardly ever."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def word(self) -> str:
        """A word of the language, written in the syllables of its rank."""
        rank = int(HEAD * ((VOCABULARY + HEAD) / HEAD) ** self.chance.random() - HEAD)
        return spelt(rank)

    def incident(self, number: int) -> tuple[str, list[str], str, datetime]:
        """Victim, words, attack and time. Every fourth victim shares its first word with many others."""
        first = spelt(10**6 + (number % 997 if number % 4 == 0 else number)).capitalize()
        victim = f"{first} {self.chance.choice(KINDS)}"
        words = [self.word() for _ in range(WORDS_OF_A_TEXT)]
        at = END - timedelta(minutes=self.chance.randrange(YEARS * 365 * 24 * 60))
        return victim, words, self.chance.choice(ATTACKS), at

    def story(self, key: str, told: tuple[str, list[str], str, datetime]) -> Telling:
        """A story of it: half of the incident's words and as many of its own."""
        victim, words, attack, at = told
        mine = [w if self.chance.random() < 0.5 else self.word() for w in words]
        article = Member(
            article_id=f"a_{key}",
            url=f"https://news.example/{key}",
            source="Desk",
            title=f"{victim} {' '.join(mine[:6])}",
            language="en",
            published_at=at + timedelta(days=self.chance.random() * 5),
            fetched_at=END,
        )
        said = {"victim": victim, "attack_type": attack}
        claims = tuple(_claim(article.article_id, field, value) for field, value in said.items())
        return Telling(story_id=f"s_{key}", articles=(article,), claims=claims, lead=" ".join(mine[6:]))


def _claim(article_id: str, field: str, value: str) -> Claim:
    return Claim(
        article_id=article_id,
        field=field,
        value=value,
        zone="title",
        start=0,
        end=1,
        quote=value[:1],
        rule="invented",
        confidence=0.8,
    )


def stored(press: Press, count: int) -> Iterator[tuple[tuple[str, list[str], str, datetime], Profile]]:
    """That many incidents, each told by one story."""
    for number in range(count):
        told = press.incident(number)
        yield told, incidents.profile(f"i_{number:012d}", [press.story(f"{number}", told)])


def fill(database: Database, count: int, new: int) -> tuple[dict[str, str], list[Telling]]:
    """Fills a store. Returns the incident of each new story that tells of a stored one, and all new stories."""
    press, recent, batch = Press(count), [], []
    with database.session() as con:
        for told, its in stored(press, count):
            batch.append(remembered(its))
            if told[3] > END - timedelta(days=120):
                recent.append((its.incident_id, told))
            if len(batch) == remembering.CHUNK:
                remembering.remember(con, batch)
                batch = []
        remembering.remember(con, batch)
    chosen = press.chance.sample(recent, min(new // 2, len(recent)))
    tellings = [press.story(f"n{n}", told) for n, (_, told) in enumerate(chosen)]
    for n in range(len(chosen), new):
        victim, words, attack, _ = press.incident(10**9 + n)
        tellings.append(press.story(f"n{n}", (victim, words, attack, END)))
    return {f"s_n{n}": incident_id for n, (incident_id, _) in enumerate(chosen)}, tellings


def measure(folder: Path, count: int, new: int) -> None:
    """Fills a store in a process of its own, looks for the new stories, prints a line."""
    made = folder / "made.pickle"
    if (child := os.fork()) == 0:
        made.write_bytes(pickle.dumps(fill(Database(folder / "store.duckdb"), count, new)))
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit("the store could not be filled")
    truth, tellings = pickle.loads(made.read_bytes())
    settings, database = load(ROOT / "config", folder), Database(folder / "store.duckdb")
    with database.session() as con:
        con.execute("SELECT 1").fetchall()
        base, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        near = around(con, alone(tellings), settings)
        searched = time.process_time()
        matches = incidents.match(tellings, near.profiles, settings.incidents, near.stored)
        weighed = time.process_time()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    right = sum(1 for m in matches if m.incident_id == truth.get(m.key))
    print(
        f"  {count:>8,} stored, {new} new: {searched - start:.2f} s search + {weighed - searched:.2f} s weighing = "
        f"{weighed - start:.2f} s CPU; {len(near.profiles):,} read; {right} of {new} right; "
        f"{database.path.stat().st_size / 1e6:.0f} MB file, {most / 1e3:.0f} MB memory, {base / 1e3:.0f} before",
        flush=True,
    )


def main() -> None:
    """Each size in a process of its own, for the memory's sake."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000, 200_000])
    parser.add_argument("--new", type=int, default=500)
    args = parser.parse_args()
    if len(args.stored) == 1:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), args.stored[0], args.new)
        return
    for count in args.stored:
        command = [sys.executable, "-m", "benchmarks.matching", "--stored", str(count), "--new", str(args.new)]
        subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
