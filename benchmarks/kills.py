"""Alerts while the sender is killed: SIGKILL at random instants, and what five channels have in the end.

    python -m benchmarks.kills [--rounds 200] [--seed 1]

Each round queues some alerts for five channels (webhook, e-mail, file, Atom, command), lets a process send, and kills
it at a random instant; now and then one may finish. Checked: each channel has every alert; none that was noted as taken
when the sender died comes again, ever; file and Atom, which know what they hold, have nothing twice. What came
twice came in the only window there is: taken by the receiver, the sender killed before it had noted so.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.receivers import Arrived, mail, webhook
from breachwire.records import Alert
from breachwire.store import outbox
from breachwire.store.database import Database

CHANNELS = ("hook", "mail", "log", "feed", "pager")
KNOWS_ITS_OWN = ("log", "feed")
A_ROUND = 12
"""Alerts queued a round and channel."""
EARLY = 0.25
"""Share of the kills that come at any instant from the start on, before the first message too."""
EARLY_S, MIDST_S = 1.0, 0.4
"""Seconds over which those kills are spread evenly, and over which the others are, from the first arrival on."""
ONE_IN = 10
"""One sender in so many is left to finish, so that what waits does not pile up."""
_START_S = 20.0

_SPAWNER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from breachwire.settings.models import Alerts
from breachwire.store.database import Database
from breachwire.settings import load
from breachwire.alerts.channels import atom, command, file, mail, services, terminal, webhook
from breachwire.alerts.pacing import Patience
import aiohttp, json
from flows.telling import send_waiting
folder = Path(sys.argv[1])
settings = load(folder / "config", folder)
for line in sys.stdin:
    child = os.fork()
    if not child:
        send_waiting(Database(folder / "store.duckdb"), settings, lambda: datetime.now(UTC),
                     patience=Patience(first_wait_s=0.02, most_wait_s=0.1))
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@dataclass(frozen=True, kw_only=True)
class Result:
    """Kills, those `in_midst` of sending; by channel: `arrived`, `twice` in the window, `lost`, `again` if noted."""

    kills: int
    in_midst: int
    queued: int
    arrived: dict[str, int]
    twice: dict[str, int]
    lost: dict[str, int]
    again: dict[str, int]

    @property
    def good(self) -> bool:
        """Nothing lost, nothing again, and nothing twice where the channel can tell."""
        own = sum(self.twice[name] for name in KNOWS_ITS_OWN)
        return not (sum(self.lost.values()) or sum(self.again.values()) or own)


def main() -> int:
    """Runs the rounds and prints what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        result = run(Path(folder), rounds=asked.rounds, luck=random.Random(asked.seed))
    print(f"{result.kills} of {asked.rounds} senders were killed, {result.in_midst} when some alerts had arrived;")
    print(f"{result.queued} alerts a channel")
    print(f"{'channel':8} {'arrived':>8} {'lost':>6} {'again':>6} {'twice':>6}   ({time.perf_counter() - began:.0f} s)")
    for name in CHANNELS:
        row = (result.arrived[name], result.lost[name], result.again[name], result.twice[name])
        print(f"{name:8} {row[0]:8} {row[1]:6} {row[2]:6} {row[3]:6}")
    return 0 if result.good else 1


def run(folder: Path, *, rounds: int, luck: random.Random) -> Result:
    """Kills senders, then lets one finish."""
    arrived, queued = Arrived(), list[str]()
    noted: dict[str, set[str]] = {name: set() for name in CHANNELS}
    again: Counter[str] = Counter()
    kills = in_midst = 0
    with ExitStack() as open_now:
        hook = open_now.enter_context(webhook(arrived, luck))
        post = open_now.enter_context(mail(arrived))
        _write_config(folder, hook, post)
        store = Database(folder / "store.duckdb")
        sender = open_now.enter_context(_sender(folder))
        for number in range(rounds + 1):
            queued += _queue(store, number)
            held = {name: Counter(_has(folder, name, arrived)) for name in CHANNELS}
            killed = _let_send(sender, _instant(folder, arrived, luck) if number < rounds else None)
            _settle(arrived)
            moved = any(Counter(_has(folder, name, arrived)) != held[name] for name in CHANNELS)
            kills, in_midst = kills + killed, in_midst + (killed and moved)
            for name in CHANNELS:
                new = Counter(_has(folder, name, arrived)) - held[name]
                again[name] += sum(count for message, count in new.items() if message in noted[name])
            _read_noted(folder, store, noted)
            if number % ONE_IN == 0 or number == rounds:
                _drain(store, sender)
        _settle(arrived)
        final = {name: Counter(_has(folder, name, arrived)) for name in CHANNELS}
    return Result(
        kills=kills,
        in_midst=in_midst,
        queued=len(queued),
        arrived={name: len(final[name]) for name in CHANNELS},
        twice={name: sum(final[name].values()) - len(final[name]) for name in CHANNELS},
        lost={name: sum(f"{name}-{q}" not in final[name] for q in queued) for name in CHANNELS},
        again={name: again[name] for name in CHANNELS},
    )


