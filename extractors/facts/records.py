"""How many people, accounts, records or files? Only figures that the sentence ties to data taken, exposed or people
affected.

In: a Text and its passing victims. Out: `records` claims, the best one first; people before files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachwire.records import Figure
from extractors.facts.hedges import negated
from extractors.facts.numbers import Quantity, read_quantities
from extractors.facts.tables import toml

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_PEOPLE, _ACCOUNTS, _RECORDS, _FILES = (
    "|".join(toml("records.toml")["units"][unit]) for unit in ("people", "accounts", "records", "files")
)
_DETERMINER = r"(?:(?:of |de |d['’]|di )?(?:the |its |their |our |his |these |those |his or her )?)?"
_TWO_STATES = r"(?:(?:current|former|past|present|existing) (?:and|or) (?:former|current|past|present) )?"
_NO_NOUN = (
    r"(?!(?:to|for|in|from|and|or|on|by|who|were|was|is|are|at|with|as|that|after|per|times|stores|dollars|computers|"
    r"branches|employees at)\b)"
)
_NOUNS = re.compile(
    rf"(?i)\+?[\s-]+{_DETERMINER}{_TWO_STATES}(?:{_NO_NOUN}[\w'’&.-]+,?\s+){{0,4}}?(?:d['’])?"
    rf"(?:(?P<people>(?:{_PEOPLE})\b(?!\s+(?:records?|accounts?|files|documents|e-?mail addresses)\b))|"
    rf"(?P<accounts>{_ACCOUNTS})|(?P<records>{_RECORDS})|(?P<files>{_FILES}))\b"
    r"(?!\s+(?:of data|worldwide|in \d+ countries|a (?:day|month|year)|daily|per (?:day|month|year)))"
)
_TIED = re.compile(r"(?i)\b(?:" + "|".join(toml("records.toml")["tied"]["words"]) + r")\b")
_TOTALS = re.compile(
    r"(?i)\b(?:serv(?:es|ing|ed)|has|have|had|with|employ(?:s|ing|ed)?|operat\w+|boasts?|boasting|used by|"
    r"base of|community of|network of|home to|represent(?:s|ing)|supports?|supporting|runs?|owns?|"
    r"attracts?|covers?|covering|manages?|managing|provid\w+ \w+ to|popular with|treats?|workforce of|"
    r"processes|processing|insures?|reaches|claims|counts|"
    r"out of|of its|of the company['’]s|population of|nation of|country of|trusted by|installed|total of "
    r"[\d,.]+ of|among|beschäftigt|hat|cuenta con|tiene|compte|emploie)\s+(?:(?:more than|over|about|"
    r"around|some|nearly|almost|roughly|approximately|at least|an estimated|up to|mehr als|rund|más de|"
    r"plus de)\s+)?$"
)
_AFTER_TOTAL = re.compile(
    r"(?i)^[^,.;]{0,40}\b(?:worldwide|globally|across the (?:country|world|globe)|around the world|in "
    r"(?:\d+|more than \d+) countries|on its platform|a (?:day|year|month)|annually|active|"
    r"registered)\b(?![^.;]{0,60}(?:affected|exposed|stolen|compromised))"
)
_STATE_PART = re.compile(
    r"(?i)\b(?:in|from|including|of (?:them|whom|which|those)|among them|residents "
    r"of)\s+(?:the\s+)?(?:state of\s+)?(?:maine|texas|massachusetts|new hampshire|oregon|south carolina|"
    r"california|washington|vermont|rhode island|montana|iowa|indiana)\b"
)


MINIMUM = 100
_NUMERIC = re.compile(r"\d|milli|thousand|mil\b|millón|milh|miljoen|lakh|crore")
_HOLDS = re.compile(
    r"(?i)\b(?:handles?|holds?|stores?|manages?|processes|collects?|serves?) [^.;]{0,45}(?:data|"
    r"information|records|details) (?:of|on|for|from|about)\s+(?:\w+ ){0,2}$"
)


@dataclass(frozen=True, slots=True)
class _Found:
    quantity: Quantity
    unit: str
    sentence: Sentence
    end: int
    merit: float


def _passing(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether the sentence is about somebody else's incident."""
    if any(v in sentence.text for v in victims):
        return False
    if any(o in sentence.text for o in others):
        return True
    return sentence.order > 3 and sentence.passing


