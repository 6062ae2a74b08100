"""What the matcher and the composer are given: tellings, and what is remembered of an incident for matching.

A telling is one story (a text and all its copies) with the claims of its articles, or one section of a round-up. A
profile is flat and goes through JSON unchanged, so that the store can keep it beside the incident without knowing what
is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import reduce
from typing import Any

from breachwire.errors import StoreError
from breachwire.identity import fold
from breachwire.incidents.names import aliases_in, key_of
from breachwire.incidents.words import distinctive
from breachwire.records import Claim, Dated, Figure

MOST_TOKENS = 160
MOST_NAMES = 12
TIES, TIE_SURE = ("provider", "campaign"), 0.7
"""Fields of claims that name what an incident came through, or was part of; and how sure one must be to part two."""
_PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a telling, without its text. `body_chars` is the length of its body; `trust` its feed's, 0 to 1.

    Of a round-up it is one section: `part` is its number, from 1, and its title stands in the body at `title_start`.
    """

    article_id: str
    url: str
    source: str
    title: str
    language: str | None
    published_at: datetime
    fetched_at: datetime
    trust: float = 0.5
    body_chars: int = 0
    part: int = 0
    title_start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story as it tells of an incident. `part` is 0, or counts the tellings of a story of round-ups from 1.

    `lead` is the first 600 characters of the longest body (of the first of several as long); `claims` are those of all
    articles, `verdict_score` the best relevance score among them.
    """

    story_id: str
    articles: tuple[Member, ...]
    claims: tuple[Claim, ...] = ()
    verdict_score: float = 0.0
    lead: str = ""
    part: int = 0

    @property
    def key(self) -> str:
        """What tells it from all other tellings of a night: its story's id, and its part where there are several."""
        return f"{self.story_id}/{self.part}" if self.part else self.story_id

    @property
    def lead_article(self) -> Member:
        """The article that `lead` is the beginning of."""
        return max(self.articles, key=lambda a: a.body_chars)

    @property
    def first_published_at(self) -> datetime:
        return min(a.published_at for a in self.articles)

    @property
    def last_published_at(self) -> datetime:
        return max(a.published_at for a in self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is remembered of an incident for matching.

    `victim_keys` are folded, the best supported first; `names` the same as written, one for each key. `headline` and
    `tokens` are folded words without the ones that all breach news shares, from titles and from titles and leads.
    `through` are the folded names of the providers and campaigns that it surely came through, or was part of, each as
    often as there are tellings that say so.
    """

    incident_id: str
    first_published_at: datetime
    last_published_at: datetime
    victim_keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    attack_type: str | None = None
    threat_actor: str | None = None
    country: str | None = None
    sector: str | None = None
    began_on: date | None = None
    began_precision: str | None = None
    records_min: int | None = None
    records_max: int | None = None
    story_ids: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


def in_order(tellings: Iterable[Telling]) -> list[Telling]:
    """Tellings as the news came, ties by story id and part: the order in which everything here looks at them."""
    return sorted(tellings, key=lambda t: (t.first_published_at, t.story_id, t.part))


def profile(incident_id: str, tellings: Sequence[Telling]) -> Profile:
    """What is remembered of the incident that these tellings (one at least) report."""
    alone = [_profile_of_one(incident_id, t) for t in in_order(tellings)]
    return reduce(merged, alone)


def merged(a: Profile, b: Profile) -> Profile:
    """Both in one, under the id of `a`, whose values stand where both have one."""
    named = _by_key((*a.names, *b.names))
    dated = min((p for p in (a, b) if p.began_on), key=_fineness, default=a)
    figures = [n for p in (a, b) for n in (p.records_min, p.records_max) if n is not None]
    return Profile(
        incident_id=a.incident_id,
        first_published_at=min(a.first_published_at, b.first_published_at),
        last_published_at=max(a.last_published_at, b.last_published_at),
        victim_keys=tuple(named)[:MOST_NAMES],
        names=tuple(named.values())[:MOST_NAMES],
        headline=_shared_first(a.headline, b.headline),
        tokens=_shared_first(a.tokens, b.tokens),
        attack_type=a.attack_type or b.attack_type,
        threat_actor=a.threat_actor or b.threat_actor,
        country=a.country or b.country,
        sector=a.sector or b.sector,
        began_on=dated.began_on,
        began_precision=dated.began_precision,
        records_min=min(figures, default=None),
        records_max=max(figures, default=None),
        story_ids=_union(a.story_ids, b.story_ids),
        through=tuple(sorted((*a.through, *b.through))),
    )


def to_json(remembered: Profile) -> str:
    """The profile as one JSON object, keys sorted."""
    values = ((name, getattr(remembered, name)) for name in Profile.__slots__)
    plain = {name: v.isoformat() if isinstance(v, date) else v for name, v in values}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def from_json(text: str) -> Profile:
    """What `to_json` wrote. Raises StoreError where it is not that."""
    try:
        plain = {"through": []} | json.loads(text)  # profiles that were stored before it was kept have none
        read: dict[str, Any] = {
            f.name: tuple(v) if isinstance(v := plain[f.name], list) else v for f in fields(Profile)
        }
        for name in ("first_published_at", "last_published_at"):
            read[name] = datetime.fromisoformat(read[name])
        read["began_on"] = date.fromisoformat(read["began_on"]) if read["began_on"] else None
        return Profile(**read)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "an incident's profile", f"cannot be read: {error!r}", "make it again from its tellings"
        ) from error


def victims(telling: Telling) -> list[str]:
    """Names of the victim that a telling reports, the surest first; passing victims are left out."""
    weight: dict[str, float] = {}
    shown: dict[str, str] = {}
    for c in telling.claims:
        if c.field == "victim" and not c.mention and isinstance(c.value, str) and fold(c.value):
            weight[key_of(c.value)] = weight.get(key_of(c.value), 0.0) + c.confidence
            shown.setdefault(key_of(c.value), c.value)
    return [shown[k] for k in sorted(weight, key=lambda k: (-weight[k], k))]


def _profile_of_one(incident_id: str, telling: Telling) -> Profile:
    names = victims(telling)
    titles = tuple(dict.fromkeys(a.title for a in telling.articles))
    named = _by_key((*names, *aliases_in(" ".join([*titles, telling.lead]), names)))
    headline = tuple(dict.fromkeys(w for t in titles for w in distinctive(t)))
    began = _finest(telling)
    figures = [c.value for c in telling.claims if isinstance(c.value, Figure) and not c.mention]
    counts = [n for f in figures for n in (f.minimum, f.maximum) if n is not None]
    return Profile(
        incident_id=incident_id,
        first_published_at=telling.first_published_at,
        last_published_at=telling.last_published_at,
        victim_keys=tuple(named)[:MOST_NAMES],
        names=tuple(named.values())[:MOST_NAMES],
        headline=headline[:MOST_TOKENS],
        tokens=_union(headline, distinctive(telling.lead))[:MOST_TOKENS],
        attack_type=_surest(telling, "attack_type"),
        threat_actor=_surest(telling, "threat_actor"),
        country=_surest(telling, "country"),
        sector=_surest(telling, "sector"),
        began_on=began.on if began else None,
        began_precision=began.precision if began else None,
        records_min=min(counts, default=None),
        records_max=max(counts, default=None),
        story_ids=(telling.story_id,),
        through=_ties(telling),
    )


def _ties(telling: Telling) -> tuple[str, ...]:
    tied = (c.value for c in telling.claims if c.field in TIES and not c.mention and c.confidence >= TIE_SURE)
    return tuple(sorted({key_of(value) for value in tied if isinstance(value, str)}))


def _by_key(names: Iterable[str]) -> dict[str, str]:
    """Folded key to the first name that folds to it, in the order of the names."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key_of(name), name)
    return found


def _surest(telling: Telling, field: str) -> str | None:
    weight: dict[str, float] = {}
    for c in telling.claims:
        if c.field == field and not c.mention and isinstance(c.value, str):
            weight[c.value] = weight.get(c.value, 0.0) + c.confidence
    return min(weight, key=lambda v: (-weight[v], v), default=None)


def _finest(telling: Telling) -> Dated | None:
    dated = [(c.confidence, c.value) for c in telling.claims if isinstance(c.value, Dated) and not c.mention]
    return min(dated, key=lambda d: (_PRECISIONS.index(d[1].precision), -d[0], d[1].on), default=(0.0, None))[1]


def _fineness(p: Profile) -> int:
    return _PRECISIONS.index(p.began_precision or "year")


def _union(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*a, *b)))


def _shared_first(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """The words of both, those first that both have: when the list is full, what one story alone says is lost."""
    both = set(a).intersection(b)
    return tuple(dict.fromkeys((*(w for w in a if w in both), *a, *b)))[:MOST_TOKENS]
