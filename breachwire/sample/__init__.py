"""A small fictional newsroom, served on loopback for the demo and the tests.

What lives here: reading the articles of a folder such as `data/sample/` (`articles`, `labels`, `vocab`),
rendering them as web pages (`pages`, `styles`, `furniture`, `words`) and feeds (`feeds`), and serving both
(`server`, `protocol`, `faults`). Import `serve`, `Newsroom`, `read_sample` and `SampleError` from here; the
modules are each other's business.

What never happens here: importing anything else of breachwire or any third-party library, and any access to a
network beyond 127.2.0.0/24. Pages and feeds depend on the folder and the night alone, never on the clock or
on chance.
"""

from breachwire.sample.articles import (
    DEFAULT_FOLDER,
    Article,
    Block,
    Facts,
    Sample,
    SampleError,
    Site,
    read_sample,
)
from breachwire.sample.server import NETWORK, Newsroom, serve

__all__ = [
    "DEFAULT_FOLDER",
    "NETWORK",
    "Article",
    "Block",
    "Facts",
    "Newsroom",
    "Sample",
    "SampleError",
    "Site",
    "read_sample",
    "serve",
]