def _merit(sentence: Sentence, quantity: Quantity, unit: str, *, tied_near: bool) -> float:
    zone = 3.0 if sentence.zone == "title" else max(0.3, 2.2 - 0.2 * sentence.order)
    kind = {"people": 1.2, "accounts": 0.8, "records": 0.7, "files": 0.1}[unit]
    size = min(len(str(quantity.headline)), 8) * 0.15
    return zone + kind + size + (0.6 if tied_near else 0.0)


def _in_sentence(sentence: Sentence) -> list[_Found]:
    text = sentence.text
    if not _NUMERIC.search(sentence.lower):
        return []
    if not (sentence.breach or _TIED.search(text)):
        return []
    found = []
    for quantity in read_quantities(text):
        noun = _NOUNS.match(text, quantity.end)
        if noun is None or quantity.headline < MINIMUM:
            continue
        if 1990 <= quantity.headline <= 2035 and text[quantity.start : quantity.end].isdigit():
            continue
        before = text[: quantity.start]
        near = text[max(0, quantity.start - 70) : noun.end() + 70]
        tied_near = _TIED.search(near) is not None
        total = (
            _TOTALS.search(before[-60:])
            or _HOLDS.search(before[-90:])
            or _AFTER_TOTAL.match(text[noun.end() : noun.end() + 90])
        )
        if not tied_near or (
            total
            and not re.match(
                r"(?i)[^,.;]{0,30}\b(?:affected|exposed|stolen|compromised|impacted|leaked|breached|hacked)\b",
                text[noun.end() :],
            )
        ):
            continue
        if negated(text, quantity.start):
            continue
        unit = noun.lastgroup or "people"
        merit = _merit(sentence, quantity, unit, tied_near=tied_near)
        if _STATE_PART.search(text[noun.end() : noun.end() + 40]):
            merit -= 1.5
        found.append(_Found(quantity, unit, sentence, noun.end(), merit))
    return found


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`records` claims: the best figure first, other figures with less confidence."""
    found = [f for s in text.sentences if not _passing(s, victims, others) for f in _in_sentence(s)]
    claims: list[Claim] = []
    seen: list[int] = []
    values = [f.quantity.headline for f in found]
    for item in sorted(
        found, key=lambda f: -(f.merit + 0.4 * min(3, sum(abs(v - f.quantity.headline) <= 0.1 * v for v in values) - 1))
    ):
        q = item.quantity
        if q.headline in seen:
            continue
        seen.append(q.headline)
        figure = Figure(minimum=q.minimum, maximum=q.maximum, unit=item.unit, qualifier=q.qualifier)
        base = item.sentence.start
        start = base + _qualifier_start(item.sentence.text, q.start)
        confidence = (0.6 + 0.08 * item.merit) if not claims else 0.35 - 0.02 * len(claims)
        claims.append(
            text.claim(
                "records",
                figure,
                (item.sentence.zone, start, base + item.end),
                (f"records.{item.unit}", min(confidence, 0.95) if not claims else max(confidence, 0.1)),
            )
        )
    return claims


def _qualifier_start(sentence: str, start: int) -> int:
    """Where "more than 5,000" begins, given where "5,000" does."""
    match = re.search(
        r"(?i)\b(?:more than|over|at least|up to|as many as|nearly|almost|about|around|approximately|"
        r"roughly|between|an estimated|some)\s+$",
        sentence[:start],
    )
    return match.start() if match else start
