"""`make bench`: every benchmark that this machine has the material for, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Runs each; one that lacks its material says so and is passed over."""
    for name in ("sample.py", "newsroom.py"):
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, str(HERE / name)], check=False)


if __name__ == "__main__":
    main()
