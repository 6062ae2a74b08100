"""`python -m breachwire.sample --port 8809` serves the sample newsroom until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from breachwire.sample import DEFAULT_FOLDER, SampleError, serve


def main() -> int:
    """Serve, print the feeds, wait for Ctrl-C. Returns 0; 2 with one line on stderr when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m breachwire.sample", description=__doc__)
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="the sample folder (default: data/sample)")
    parser.add_argument("--port", type=int, default=8809, help="port on every address; 0 takes a free one")
    parser.add_argument("--night", type=int, default=1, help="show the articles up to this night")
    parser.add_argument("--faults", action="store_true", help="add addresses that misbehave")
    args = parser.parse_args()
    try:
        with serve(args.folder, port=args.port, faults=args.faults) as newsroom:
            newsroom.turn_to(args.night)
            for url, name, language in newsroom.feeds:
                print(f"{url}\t{name}\t{language}")
            for url in newsroom.fault_urls.values():
                print(f"{url}\tfault")
            print(f"night {newsroom.night} of {newsroom.sample.nights}; Ctrl-C stops", flush=True)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return 0
    except (SampleError, ValueError) as error:
        print(f"breachwire.sample: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
