"""A program of the user's: what it is handed, and what its end means."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from breachwire.alerts.channels import Message
from breachwire.alerts.channels.command import CommandChannel
from breachwire.errors import ChannelError, DeliveryError

Make = Callable[..., Message]


def channel(folder: Path, script: str, limit_s: float = 20.0) -> CommandChannel:
    return CommandChannel("pager", [sys.executable, "-c", script, "$HOME; `id`"], folder, limit_s)


def test_it_gets_the_message_and_no_shell(tmp_path: Path, message_to: Make) -> None:
    script = (
        "import sys, json, os; json.dump([json.load(sys.stdin), sys.argv[1], os.environ['BREACHWIRE_MESSAGE_ID']], "
        "open('got.json', 'w')); print('noise')"
    )
    receipt = channel(tmp_path, script).deliver(message_to())
    said, argument, message_id = json.loads((tmp_path / "got.json").read_text())
    assert said["incident"]["country"] == "NL"
    assert argument == "$HOME; `id`"
    assert message_id == said["id"] == "n_0001"
    assert receipt.words == "exit code 0"


def test_its_end_decides(tmp_path: Path, message_to: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER_TOKEN", "t0psecret")
    script = (
        "import sys, os; sys.stderr.write('x' * 5000 + '\\x1b[2J\\nno pager ' + os.environ['PAGER_TOKEN']); sys.exit(3)"
    )
    with pytest.raises(DeliveryError, match=r"ended with exit code 3: …x+ no pager \*\*\*$") as caught:
        channel(tmp_path, script).deliver(message_to())
    assert caught.value.transient
    assert len(str(caught.value)) < 500
    with pytest.raises(DeliveryError, match=r"exit code 65$") as caught:
        channel(tmp_path, "raise SystemExit(65)").deliver(message_to())
    assert not caught.value.transient
    with pytest.raises(DeliveryError, match="was ended by SIGKILL"):
        channel(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)").deliver(message_to())


def test_one_that_reads_nothing_is_no_trouble(tmp_path: Path, message_to: Make) -> None:
    big = message_to(1, data={"id": "n_0001", "body": "x" * 1_000_000})
    assert channel(tmp_path, "pass").deliver(big).words == "exit code 0"


def test_one_that_never_ends_is_ended_with_its_children(tmp_path: Path, message_to: Make) -> None:
    script = (
        "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "open('child', 'w').write(str(p.pid)); time.sleep(60)"
    )
    with pytest.raises(DeliveryError, match=r"did not end within 1.5 s"):
        channel(tmp_path, script, limit_s=1.5).deliver(message_to())
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        stat = Path(f"/proc/{child}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.02)
    else:
        os.kill(child, 9)
        raise AssertionError("the child lives on")


def test_one_that_is_not_there(tmp_path: Path, message_to: Make) -> None:
    with pytest.raises(ChannelError, match="nosuchprogram cannot be started: No such file"):
        CommandChannel("pager", ["nosuchprogram"], tmp_path, 5.0).deliver(message_to())
