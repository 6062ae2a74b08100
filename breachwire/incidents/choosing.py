"""Which of several claims an incident's row shows.

In: tellings in the order of the news. Out: the chosen value of one fact, or None where nobody states it.

Support of a value is the sum over independent stories of confidence x trust, each story counted once with its surest
claim, so that twenty copies of a wire story weigh as much as one. Ties go to what was published first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from breachwire.incidents.names import agreement, key_of
from breachwire.incidents.tellings import Telling
from breachwire.records import Claim, Dated, Figure, Money, Value
from breachwire.vocabulary import SECOND_OPINION, WEIGHED

_V = TypeVar("_V", str, Figure, Money, Dated)

HALF_LIFE = timedelta(days=14)
OLDEST_WEIGHT = 0.15
"""Figures and statuses change: what is HALF_LIFE older than the last article weighs about half, and never less than
OLDEST_WEIGHT."""

LEAST_TRUST = 0.05
MOST_RANSOM = Decimal(10) ** 16
"""Sums from here on do not fit into DECIMAL(18, 2), and nobody has asked for one."""
VAGUE = 0.4
"""A value that says little ("other") weighs this much of one that says something."""

WELL_SUPPORTED = 0.25
"""A confirmation, denial or failed attempt stands where it has this share of the support of the other statuses."""

NEAR = 0.02
"""Figures that differ by 2 % are one figure, rounded differently."""

_STRONG = ("confirmed", "denied", "attempted")
_FILES = "files"


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim with what weighs in its favour. `story` is the story it stands in."""

    claim: Claim
    story: str
    trust: float
    published_at: datetime

    @property
    def support(self) -> float:
        return self.claim.confidence * max(self.trust, LEAST_TRUST)


def stated(tellings: Sequence[Telling]) -> list[Stated]:
    """Every claim about the incident itself; claims about passing victims are left out."""
    found = []
    for t in tellings:
        by_id = {a.article_id: a for a in t.articles}
        for c in t.claims:
            member = by_id.get(c.article_id)
            if member is not None and not c.mention:
                found.append(Stated(c, t.story_id, member.trust, member.published_at))
    return found


def giving_way(all_stated: Sequence[Stated]) -> list[Stated]:
    """Without the claims of a language model about facts that a rule states too, unless they are to compete."""
    by_rule = {s.claim.field for s in all_stated if not s.claim.rule.startswith(SECOND_OPINION)}
    return [
        s
        for s in all_stated
        if s.claim.field not in by_rule or not s.claim.rule.startswith(SECOND_OPINION) or s.claim.rule.endswith(WEIGHED)
    ]


def victim(all_stated: Sequence[Stated]) -> str | None:
    """The best supported name of the best supported victim: names that agree support one another."""
    weight = _support(_of(all_stated, "victim", str))
    if not weight:
        return None
    together = {
        name: sum(w for other, w in weight.items() if other == name or _one_victim(name, other)) for name in weight
    }
    return max(weight, key=lambda name: (round(together[name], 6), weight[name], len(name), name))


def plain(all_stated: Sequence[Stated], field: str) -> str | None:
    """The best supported value of a field that holds one word or name."""
    weight = _support(_of(all_stated, field, str), lambda s: VAGUE if s.claim.value == "other" else 1.0)
    return _best(weight, _first_told(all_stated, field))


def every(all_stated: Sequence[Stated], field: str) -> tuple[str, ...]:
    """All values that are stated, sorted."""
    return tuple(sorted({v for _, v in _of(all_stated, field, str)}))


def figure(all_stated: Sequence[Stated], last: datetime) -> Figure | None:
    """The newest well-supported figure. Figures within NEAR of one another support one another."""
    told = list(_of(all_stated, "records", Figure))
    fresh = _fading(last)
    weight = _support(told, lambda s: s.claim.confidence * fresh(s) * (0.5 if _unit(s) == _FILES else 1.0))
    together = {f: sum(w for g, w in weight.items() if _near(f, g)) for f in weight}
    order = {f: (round(w, 9), weight[f], f.minimum, f.maximum or 0, f.unit, f.qualifier) for f, w in together.items()}
    return max(order, key=lambda f: order[f], default=None)


def ransom(all_stated: Sequence[Stated], last: datetime) -> Money | None:
    """The newest well-supported demand, as the column can hold it."""
    told = [(s, replace(m, amount=rounded(m.amount))) for s, m in _of(all_stated, "ransom", Money)]
    weight = _support([(s, m) for s, m in told if m.amount], _fading(last))
    return max(weight, key=lambda m: (weight[m], m.amount, m.currency), default=None)


