"""breachwire: what we know about cyber incidents in the news, and the doors to it.

Lives here: the words that everyone shares (`records`, `vocabulary`, `errors`, `identity`), `settings`, and one room for
each thing that is done with them: `fetching`, `archive`, `stories`, `incidents`, `store`, `alerts`, `sample`, `cli`.
`open` gives other people's programs the published file, with typed rows: `library`.
May be imported: anything below on the three floors that `pyproject.toml` names under `importlinter`.
Never happens here: reading what a document says (that is `extractors`) or deciding when things run (that is `flows`).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from breachwire.library import Library

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: str | Path = "data/incidents.duckdb") -> Library:  # noqa: A001 - as in breachwire.open
    """The published file at `path`, read-only, with typed rows: docs/published-file.md.

    Raises ConfigError where there is no file, StoreError where it cannot be read by this version. Nothing is loaded
    before it is called, so that `import breachwire` costs nothing.
    """
    library = importlib.import_module("breachwire.library")
    opened: Library = library.Library(path)
    return opened
