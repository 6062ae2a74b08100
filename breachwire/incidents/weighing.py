"""Why a telling belongs to an incident, or does not: a sum of weighed reasons that a person can read.

In: two profiles and how rare words are. Out: reasons. The weights are in units of `incidents.threshold` (1.0): an equal
rare name decides alone while nothing speaks against it; an everyday name needs help; no name at all needs much.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from breachwire.incidents.names import Agreement, agreement, is_widely_named
from breachwire.incidents.sights import Rarity, Sight
from breachwire.incidents.tellings import Profile
from breachwire.settings.models import Incidents

BY_NAME: Mapping[Agreement, float] = {
    "same": 1.05,
    "alias": 0.95,
    "initials": 0.9,
    "part": 0.9,
    "spelling": 0.75,
    "first word": 0.6,
    "generic": 0.4,
}
WIDELY_NAMED = 0.6
OTHER_VICTIM = -0.5
OTHER_VICTIM_SURE = -1.0
OTHER_VICTIM_READ = -0.2
IN_HEADLINE = 0.9
IN_LEAD = 0.6
WORDS_MOST = 0.9
WORDS_ENOUGH = 0.5
NAME_MOST = max(BY_NAME.values())
ROUNDED = 1e-6
LARGER_MOST = 2
REACH = 3
"""Set by hand on labelled articles: B-cubed F1 there moves by 0.015 at most when one of them moves by a fifth.

BY_NAME: how the names agree; an everyday name has WIDELY_NAMED at most. OTHER_VICTIM: both name a victim, and not the
same; SURE where each stands in its own headline; READ is added where one's victim is in the other's text all the same.
IN_HEADLINE and IN_LEAD: only one names a victim, and the other's title or lead holds that name. Shared words weigh up
to WORDS_MOST, reached at a cosine of WORDS_ENOUGH; the longer side counts as LARGER_MOST times the shorter at most, for
an incident that many have told has many words. Beyond the window nothing joins, except within REACH windows where both
state the month or day on which it began, and it is the same.
"""

_TAKEN = frozenset({"ransomware", "extortion", "data_breach", "malware", "intrusion", "other", "supply_chain"})
_ALIKE = (
    _TAKEN,
    frozenset({"data_breach", "exposed_data", "intrusion", "other", "insider", "theft_loss"}),
    frozenset({"phishing_bec", "account_takeover", "data_breach", "intrusion", "other", "extortion"}),
    frozenset({"ddos", "defacement", "intrusion", "other"}),
)
_UNLIKE = frozenset({"ddos", "defacement", "theft_loss", "phishing_bec"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for (positive) or against. `words` are empty where it is not worth saying."""

    weight: float
    words: str


def reasons(telling: Sight, incident: Sight, rarity: Rarity, rules: Incidents) -> list[Reason]:
    """What speaks for and against `telling` reporting `incident`.

    All of it where they may be one; names and shared words, which are dear, are left out where they cannot decide.
    """
    a, b = telling.profile, incident.profile
    found = [*_dates(a, b, rules), *_attack(a, b), *_figures(a, b), *_others(a, b)]
    wanted = rules.threshold - total(found) - ROUNDED
    if wanted < NAME_MOST + WORDS_MOST:
        found.insert(0, _name(telling, incident))
        if wanted < found[0].weight + WORDS_MOST:
            found.insert(1, _words(telling, incident, rarity))
    return found


def total(why: list[Reason]) -> float:
    return sum(r.weight for r in why)


def in_words(why: list[Reason]) -> str:
    """The reasons in one line, the heaviest first: "victim Ostrell; 3 days apart; both ransomware"."""
    said = [r for r in sorted(why, key=lambda r: (-abs(r.weight), r.words)) if r.words and abs(r.weight) >= 0.05]
    return "; ".join(r.words if r.weight > 0 else f"although {r.words}" for r in said)


def _name(one: Sight, other: Sight) -> Reason:
    a, b = one.profile, other.profile
    kind, key = agreement(a.victim_keys, b.victim_keys)
    if kind != "none":
        shown = a.names[a.victim_keys.index(key)]
        weight = min(BY_NAME[kind], WIDELY_NAMED) if is_widely_named(key) else BY_NAME[kind]
        return Reason(weight, f"victim {shown}" + ("" if kind == "same" else f" ({kind})"))
    said = max(_said(one, other), _said(other, one), key=lambda r: r.weight)
    if not (one.is_named and other.is_named):
        return said
    sure = one.in_own_headline and other.in_own_headline
    if said.weight and not (sure and said.weight < IN_HEADLINE):
        return Reason(said.weight + OTHER_VICTIM_READ, said.words)
    return Reason(OTHER_VICTIM_SURE if sure else OTHER_VICTIM, f"victims are {a.names[0]} and {b.names[0]}")