def rounded(amount: Decimal) -> Decimal:
    """A sum as DECIMAL(18, 2) keeps it: what is stored must equal what the next settling compares it with.

    0 where it does not fit.
    """
    if amount >= MOST_RANSOM:
        return Decimal(0)
    kept = amount.quantize(Decimal("0.01"))
    return amount if kept == amount else kept


def status(all_stated: Sequence[Stated], last: datetime) -> str | None:
    """The newest strong word (confirmed, denied, attempted) if it is well supported; else reported over claimed."""
    weight = _support(list(_of(all_stated, "claim_status", str)), _fading(last))
    strong = max((s for s in _STRONG if s in weight), key=lambda s: (weight[s], s), default=None)
    weak = {s: w for s, w in weight.items() if s not in _STRONG}
    if strong is not None and weight[strong] >= WELL_SUPPORTED * max(weak.values(), default=0.0):
        return strong
    if weak.get("reported", 0.0) >= 0.5 * weak.get("claimed", 0.0) and "reported" in weak:
        return "reported"
    return max(weak, key=lambda s: (weak[s], s), default=None)


def began(all_stated: Sequence[Stated], first: datetime) -> Dated | None:
    """The earliest well-supported date of the finest precision; none later than the first publication is believed.

    A finer date that lies outside a coarser one ("on 3 March" against "in May") needs half of that one's support.
    """
    told = [(s, d) for s, d in _of(all_stated, "began_on", Dated) if d.on <= first.date()]
    by_precision = {p: _support([(s, d) for s, d in told if d.precision == p]) for p in ("day", "month", "year")}
    best = None
    for weight in by_precision.values():
        enough = 0.5 * max(weight.values(), default=0.0)
        chosen = min((d for d, w in weight.items() if w >= enough), key=lambda d: d.on, default=None)
        if chosen and (best is None or (not _within(best[0], chosen) and best[1] < enough)):
            best = chosen, max(weight.values())
    return best[0] if best else None


def _within(fine: Dated, coarse: Dated) -> bool:
    """Whether the finer date lies in the month or year of the coarser."""
    same_year = fine.on.year == coarse.on.year
    return same_year and (coarse.precision == "year" or fine.on.month == coarse.on.month)


def _of(all_stated: Sequence[Stated], field: str, kind: type[_V]) -> Iterator[tuple[Stated, _V]]:
    for s in all_stated:
        if s.claim.field == field and isinstance(s.claim.value, kind):
            yield s, s.claim.value


def _support(
    told: Iterator[tuple[Stated, _V]] | list[tuple[Stated, _V]], factor: Callable[[Stated], float] = lambda _: 1.0
) -> dict[_V, float]:
    """Each value to its support; a story that states one value twice counts once."""
    in_story: dict[tuple[str, _V], float] = {}
    for s, value in told:
        in_story[s.story, value] = max(in_story.get((s.story, value), 0.0), s.support * factor(s))
    weight: dict[_V, float] = {}
    for (_, value), w in sorted(in_story.items(), key=lambda x: x[0][0]):  # stories in order: always the same sum
        weight[value] = weight.get(value, 0.0) + w
    return weight


def _first_told(all_stated: Sequence[Stated], field: str) -> Mapping[Value, datetime]:
    first: dict[Value, datetime] = {}
    for s in all_stated:
        if s.claim.field == field:
            first[s.claim.value] = min(first.get(s.claim.value, s.published_at), s.published_at)
    return first


def _best(weight: Mapping[str, float], first: Mapping[Value, datetime]) -> str | None:
    return min(weight, key=lambda v: (-round(weight[v], 9), first[v], v), default=None)


def _fading(last: datetime) -> Callable[[Stated], float]:
    def weigh(s: Stated) -> float:
        age = (last - s.published_at) / HALF_LIFE
        return OLDEST_WEIGHT + (1 - OLDEST_WEIGHT) * math.pow(0.5, age)

    return weigh


def _near(f: Figure, g: Figure) -> bool:
    return f.unit == g.unit and abs(f.minimum - g.minimum) <= NEAR * max(f.minimum, g.minimum)


def _unit(s: Stated) -> str:
    return s.claim.value.unit if isinstance(s.claim.value, Figure) else ""


def _one_victim(a: str, b: str) -> bool:
    kind, _ = agreement((key_of(a),), (key_of(b),))
    return kind in ("same", "part", "initials", "spelling")
