"""What polling costs, and what it survives: every fault of ../shared/newsroom at once, and quiet nights over 500 feeds.

    python -m benchmarks.polling [--sites 500] [--nights 3] [--port 8951]

Serves the newsroom on loopback and runs `breachwire run` as a process of its own, whose CPU seconds and peak memory the
system counts; every address that it dials is noted by an audit hook. Ends with 1 where a good article was not stored,
a fault has no line in `feeds check`, an address outside the newsroom was dialled, or a quiet night got a whole feed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

import duckdb

from benchmarks.truth.scorer import SHARED
from benchmarks.truth.sets import ROOT
from breachwire.identity import canonical_url

OUT = ROOT / "build" / "polling"
SERVED = ip_network("127.1.0.0/16")
MENDED = {"301", "503", "charset", "future", "laughs", "markup", "ok-feed"}
"""Faults that are none for us: what they serve is read, or only asked for again."""
WATCHED = """
import sys
dialled = open(sys.argv.pop(1), "a", buffering=1)
def note(event, args):
    if event == "socket.connect":
        dialled.write(f"{args[1][0] if isinstance(args[1], tuple) else args[1]}\\n")
sys.addaudithook(note)
from breachwire.cli import main
main()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process took: seconds, seconds of CPU, and its peak memory in MB (2^20 bytes)."""

    code: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    out: str

    def __str__(self) -> str:
        return f"exit {self.code}, {self.wall_s:.1f} s wall, {self.cpu_s:.1f} s CPU, {self.peak_mb:.0f} MB at most"


@contextmanager
def served(folder: Path, sites: int, port: int) -> Iterator[str]:
    """The newsroom with so many sites; gives the address of its controls."""
    command = [sys.executable, str(SHARED / "newsroom" / "newsroom.py"), "serve", "--out", str(folder)]
    command += ["--port", str(port), "--sites", str(sites), "--nights", "3"]
    control = f"http://127.1.0.0:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"{control}/stats", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.25)
            yield control
        finally:
            server.terminate()


def write_config(folder: Path, feeds: dict[str, str]) -> None:
    """config/ with these feeds, address to title."""
    shutil.copytree(ROOT / "config", folder / "config")
    lines = (f'[[feeds]]\nurl = "{url}"\ntitle = "{title}"\n\n' for url, title in feeds.items())
    (folder / "config" / "feeds.toml").write_text("".join(lines))


def listed(path: Path) -> dict[str, str]:
    """The lines `address <tab> words` of a file of the newsroom."""
    return dict(line.split("\t", 1) for line in path.read_text().splitlines())


def run_night(folder: Path) -> Cost:
    """One `breachwire run`."""
    env = os.environ | {
        "BREACHWIRE_FETCH__ALLOW_NETWORKS": f'["{SERVED}"]',
        "BREACHWIRE_FETCH__PER_HOST_DELAY_S": "0",
        "PYTHONPATH": str(ROOT),
    }
    words = [str(folder / "dialled.txt"), "--config", str(folder / "config"), "--data", str(folder / "data"), "run"]
    with (folder / "night.log").open("w+") as log:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", WATCHED, *words], env=env, stdout=log, stderr=log, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        out = log.read()
    cost = Cost(
        code=process.returncode,
        wall_s=wall_s,
        cpu_s=used.ru_utime + used.ru_stime,
        peak_mb=used.ru_maxrss / 1024,
        out=out,
    )
    if cost.code not in (0, 1):
        sys.exit(out[-3000:])
    return cost


def checked(folder: Path) -> list[dict[str, object]]:
    """What `feeds check` says of each feed."""
    command = ["--config", str(folder / "config"), "--data", str(folder / "data"), "feeds", "check", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "breachwire", *command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def faults(port: int) -> list[str]:
    """One night over 40 good sites and every fault; what went wrong with it."""
    folder = OUT / "faults"
    with served(folder / "newsroom", 40, port):
        names = {url: url.rpartition("/")[2] for url in listed(folder / "newsroom" / "faults.txt")}
        write_config(
            folder, listed(folder / "newsroom" / "feeds.txt") | {url: f"Fault {n}" for url, n in names.items()}
        )
        cost = run_night(folder)
    print(f"40 sites and {len(names)} faults: {cost}")
    truth = [json.loads(line) for line in (folder / "newsroom" / "truth.jsonl").read_text().splitlines()]
    good = {canonical_url(row["url"]) for row in truth if row["night"] == 1}
    with duckdb.connect(str(folder / "data" / "store.duckdb"), read_only=True) as con:
        stored = con.execute(
            "SELECT e.canonical_url FROM entries e JOIN attempts a ON a.subject = e.article_id AND a.stage = 'fetch' "
            "JOIN decisions d ON d.url = e.canonical_url AND d.stage = 'look' WHERE a.outcome = 'ok'"
        ).fetchall()
    lost = good - {row[0] for row in stored}
    print(f"good articles: {len(good)}, stored {len(good) - len(lost)}")
    wrong = [f"not stored: {url}" for url in sorted(lost)]
    for row in checked(folder):
        name = names.get(str(row["url"]))
        if name:
            print(f"  {name:<10} {row['wrong'] or 'nothing'}; {row['what_to_do']}"[:200])
        if bool(name and name not in MENDED) != bool(row["wrong"]) and name not in MENDED:
            wrong.append(f"{row['title']}: feeds check says {row['wrong']!r}")
    return wrong + strangers(folder)


def strangers(folder: Path) -> list[str]:
    """Addresses that were dialled and are not the newsroom's."""
    dialled = set((folder / "dialled.txt").read_text().splitlines())
    print(f"addresses dialled: {len(dialled)}")
    return [f"dialled {address}" for address in sorted(dialled) if ip_address(address) not in SERVED]


def quiet(sites: int, nights: int, port: int) -> list[str]:
    """Nights after a first one in which no feed has changed; what went wrong with them."""
    folder, wrong = OUT / "quiet", []
    with served(folder / "newsroom", sites, port) as control:
        write_config(
            folder,
            {url: f"{name} {n}" for n, (url, name) in enumerate(listed(folder / "newsroom" / "feeds.txt").items())},
        )
        print(f"{sites} feeds, the first night: {run_night(folder)}")
        for night in range(nights):
            before = json.load(urllib.request.urlopen(f"{control}/stats", timeout=5))
            cost = run_night(folder)
            after = json.load(urllib.request.urlopen(f"{control}/stats", timeout=5))
            unchanged, whole = (counted(after, kind) - counted(before, kind) for kind in ("304", "feed"))
            print(f"{sites} feeds, quiet night {night + 1}: {cost}; {unchanged} answered 304, {whole} with a feed")
            wrong += [f"quiet night {night + 1}: {whole} whole feeds, {unchanged} times 304"] * (unchanged != sites)
    return wrong + strangers(folder)


def counted(stats: dict[str, dict[str, int]], kind: str) -> int:
    """So many answers of a kind."""
    return int(stats["status"].get(kind, 0))


def main() -> None:
    """Both parts, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=500)
    parser.add_argument("--nights", type=int, default=3)
    parser.add_argument("--port", type=int, default=8951)
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: this benchmark needs the newsroom beside the repository")
    shutil.rmtree(OUT, ignore_errors=True)
    for name in ("faults", "quiet"):
        (OUT / name / "newsroom").mkdir(parents=True)
    wrong = faults(args.port) + quiet(args.sites, args.nights, args.port)
    sys.exit("\n".join(wrong[:40]) or 0)


if __name__ == "__main__":
    main()
