"""The newsroom's own scorer, ../shared/eval/score.py, where that folder stands beside the repository.

It is run as a program and its figures are read into the same form as ours: both print alike and can be compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.truth.published import NightScore
from benchmarks.truth.sets import ROOT
from benchmarks.truth.shares import Clustering, Found, Judged

SHARED = ROOT.parent / "shared"
SCORER = SHARED / "eval" / "score.py"


def newsrooms_score(db: Path, truth: Path, out: Path, *, show: int = 0) -> NightScore:
    """What the newsroom's scorer says of a published file; its JSON goes to `out`, `show` mistakes to stderr."""
    command = [sys.executable, str(SCORER), f"--db={db}", f"--truth={truth}", f"--json={out}", f"--show={show}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return read_score(json.loads(out.read_text("utf-8")))


def read_score(figures: dict[str, Any]) -> NightScore:
    """Its JSON in our form. It judges no kinds of data and tells no mistakes in it."""
    pages, incidents = figures["relevance_general_pages"], figures["incidents"]
    sources = [key for key in figures if key.startswith("relevance_") and "f1" in figures[key]]
    names = {"relevance": "all"} | {key: key.removeprefix("relevance_").replace("_", " ") for key in sources}
    return NightScore(
        relevance={name: _found(figures[key]) for key, name in names.items()},
        general_pages=pages["of"],
        general_pages_kept=pages["false_positives"],
        copies=_found(figures["copies"]),
        incidents=Clustering(
            precision=incidents["precision"],
            recall=incidents["recall"],
            articles=incidents["articles"],
            true_incidents=incidents["true_incidents"],
            found_incidents=incidents["found_incidents"],
        ),
        fields={field: _judged(counts) for field, counts in figures["fields"].items()},
        data_types=Judged(),
        mistakes=(),
    )


def _found(counts: dict[str, Any]) -> Found:
    return Found(true=counts["tp"], false=counts["fp"], missed=counts["fn"])


def _judged(counts: dict[str, Any]) -> Judged:
    return Judged(**{name: counts[name] for name in ("right", "wrong", "missed", "extra")})
