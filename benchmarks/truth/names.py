"""When are two names the same one? The rules by which a value is held against its label.

They are those of the newsroom's scorer, and a test holds them to it: a figure of ours and one of its own must mean the
same. Nothing here serves the program, whose own matching of names is `breachwire.incidents.names`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

CLOSE = 88  # of 100: equal but for a letter or an ending
WITHIN = 90  # of 100: one name of an actor stands in the other
LONG_ENOUGH = 5  # characters of a name that may stand for a longer one
_PUNCTUATION = re.compile(r"[^\w\s&]")
_FORMS = re.compile(r"\b(the|inc|corp|corporation|ltd|limited|plc|llc|co|company|group|holdings)\b")
_SUM = re.compile(r"([A-Z]{3})\s*([\d.,]+)")
_ONE_MALWARE = (
    ("wannacry", "wannacrypt", "wcry", "wanna decryptor", "wana decrypt0r"),
    ("notpetya", "petya", "petrwrap", "expetr", "nyetya"),
    ("locky", "osiris"),
)


def fold(name: str | None) -> str:
    """Small letters without punctuation and legal forms; empty for no name."""
    plain = _PUNCTUATION.sub(" ", (name or "").casefold())
    return " ".join(_FORMS.sub(" ", plain).split())


def same_name(given: Sequence[str | None], stated: Sequence[str | None]) -> bool:
    """Whether some name of one side is some name of the other."""
    left, right = [n for n in map(fold, given) if n], [n for n in map(fold, stated) if n]
    return any(_same(a, b) for a in left for b in right)


def _same(a: str, b: str) -> bool:
    """Equal or close, in any order of words; the shorter within the longer; or its initials."""
    if fuzz.ratio(a, b) >= CLOSE or (min(len(a), len(b)) >= 4 and fuzz.token_sort_ratio(a, b) >= CLOSE):
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= LONG_ENOUGH and len(short) >= 0.4 * len(long) and re.search(rf"\b{re.escape(short)}\b", long):
        return True
    initials = "".join(word[0] for word in long.split())
    return " " in long and 2 <= len(short) <= 6 and short.replace(" ", "") == initials


def same_actor(given: str, stated: str) -> bool:
    """As names are, or one within the other ("the Lazarus hackers")."""
    return same_name([given], [stated]) or fuzz.partial_ratio(fold(given), fold(stated)) >= WITHIN


def same_malware(given: str, stated: str) -> bool:
    """Equal, one within the other from four letters on, or two names of one family."""
    a, b = fold(given), fold(stated)
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if a == b or (len(short) >= 4 and short in long):
        return True
    return any(any(n in a for n in family) and any(n in b for n in family) for family in _ONE_MALWARE)


def read_sum(text: str | None) -> tuple[str, float] | None:
    """The text "USD 17,000" as (currency, amount); None where no sum is stated."""
    found = _SUM.match(text or "")
    return (found[1], float(found[2].replace(",", ""))) if found else None
