"""Which rules made a reading: digests of the program's own code and tables, and of the settings that go with them.

The version numbers of CONTRIBUTING.md are bumped by people; this cannot be forgotten. `replay` keeps what was read of a
text that is still the same under rules that are still the same, and reads nothing where no rule is another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import breachwire
import extractors
import flows
from breachwire.settings import Settings
from breachwire.settings.models import Stories

_ROOMS = {room.__name__: Path(room.__path__[0]) for room in (breachwire, extractors, flows)}
_FACTS = ("extractors.facts", "breachwire.stories.sketching")
_READING = ("extractors.look", "extractors.article", "extractors.relevance", "extractors.roundup", *_FACTS)
_LIBRARIES = ("ahocorasick-rs", "hyperscan", "rapidfuzz", "lxml", "trafilatura", "resiliparse", "babel")
"""Libraries whose next version may read a text otherwise."""

_IMPORT = re.compile(r"^[ \t]*(?:from ([\w.]+) import (\([^)]*\)|[^\n]+)|import ([^\n]+))", re.MULTILINE)
_NAME = re.compile(r"[\w.]+")


def facts_version(rules: Stories) -> str:
    """What facts and sketches of a given text depend on: the modules that make them, and the sketch's settings.

    keywords.toml is not part of it: no fact is read by its weights, and round-ups are always split anew.
    """
    return f"{_of_modules(_FACTS)}-{rules.shingle_words}-{rules.sketch_size}"


def reading_version(settings: Settings) -> str:
    """All that the reading of a page or text depends on: looks, verdict, sections, facts and sketch."""
    told = (settings.keywords, settings.article)
    said = [m.model_dump_json().encode() for m in told]
    return _digest([facts_version(settings.stories).encode(), _of_modules(_READING).encode(), *said])


def all_rules(settings: Settings) -> str:
    """What a replay as a whole depends on: the program, and what config/ says about texts, copies and incidents."""
    told = (settings.keywords, settings.article, settings.stories, settings.incidents, settings.second_opinion)
    return _digest([m.model_dump_json().encode() for m in told], *_ROOMS.values())


@cache
def _of_modules(names: tuple[str, ...]) -> str:
    """A digest of those modules, of all of this program that they import, and of the tables beside them.

    As the files were when the process first asked; about 20 ms.
    """
    files = closure(names)
    tables = {p for folder in {f.parent for f in files} for p in folder.iterdir() if p.is_file() and p.suffix != ".py"}
    libraries = [f"{name} {version(name)}".encode() for name in _LIBRARIES]
    return _digest([*libraries, *(path.name.encode() + b"\0" + path.read_bytes() for path in sorted(files | tables))])


def closure(names: Iterable[str]) -> set[Path]:
    """The files of those modules and of all modules of this program that they import, wherever the import stands.

    A package's own file is among them where something else than a module of it is imported from it.
    """
    found: set[Path] = set()
    waiting = [path for name in names for path in _files(name)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(_imported(path))
    return found


def _imported(path: Path) -> Iterator[Path]:
    for match in _IMPORT.finditer(path.read_text("utf-8")):
        package, names, plain = match.groups()
        if plain:
            yield from (file for name in _NAME.findall(plain) for file in _files(name))
            continue
        modules = [list(_files(f"{package}.{name}")) for name in _NAME.findall(names)]
        yield from (file for files in modules for file in files)
        if not all(modules):
            yield from _files(package)


def _files(module: str) -> Iterator[Path]:
    """The file of a module of this program; nothing for a library's, or for a name that is no module."""
    room, *rest = module.split(".")
    if room in _ROOMS:
        path = _ROOMS[room].joinpath(*rest)
        both = (path / "__init__.py", path.with_suffix(".py"))
        yield from (file for file in both if file.is_file())


def _digest(more: Iterable[bytes], *rooms: Path) -> str:
    made = hashlib.blake2b(digest_size=8)
    for room in rooms:
        for path in sorted(p for p in room.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            made.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for piece in more:
        made.update(piece + b"\0")
    return made.hexdigest()