def _instant(folder: Path, arrived: Arrived, luck: random.Random) -> Callable[[], None]:
    """Waits until it is time to kill."""
    log = folder / "log.out"

    def things() -> tuple[int, int, int]:
        return len(arrived.hook), len(arrived.mail), log.stat().st_size if log.exists() else 0

    def wait() -> None:
        if luck.random() < EARLY:
            time.sleep(luck.uniform(0, EARLY_S))
            return
        before, end = things(), time.monotonic() + _START_S
        while things() == before and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(luck.uniform(0, MIDST_S))

    return wait


def _drain(store: Database, sender: subprocess.Popen[str]) -> None:
    """Lets senders finish until nothing waits; what a busy receiver did not take is tried again at once."""
    for _ in range(10):
        _let_send(sender, None)
        with store.session() as con:
            waiting = outbox.pending_alerts(con)
            outbox.revive(con, [q.alert.alert_id for q in waiting])
        if not waiting:
            return


def _let_send(sender: subprocess.Popen[str], until: Callable[[], None] | None) -> bool:
    """One sender's life, to its end or `until` a time. Returns whether it was killed."""
    assert sender.stdin
    assert sender.stdout
    sender.stdin.write("go\n")
    sender.stdin.flush()
    child = int(sender.stdout.readline())
    if until is not None:
        until()
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    status = int(sender.stdout.readline())
    if until is None and status:
        raise RuntimeError(f"a sender that was not killed ended with {status}")
    return os.WIFSIGNALED(status)


def _settle(arrived: Arrived) -> None:
    """Waits until what a killed sender had under way has arrived."""
    before = -1
    while before != (before := len(arrived.hook) + len(arrived.mail)):
        time.sleep(0.05)


def _queue(store: Database, number: int) -> list[str]:
    made = [f"{number:04}-{i}" for i in range(A_ROUND)]
    alerts = [
        Alert(
            alert_id=f"{name}-{one}",
            incident_id=f"i_{one}",
            revision=1,
            event="new_incident",
            rule="all",
            channel=name,
            title=f"alert {one}",
            body="a body",
            payload={"incident": {"victim": "Fernhill Robotics"}},
        )
        for one in made
        for name in CHANNELS
    ]
    with store.session() as con:
        outbox.queue_alerts(con, alerts, now=datetime.now(UTC), run_id="r")
        outbox.revive(con, [q.alert.alert_id for q in outbox.pending_alerts(con) if q.tries])
    return made


def _read_noted(folder: Path, store: Database, noted: dict[str, set[str]]) -> None:
    """What counts as taken when a sender has died: sent in the store, or a yes in the ledger."""
    with store.session() as con:
        rows = con.execute("SELECT channel, message_id FROM alerts WHERE state = 'sent'").fetchall()
    for channel, message in rows:
        noted[channel].add(message)
    ledger = folder / "outbox.ledger"
    for line in ledger.read_bytes().splitlines() if ledger.exists() else []:
        with contextlib.suppress(ValueError):
            said = json.loads(line)
            if said["error"] is None:
                noted[said["channel"]].add(said["message_id"])


def _has(folder: Path, name: str, arrived: Arrived) -> list[str]:
    if name in ("hook", "mail"):
        return list(getattr(arrived, name))
    path = folder / f"{name}.out"
    if not path.exists():
        return []
    if name == "feed":
        from lxml import etree

        ids = etree.parse(path).findall("{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}id")
        return [element.text.removeprefix("urn:breachwire:") for element in ids]
    whole = [line for line in path.read_bytes().splitlines() if line.endswith(b"}")]
    return [json.loads(line)["id"] for line in whole]


def _write_config(folder: Path, hook: int, post: int) -> None:
    config = folder / "config"
    config.mkdir()
    shipped = Path(__file__).parents[1] / "config"
    for name in ("feeds.toml", "keywords.toml"):
        (config / name).write_bytes((shipped / name).read_bytes())
    (config / "alerts.toml").write_text(
        f"""
[channels.hook]
kind = "webhook"
url = "http://127.0.0.1:{hook}/"
[channels.mail]
kind = "email"
host = "127.0.0.1"
port = {post}
security = "none"
sender = "alerts@desk.example"
to = ["ana@desk.example"]
digest_above = 0
[channels.log]
kind = "file"
path = "log.out"
[channels.feed]
kind = "atom"
path = "feed.out"
entries = 5000
[channels.pager]
kind = "command"
command = ["sh", "-c", "{{ cat; echo; }} >> pager.out"]
""",
        encoding="utf-8",
    )


@contextmanager
def _sender(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has all loaded, and forks a sender for each line that it reads."""
    command = [sys.executable, "-c", _SPAWNER, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(60)
        assert process.stdout
        process.stdout.close()


if __name__ == "__main__":
    sys.exit(main())
