"""Which rules made a reading: a digest of the program's own code and tables, and of what the sketches depend on.

The version numbers of CONTRIBUTING.md are bumped by people; this cannot be forgotten. `replay` keeps what was read of a
text that is still the same under rules that are still the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import breachwire
import extractors
import flows
from breachwire.settings import Settings
from breachwire.settings.models import Stories

_SHARED = ("records.py", "identity.py", "vocabulary.py", "stories/sketching.py")


def facts_version(rules: Stories) -> str:
    """What facts and sketches of a given text depend on: the extractors, what they share, and the sketch's settings.

    keywords.toml is not part of it: no fact is read by its weights, and round-ups are always split anew.
    """
    return f"{_program()}-{rules.shingle_words}-{rules.sketch_size}"


def all_rules(settings: Settings) -> str:
    """What a replay as a whole depends on: the program, and what config/ says about texts, copies and incidents."""
    told = (settings.keywords, settings.article, settings.stories, settings.incidents, settings.second_opinion)
    return _digest([m.model_dump_json().encode() for m in told], *_ROOMS)


_ROOMS = tuple(Path(room.__path__[0]) for room in (breachwire, extractors, flows))


@cache
def _program() -> str:
    """A digest of the files as they were when the process first asked; about 30 ms."""
    shared, room, _ = _ROOMS
    return _digest([(shared / name).read_bytes() for name in _SHARED], room)


def _digest(more: Iterable[bytes], *rooms: Path) -> str:
    made = hashlib.blake2b(digest_size=8)
    for room in rooms:
        for path in sorted(p for p in room.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            made.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for piece in more:
        made.update(piece + b"\0")
    return made.hexdigest()