def _said(named: Sight, said_by: Sight) -> Reason:
    """The victim of one stands in the title or lead of the other, which has not read it as its victim."""
    for name, words in named.named:
        if words <= said_by.headline:
            return Reason(IN_HEADLINE, f"{name} in the headline")
        if words <= said_by.tokens:
            return Reason(IN_LEAD, f"{name} in the text")
    return Reason(0.0, "")


def _words(a: Sight, b: Sight, rarity: Rarity) -> Reason:
    """Shared rare words, as the cosine of the two, without the words of the victims' names."""
    names = a.name_words | b.name_words
    shared = (a.tokens & b.tokens) - names
    if not shared:
        return Reason(0.0, "")
    small, large = sorted(s.weight - rarity.sum(s.tokens & names) for s in (a, b))
    norm = math.sqrt(max(0.0, small) * min(large, LARGER_MOST * small))
    close = rarity.sum(shared) / norm if norm > 0 else 0.0
    best = sorted(shared, key=lambda w: (-rarity.of(w), w))[:3]
    return Reason(min(WORDS_MOST, WORDS_MOST * close / WORDS_ENOUGH), "both say " + ", ".join(best))


def gap(a: Profile, b: Profile) -> timedelta:
    """Time between the two spans of publication; zero where they overlap."""
    return max(timedelta(0), a.first_published_at - b.last_published_at, b.first_published_at - a.last_published_at)


def _dates(a: Profile, b: Profile, rules: Incidents) -> Iterator[Reason]:
    apart = gap(a, b)
    days = apart.days
    said = "the same day" if days == 0 else f"{days} day{'s' if days != 1 else ''} apart"
    began = _began(a, b)
    if apart > rules.window:
        yield Reason(-0.3 if began.weight >= 0.2 and apart <= REACH * rules.window else -1.2, said)
    else:
        yield Reason(0.25 if days <= 3 else 0.15 if days <= 14 else 0.05 if days <= 45 else 0.0, said)
    if began.weight:
        yield began


def _began(a: Profile, b: Profile) -> Reason:
    if a.began_on is None or b.began_on is None:
        return Reason(0.0, "")
    (x, px), (y, py) = (a.began_on, a.began_precision), (b.began_on, b.began_precision)
    precision = "year" if "year" in (px, py) else "month" if "month" in (px, py) else "day"
    if _cut(x, precision) == _cut(y, precision):
        return Reason({"year": 0.05, "month": 0.2, "day": 0.3}[precision], f"both begin in {_cut(x, precision)}")
    days = abs((x - y).days)
    if precision == "year":
        return Reason(-0.2 if abs(x.year - y.year) == 1 else -0.8, f"one begins in {x.year}, one in {y.year}")
    weight = 0.1 if days <= 10 else 0.0 if days <= 45 else -0.2 if days <= 200 else -0.8
    return Reason(weight, f"they begin {days} days apart")


def _cut(day: date, precision: str) -> str:
    return day.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]


def _attack(a: Profile, b: Profile) -> Iterator[Reason]:
    if a.attack_type is None or b.attack_type is None:
        return
    if a.attack_type == b.attack_type:
        if a.attack_type != "other":
            yield Reason(0.05 if a.attack_type == "data_breach" else 0.1, f"both {a.attack_type}")
    elif not any({a.attack_type, b.attack_type} <= group for group in _ALIKE):
        weight = -0.3 if {a.attack_type, b.attack_type} & _UNLIKE else -0.1
        yield Reason(weight, f"one is {a.attack_type}, one {b.attack_type}")


def _figures(a: Profile, b: Profile) -> Iterator[Reason]:
    mine, its = ([n for n in (p.records_min, p.records_max) if n] for p in (a, b))
    if not mine or not its:
        return
    same = max((x for x in mine for y in its if abs(x - y) <= 0.02 * max(x, y)), default=0)
    if same:
        yield Reason(0.4 if same >= 1000 and not _is_round(same) else 0.25, f"{same:,} in both")
    elif min(mine) > 20 * max(its) or min(its) > 20 * max(mine):
        yield Reason(-0.15, f"figures of {max(mine):,} and {max(its):,}")


def _is_round(count: int) -> bool:
    return len(str(count).rstrip("0")) == 1


def _others(a: Profile, b: Profile) -> Iterator[Reason]:
    if a.threat_actor and b.threat_actor:
        if a.threat_actor == b.threat_actor:
            yield Reason(0.2, f"both name {a.threat_actor}")
        else:
            yield Reason(-0.2, f"one names {a.threat_actor}, one {b.threat_actor}")
    if a.country and b.country and a.country != b.country:
        yield Reason(-0.2, f"one in {a.country}, one in {b.country}")
