"""`make bench`: every benchmark that this machine has the material for; truth first, then speed."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.truth.scorer import SHARED
from benchmarks.truth.sets import ROOT
from benchmarks.truth.tables import LEGEND

TRUTH = {
    "newsroom": "the newsroom of ../shared, three nights, by its own scorer",
    "sample": "our sample newsroom, three nights",
    "texts": "texts with labels, read without a network",
    "bodies": "words of bodies on the sample's pages",
    "feeds": "golden feeds, field by field against plain feedparser, and CPU",
}
SPEED = {
    "reading": "CPU of each look at a page, and of the facts",
    "night": "a night of 10,000 pages against its bare parts, and its memory (needs the newsroom; 15 minutes)",
    "backfill": "WARC files of 3,000 and 30,000 pages, by one worker and by two (needs the newsroom; half an hour)",
    "copies": "copies among generated articles, against up to a million stored (the first time takes half an hour)",
    "order": "whether the order of the news decides what is one incident (needs the newsroom's store)",
    "matching": "500 new stories among up to 200,000 incidents",
    "polling": "every fault of the newsroom at once, and quiet nights over 500 feeds (needs the newsroom)",
    "engines": "the Prefect engine against the direct one",
    "start": "what commands take to start, with Python's cache warm and cold (needs `make demo`)",
    "replay": "a replay of 20,000 stored articles, and a second one that must find no difference",
}


def main() -> None:
    """Runs each; one that lacks its material says so and is passed over, one that fails does not stop the others."""
    print(LEGEND, flush=True)
    failed = [name for name, title in {**TRUTH, **SPEED}.items() if not run(name, title)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def run(name: str, title: str) -> bool:
    """Whether benchmarks.NAME ran to its end."""
    print(f"\n== {name}: {title}\n", flush=True)
    if name in ("newsroom", "polling", "night", "backfill") and not SHARED.is_dir():
        print("  ../shared is not beside the repository, passed over", flush=True)
        return True
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False, cwd=ROOT).returncode == 0


if __name__ == "__main__":
    main()
