"""Who was attacked? Names are grouped, described by features that a person can read, weighed and ranked.

In: a Text and its names. Out: the victim with the names that the article calls it by, and passing victims of other
incidents as
mentions. The weights stand in victim.toml, fitted by benchmarks/fit_victim.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from math import exp, log2
from typing import TYPE_CHECKING

from extractors.facts import cues
from extractors.facts.names import Name, is_actor_name
from extractors.facts.places import is_place, place
from extractors.facts.tables import key, known_names, organisations, toml, without_legal_form, word_set

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Text

MAX_SENTENCES = 40
_INITIALS = re.compile(r"\s*[(\[][\"“‘']?(?:the )?[\"“‘']?([A-Z][\w&-]{1,14})[\"”’']?[)\]]")
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
_PLACE_TAIL = re.compile(r",\s*(?:[A-Z]\w+\.?)")


@dataclass(slots=True)
class Candidate:
    """One organisation or person, under all the names the text uses for it."""

    names: list[Name]
    forms: Counter[str] = field(default_factory=Counter)
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    share: float = 0.0


@cache
def weights() -> dict[str, float]:
    """Feature -> weight, and `bias`."""
    return {name: float(value) for name, value in toml("victim.toml")["weights"].items()}


def _initials(words: str) -> str:
    return "".join(w[0] for w in re.split(r"[\s-]+", words) if w[:1].isupper() or w[:1].isdigit())


def _same(longer: str, shorter: str) -> bool:
    """Whether the shorter key is a short form of the longer: its first words, or a distinctive last word."""
    long_words, short_words = longer.split(), shorter.split()
    if len(short_words) >= len(long_words) or is_place(shorter):
        return False
    generic = word_set("words.toml", "names", "org_tails") | word_set("words.toml", "names", "of_heads")
    if all(w in generic for w in short_words):
        return False
    if long_words[: len(short_words)] == short_words:
        return True
    return len(short_words) >= 2 and long_words[-len(short_words) :] == short_words


def _collect(names: tuple[Name, ...]) -> dict[str, Candidate]:
    """Names by folded key, nationalities left out."""
    by_key: dict[str, Candidate] = {}
    for name in names:
        found = place(name.key)
        if name.key and name.order <= MAX_SENTENCES and not (found and found[1] == "demonym"):
            folded = key(without_legal_form(name.text))
            by_key.setdefault(folded, Candidate(names=[])).names.append(name)
    return by_key


def _initialisms(text: Text, by_key: dict[str, Candidate]) -> dict[str, str]:
    """Short key -> long key, where the text defines initials in brackets, or they are the longer name's."""
    alias: dict[str, str] = {}
    for folded, candidate in by_key.items():
        for name in candidate.names[:6]:
            match = _INITIALS.match(text.article.zone(name.zone), name.end)
            short = key(match[1]) if match else ""
            if short and short in by_key and short != folded and len(name.text) > len(short):
                alias[short] = folded
        compact = _initials(max((n.text for n in candidate.names), key=len)).lower()
        if len(compact) >= 3 and compact in by_key and compact != folded:
            alias.setdefault(compact, folded)
    return alias


def _variants(by_key: dict[str, Candidate], alias: dict[str, str]) -> None:
    """Adds what is known to be one organisation: host names, entries of the table, short forms."""
    table = organisations()
    for short in by_key:
        host, entry = candidate_host(short), table.get(short)
        for other in by_key:
            if other == short:
                continue
            same_host = bool(host) and other.replace(" ", "") == host
            same_entry = entry is not None and len(other) > len(short) and table.get(other) is entry
            if same_host or same_entry:
                alias.setdefault(short, other)
    ordered = sorted(by_key, key=lambda k: (-len(k), k))
    for index, short in enumerate(ordered):
        if short not in alias:
            owners = [long for long in ordered[:index] if _same(long, short)]
            if owners:
                alias[short] = max(owners, key=lambda k: len(by_key[k].names))


def _root(alias: dict[str, str], name: str) -> str:
    seen = {name}
    while name in alias and alias[name] not in seen:
        name = alias[name]
        seen.add(name)
    return name


def group(text: Text, names: tuple[Name, ...]) -> list[Candidate]:
    """Names of one organisation together: equal keys, short forms, and initials that the text defines in brackets."""
    by_key = _collect(names)
    alias = _initialisms(text, by_key)
    _variants(by_key, alias)
    for short in list(alias):
        owner = _root(alias, short)
        if owner != short and short in by_key and owner in by_key:
            by_key[owner].names.extend(by_key[short].names)
            by_key[short].names = []
    merged = [c for c in by_key.values() if c.names]
    for candidate in merged:
        candidate.names.sort(key=lambda n: (n.order, n.start))
        candidate.forms = Counter(without_legal_form(n.text) for n in candidate.names)
    return merged


def candidate_host(folded: str) -> str:
    """The name in a host name's key ("example com" gives "example"); empty for other keys."""
    words = folded.split()
    return words[-2] if len(words) >= 2 and words[-1] in {"com", "org", "net", "gov", "edu", "io"} else ""


def _zone_label(order: int, zone: str) -> str:
    if zone == "title":
        return "title"
    return "lead" if order <= 2 else "body"


def _role_features(text: Text, candidate: Candidate) -> Counter[str]:
    """How often each role was seen, by zone ("title_object", "lead_speaker", ...)."""
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


def describe(text: Text, candidate: Candidate) -> dict[str, float]:
    """All features of a candidate. Counts are capped, so that length of an article does not decide."""
    roles = _role_features(text, candidate)
    features = _kind_features(candidate)
    for name, count in roles.items():
        features[name] = min(count, 3) / (3 if name.startswith("body") else 1) if not name.startswith("title") else 1
    if any(f"{z}_{r}" in roles for z in ("title", "lead") for r in ("object", "suffers", "compound")):
        for role in ("press", "vendors", "authorities", "products"):
            if features.pop(role, 0):
                features[f"{role}_hit"] = 1
    orders = {n.order for n in candidate.names}
    in_title = any(n.zone == "title" for n in candidate.names)
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
    for candidate in candidates:
        candidate.features = describe(text, candidate)
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
    """The occurrence to show: the commonest short form, the headline's if it has one, never a bare initialism if a
    name is known."""

    def merit(name: Name) -> tuple[float, int, int]:
        form = without_legal_form(name.text)
        initials = form.isupper() and " " not in form and len(candidate.forms) > 1 and len(form) <= 6
        repeated = name.zone == "title" and candidate.forms[form] > 1
        host = bool(candidate_host(name.key)) and len(candidate.forms) > 1
        return (
            -(candidate.forms[form] + 2 * (name.zone == "title") + 3 * repeated - 4 * initials - 9 * host),
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
        if candidate is not best and _is_passing(candidate):
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
    f = candidate.features
    if any(f.get(x) for x in ("press", "vendors", "authorities", "products", "actor", "as_actor", "place", "titled")):
        return False
    return bool(
        f.get("body_passing")
        or f.get("body_suffers")
        or f.get("lead_suffers")
        or (f.get("body_object") and f.get("body_breach"))
    )
