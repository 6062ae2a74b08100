"""Features of a candidate that a person can read: what sentences, tables and its rivals say about it.

In: a Text and its candidates. Out: feature -> value, a number between 0 and about 3. What features are worth stands in
victim.toml.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from math import log2
from typing import TYPE_CHECKING

from extractors.facts.alternation import compiled
from extractors.facts.candidates import Candidate, group
from extractors.facts.kinds import kind_of_name, kinds_in
from extractors.facts.looks import german_noun, kind_features
from extractors.facts.roles import role_features
from extractors.facts.tables import word_set

if TYPE_CHECKING:
    from extractors.facts.names import Name
    from extractors.facts.text import Text

_REFERS = compiled(
    r"(?i)\b(?:the|das|die|der|la|el|l['’])\s*(?:[a-z-]+\s+)?(?:company|firm|group|business|chain|agency|operator|"
    r"provider|"
    r"retailer|bank|lender|insurer|council|town|city|county|borough|municipality|school|college|university|"
    r"district|hospital|"
    r"trust|clinic|practice|charity|club|carrier|airline|exchange|platform|app|site|service|start-?up|publisher|"
    r"broadcaster|"
    r"museum|library|maker|manufacturer|supplier|vendor|co-?op|cooperative|fund|utility|ministry|department|union|"
    r"church|theatre|"
    r"hotel|brewery|unternehmen|firma|konzern|gesellschaft|stadt|gemeinde|klinik|schule|hochschule|verein|"
    r"händler\w*|empresa|"
    r"compañía|entidad|clínica|universidad|municipio|banco|consistorio|entreprise|société|mairie)\b"
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
STRONG = ("object", "suffers", "compound", "holder", "acts", "aftermath")
"""Roles of the attacked."""
_ATTACKED_EARLY = frozenset(f"{z}_{r}" for z in ("title", "lead") for r in ("object", "suffers", "acts"))
_HIT_EARLY = frozenset(f"{z}_{r}" for z in ("title", "lead") for r in ("object", "suffers", "adjacent"))
_STRONG_IN_TITLE = frozenset(f"title_{r}" for r in STRONG)
_STRONG_ANYWHERE = frozenset(f"{z}_{r}" for z in ("title", "lead", "body") for r in STRONG)
UNABLE = (
    "press", "press_name", "vendors", "authorities", "products", "actor", "as_actor", "place", "titled", "given_name",
    "official",
)  # fmt: skip
"""Features of names that seldom are a victim: they do not count as rivals."""
REACH = 4000
"""Characters of the body in which "the company" is looked for."""


def _asked_sectors(text: Text) -> frozenset[str]:
    """Sectors of the organisations that the headline calls by their kind only ("Hackers stop ferry line")."""
    return frozenset(k.sector for k in kinds_in(text.title) if not k.speaks)


def _rivals(text: Text, candidates: list[Candidate]) -> None:
    """Features that compare: who is named first, who alone, whom "the company" further down means."""
    able = [c for c in candidates if not any(map(c.features.get, UNABLE)) and not c.features.get("german_noun")]
    leading = [c for c in able if c.names[0].order <= 2]
    for candidate in able:
        candidate.features["able"] = 1
        candidate.features["alone"] = float(leading == [candidate])
    in_body = [c for c in able if any(n.zone == "body" for n in c.names)]
    if in_body:
        first = min(in_body, key=lambda c: next(n.start for n in c.names if n.zone == "body"))
        first.features["named_first"] = 1
    spots = sorted((n.start, id(c)) for c in able for n in c.names if n.zone == "body")
    by_id = {id(c): c for c in able}
    meant: Counter[int] = Counter()
    for match in _REFERS.finditer(text.body, 0, REACH):
        before = bisect_left(spots, (match.start(), 0))
        if before:
            meant[spots[before - 1][1]] += 1
    for owner, times in meant.items():
        by_id[owner].features["meant"] = min(times, 3) / 3


def _telling_words(headline: str) -> frozenset[str]:
    """Beginnings of the words of a headline that are not those of any headline."""
    common = word_set("bearing.toml", "words", "headlines")
    return frozenset(word[:6] for word in _LONG_WORD.findall(headline.lower()) if word not in common)


def _echoes(text: Text, candidate: Candidate, wanted: frozenset[str]) -> float:
    """How many words of the headline (`wanted`) stand in the name or beside it: "Cab firm ..." and "the cab firm X
    says"."""
    if not wanted:
        return 0.0
    best = 0
    for name in candidate.names[:4]:
        if name.zone == "body" and name.order <= 4:
            left, right = text.around(name.zone, name.start, name.end)
            near = f"{left[-45:]} {name.text} {right[:60]}".lower()
            best = max(best, len(wanted.intersection([w[:6] for w in _LONG_WORD.findall(near)])))
    return min(best, 2) / 2


def describe(text: Text, candidate: Candidate, asked: frozenset[str]) -> dict[str, float]:
    """All features of a candidate. Counts are capped, so that length of an article does not decide."""
    roles = role_features(text, candidate, asked)
    features = kind_features(candidate)
    own = kind_of_name(max(candidate.forms, key=len))
    features["kind_in_name"] = float(own is not None)
    roles["asked_for"] += own is not None and own.sector in asked
    for name, count in roles.items():
        features[name] = min(count, 3) / (3 if name.startswith("body") else 1) if not name.startswith("title") else 1
    if not _HIT_EARLY.isdisjoint(roles):
        for role in ("press", "press_name", "vendors", "authorities", "products", "official"):
            if features.pop(role, 0):
                features[f"{role}_hit"] = 1
    features.update(_spots(text, candidate))
    features["asked_for"] = float(roles["asked_for"] > 0 and not features["in_title"])
    if _STRONG_ANYWHERE.isdisjoint(roles):
        features["no_role"] = 1
    if features["in_title"] and _STRONG_IN_TITLE.isdisjoint(roles):
        features["title_no_role"] = 1
    if features.get("place") and not roles["city_of"] and _ATTACKED_EARLY.isdisjoint(roles):
        features["place_only"] = 1
    return features


def _spots(text: Text, candidate: Candidate) -> dict[str, float]:
    """Where a candidate is named, and how often."""
    orders = {n.order for n in candidate.names}
    in_title = 0 in orders
    in_lead = bool(orders & {1, 2, 3})
    return {
        "count": log2(1 + len(candidate.names)),
        "in_title": float(in_title),
        "in_lead": float(in_lead),
        "in_both": float(in_title and in_lead),
        "title_and_body": float(in_title and len(orders) > 1),
        "first": 1 / (1 + candidate.names[0].order),
        "title_only": float(orders == {0} and len(text.body) >= 500),
        "title_first": float(in_title and candidate.names[0].start < 5),
    }


def group_and_describe(text: Text, names: tuple[Name, ...]) -> list[Candidate]:
    """Candidates with their features, not yet weighed."""
    candidates = group(text, names)
    asked, wanted = _asked_sectors(text), _telling_words(text.title)
    for candidate in candidates:
        candidate.features = describe(text, candidate, asked)
        candidate.features["echoes"] = _echoes(text, candidate, wanted)
        if german_noun(text, candidate):
            candidate.features["german_noun"] = 1
    _rivals(text, candidates)
    return candidates
