"""Why a telling belongs to an incident, or does not: a sum of weighed reasons that a person can read.

In: two profiles, how rare words are, and what each reason weighs. Out: reasons. The weights are in units of
`incidents.threshold` (1.0): an equal rare name decides alone while nothing speaks against it; an everyday name needs
help; no name at all needs much.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from breachwire.incidents.names import Agreement, agreement, is_widely_named
from breachwire.incidents.sights import Rarity, Sight
from breachwire.incidents.tellings import Profile

if TYPE_CHECKING:
    from breachwire.settings.models import Incidents
    from breachwire.settings.weights import Weights

BY_NAME: Mapping[Agreement, str] = {
    "same": "name_same",
    "alias": "name_alias",
    "initials": "name_initials",
    "part": "name_part",
    "spelling": "name_spelling",
    "first word": "name_first_word",
    "generic": "name_generic",
}
WORDS_ENOUGH = 0.5
WORDS_MASS = 1.0
LARGER_MOST = 2
REACH = 3
ALIKE_AT_ALL = 75
"""Chosen by hand, as what each reason weighs (`settings.weights`) is not.

Shared words weigh all they can at a cosine of WORDS_ENOUGH; the longer side counts as LARGER_MOST times the shorter at
most, for an incident that many have told has many words; and the sum of their rarity has to reach WORDS_MASS, for two
headlines that share one word of four are no copies. Names that are less than ALIKE_AT_ALL of 100 alike are not
compared. Beyond the window name, words, actor, attack and place together do not join; the very figure may, or within
REACH windows the month or day on which it began, where both state it.
"""

_ROUNDING = 1e-9
_TAKEN = frozenset({"ransomware", "extortion", "data_breach", "malware", "intrusion", "other", "supply_chain"})
_ALIKE = (
    _TAKEN,
    frozenset({"data_breach", "exposed_data", "intrusion", "other", "insider", "theft_loss"}),
    frozenset({"phishing_bec", "account_takeover", "data_breach", "intrusion", "other", "extortion"}),
    frozenset({"ddos", "defacement", "intrusion", "other"}),
)
_BEGAN_ALIKE = ("began_same_day", "began_same_month")
_UNLIKE = frozenset({"ddos", "defacement", "theft_loss", "phishing_bec"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for (positive) or against: `value` times what `name` weighs.

    `value` is 0 to 1; `words` are empty where it is not worth saying.
    """

    name: str
    weight: float
    words: str
    value: float = 1.0


def reasons(telling: Sight, incident: Sight, rarity: Rarity, rules: Incidents) -> list[Reason]:
    """What speaks for and against `telling` reporting `incident`; without names and words that can change nothing."""
    a, b, weights = telling.profile, incident.profile, rules.weights
    why = [*_dates(a, b, rules), *_attack(a, b, weights), *_figures(a, b, weights), *_others(a, b, weights)]
    alike = may_be_named_alike(telling, incident)
    why += _words(telling, incident, rarity, weights, worth=0.0 if alike else rules.threshold - total(why))
    if not alike and total(why) < rules.threshold:
        return why
    return [*_name(telling, incident, weights), *why]


def total(why: list[Reason]) -> float:
    return sum(r.weight for r in why)


def in_words(why: list[Reason]) -> str:
    """The reasons in one line, the heaviest first: "victim Ostrell; 3 days apart; both ransomware"."""
    said = [r for r in sorted(why, key=lambda r: (-abs(r.weight), r.words)) if r.words and abs(r.weight) >= 0.05]
    return "; ".join(r.words if r.weight > 0 else f"although {r.words}" for r in said)


def may_be_named_alike(one: Sight, other: Sight) -> bool:
    """Whether names may agree at all, or one be named by the other: cheap, and never wrong where it says no."""
    if not (one.finders.isdisjoint(other.words) and other.finders.isdisjoint(one.words)):
        return True
    pairs = ((a, b) for a in one.profile.victim_keys for b in other.profile.victim_keys)
    return any(fuzz.ratio(a, b, score_cutoff=ALIKE_AT_ALL) for a, b in pairs)


def _name(one: Sight, other: Sight, weights: Weights) -> Iterator[Reason]:
    a, b = one.profile, other.profile
    kind, key = agreement(a.victim_keys, b.victim_keys)
    if kind != "none":
        name = BY_NAME[kind]
        if is_widely_named(key) and weights.of(name) > weights.name_widely_known:
            name = "name_widely_known"
        shown = a.names[a.victim_keys.index(key)]
        yield _reason(weights, name, f"victim {shown}" + ("" if kind == "same" else f" ({kind})"))
        return
    both = one.is_named and other.is_named
    found = [said for said in (_said(one, other, weights, both=both), _said(other, one, weights, both=both)) if said]
    said = max(found, key=lambda r: r.weight, default=None)
    if said and not both:
        yield said
    if not both:
        return
    sure = one.in_own_headline and other.in_own_headline
    if said and (not sure or said.name == "victim_in_headline" or len(found) == 2):
        yield said
        yield _reason(weights, "other_victim_read", "")
        return
    against = "other_victim_sure" if sure and not said else "other_victim"
    yield _reason(weights, against, f"victims are {a.names[0]} and {b.names[0]}")


def _said(named: Sight, said_by: Sight, weights: Weights, *, both: bool) -> Reason | None:
    """The victim of one stands in the title or lead of the other, which has not read it as its victim.

    Where both name a victim, a word of its name alone is no sign if it stands in the other's own victim's name: Velmark
    Port is not Velmark Savings, though Velmark may be Old Velmark.
    """
    for name, words, whole in named.named:
        if both and words <= said_by.name_words and not whole <= said_by.name_words:
            continue
        if words <= said_by.headline:
            return _reason(weights, "victim_in_headline", f"{name} in the headline")
        if words <= said_by.tokens:
            return _reason(weights, "victim_in_text", f"{name} in the text")
    return None


