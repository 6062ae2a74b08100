"""Who was attacked? Names are grouped, described by features that a person can read, weighed and ranked.

In: a Text and its names. Out: the victim with the names that the article calls it by, and passing victims of other
incidents as mentions. The weights stand in victim.toml, fitted by benchmarks/fit_victim.py.
"""

from __future__ import annotations

import re
from functools import cache
from math import exp
from typing import TYPE_CHECKING

from extractors.facts.candidates import candidate_host
from extractors.facts.portrait import group_and_describe
from extractors.facts.tables import toml, without_legal_form

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.candidates import Candidate
    from extractors.facts.names import Name
    from extractors.facts.text import Text

_INSTITUTION = re.compile(
    r"(?:Hospital|Hospitals|University|College|School|Schools|District|Council|Airport|Clinic|Library|Department|"
    r"County|"
    r"Credit Union|Municipality|Shire|School Board|Parish|Academy|Infirmary|Police Force|Fire Service|Diocese|"
    r"Borough|Township|"
    r"(?:Transit|Housing|Water) Authority)$|^(?:City|Town|County|University|Port|Bank) of |"
    r"^(?:Universi\w+|Hospital|Hôpital|Colegio|Instituto|Fundación|Hochschule|Klinikum|Spital|Stadtwerke) "
)


@cache
def weights() -> dict[str, float]:
    """Feature -> weight, and `bias`."""
    return {name: float(value) for name, value in toml("victim.toml")["weights"].items()}


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


def shown_name(candidate: Candidate) -> str:
    """The name that a candidate would be published under."""
    return without_legal_form(_display(candidate).text)


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
    named_after = f.get("known") and f.get("body_compound")  # "the Acme breach"
    attacked = (
        f.get("body_passing") or f.get("body_suffers") or f.get("lead_suffers") or f.get("body_object") or named_after
    )
    looks_like_one = (
        f.get("known") or f.get("institution") or f.get("body_passing") or " " in max(candidate.forms, key=len)
    )
    return bool(attacked and looks_like_one and (f.get("known") or f.get("body_speaker", 0.0) < 0.6))
