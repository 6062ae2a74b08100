"""facts: what does an article say happened, and in which words?

Lives here: one module a fact, each reading the shared `Text` and returning claims; the tables they look names up in.
May be imported: `read_facts`; the records and vocabularies of breachwire.
Never happens here: network, clock, database, a guess. No claim is better than a wrong one.
"""

from __future__ import annotations

from breachwire.records import Article, Claim
from extractors.facts import victim
from extractors.facts.names import read_names
from extractors.facts.text import prepare


def read_facts(article: Article) -> tuple[Claim, ...]:
    """Every claim that the article supports."""
    text = prepare(article)
    names = read_names(text)
    return tuple(victim.read(text, names))
