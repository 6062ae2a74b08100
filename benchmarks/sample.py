"""Three nights of the project's own sample newsroom, scored against its labels.

    python -m benchmarks.sample [--show N] [--json FILE]

The sample was written before the rules and is no source of phrases for them. `--show N` prints up to N mistakes of each
field, `--json` writes the figures to a file as well.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.truth import tables
from benchmarks.truth.sets import score_sample


def main() -> None:
    """Runs, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="mistakes of each field to print")
    parser.add_argument("--json", type=Path, metavar="FILE", help="file that the figures are written to as well")
    args = parser.parse_args()
    score = score_sample()
    print(tables.night(score))
    if args.show:
        print(tables.mistakes(score.mistakes, args.show))
    if args.json:
        args.json.write_text(json.dumps(tables.as_object(score), indent=1), "utf-8")


if __name__ == "__main__":
    main()