def _reason(weights: Weights, name: str, words: str, value: float = 1.0) -> Reason:
    return Reason(name, weights.of(name) * value, words, value)


def _words(a: Sight, b: Sight, rarity: Rarity, weights: Weights, *, worth: float) -> Iterator[Reason]:
    """Shared rare words, as the cosine of the two, without the words of the victims' names; none below `worth`."""
    names = a.name_words | b.name_words
    shared = (a.tokens & b.tokens) - names
    if not shared:
        return
    told = rarity.sum(shared)
    mass = min(1.0, told / WORDS_MASS)
    if weights.shared_words * mass < worth - _ROUNDING:
        return
    small, large = sorted(s.weight - rarity.sum(s.tokens & names) for s in (a, b))
    norm = math.sqrt(max(0.0, small) * min(large, LARGER_MOST * small))
    value = min(1.0, told / norm / WORDS_ENOUGH if norm > 0 else 0.0) * mass
    if weights.shared_words * value < worth - _ROUNDING:
        return
    best = sorted(shared, key=lambda w: (-rarity.of(w), w))[:3]
    yield _reason(weights, "shared_words", "both say " + ", ".join(best), value)


def gap(a: Profile, b: Profile) -> timedelta:
    """Time between the two spans of publication; zero where they overlap."""
    return max(timedelta(0), a.first_published_at - b.last_published_at, b.first_published_at - a.last_published_at)


def _dates(a: Profile, b: Profile, rules: Incidents) -> Iterator[Reason]:
    apart, weights = gap(a, b), rules.weights
    days = apart.days
    said = "the same day" if days == 0 else f"{days} day{'s' if days != 1 else ''} apart"
    began = list(_began(a, b, weights))
    if apart > rules.window:
        alike = any(r.name in _BEGAN_ALIKE for r in began) and apart <= REACH * rules.window
        yield _reason(weights, "days_too_many_but_began" if alike else "days_too_many", said)
    elif days <= 45:
        yield _reason(weights, "days_3" if days <= 3 else "days_14" if days <= 14 else "days_45", said)
    yield from began


def _began(a: Profile, b: Profile, weights: Weights) -> Iterator[Reason]:
    """Nothing where one of the dates is missing: a missing date is no equal date."""
    if a.began_on is None or b.began_on is None:
        return
    (x, px), (y, py) = (a.began_on, a.began_precision), (b.began_on, b.began_precision)
    precision = "year" if "year" in (px, py) else "month" if "month" in (px, py) else "day"
    if _cut(x, precision) == _cut(y, precision):
        yield _reason(weights, f"began_same_{precision}", f"both begin in {_cut(x, precision)}")
    elif precision == "year":
        name = "began_next_year" if abs(x.year - y.year) == 1 else "began_other_year"
        yield _reason(weights, name, f"one begins in {x.year}, one in {y.year}")
    elif (days := abs((x - y).days)) <= 10:
        yield _reason(weights, "began_days_10", f"they begin {days} days apart")
    elif days > 45:
        name = "began_days_60" if days <= 60 else "began_days_200" if days <= 200 else "began_days_more"
        yield _reason(weights, name, f"they begin {days} days apart")


def _cut(day: date, precision: str) -> str:
    return day.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]


def _attack(a: Profile, b: Profile, weights: Weights) -> Iterator[Reason]:
    if a.attack_type is None or b.attack_type is None:
        return
    if a.attack_type == b.attack_type:
        if a.attack_type != "other":
            name = "attack_same_breach" if a.attack_type == "data_breach" else "attack_same"
            yield _reason(weights, name, f"both {_in_words(a.attack_type)}")
    elif not any({a.attack_type, b.attack_type} <= group for group in _ALIKE):
        name = "attack_unlike" if {a.attack_type, b.attack_type} & _UNLIKE else "attack_other"
        yield _reason(weights, name, f"one is {_in_words(a.attack_type)}, one {_in_words(b.attack_type)}")


def _in_words(term: str) -> str:
    return term.replace("_", " ")


def _figures(a: Profile, b: Profile, weights: Weights) -> Iterator[Reason]:
    mine, its = ([n for n in (p.records_min, p.records_max) if n] for p in (a, b))
    if not mine or not its:
        return
    same = max((x for x in mine for y in its if abs(x - y) <= 0.02 * max(x, y)), default=0)
    if same:
        exact = same >= 1000 and not _is_round(same)
        yield _reason(weights, "figure_same" if exact else "figure_same_round", f"{same:,} in both")
    elif min(mine) > 20 * max(its) or min(its) > 20 * max(mine):
        yield _reason(weights, "figure_far", f"figures of {max(mine):,} and {max(its):,}")


def _is_round(count: int) -> bool:
    return len(str(count).rstrip("0")) == 1


def _others(a: Profile, b: Profile, weights: Weights) -> Iterator[Reason]:
    if a.threat_actor and b.threat_actor:
        if a.threat_actor == b.threat_actor:
            yield _reason(weights, "actor_same", f"both name {a.threat_actor}")
        else:
            yield _reason(weights, "actor_other", f"one names {a.threat_actor}, one {b.threat_actor}")
    for what, one, other in (("country", a.country, b.country), ("sector", a.sector, b.sector)):
        if one and other and one == other:
            yield _reason(weights, f"{what}_same", f"both in {one}")
        elif one and other:
            yield _reason(weights, f"{what}_other", f"one in {one}, one in {other}")
