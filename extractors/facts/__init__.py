"""facts: what does an article say happened, and in which words?

Lives here: one module a fact, each reading the shared `Text` and returning claims; the tables they look names up in.
May be imported: `read_facts`; the records and vocabularies of breachwire.
Never happens here: network, clock, database, a guess. No claim is better than a wrong one.
"""

from __future__ import annotations

from breachwire.records import Article, Claim

__all__ = ["read_facts"]


def read_facts(article: Article) -> tuple[Claim, ...]:
    """Every claim that the article supports, those of a fact together, the best of it first.

    Passing victims of other incidents have `mention=True`. Pure: the same article gives the same claims.
    """
    # Here and not above: seven hundred patterns are compiled, half a second that a night without pages can spare.
    from extractors.facts import (
        actor,
        attack,
        country,
        cve,
        datatypes,
        dates,
        ransom,
        records,
        sector,
        status,
        summary,
        ties,
        victim,
    )
    from extractors.facts.names import read_names
    from extractors.facts.text import prepare

    text = prepare(article)
    names = read_names(text)
    victims = victim.read(text, names)
    own = tuple(str(c.value) for c in victims if not c.mention)
    others = tuple(str(c.value) for c in victims if c.mention)
    claims = [
        *victims,
        *sector.read(text, names, own),
        *country.read(text, names, own),
        *attack.read(text, own, others),
        *status.read(text, own, others),
        *actor.read(text, names, own, others),
        *records.read(text, own, others),
        *datatypes.read(text, others),
        *ransom.read(text, own, others),
        *dates.read(text, own, others),
        *cve.read(text),
        *ties.read(text, names, own),
    ]
    return (*claims, *summary.read(text, own, claims))
