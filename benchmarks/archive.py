"""Verifies and rebuilds an archive of very many pages: what a page costs, and that memory stays flat.

    python -m benchmarks.archive [--pages 2000]

The pages say nothing of breaches, so that what is measured is the archive and not the reading.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.truth.sets import ROOT
from breachwire.archive import Archive, Kept, Origin, files
from breachwire.archive.verifying import verify_file
from breachwire.records import Entry, Feed, Reply
from breachwire.settings import load
from flows.rebuilding import Options, rebuild
from flows.report import Quiet

OUT = ROOT / "build" / "archive"
DAY = datetime(2026, 3, 1, tzinfo=UTC)
A_BATCH = 200


def made(count: int) -> Iterator[list[Kept]]:
    """Pages of 5 kB, batch by batch."""
    rng = random.Random(1)
    for begin in range(0, count, A_BATCH):
        yield [_page(number, rng) for number in range(begin, min(count, begin + A_BATCH))]


def _page(number: int, rng: random.Random) -> Kept:
    url = f"http://herald.example/{number}"
    entry = Entry(article_id=f"a_{number}", feed_id="f", url=url, canonical_url=url, title=f"Column {number}")
    feed = Feed(feed_id="f", url="http://herald.example/feed", title="Herald")
    body = f"<p>{' '.join(str(rng.random()) for _ in range(300))}</p>".encode()
    return Kept(
        origin=Origin(entry=entry, feed=feed, first_seen_at=DAY, fetched_at=DAY, final_url=url, run_id="r"),
        reply=Reply(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=DAY),
    )


def told(what: str, began: float, pages: int) -> None:
    """One line: CPU of this process, and the most memory that it ever had."""
    cpu = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{what}: {cpu:.1f} s CPU, {1000 * cpu / pages:.2f} ms a page, {most} MB", flush=True)


def main() -> None:
    """Writes, verifies, rebuilds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    pages = parser.parse_args().pages
    shutil.rmtree(OUT, ignore_errors=True)
    folder, began = OUT / "archive", time.process_time()
    archive = Archive(folder, max_megabytes=512)
    for batch in made(pages):
        archive.keep(batch)
    told("kept", began, pages)
    began = time.process_time()
    for path in files.warc_files(folder):
        for _ in verify_file(path, None):
            pass
    told("verified", began, pages)
    began = time.process_time()
    settings = load(ROOT / "config", Path(OUT / "none"))
    options = Options(source=folder, workers=1)
    rebuild(settings, OUT / "again", options, clock=lambda: datetime.now(UTC), progress=Quiet())
    told("rebuilt, one process", began, pages)


if __name__ == "__main__":
    main()
