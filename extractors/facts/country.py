"""In which country is the victim? From its own name, the words around it, who investigates, where things happen; then a
table.

In: a Text, its names, the victim's names. Out: `country` claims (ISO 3166-1 alpha-2), the best first. Nationalities
of attackers do not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.facts.alternation import compiled
from extractors.facts.places import adjectives, clues_met, domains, place
from extractors.facts.tables import key, organisations

if TYPE_CHECKING:
    from breachwire.records import Claim, Zone
    from extractors.facts.names import Name
    from extractors.facts.text import Text

_ATTACKERS = re.compile(
    r"(?i)^[\"”’']?(?:['’]s)?[- ]?(?:speaking|linked|based|backed|aligned|nexus|sponsored|affiliated|"
    r"state-sponsored|state|government|military|nation-state|army|cyber)?[- ]?(?:linked|backed|"
    r"sponsored)?\s*(?:\w+\s+)?(?:hackers?|hacker|cyber ?criminals?|threat actors?|gangs?|groups?|"
    r"hacktivists?|spies|crime|ransomware|intelligence|attackers?|apt|nationals?|operatives|hacking|"
    r"cyber ?espionage|actors?|cybercrime|mafia|suspects?|officers|forum|cyber)\b"
)
_BLAMED = re.compile(
    r"(?i)\b(?:linked to|ties to|tied to|backed by|based in|blam\w+(?: on)?|accus\w+|attributed to|work of|"
    r"originat\w+ (?:from|in)|behalf of|sponsored by|hackers (?:from|in|based in)|attackers (?:from|in)|"
    r"arrested in|from|servers in|traced to|pro-|sanction\w*|dollars?)\s+(?:the\s+)?$"
)
_NOT_THERE = re.compile(
    r"(?i)\b(?:linked to|ties to|tied to|backed by|blam\w+|accus\w+|attributed to|work of|"
    r"hackers from|sanction\w*|arrested in|extradited (?:from|to))\s+(?:the\s+)?$"
)
_HACKER_NEAR = re.compile(
    r"(?i)\b(?:hackers?|attackers?|defacer|cyber ?criminals?|threat actors?|gang|group|suspects?|man|"
    r"actor)\b[^.;]{0,25}$"
)
_ELSEWHERE = compiled(
    r"(?i)(?:\b(?:accounts?|bank|banks|servers?|hosts?|hosted|hosting|registered|frozen|routed|arrested|"
    r"extradited|detained|"
    r"fled|shops|customers|clients|victims|offices?|branch|branches|subsidiar\w+|suppliers?|conference|"
    r"sells? \w+|cuentas?|konto|comptes?|"
    r"slogans?|taunts?|messages?|written|notes?|flag|banner|call cent(?:re|er)) (?:in|of|from|en|à|to|through|"
    r"via|for)|"
    r"\b(?:as far(?: away)? as|wired to|transferred to|sent to|via|bound for|anti|pro|support (?:for|of)|"
    r"against|nach|apoyo a|"
    r"war (?:in|on|against)))[ -](?:the\s|an?\s)?(?:[a-z]+ )?$"
)
_BASED = re.compile(r"(?i)(?:^,? ?(?:[a-z-]+ ){0,2}(?:based|headquartered) in\s$|-based\b)")
_HOST = re.compile(r"(?i)\b[\w-]+(?:\.[\w-]+)*\.(?:co\.|com\.|org\.|gov\.|ac\.|edu\.|net\.)?([a-z]{2,3})\b(?!\.\w)")
_KIND_WEIGHT = {"country": 1.0, "demonym": 1.1, "city": 1.0, "state": 1.1, "institution": 1.0}
ACCEPT = 1.2
CLUE_CHARACTERS = 2000
MARGIN = 1.15
Span = tuple["Zone", int, int]


@lru_cache(maxsize=4096)
def _in_name(name: str) -> tuple[tuple[str, str, int, int], ...]:
    """Places inside a name, longest first: (country, kind, start, end) of every run of its words that is one."""
    words = [(m.start(), m.end()) for m in _NAME_WORD.finditer(name)]
    found_there = []
    taken: set[int] = set()
    for length in range(min(3, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            if taken & set(range(first, first + length)):
                continue
            start, end = words[first][0], words[first + length - 1][1]
            found = place(key(_BASED_IN.sub("", name[start:end])))
            if found and found[0]:
                taken |= set(range(first, first + length))
                found_there.append((found[0], found[1], start, end))
    return tuple(found_there)


_NAME_WORD = re.compile(r"[\w.'’-]+")
_SMALL_WORD = re.compile(r"\b[a-zà-ÿ]{5,}\b")
_BASED_IN = re.compile(r"-(?:based|headquartered)$")


class _Votes:
    """Sums of weights by country, with the span that weighs most."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self.spans: dict[str, tuple[float, Span, str]] = {}

    def add(self, country: str, weight: float, span: Span, rule: str) -> None:
        """One piece of evidence."""
        self.weights[country] += weight
        if country not in self.spans or weight > self.spans[country][0]:
            self.spans[country] = (weight, span, rule)


