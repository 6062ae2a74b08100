"""One document's reader cannot hold up, or bring down, the others."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.isolating import Lost, Reader, one_by_one

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="documents are read in a fork on Linux alone")


def work(item: str) -> str:
    if item == "spin":
        while True:
            pass
    if item == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if item == "raise":
        raise ValueError(item)
    if item == "eat":
        try:
            return str(len(bytearray(3 << 30)))
        except MemoryError:
            return "no room"
    return item.upper()


def resident_kb() -> int:
    """What this process holds in memory."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def read(*items: str) -> list[str]:
    return [f"lost: {a.why}" if isinstance(a, Lost) else a for a in one_by_one(items, work, cpu_s=0.5)]


def test_all_are_worked_on_in_their_order() -> None:
    items = [f"page {n}" for n in range(300)]
    assert read(*items) == [item.upper() for item in items]
    assert read() == []


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("crash", "lost: brought its reader down (SIGSEGV)"),
        ("raise", "lost: brought its reader down"),
        ("eat", "no room"),
    ],
)
def test_one_that_falls_costs_itself(item: str, why: str) -> None:
    assert read("a", item, "b", item, "c") == ["A", why, "B", why, "C"]


def test_one_that_never_ends_is_stopped() -> None:
    assert read("a", "spin", "b") == ["A", "lost: took more than 0.5 s of processor time to read", "B"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep or give back on their own")
def test_a_fork_does_not_inherit_what_was_freed() -> None:
    held = [bytes(2000) for _ in range(30_000)]  # 60 MB in small pieces, the last of which holds up the end of the heap
    full_kb = resident_kb()
    del held[:-1]
    (left_kb,) = one_by_one(["x"], lambda _: resident_kb(), cpu_s=5)
    assert isinstance(left_kb, int)
    assert left_kb < full_kb - 40_000


def test_whoever_stops_early_leaves_no_reader_behind() -> None:
    answers = one_by_one(["a", "spin"], work, cpu_s=60)
    assert next(answers) == "A"
    answers.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_batches_share_a_fork_until_it_falls_or_rests() -> None:
    def reader_of(item: str) -> int:
        return os.getpid() if item != "crash" else int(work(item))

    reader = Reader(reader_of, cpu_s=5)
    try:
        first, second = [list(reader.each(["a", "b"])) for _ in range(2)]
        assert first == second and len({*first, os.getpid()}) == 2
        _, lost, anew = reader.each(["a", "crash", "c"])
        assert isinstance(lost, Lost) and anew not in first
        os.kill(int(str(anew)), signal.SIGKILL)  # while it has nothing to do: no document is lost by that
        os.waitid(os.P_PID, int(str(anew)), os.WEXITED | os.WNOWAIT)
        assert not any(isinstance(answer, Lost) for answer in reader.each(["d"]))
    finally:
        reader.rest()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_reader_holds_no_file_of_ours(tmp_path: Path) -> None:
    def holds(number: int) -> bool:
        try:
            os.fstat(number)
        except OSError:
            return False
        return True

    with (tmp_path / "run.lock").open("w") as lock:
        assert list(one_by_one([lock.fileno(), 1], holds, cpu_s=5)) == [False, True]


def test_what_the_collector_passes_over_is_given_back_at_the_end() -> None:
    """DuckDB writes fifty lines where it is not."""
    ends = "import duckdb; from flows.isolating import leave_be; con = duckdb.connect(); leave_be()"
    done = subprocess.run([sys.executable, "-c", ends], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
