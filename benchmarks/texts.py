"""Texts with labels, judged and read without a network: relevance by kind, language and press, facts by field.

    python -m benchmarks.texts [--set development|held_out] [--field FIELD] [--show N] [--json FILE]

The sets are benchmarks/truth/development.jsonl and held_out.jsonl; both are scored unless one is named. `--show N`
prints up to N mistakes of each field, of the development set alone: **mistakes of the held-out set are never printed**,
for whoever has seen them would write rules for them, and the set would measure nothing any more. Facts are read of all
incident texts, then counted again for those that relevance kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.truth import tables
from benchmarks.truth.judging import FIELDS
from benchmarks.truth.labels import LabelError
from benchmarks.truth.sets import TEXTS, score_texts
from benchmarks.truth.texts import KINDS_OF_DATA, TextsScore

HELD_OUT = "held_out"


def main() -> None:
    """Reads, scores, prints."""
    args = _arguments()
    if args.show and args.set == HELD_OUT:
        sys.exit("mistakes of the held-out set are never printed: look at the development set's")
    scores: dict[str, TextsScore] = {}
    for name in [args.set] if args.set else TEXTS:
        if not TEXTS[name].is_file():
            print(f"{name}: {TEXTS[name].name} is not there, passed over", flush=True)
            continue
        try:
            scores[name] = score = score_texts(name)
        except LabelError as error:
            sys.exit(str(error))
        print(f"{name}: {score.texts} texts, {score.incidents} of them about an incident\n")
        print(tables.texts(score, args.field), end="\n\n", flush=True)
        if args.show and name != HELD_OUT:
            print(tables.mistakes([m for m in score.mistakes if args.field in ("", m.field)], args.show), end="\n\n")
    if args.json:
        args.json.write_text(json.dumps(tables.as_object(scores), indent=1), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=list(TEXTS), help="this set alone")
    fields = ["relevance", *FIELDS, KINDS_OF_DATA]
    parser.add_argument("--field", choices=fields, default="", metavar="FIELD", help=f"one of {', '.join(fields)}")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="mistakes of each field to print")
    parser.add_argument("--json", type=Path, metavar="FILE", help="file that the figures are written to as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
