"""A few rounds of `benchmarks.kills`; the two hundred are in benchmarks/README.md."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.kills import CHANNELS, run


@pytest.mark.slow
def test_killed_senders_lose_nothing_and_repeat_nothing_that_was_noted(tmp_path: Path) -> None:
    result = run(tmp_path, rounds=8, luck=random.Random(7))
    assert result.good, result
    assert result.arrived == dict.fromkeys(CHANNELS, result.queued)
    assert result.kills
