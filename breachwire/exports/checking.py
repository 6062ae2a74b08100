"""Reads back what was written, with the libraries that others read it with.

In: a file and its format. Out: how many incidents are in it. Raises ConfigError where an extra is missing, and
ContentError where something in the file is not as its standard wants it.
"""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from breachwire.errors import ConfigError, ContentError

_EXTRAS = {"stix2": "stix", "pymisp": "misp"}


def check(path: Path, form: str) -> int:
    """The number of incidents in a file in one of the formats."""
    readers: dict[str, Callable[[Path], int]] = {
        "csv": _csv,
        "json": _json,
        "parquet": _parquet,
        "stix": _stix,
        "misp": _misp,
        "veris": _json,
        "atom": _atom,
    }
    try:
        return readers[form](path)
    except (ValueError, KeyError, UnicodeError) as error:
        raise ContentError(str(path), f"does not read back as {form}: {error}") from error


def library_for(form: str) -> None:
    """Loads what checking a format needs, before anything is written. Raises ConfigError where it is not installed."""
    for name, extra in _EXTRAS.items():
        if extra == form:
            _library(name)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        extra = _EXTRAS[name]
        raise ConfigError(
            "--check", f"needs the package {name}, which is not installed", f"pip install 'breachwire[{extra}]'"
        ) from None


def _csv(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.DictReader(file, strict=True))


def _json(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        if file.readline().startswith("["):
            return sum(1 for _ in _things(path))
        file.seek(0)
        return sum(1 for line in file if json.loads(line))


def _things(path: Path) -> Iterator[Any]:
    """The objects of a JSON file of ours, one after the other, for a large export would fill the memory.

    They stand one a line between a line that opens and one that closes. Raises ValueError where the whole is no JSON.
    """
    with path.open(encoding="utf-8") as file:
        opening, count, comma = file.readline(), 0, False
        for line in file:
            if line.startswith("]"):
                json.loads(opening + line + file.read(1000))
                if comma:
                    break
                return
            if count and not comma:
                raise ValueError(f"no comma stands before line {count + 2}")
            body = line.rstrip("\n")
            comma = body.endswith(",")
            yield json.loads(body.removesuffix(","))
            count += 1
    raise ValueError(f"ends after {count} objects, and is not closed")


def _parquet(path: Path) -> int:
    import duckdb

    with duckdb.connect() as con:
        row = con.execute("SELECT count(*) FROM read_parquet($path)", {"path": str(path)}).fetchone()
    return int(row[0]) if row else 0


def _stix(path: Path) -> int:
    stix2 = _library("stix2")
    count = 0
    for thing in _things(path):
        try:
            parsed = stix2.parse(thing, version="2.1")
        except stix2.exceptions.STIXError as error:
            raise ContentError(str(path), f"{thing.get('id')} is no STIX 2.1: {error}") from error
        count += parsed["type"] == "incident" and not parsed.get("revoked", False)
    return count


def _misp(path: Path) -> int:
    pymisp = _library("pymisp")
    count = 0
    for held in _things(path):
        event, name = pymisp.MISPEvent(strict_validation=True), held["Event"].get("uuid")
        try:
            event.load(held)
        except pymisp.PyMISPError as error:
            raise ContentError(str(path), f"{name} is no MISP event: {error}") from error
        count += 1
    return count


def _atom(path: Path) -> int:
    import feedparser

    read = feedparser.parse(path.read_bytes())
    if read.bozo:
        raise ContentError(str(path), f"is not well-formed: {read.bozo_exception}")
    return len(read.entries)
