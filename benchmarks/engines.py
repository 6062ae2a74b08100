"""What the Prefect engine costs over the direct one: the same night, CPU seconds of the process that runs it.

    python -m benchmarks.engines [--sites 40] [--rounds 2] [--port 8971]

Serves the newsroom of ../shared on loopback (the sample newsroom where that is missing) and a Prefect server, and runs
`breachwire run` by turns under both engines, each time into an empty data folder. Start-up is a flow without a stage,
less a Python that only loads the night. The server's own CPU is told apart: it may run anywhere.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import polling
from benchmarks.truth.scorer import SHARED
from benchmarks.truth.sets import ROOT
from breachwire.sample.server import serve as serve_sample

OUT = ROOT / "build" / "engines"
BAR = 0.15
EMPTY = "import flows.under_prefect\nfrom prefect import flow\n@flow\ndef empty() -> None: ...\nempty()\n"
LOADED = "import flows.night\n"
SAMPLE = "127.2.0.0/24"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A Prefect server: its API, its home, and its process."""

    api: str
    home: Path
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds so far."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def prefect_server(port: int) -> Iterator[Server]:
    """A server with an empty home."""
    home = OUT / "prefect"
    env = os.environ | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (OUT / "server.log").open("wb") as log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as process:
        try:
            api = f"http://127.0.0.1:{port}/api"
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{api}/health", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.25)
            yield Server(api=api, home=home, pid=process.pid)
        finally:
            process.terminate()


@contextmanager
def newsroom(sites: int, port: int) -> Iterator[dict[str, str]]:
    """The feeds that are served, address to title."""
    if SHARED.is_dir():
        with polling.served(OUT / "newsroom", sites, port):
            yield polling.listed(OUT / "newsroom" / "feeds.txt")
    else:
        with serve_sample(ROOT / "data" / "sample", port=port) as sample:
            sample.turn_to(3)
            yield {url: title for url, title, _ in sample.feeds}


def cpu_of(command: list[str], env: dict[str, str]) -> float:
    """CPU seconds of a command and all that it started."""
    with (OUT / "last.log").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit((OUT / "last.log").read_text()[-3000:])
    return used.ru_utime + used.ru_stime


def night(engine: str, env: dict[str, str]) -> tuple[float, int]:
    """CPU seconds of one night into an empty folder, and the pages that it fetched."""
    data = OUT / engine
    shutil.rmtree(data, ignore_errors=True)
    command = [sys.executable, "-m", "breachwire", "--config", str(OUT / "config"), "--data", str(data)]
    cpu_s = cpu_of([*command, "run", "--engine", engine], env)
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as con:
        row = con.execute("SELECT counts['pages_read'] FROM runs").fetchone()
    return cpu_s, int(row[0]) if row else 0


def main() -> None:
    """Prints both engines' seconds and what remains beyond start-up; ends with 1 above the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--port", type=int, default=8971)
    args = parser.parse_args()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with newsroom(args.sites, args.port) as feeds, prefect_server(args.port + 1) as server:
        polling.write_config(OUT, feeds)
        env = os.environ | {
            "BREACHWIRE_FETCH__ALLOW_NETWORKS": f'["{polling.SERVED}", "{SAMPLE}"]',
            "BREACHWIRE_FETCH__PER_HOST_DELAY_S": "0",
            "PYTHONPATH": str(ROOT),
        }
        under = env | {"PREFECT_API_URL": server.api, "PREFECT_HOME": str(server.home), "DO_NOT_TRACK": "1"}
        python = [sys.executable, "-c"]
        start = cpu_of([*python, EMPTY], under) - cpu_of([*python, LOADED], env)
        direct, prefect, served = list[float](), list[float](), list[float]()
        pages = 0
        for _ in range(args.rounds):
            cpu_s, pages = night("direct", env)
            direct.append(cpu_s)
            before = server.cpu_s()
            prefect.append(night("prefect", under)[0])
            served.append(server.cpu_s() - before)
            print(f"direct {direct[-1]:.1f} s, prefect {prefect[-1]:.1f} s, server {served[-1]:.1f} s", flush=True)
    over = median(prefect) - median(direct) - start
    print(f"\n{pages} pages: direct {median(direct):.1f} s, prefect {median(prefect):.1f} s, start-up {start:.1f} s")
    print(f"beyond start-up {over:.1f} s: {over / median(direct):.1%} over direct (at most {BAR:.0%})")
    print(f"and in the server {median(served):.1f} s")
    if over > BAR * median(direct):
        sys.exit(1)


if __name__ == "__main__":
    main()
