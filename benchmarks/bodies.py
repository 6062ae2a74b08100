"""Words of the bodies that extraction finds in the sample's pages, against the bodies that were set into them.

    python -m benchmarks.bodies [--show N] [--json FILE]

Precision is the share of extracted words that are the article's, recall the share of its words that were extracted.
Words of clutter are counted apart, by site and by where on the page they stand. `--show N` prints N lines of clutter of
each origin.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from benchmarks.truth import tables
from benchmarks.truth.bodies import ORIGINS, BodiesScore
from benchmarks.truth.sets import score_bodies


def main() -> None:
    """Extracts, compares, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="lines of clutter of each origin to print")
    parser.add_argument("--json", type=Path, metavar="FILE", help="file that the figures are written to as well")
    args = parser.parse_args()
    score = score_bodies()
    print(tables.bodies(score))
    if args.show:
        show(score, args.show)
    if args.json:
        args.json.write_text(json.dumps(tables.as_object(score), indent=1), "utf-8")


def show(score: BodiesScore, most: int) -> None:
    """Lines of clutter, each once, with how often it got into a body."""
    for origin in ORIGINS:
        lines = Counter((line.site, line.text) for line in score.clutter if line.origin == origin)
        for (site, text), times in lines.most_common(most):
            print(f"  {origin}, {site}, {times} x: {text[:100]}")


if __name__ == "__main__":
    main()
