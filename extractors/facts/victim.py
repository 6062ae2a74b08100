"""Who was attacked? Names are grouped, described by features that a person can read, weighed and ranked.

In: a Text and its names. Out: the victim with the names that the article calls it by, and passing victims of other
incidents as mentions. The weights stand in victim.toml, fitted by benchmarks/fit_victim.py.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from math import exp, log2
from typing import TYPE_CHECKING

from extractors.facts import cues
from extractors.facts.candidates import Candidate, candidate_host, group
from extractors.facts.kinds import kind_after, kind_before, kind_of_name, kinds_in
from extractors.facts.names import Name, is_actor_name
from extractors.facts.places import is_place, place
from extractors.facts.tables import key, known_names, organisations, toml, without_legal_form, word_set

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Text

_CITY_OF = re.compile(r"(?i)\b(?:city|town|county|village|borough|district) of $")
_LAST_WORD = re.compile(r"([\w-]+)[.,]?\s*$")
_ACTOR_AFTER = re.compile(
    r"(?i)\s*(?:ransomware|hacking|hacker|cyber ?crime|extortion|threat|hacktivist)?\s*(?:group|gang|"
    r"collective|crew|hackers|ransomware|operation|actors?)\b"
)
_ACTOR_BEFORE = re.compile(
    r"(?i)(?:group|gang|hackers?|collective|crew|actors?|calling (?:itself|themselves|himself)|known as|"
    r"named|called|handle|alias|linked to|attributed to|ransomware)\s*,?\s*(?:the\s+)?[\"“‘'@]?$"
)
NEAR = 8
"""Sentences in which a kind beside a name is looked for."""
_INSTITUTION = re.compile(
    r"(?:Hospital|Hospitals|University|College|School|Schools|District|Council|Airport|Clinic|Library|Department|County|"
    r"Credit Union)$|^(?:City|Town|County|University|Port|Bank) of "
)


@cache
def weights() -> dict[str, float]:
    """Feature -> weight, and `bias`."""
    return {name: float(value) for name, value in toml("victim.toml")["weights"].items()}


def _zone_label(order: int, zone: str) -> str:
    if zone == "title":
        return "title"
    return "lead" if order <= 2 else "body"


def _asked_sectors(text: Text) -> frozenset[str]:
    """Sectors of the organisations that the headline calls by their kind only ("Hackers stop ferry line")."""
    return frozenset(k.sector for k in kinds_in(text.title) if not k.speaks)


def _role_features(text: Text, candidate: Candidate, asked: frozenset[str]) -> Counter[str]:
    """How often each role was seen, by zone ("title_object", "lead_speaker", ...); `asked`: sectors that the headline
    names."""
    found: Counter[str] = Counter()
    for name in candidate.names[:12]:
        left, right = text.around(name.zone, name.start, name.end)
        label = _zone_label(name.order, name.zone)
        sentence = text.sentence_at(name.zone, name.start)
        breach = sentence.breach
        roles = set(cues.before(left)) | set(cues.after(right)) if breach else set(cues.speaking(left, right))
        if roles & {"vehicle", "through"} and "suffers" not in roles:
            roles -= {"object", "compound", "holder"}
        if "agent" in roles:
            roles -= {"suffers", "acts", "holder"}
        if is_place(name.key) and cues.only_locates(right):
            roles = {"located"}
            found["modifies"] += 1
        if "acts" in roles or "object" in roles or "suffers" in roles:
            roles.discard("speaker")
        kind = (kind_before(left) or kind_after(right)) if name.order <= NEAR else None
        if kind:
            roles.add("speaking_kind" if kind.speaks else "kind")
            if not kind.speaks and kind.sector in asked:
                found["asked_for"] += 1
        if label == "body" and sentence.passing:
            roles = {"passing"} if roles & {"object", "suffers", "compound", "holder", "acts"} else set()
        found.update(f"{label}_{role}" for role in roles)
        if breach:
            found[f"{label}_breach"] += 1
        if _CITY_OF.search(left[-12:]):
            found["city_of"] += 1
        word = _LAST_WORD.search(left[-24:])
        if word and word[1].lower() in word_set("words.toml", "names", "titles"):
            found["titled"] += 1
        if _ACTOR_AFTER.match(right) or _ACTOR_BEFORE.search(left[-40:]):
            found["as_actor"] += 1
    return found


def _kind_features(candidate: Candidate) -> dict[str, float]:
    """What the tables and the form of the name say."""
    keys = {n.key for n in candidate.names} | {key(f) for f in candidate.forms}
    longest = max(candidate.forms, key=len)
    first = candidate.names[0]
    features: dict[str, float] = {}
    for role in ("press", "vendors", "authorities", "products"):
        if keys & word_set("words.toml", "roles", role):
            features[role] = 1
    if any(is_actor_name(k) for k in keys):
        features["actor"] = 1
    elif any(k in known_names() for k in keys):
        features["weak_actor"] = 1
    if any(is_place(k) for k in keys):
        features["place"] = 1
        if any((place(k) or ("", ""))[1] in {"country", "demonym"} for k in keys):
            features["nation"] = 1
    if keys & organisations().keys():
        features["known"] = 1
    words = [w.lower() for w in longest.split()]
    tails = word_set("words.toml", "names", "org_tails")
    if words[-1] in tails or words[0] in tails or (len(words) > 2 and any(w in {"of", "for", "&"} for w in words)):
        features["institution"] = 1
    if any(n.text != without_legal_form(n.text) for n in candidate.names):
        features["legal_form"] = 1
    if len(words) >= 6:
        features["long"] = 1
    if first.opens and len(words) == 1:
        features["opens_alone"] = 1
    return features


def describe(text: Text, candidate: Candidate, asked: frozenset[str]) -> dict[str, float]:
    """All features of a candidate. Counts are capped, so that length of an article does not decide."""
    roles = _role_features(text, candidate, asked)
    features = _kind_features(candidate)
    own = kind_of_name(max(candidate.forms, key=len))
    features["kind_in_name"] = float(own is not None)
    roles["asked_for"] += own is not None and own.sector in asked
    for name, count in roles.items():
        features[name] = min(count, 3) / (3 if name.startswith("body") else 1) if not name.startswith("title") else 1
    if any(f"{z}_{r}" in roles for z in ("title", "lead") for r in ("object", "suffers", "compound")):
        for role in ("press", "vendors", "authorities", "products"):
            if features.pop(role, 0):
                features[f"{role}_hit"] = 1
    orders = {n.order for n in candidate.names}
    in_title = any(n.zone == "title" for n in candidate.names)
    features["asked_for"] = float(roles["asked_for"] > 0 and not in_title)
    features["count"] = log2(1 + len(candidate.names))
    features["in_title"] = float(in_title)
    features["in_lead"] = float(bool(orders & {1, 2, 3}))
    features["in_both"] = features["in_title"] * features["in_lead"]
    features["title_and_body"] = float(in_title and len(orders) > 1)
    features["first"] = 1 / (1 + candidate.names[0].order)
    if orders == {0} and len(text.body) >= 500:
        features["title_only"] = 1
    if in_title and candidate.names[0].start < 5:
        features["title_first"] = 1
    strong = ("object", "suffers", "compound", "holder", "acts", "aftermath")
    if not any(f"{z}_{r}" in roles for z in ("title", "lead", "body") for r in strong):
        features["no_role"] = 1
    if in_title and not any(f"title_{r}" in roles for r in strong):
        features["title_no_role"] = 1
    if (
        features.get("place")
        and not roles["city_of"]
        and not any(f"{z}_{r}" in roles for z in ("title", "lead") for r in ("object", "suffers", "acts"))
    ):
        features["place_only"] = 1
    return features


def group_and_describe(text: Text, names: tuple[Name, ...]) -> list[Candidate]:
    """Candidates with their features, not yet weighed."""
    candidates = group(text, names)
    asked = _asked_sectors(text)
    for candidate in candidates:
        candidate.features = describe(text, candidate, asked)
    return candidates


def rank(text: Text, names: tuple[Name, ...]) -> list[Candidate]:
    """Candidates with features and scores (log odds), best first."""
    table = weights()
    candidates = group_and_describe(text, names)
    for candidate in candidates:
        candidate.score = table.get("bias", 0.0) + sum(table.get(f, 0.0) * v for f, v in candidate.features.items())
    top = max((c.score for c in candidates), default=0.0)
    odds = {id(c): exp(c.score - top) for c in candidates}
    total = sum(odds.values()) + exp(-top)
    for candidate in candidates:
        candidate.share = odds[id(candidate)] / total
    return sorted(candidates, key=lambda c: (-c.score, c.names[0].order, c.names[0].start))


def _display(candidate: Candidate) -> Name:
    """The occurrence to show: the commonest short form, the headline's if it has one, but an institution's whole name
    ("X University" for "X"), and never a bare initialism if a name is known."""

    def merit(name: Name) -> tuple[float, int, int]:
        form = without_legal_form(name.text)
        initials = form.isupper() and " " not in form and len(candidate.forms) > 1 and len(form) <= 6
        repeated = name.zone == "title" and candidate.forms[form] > 1
        whole = bool(_INSTITUTION.search(form)) and any(f != form and f in form for f in candidate.forms)
        host = bool(candidate_host(name.key)) and len(candidate.forms) > 1
        return (
            -(candidate.forms[form] + 2 * (name.zone == "title") + 3 * repeated + 9 * whole - 4 * initials - 9 * host),
            len(form),
            name.order,
        )

    return min(candidate.names, key=merit)


def read(text: Text, names: tuple[Name, ...]) -> list[Claim]:
    """Claims `victim`: the victim, its other names (rule victim.alias) and mentions (rule victim.passing)."""
    ranked = rank(text, names)
    table = toml("victim.toml")["thresholds"]
    claims: list[Claim] = []
    best = ranked[0] if ranked and ranked[0].share >= table["accept"] else None
    if best:
        shown = _display(best)
        value = without_legal_form(shown.text)
        sure = best.share
        claims.append(
            text.claim("victim", value, (shown.zone, shown.start, shown.start + len(value)), ("victim.ranked", sure))
        )
        for form in sorted(best.forms, key=lambda f: (-best.forms[f], f)):
            name = next(n for n in best.names if without_legal_form(n.text) == form)
            if form != value:
                span = (name.zone, name.start, name.start + len(form))
                claims.append(text.claim("victim", form, span, ("victim.alias", min(sure, 0.5) * 0.8)))
    for candidate in ranked:
        if candidate is not best and _is_passing(candidate) and (best or candidate.features.get("body_passing")):
            claims.extend(_mentions(text, candidate))
    return claims


def _mentions(text: Text, candidate: Candidate) -> list[Claim]:
    """A passing victim under each name that the text gives it, in order of appearance."""
    firsts = {without_legal_form(n.text): n for n in reversed(candidate.names)}
    return [
        text.claim(
            "victim", form, (name.zone, name.start, name.start + len(form)), ("victim.passing", 0.4), mention=True
        )
        for form, name in sorted(firsts.items(), key=lambda item: (item[1].order, item[1].start))
    ]


def _is_passing(candidate: Candidate) -> bool:
    """Whether a name that was not chosen is an attacked organisation all the same: the body says so, and it looks
    like one."""
    f = candidate.features
    if any(
        f.get(x)
        for x in (
            "press",
            "vendors",
            "authorities",
            "products",
            "actor",
            "as_actor",
            "place",
            "titled",
            "body_person",
            "lead_person",
        )
    ):
        return False
    attacked = f.get("body_passing") or f.get("body_suffers") or f.get("lead_suffers") or f.get("body_object")
    looks_like_one = (
        f.get("known") or f.get("institution") or f.get("body_passing") or " " in max(candidate.forms, key=len)
    )
    return bool(attacked and looks_like_one and (f.get("known") or f.get("body_speaker", 0.0) < 0.6))
