"""Whose breach did it come through, and which campaign was it part of? Only where the text says so.

In: a Text, its names, and the names of its own victim. Out: `provider` claims (a supplier, platform or keeper of data
whose breach reached this victim) and `campaign` claims (a series of attacks known by a name). The span is the phrase
that says so, up to the name. English first; the basics of German, French, Spanish, Italian, Portuguese and Dutch.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extractors.facts import cues
from extractors.facts.places import is_place
from extractors.facts.tables import key, toml, without_legal_form, word_set

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.names import Name
    from extractors.facts.text import Sentence, Text

EARLY = 3
"""Sentences, the headline being 0, that are read whatever words they use; "after" is believed in these alone."""
CLEAR = 0.05
"""Added to what the first sentences say, where the headline names the victim: there is no doubt about whose it is."""
REACH = 150
"""Characters on either side of a name in which it is said what the name is to the victim."""


class _Tie(NamedTuple):
    """What a sentence says of a name: the field, the rule, how sure, and how far left and right of it the words go."""

    field: str
    rule: str
    sure: float
    left: int
    right: int = 0


class _Patterns(NamedTuple):
    """The patterns of ties.toml, on small letters. Those before a name end at it, those after it begin at it."""

    sieve: re.Pattern[str]
    before: tuple[tuple[str, float, re.Pattern[str]], ...]
    kind: re.Pattern[str]
    apposition: re.Pattern[str]
    path: re.Pattern[str]
    breached: re.Pattern[str]
    caused: re.Pattern[str]
    speaks: re.Pattern[str]
    breach_after: re.Pattern[str]
    campaign_after: re.Pattern[str]
    campaign_before: re.Pattern[str]
    vehicle_before: re.Pattern[str]
    vehicle_after: re.Pattern[str]
    outbreak_after: re.Pattern[str]
    down_before: re.Pattern[str]
    down_after: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    read = toml("ties.toml")
    words = {name: "(?:" + "|".join(listed) + ")" for name, listed in read["words"].items()}
    for name in ("kind", "breach"):  # made of other words
        words[name] = re.sub(r"\{([a-z]+)\}", lambda m: words[m[1]], words[name])

    def made(pattern: str) -> str:
        return re.sub(r"\{([a-z]+)\}", lambda m: words[m[1]], pattern)

    one = {name: re.compile(made(pattern)) for name, pattern in read["one"].items()}
    before = tuple((r["rule"], r["sure"], re.compile(made(r["pattern"]) + r"[\"“„‘'«]?\s*$")) for r in read["before"])
    return _Patterns(before=before, **one)


def read(text: Text, names: tuple[Name, ...], own: tuple[str, ...]) -> list[Claim]:
    """`provider` and `campaign` claims, each name once with its surest phrase, in order of appearance."""
    rules = _patterns()
    mine = {key(name) for name in own}
    found: dict[tuple[str, str], Claim] = {}
    headed = any(name in text.title for name in own)
    telling = {s.order for s in text.sentences if s.order <= EARLY or (s.breach and rules.sieve.search(s.lower))}
    for name in names if telling else ():
        if name.order not in telling or _is_own(name, mine) or _is_no_tie(name):
            continue
        sentence = text.sentence_at(name.zone, name.start)
        for tie in _ties(rules, sentence, name):
            span = (name.zone, name.start - tie.left, name.end + tie.right)
            sure = tie.sure + CLEAR * (headed and name.order <= EARLY and tie.sure >= 0.65)
            claim = text.claim(tie.field, without_legal_form(name.text), span, (f"ties.{tie.rule}", sure))
            known = found.get((tie.field, name.key))
            if known is None or claim.confidence > known.confidence:
                found[tie.field, name.key] = claim
    return sorted(found.values(), key=lambda c: (c.zone != "title", c.start, c.field))


def _is_own(name: Name, mine: set[str]) -> bool:
    """The victim itself, a longer or shorter form of its name, or its initials."""
    folded = key(without_legal_form(name.text))
    initials = {"".join(word[0] for word in k.split() if word != "&") for k in mine}
    alike = any(folded == k or folded.startswith(k + " ") or k.startswith(folded + " ") for k in mine)
    return alike or (len(folded) > 1 and re.sub(r"[&\s]", "", folded) in initials)


def _is_no_tie(name: Name) -> bool:
    """Places, authorities and the press are told, asked and named; nobody comes in through them."""
    listed = ("authorities", "press")
    return is_place(name.key) or any(name.key in word_set("words.toml", "roles", entry) for entry in listed)


def _ties(rules: _Patterns, sentence: Sentence, name: Name) -> list[_Tie]:
    at, end = name.start - sentence.start, name.end - sentence.start
    left, right = sentence.lower[max(0, at - REACH) : at], sentence.lower[end : end + REACH]
    found = _around(rules, left, right)
    for rule, sure, pattern in rules.before:
        if rule.startswith("after") and (sentence.order > EARLY or sentence.passing):
            continue
        if (said := pattern.search(left)) and not rules.speaks.search(left[max(0, said.start() - 30) :]):
            field = "campaign" if rule.startswith("campaign") else "provider"
            found.append(_Tie(field, rule, sure, len(left) - said.start()))
            break
    kind = rules.kind.search(left)
    if kind and ("suffers" in cues.after(right) or rules.breached.match(right)):
        found.append(_Tie("provider", "supplier_hit", 0.75, len(left) - kind.start()))
    beside = rules.apposition.match(right)
    if beside and (path := rules.path.search(left)):
        found.append(_Tie("provider", "supplier_beside", 0.75, len(left) - path.start(), beside.end()))
    elif beside and rules.breached.match(right[beside.end() :]):
        found.append(_Tie("provider", "supplier_beside", 0.7, 0, beside.end()))
    return found


def _around(rules: _Patterns, left: str, right: str) -> list[_Tie]:
    """What words on both sides of a name say: "part of the X campaign", "with X tokens", "while X is down"."""
    found = []
    if (after := rules.campaign_after.match(right)) and (said := rules.campaign_before.search(left)):
        found.append(_Tie("campaign", "campaign", 0.8, len(left) - said.start(), after.end()))
    elif (after := rules.breach_after.match(right)) and (said := rules.caused.search(left)):
        about = said["weak"] in ("over", "of")  # "fined over the X hack" is about X itself
        sure = 0.6 if about else 0.65 if said["weak"] else 0.75
        found.append(_Tie("provider", "breach_of", sure, len(left) - said.start(), after.end()))
    elif (after := rules.vehicle_after.match(right)) and (said := rules.vehicle_before.search(left)):
        found.append(_Tie("provider", "vehicle", 0.65, len(left) - said.start(), after.end()))
    elif (after := rules.outbreak_after.match(right)) and (said := rules.vehicle_before.search(left)):
        found.append(_Tie("campaign", "outbreak", 0.7, len(left) - said.start(), after.end()))
    elif (after := rules.down_after.match(right)) and (said := rules.down_before.search(left)):
        found.append(_Tie("provider", "down", 0.65, len(left) - said.start(), after.end()))
    return found
