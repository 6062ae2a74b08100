"""The parts that a name plays in the sentences of a text, counted by zone: "title_object", "lead_owner", "body_says".

In: a Text and a candidate. Out: role -> how often it was seen.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from extractors.facts import bearing, cues
from extractors.facts.kinds import kind_after, kind_before
from extractors.facts.nameless import GERMAN_PERSON
from extractors.facts.places import is_place
from extractors.facts.tables import known_names, word_set

if TYPE_CHECKING:
    from extractors.facts.candidates import Candidate
    from extractors.facts.names import Name
    from extractors.facts.text import Sentence, Text

_CITY_OF = re.compile(r"(?i)\b(?:city|town|county|village|borough|district) of $")
_LAST_WORD = re.compile(r"(?<![\w-])([\w-]+)[.,]?\s*$")
_ACTOR_AFTER = re.compile(
    r"(?i)(?:['’]s)?\s*(?:(?:ransomware|hacking|hacker|cyber ?crime|cyber|extortion|threat|hacktivist|espionage|"
    r"criminal|crime)\s*"
    r"(?:group|gang|collective|crew|operation|actors?|outfit|cartel)\b|(?:gang|crew|hackers|ransomware|collective|"
    r"affiliates?)\b|"
    r"(?:leak|extortion|shame|dark ?web) (?:site|page|blog|list)\b|(?:took|takes|claimed|claims|"
    r"claiming) (?:credit|responsibility)\b|"
    r"se adjudic\w+|bekannte sich|a revendiqué)"
)
_LISTS = re.compile(r"(?:['’]s?)? (?:[a-z-]+ )?(?:site|list|blog|page|wall|countdown|clock)\b")
_ACTOR_BEFORE = re.compile(
    r"(?i)(?:(?:hacking|ransomware|hacker|cyber\w*|extortion|threat|hacktivist|espionage|criminal|crime|attack|"
    r"theft|state) (?:group|"
    r"actors?|outfit|cartel)|gang|crew|hackers?|collective|persona|ransomware|banda|colectivo|bande|"
    r"erpresser(?: von)?)"
    r"(?:,?\s*(?:that |who |which )?(?:calling (?:itself|themselves|himself|herself)|calls itself|known as|named|"
    r"called|styled|dubbed|alias|"
    r"namens|llamad[oa]|behind))?\s*,?\s*(?:the\s+)?[\"“‘'@„«]?$|"
    r"(?i:calling (?:itself|themselves|himself|herself)|attributed to|handle|alias|nickname|se hace llamar|"
    r"nennen sich|nennt sich|sich)\s+"
    r"(?:the\s+)?[\"“‘'@„«]?$"
)
_ACTOR_HINTS = (
    "group", "actor", "outfit", "cartel", "gang", "crew", "hacker", "collective", "persona", "ransomware", "banda",
    "colectiv", "bande", "erpresser", "calling", "attributed to", "handle", "alias", "nickname",
    "se hace", "sich",
)  # fmt: skip
"""One of them stands in whatever _ACTOR_BEFORE finds."""
NEAR = 8
"""Sentences in which a kind beside a name, and its bearing, are looked for."""
MOST = 10
"""Occurrences of a name that are looked at."""
_ATTACKED = frozenset(("object", "suffers", "compound", "holder", "acts"))


def _zone_label(order: int, zone: str) -> str:
    if zone == "title":
        return "title"
    return "lead" if order <= 2 else "body"


def _cued(left: str, right: str, *, breach: bool) -> set[str]:
    """Roles that `cues` gives; a name that a tool or an attacker is called by is not the one attacked."""
    roles = set(cues.before(left)) | set(cues.after(right)) if breach else set(cues.speaking(left, right))
    if roles & {"vehicle", "through"} and "suffers" not in roles:
        roles -= {"object", "compound", "holder"}
    if "agent" in roles:
        roles -= {"suffers", "acts", "holder"}
    if roles & {"acts", "object", "suffers"}:
        roles.discard("speaker")
    return roles


def speaks_of_harm(sentence: Sentence) -> bool:
    """Whether a sentence speaks of an attack; in the first ones, weaker words do."""
    return sentence.breach or (sentence.order <= 3 and cues.HARM.search(sentence.lower) is not None)


def _called_an_actor(tail: str) -> bool:
    small = tail.lower()
    return any(hint in small for hint in _ACTOR_HINTS) and _ACTOR_BEFORE.search(tail) is not None


def _beside(name: Name, left: str, right: str) -> list[str]:
    """What the words right beside a name say of it: a city's, a person's or an attacker's."""
    found = []
    if _CITY_OF.search(left[-12:]):
        found.append("city_of")
    word = _LAST_WORD.search(left[-24:])
    small = word[1].lower() if word else ""
    if small in word_set("words.toml", "names", "titles") or GERMAN_PERSON.search(small):
        found.append("titled")
    lists = name.key in known_names() and _LISTS.match(right)
    if lists or _ACTOR_AFTER.match(right) or _called_an_actor(left[-40:]):
        found.append("as_actor")
    return found


def role_features(text: Text, candidate: Candidate, asked: frozenset[str]) -> Counter[str]:
    """How often each role was seen; `asked`: sectors that the headline names."""
    found: Counter[str] = Counter()
    for name in candidate.names[:MOST]:
        left, right = text.around(name.zone, name.start, name.end)
        label = _zone_label(name.order, name.zone)
        sentence = text.sentence_at(name.zone, name.start)
        breach = speaks_of_harm(sentence)
        roles = _cued(left, right, breach=breach)
        if is_place(name.key) and cues.only_locates(right):
            roles = {"located"}
            found["modifies"] += 1
        kind = (kind_before(left) or kind_after(right)) if name.order <= NEAR else None
        if kind:
            roles.add("speaking_kind" if kind.speaks else "kind")
            found["asked_for"] += not kind.speaks and kind.sector in asked
        background = label == "body" and sentence.passing
        if background:
            roles = {"passing"} if roles & _ATTACKED else set()
        for role in roles:
            found[f"{label}_{role}"] += 1
        if name.order <= NEAR and not background:
            for role in bearing.before(left) + bearing.after(right):
                found[f"{label}_{role}"] += 1
        if breach:
            found[f"{label}_breach"] += 1
        for role in _beside(name, left, right):
            found[role] += 1
    return found