def _from_names(text: Text, names: tuple[Name, ...], victim_keys: set[str], votes: _Votes) -> None:
    seen: dict[str, int] = defaultdict(int)
    victim_spans: list[Span] = [(n.zone, n.start, n.end) for n in names if n.key in victim_keys][:20]
    for name in names:
        if name.order > 30:
            break
        own = name.key in victim_keys
        for country, kind, start, end in _in_name(name.text):
            span = (name.zone, name.start + start, name.start + end)
            left, right = text.around(*span)
            whole = span[2] - span[1] == len(name.text)
            if whole and not own and _ELSEWHERE.search(left[-50:]):
                continue
            if whole and (_ATTACKERS.match(right) or (_BLAMED.search(left[-40:]) and _HACKER_NEAR.search(left[-60:]))):
                continue
            if whole and _NOT_THERE.search(left[-30:]):
                continue
            sentence = text.sentence_at(name.zone, name.start)
            if name.order > 3 and sentence.passing and not own:
                continue
            seen[country] += 1
            weight = _KIND_WEIGHT[kind] * (1.0 if whole else 0.7)
            weight *= 0.4 if _is_dateline(name, right) else 1.0
            weight *= 1.5 if name.order <= 2 else 1.0 if name.order <= 6 else 0.5
            if own:
                weight = 3.0 if kind in {"demonym", "country", "state"} or not whole else 2.5
            elif _near_victim(text, span, victim_spans):
                weight += 2.2
            elif _BASED.search(left[-24:]) or right.startswith("-based"):
                weight += 0.8
            votes.add(country, weight / (1 + 0.5 * (seen[country] - 1)), span, f"country.{'name' if own else kind}")


def _is_dateline(name: Name, right: str) -> bool:
    """Whether a place only says where the article was written."""
    return name.zone == "body" and name.start < 40 and _DATELINE.match(right) is not None


_DATELINE = re.compile(
    r"(?:,? (?:and )?[A-Z][\w.]+){0,3},?(?: [A-Z][a-z]+\.? \d{1,2}(?:, "
    r"\d{4})?)?\s*(?:\([^)]{2,30}\)\s*)?(?:--|—|–|:|- )"
)
_BEFORE_VICTIM = re.compile(r"(?:['’]s|-based)?\s+(?:[a-z][\w-]*\s+){0,5}[\"“‘']?")
_AFTER_VICTIM = re.compile(
    r"\s*(?:\([^)]{0,40}\))?(?:['’]s)?,?\s+(?:[a-z][\w-]*\s+){0,6}(?:in|of|at|near|outside|from|aus|"
    r"bei|de|en|à|di|da|uit|te)\s+(?:the\s+|the city of\s+)?"
)


def _near_victim(text: Text, span: Span, victim_spans: list[Span]) -> bool:
    """Whether the place belongs to the victim: "Ruritanian retailer Acme", "Acme, based in Streslau", "Acme in
    Streslau"."""
    zone, start, end = span
    whole = text.article.zone(zone)
    for other, begin, stop in victim_spans:
        if other == zone and 0 < begin - end < 70 and _BEFORE_VICTIM.fullmatch(whole, end, begin):
            return True
        if other == zone and 0 < start - stop < 90 and _AFTER_VICTIM.fullmatch(whole, stop, start):
            return True
    return False


def _from_text(text: Text, victim_spans: list[Span], votes: _Votes) -> None:
    """Currencies, authorities, spellings and law; nationalities written small, near the victim or anywhere."""
    for zone, content in text.zones:
        for clue in clues_met("text", content[:CLUE_CHARACTERS]):
            match = clue.pattern.search(content, CLUE_CHARACTERS)
            if match:
                votes.add(clue.country, clue.weight, (zone, match.start(), match.end()), "country.clue")
        if text.article.language in {None, "en"} and content.isascii():
            continue
        if not adjectives().keys().isdisjoint(_SMALL_WORD.findall(content[:1500])):
            for match in _SMALL_WORD.finditer(content[:1500]):
                found = adjectives().get(match[0])
                if found:
                    near = any(
                        z == zone and (0 < begin - match.end() < 45 or 0 < match.start() - stop < 8)
                        for z, begin, stop in victim_spans
                    )
                    weight = 3.0 if near else 0.6
                    votes.add(found, weight, (zone, match.start(), match.end()), "country.adjective")


def _from_table(names: tuple[Name, ...], victim_keys: set[str], votes: _Votes) -> None:
    seen: set[str] = set()
    for name in names:
        if name.key in victim_keys and name.key not in seen:
            seen.add(name.key)
            host = _HOST.fullmatch(name.text)
            if host and host[1].lower() in domains():
                votes.add(domains()[host[1].lower()], 2.0, (name.zone, name.start, name.end), "country.domain")
            for clue in clues_met("names", name.text):
                match = clue.pattern.search(name.text)
                if match:
                    span = (name.zone, name.start + match.start(), name.start + match.end())
                    votes.add(clue.country, clue.weight, span, "country.name")
            known = organisations().get(name.key)
            if known and known.country:
                votes.add(known.country, 2.4, (name.zone, name.start, name.end), "country.table")
                return


def read(text: Text, names: tuple[Name, ...], victims: tuple[str, ...]) -> list[Claim]:
    """`country`: one claim where the evidence is enough and clearly for one country."""
    votes = _Votes()
    victim_keys = {key(v) for v in victims}
    _from_names(text, names, victim_keys, votes)
    victim_spans: list[Span] = [(n.zone, n.start, n.end) for n in names if n.key in victim_keys][:20]
    _from_text(text, victim_spans, votes)
    _from_table(names, victim_keys, votes)
    ranked = sorted(votes.weights.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < ACCEPT:
        return []
    country, weight = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if weight < MARGIN * second:
        return []
    _, span, rule = votes.spans[country]
    confidence = 0.45 + 0.1 * min(weight, 4) * (1 - 0.5 * second / weight)
    return [text.claim("country", country, span, (rule, confidence))]
