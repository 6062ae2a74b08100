"""Three nights of the project's own sample newsroom, scored against its labels.

    python benchmarks/sample.py [--show 40]

The sample was written before the rules and is no source of phrases for them, so its figures tell what unseen wording
costs. The scorer is ../shared/eval/score.py; where that folder is absent, this benchmark says so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from breachwire.sample.server import serve
from breachwire.settings import load
from flows.night import night

ROOT = Path(__file__).resolve().parents[1]
SCORER = ROOT.parent / "shared" / "eval" / "score.py"
OUT = ROOT / "build" / "sample"
SETTINGS = '[fetch]\nallow_networks = ["127.2.0.0/16"]\nper_host_delay_s = 0.0\n'


def run_nights() -> None:
    """Three nights into build/sample, and the labels beside them as truth.jsonl."""
    shutil.rmtree(OUT, ignore_errors=True)
    config = OUT / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "settings.toml").write_text(SETTINGS)
    with serve(ROOT / "data" / "sample") as newsroom:
        feeds = (f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n' for url, name, _ in newsroom.feeds)
        (config / "feeds.toml").write_text("\n".join(feeds))
        (OUT / "truth.jsonl").write_text("\n".join(json.dumps(row, default=str) for row in newsroom.truth()))
        settings = load(config, OUT / "data")
        for number in range(1, newsroom.sample.nights + 1):
            newsroom.turn_to(number)
            night(settings, clock=lambda: datetime.now(UTC))


def main() -> None:
    """Runs, scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    if not SCORER.is_file():
        sys.exit(f"{SCORER} is not there: this benchmark needs the scorer beside the repository")
    run_nights()
    command = [sys.executable, str(SCORER), "--db", str(OUT / "data" / "incidents.duckdb")]
    subprocess.run([*command, "--truth", str(OUT / "truth.jsonl"), "--show", str(args.show)], check=True)


if __name__ == "__main__":
    main()
