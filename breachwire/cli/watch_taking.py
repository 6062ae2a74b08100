"""What taking entries into a watchlist changes, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from breachwire.settings.models import WatchName
from breachwire.settings.watchfile import WatchFile
from breachwire.watching.folding import word_lists
from breachwire.watching.vendors import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An entry before (None for a new one) and after; `what` is new, changed or same."""

    was: WatchName | None
    now: WatchName
    what: str
    words: str


def taken(listed: WatchFile, entries: Sequence[WatchName]) -> list[Taken]:
    """What becomes of each entry; one that is listed, if in another legal form, is added to and not doubled."""
    by_name = {entry.name.casefold(): entry for entry in listed.names}
    by_words: dict[tuple[tuple[str, ...], ...], list[WatchName]] = {}
    for entry in listed.names:
        by_words.setdefault(word_lists(entry.name), []).append(entry)
    told: dict[str, Taken] = {}
    for entry in entries:
        alike = by_words.get(word_lists(entry.name), [])
        was = by_name.get(entry.name.casefold()) or (alike[0] if len(alike) == 1 else None)
        if was is None:
            told[entry.name.casefold()] = Taken(was=None, now=entry, what="new", words="")
            continue
        before = told[was.name.casefold()].now if was.name.casefold() in told else was
        now = joined(before, entry)
        words = "; ".join(_changes(was, now))
        what = "changed" if now != was else "same"
        told[was.name.casefold()] = Taken(was=was, now=now, what=what, words=words)
    return list(told.values())


def _changes(was: WatchName, now: WatchName) -> list[str]:
    words = []
    for key in ("aliases", "domains", "tags"):
        more = [value for value in getattr(now, key) if value not in getattr(was, key)]
        words += [f"{key} + {', '.join(more)}"] if more else []
    for key in ("tier", "owner", "weak"):
        before, after = getattr(was, key), getattr(now, key)
        if before != after:
            words.append(f"{key} {after}" + (f", was {before}" if before is not None else ""))
    return words
