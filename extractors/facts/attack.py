"""What kind of attack? Rows of phrases for each term of the vocabulary, weighed by where they stand.

In: a Text and the victims' names. Out: `attack_type` claims, the best-supported first. A headline weighs most;
sentences about other incidents count for nothing; a bare "cyber attack" is `other`, entry without stated theft
`intrusion`. The rows and their weights are in attack.toml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractors.facts.hedges import negated
from extractors.facts.phrases import Rows, written_out
from extractors.facts.tables import toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

MAX_SENTENCES = 16
REPEATED = 0.35  # what each further sentence with words of a row adds, against the weightiest
MECHANISM = 3.0  # support from which a kind is more than the words of habit
DECIDED = 0.55  # least share of all support; below it, in cross-validation, three guesses of four were wrong
LEAST = 0.9  # support; less is a vague word in a late sentence
VAGUE = frozenset({"extortion", "intrusion", "other"})  # said of every attack; what else is told decides
_ON_OTHER_WORDS = frozenset({"intrusion", "other"})  # denying the theft does not deny the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of attack.toml without its phrases."""

    kind: str
    weight: float
    habit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How much an article speaks for a row, and where it does so most."""

    amount: float
    sentence: Sentence
    match: re.Match[str]


@cache
def table() -> tuple[tuple[Row, ...], Rows]:
    """The rows of attack.toml and their phrases, each reading written out."""
    read = toml("attack.toml")
    rows = tuple(
        Row(kind=row["kind"], weight=float(row["weight"]), habit=row.get("habit", False)) for row in read["row"]
    )
    return rows, Rows(written_out(read))


def _weight(sentence: Sentence) -> float:
    return 3.0 if sentence.zone == "title" else max(0.35, 1.9 - 0.25 * sentence.order)


def _counts(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    if sentence.order <= 2 or any(v in sentence.text for v in victims):
        return True
    return not (any(o in sentence.text for o in others) or sentence.passing)


def supports(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> Mapping[int, Support]:
    """For each row that the article speaks for, by its number: how much, and where."""
    rows, phrases = table()
    found: dict[int, list[Support]] = {}
    for sentence in text.sentences[:MAX_SENTENCES]:
        if not _counts(sentence, victims, others):
            continue
        amount = _weight(sentence)
        for number, match in phrases.search(sentence.lower).items():
            denied = sentence.order > 1 and rows[number].kind not in _ON_OTHER_WORDS
            if not (denied and negated(sentence.text, match.start())):
                found.setdefault(number, []).append(Support(amount=amount, sentence=sentence, match=match))
    return {number: _together(several) for number, several in found.items()}


def _together(several: list[Support]) -> Support:
    """The weightiest of a row's supports, with a little for each of the others."""
    best = max(several, key=lambda s: s.amount)
    total = best.amount + REPEATED * (sum(s.amount for s in several) - best.amount)
    return Support(amount=total, sentence=best.sentence, match=best.match)


def contest(amounts: Mapping[int, float], weights: Sequence[float]) -> dict[str, float]:
    """Support by kind, from that of the rows (by their number) and the rows' weights.

    Words of habit give way to a mechanism, vague words to anything told. Encryption is more than theft, theft more than
    entry, entry more than an incident.
    """
    rows, _ = table()
    told: dict[str, float] = {}
    habit: dict[str, float] = {}
    for number, amount in amounts.items():
        kept = habit if rows[number].habit else told
        kind = rows[number].kind
        kept[kind] = kept.get(kind, 0.0) + weights[number] * amount
    mechanism = max((v for k, v in told.items() if k not in VAGUE and k != "data_breach"), default=0.0)
    share = 0.3 if mechanism >= MECHANISM else 1.0
    scores = dict(told)
    for kind, value in habit.items():
        scores[kind] = scores.get(kind, 0.0) + share * value
    breach, ransomware = scores.get("data_breach", 0.0), scores.get("ransomware", 0.0)
    if 0.4 <= ransomware < 2.0 and breach < 1.2:
        scores["ransomware"] += sum(scores.get(kind, 0.0) for kind in VAGUE)
    elif ransomware >= 2.0:
        scores["ransomware"] += 0.6 * breach + scores.get("extortion", 0.0) + 0.5 * scores.get("malware", 0.0)
    if breach >= 1.2:
        for kind in VAGUE & scores.keys():
            scores[kind] *= 0.4
    return scores


def _ranked(scores: Mapping[str, float]) -> list[str]:
    """Kinds by support, the best first. Vague kinds are one against the others, so that they do not split their
    support."""
    vague = sum(scores[kind] for kind in VAGUE & scores.keys())
    return sorted(scores, key=lambda kind: (-(vague if kind in VAGUE else scores[kind]), -scores[kind]))


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`attack_type` claims: the best-supported kind, then others that have support of their own. None where no kind has
    the greater part of the support."""
    found = supports(text, victims, others)
    if not found:
        return []
    rows, _ = table()
    scores = contest({number: s.amount for number, s in found.items()}, [row.weight for row in rows])
    ordered = _ranked(scores)
    total = sum(scores.values())
    share = sum(scores[k] for k in VAGUE & scores.keys()) if ordered[0] in VAGUE else scores[ordered[0]]
    if total < LEAST or share < DECIDED * total:
        return []
    best: dict[str, Support] = {}
    for number, support in sorted(found.items(), key=lambda f: -f[1].amount * rows[f[0]].weight):
        best.setdefault(rows[number].kind, support)
    claims = []
    for rank, kind in enumerate(ordered[:3]):
        sentence, match = best[kind].sentence, best[kind].match
        span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
        confidence = 0.5 + 0.45 * scores[kind] / total if rank == 0 else 0.35 * scores[kind] / total
        claims.append(text.claim("attack_type", kind, span, (f"attack_type.{kind}", confidence)))
    return claims
