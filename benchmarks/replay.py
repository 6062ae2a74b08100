"""How long a replay takes, and that a second one finds no difference.

    python -m benchmarks.replay [--articles 20000] [--workers 2]

A store of that many articles is built and read once (not measured as a replay: every fact is read for the first time).
Then every rule of reading changes (a term of keywords.toml is gone, sketches are smaller, so that all facts are read
again): a replay is measured, wall and CPU of all its processes, and accepted; another must find nothing, and reads
nothing. Peak memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.replay_store import build
from benchmarks.truth.sets import ROOT
from breachwire.settings import Settings, load
from flows.replaying import Options, Replay, Replayed


class Stages:
    """Prints each stage with its wall seconds and the CPU seconds of this process and of workers that ended."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), cpu()

    def stage(self, name: str, total: int | None) -> None:  # noqa: ARG002 - as Progress has it
        """A stage begins, or knows how much there is to do."""
        if total is None:
            self._wall, self._cpu = time.perf_counter(), cpu()

    def advance(self, count: int) -> None:
        """Says nothing."""

    def done(self, name: str, words: str) -> None:
        """The line."""
        wall, used = time.perf_counter() - self._wall, cpu() - self._cpu
        print(f"    {name:24} {wall:7.1f} s wall {used:7.1f} s CPU   {words}", flush=True)


def cpu() -> float:
    """CPU seconds of this process and of the workers that have ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def peak() -> int:
    """MB that the largest process, this one or a worker that has ended, has had at most."""
    return max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


def measured(title: str, settings: Settings, workers: int) -> Replayed:
    """A replay that is accepted, with its seconds printed."""
    print(f"  {title}", flush=True)
    wall, used = time.perf_counter(), cpu()
    replay = Replay(settings, Options(workers=workers), clock=lambda: datetime.now(UTC), progress=Stages())
    done = replay.accept(alerts=False)
    kinds = ", ".join(f"{n} {k}" for k, n in Counter(f.kind for _, f in done.fates).items()) or "no difference"
    spent = f"{time.perf_counter() - wall:.0f} s wall, {cpu() - used:.0f} s CPU, peak {peak()} MB"
    print(f"  {title}: {spent}; {kinds}\n", flush=True)
    return done


def main() -> None:
    """Exits with 1 where the second replay finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        build(data, asked.articles)
        settings = load(ROOT / "config", data)
        words = settings.keywords
        fewer = words.model_copy(update={"version": words.version + ".replay", "terms": words.terms[1:]})
        smaller = settings.stories.model_copy(update={"sketch_size": settings.stories.sketch_size - 1})
        changed = settings.model_copy(update={"keywords": fewer, "stories": smaller})
        measured("first reading, every fact anew", settings, asked.workers)
        measured("every rule another", changed, asked.workers)
        again = measured("the same again", changed, asked.workers)
    if again.fates:
        sys.exit("the second replay found differences")


if __name__ == "__main__":
    main()
