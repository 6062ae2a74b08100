"""How a name stands in the sentences about it, whatever they speak of: whose customers, who admits, who was fined.

In: the words before and after a name. Out: roles. `cues` reads sentences with a word for an attack in them; many
reports have none ("cut its own link", "1,300 patients' notes", "must pay"), and their victim stands in these patterns
instead. The words stand in bearing.toml.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extractors.facts.tables import toml, word_set

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"[^\W_](?:[\w'’&-]*\w)?|,")
_SKIP = re.compile(r"(?:\s*\([^)]{1,40}\))?(?:,[^,;.]{2,90},)?(?:\s*\([^)]{1,40}\))?")
_DESCRIBED = re.compile(r"(?:\s*\([^)]{1,40}\))?,\s+(?:([a-zà-ÿ]+)['’\s]|[A-Z]\w+['’]s\b)")
_IS_A = re.compile(
    r",\s+[a-zà-ÿ]+(?:\s+[a-zà-ÿ]+)?\s+(?:de|del|of|für|einer|eines|des|der)\b|,\s+(?:Betreiber|Anbieter|"
    r"Hersteller|Tochter)"
)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])\s+[\w£$€-]")
_ENUMERATED = re.compile(r"(?:,|,? and|,? or|,? und|,? y| &)\s+(?:the\s+)?(?:[a-z][\w-]+\s+){0,2}[A-Z][\w-]+")
_AGE = re.compile(
    r", (?:\d\d\b|who |the (?:\w+ ){0,3}(?:chief|director|head|judge|mayor|minister|commissioner|chair\w*)\b)"
)
_PARTICIPLE = re.compile(r"(?:\w+(?:ed|en|t)|down|back|cut|shut|offline)$")
_VERB = re.compile(r"[a-zà-ÿ]{2,}(?:s|ed|te|ó|t)$")
_NOT = re.compile(r"(?:can|could|would|did|is|was|has|will|does|do)n['’]t$")
REACH = 7
"""Words on either side that are looked at."""


@cache
def _prepositions() -> Mapping[str, str]:
    """Preposition -> role."""
    table: dict[str, str] = {}
    for role, words in toml("bearing.toml")["prepositions"].items():
        for word in words.split():
            table.setdefault(word, role)
    return MappingProxyType(table)


@cache
def _set(name: str) -> frozenset[str]:
    return word_set("bearing.toml", "words", name)


@cache
def _stems() -> tuple[str, ...]:
    return tuple(sorted(_set("concede_stems")))


def before(left: str) -> list[str]:
    """Roles that the words before a name give it: one preposition at most, and what stands before it."""
    words = _WORD.findall(left[-80:])[-REACH:]
    if not words:
        return ["opens"]
    small = [w.lower() for w in words]
    prepositions = _prepositions()
    near = range(len(small) - 1, max(-1, len(small) - 5), -1)
    at = next((i for i in near if small[i] in prepositions and (small[i] != "," or words[i - 1][0].isupper())), None)
    if at is None and len(small) > 1 and small[-1] in {"der", "des"}:
        at = len(small) - 1 if small[-2] in _set("things") else None
    elif at is None and len(small) > 2 and small[-2] in {"der", "des"}:
        at = len(small) - 2 if small[-3] in _set("things") else None
    if at is None:
        return ["charged"] if set(small[-4:]) & _set("charges") else []
    roles = [prepositions.get(small[at], "of")]
    behind = set(small[max(0, at - 3) : at])
    if at and small[at - 1] in _set("things"):
        roles.append("owner")
    if at and (small[at - 1] in _set("stays") or small[at - 1].endswith("year-old")):
        roles.append("stays")
    if at and small[at - 1] in _set("employees"):
        roles.append("employer")
    if (behind | {small[at]}) & _set("charges") or set(small[at + 1 :]) & _set("charges"):
        roles.append("charged")
    return roles


def _verb_roles(rest: str) -> list[str]:
    """What the verb says that follows a name."""
    words = [w.lower() for w in _WORD.findall(rest[:90])[:REACH]] if rest[:1].isspace() else []
    if not words:
        return []
    roles = []
    first = 0
    while first < len(words) - 1 and (words[first] in _set("adverbs") or words[first].endswith("ly")):
        first += 1
    verb = words[first]
    denied = words[first : first + 2] and (_NOT.search(verb) or words[min(first + 1, len(words) - 1)] == "not")
    if verb in _set("concedes") or denied or verb.startswith(_stems()):
        roles.append("concedes")
    if verb in _set("tells") and set(words[first + 1 : first + 5]) & (_set("things") | _set("audience")):
        roles.append("tells_own")
    if verb in _set("says"):
        roles.append("says")
    if words[0] in _set("auxiliaries"):
        roles.append("does")
        if words[0] in _set("passives") and len(words) > 1 and _PARTICIPLE.match(verb):
            roles.append("passive")
    elif _VERB.match(words[0]) and words[0] not in _set("things"):
        roles.append("does")
    if set(words[:3]) & _set("things"):
        roles.append("has_things")
    if words[0] in _set("speakers"):
        roles.append("spokesman")
    return roles


def after(right: str) -> list[str]:
    """Roles that the words after a name give it, in any sentence."""
    right = right[:170]
    roles = []
    skipped = _SKIP.match(right)
    rest = right[skipped.end() if skipped else 0 :]
    if _POSSESSIVE.match(right):
        roles.append("possessive")
        rest = right[2:]
    roles += _verb_roles(rest)
    described = _DESCRIBED.match(right)
    if (described and (described[1] is None or described[1] in _set("describing"))) or _IS_A.match(right):
        roles.append("described")
    if _ENUMERATED.match(right):
        roles.append("enumerated")
    if _AGE.match(right):
        roles.append("aged")
    return roles
