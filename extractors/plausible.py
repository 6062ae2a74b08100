"""Can this value be read in these words? What holds a claim of the language model to the sentence that it quotes.

In: a value as the model gave it, and where its quote stands. Out: the value as a claim holds it, or None where the
words do not bear it out: a name must stand in the quote, a figure must be read there by the grammar of numbers, a date
by that of dates, a country by a name of it; a coded value must be a term of its vocabulary. What no grammar here can
check (whether a sentence makes a bank of its victim) is left to the vocabulary and the reader's eye.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from breachwire.records import Article, Dated, Figure, Money, Value, Zone
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, DATA_TYPES, RECORD_UNITS, SECTORS
from extractors.facts import cues
from extractors.facts.hedges import negated
from extractors.facts.moments import read_moments
from extractors.facts.numbers import read_quantities
from extractors.facts.places import LANGUAGES, adjectives, is_place, place
from extractors.facts.ransom import read_sums
from extractors.facts.records import MINIMUM
from extractors.facts.tables import common_words, key, known_names, word_set
from extractors.facts.text import MAX_TITLE, lowered, split
from extractors.quotes import find_quote

Given: TypeAlias = Mapping[str, object]
MAX_NAME = 120
MOST_WORDS_OF_A_PLACE = 4
_WORD = re.compile(r"[\w.'’&-]+")
_ISO = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_FIELD_CODES = {"sector": SECTORS, "attack_type": ATTACK_TYPES, "claim_status": CLAIM_STATUSES, "data_type": DATA_TYPES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a quote stands in an article."""

    article: Article
    zone: Zone
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.article.zone(self.zone)[self.start : self.end]

    @property
    def sentence(self) -> tuple[str, int]:
        """The sentence in which the quote begins (the whole title), and where the quote begins in it."""
        text = self.article.zone(self.zone)
        if self.zone == "title":
            return text[:MAX_TITLE], self.start
        near = max(0, self.start - 2000)  # no sentence is longer: `split` cuts them
        spans = ((near + a, near + b) for a, b in split(text[near : self.end + 2000]))
        left, right = next(((a, b) for a, b in spans if b > self.start), (self.start, self.end))
        left = min(left, self.start)
        return text[left : max(right, self.end)], self.start - left


def value_of(field: str, given: Given, where: Place) -> Value | None:
    """The value of a field as a claim holds it, or None where the quote does not bear it out."""
    reader = _READERS.get(field)
    return reader(field, given, where) if reader else None


def _text(given: Given) -> str:
    value = given.get("value")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _victim(_field: str, given: Given, where: Place) -> str | None:
    name = _standing(_text(given), where.quote)
    if name is None or not (name[0].isupper() or any(c.isupper() or c.isdigit() for c in name) or not name.isascii()):
        return None
    folded = key(name)
    known = known_names().get(folded)
    nobody = is_place(folded) or folded in common_words() or (known is not None and not known.weak)
    return None if nobody else name


def _attacker(field: str, given: Given, where: Place) -> str | None:
    name = _standing(_text(given), where.quote)
    if name is None:
        return None
    folded = key(name)
    nobody = set(folded.split()) <= word_set("words.toml", "actors", "nobody") | common_words()
    known = known_names().get(folded)
    if known is not None:
        is_group = known.kind in {"actor", "gang"}
        fits = is_group if field == "threat_actor" else not is_group
        return known.canonical if fits or known.kind == "ransomware" else None
    return None if nobody or len(folded) < 3 or is_place(folded) else name


def _standing(name: str, quote: str) -> str | None:
    """The name as the quote writes it; None where it does not stand there, or can be none."""
    span = find_quote(quote, name) if 2 <= len(name) <= MAX_NAME else None
    found = " ".join(quote[span[0] : span[1]].split()) if span else ""
    return found if any(c.isalpha() for c in found) else None


def _coded(field: str, given: Given, where: Place) -> str | None:
    term = _text(given)
    if term not in _FIELD_CODES[field] or sum(c.isalpha() for c in where.quote) < 4:
        return None
    if field == "sector":
        return term
    sentence, position = where.sentence
    if field == "data_type":
        return None if negated(sentence, position) else term
    # In languages that the rules read, words of an attack are known: a sentence without any says nothing of one.
    speaks = (where.article.language or "en") not in LANGUAGES or cues.BREACH.search(lowered(sentence))
    return term if speaks else None


def _country(_field: str, given: Given, where: Place) -> str | None:
    code, words = _text(given).upper(), _WORD.findall(where.quote)
    for length in range(1, MOST_WORDS_OF_A_PLACE + 1):
        for first in range(len(words) - length + 1):
            name = " ".join(words[first : first + length]).removesuffix("'s").removesuffix("’s")
            found = place(key(name)) if name[:1].isupper() or not name.isascii() else None
            if (found and found[0] == code) or adjectives().get(name.lower()) == code:
                return code or None
    return None


def _records(_field: str, given: Given, where: Place) -> Figure | None:
    count, unit = given.get("value"), given.get("unit")
    if type(count) is not int or not isinstance(unit, str) or unit not in RECORD_UNITS or count < MINIMUM:
        return None
    sentence, position = where.sentence
    for q in read_quantities(sentence):
        inside = position <= q.start and q.end <= position + len(where.quote)
        year = 1990 <= q.headline <= 2035 and sentence[q.start : q.end].isdigit()
        if inside and not year and count in (q.minimum, q.maximum) and not negated(sentence, q.start):
            return Figure(minimum=q.minimum, maximum=q.maximum, unit=unit, qualifier=q.qualifier)
    return None


def _ransom(_field: str, given: Given, where: Place) -> Money | None:
    amount, currency = given.get("value"), given.get("currency")
    if type(amount) not in (int, float):
        return None
    sums = (m for m in read_sums(where.quote) if m.currency == currency)
    return next((m for m in sums if abs(float(m.amount) - float(str(amount))) < 0.005), None)


def _began(_field: str, given: Given, where: Place) -> Dated | None:
    match, published = _ISO.fullmatch(_text(given)), where.article.published_at
    if match is None or published is None:
        return None
    precision = "day" if match[3] else "month" if match[2] else "year"
    on = f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}"
    for moment in read_moments(where.quote, lowered(where.quote), published.date()):
        if (moment.on.isoformat(), moment.precision) == (on, precision):
            return Dated(on=moment.on, precision=moment.precision)
    return None


_READERS: Mapping[str, Callable[[str, Given, Place], Value | None]] = {
    "victim": _victim,
    "threat_actor": _attacker,
    "malware": _attacker,
    "country": _country,
    "records": _records,
    "ransom": _ransom,
    "began_on": _began,
    **dict.fromkeys(_FIELD_CODES, _coded),
}
