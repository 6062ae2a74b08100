"""What kind of attack? Patterns for each term of the vocabulary, weighed by where they stand.

In: a Text and the victims' names. Out: `attack_type` claims, the best-supported first. A headline weighs most;
sentences about other incidents count for nothing; a bare "cyber attack" is `other`, entry without stated theft
`intrusion`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.facts.hedges import negated
from extractors.facts.phrases import phrases
from extractors.facts.tables import toml

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_WORDS = toml("attack.toml")
_DATA = "(?:" + "|".join(_WORDS["data"]["words"]) + ")"
_COMPILED = tuple(  # on small letters
    (row["kind"], float(row["weight"]), phrases((x.replace("{data}", _DATA) for x in row["any"]), r"\b"))
    for row in _WORDS["pattern"]
)
_MORE = re.compile(
    r"(?:virus|worm|trojan|w-2|keylog|spoof|denial|unsecured|unprotected|publicly|misconfig|laptop|flood|employee|"
    r"tricked|fake|schad|update|home ?page|overwhelm|lösegeld|rescate|cifra|verschlüssel|password|bucket|encrypt|"
    r"mistake|accident|infect|hijack|decrypt|bogus|fraud)"
)
_PRECEDENCE = (
    "ransomware",
    "ddos",
    "defacement",
    "exposed_data",
    "phishing_bec",
    "insider",
    "account_takeover",
    "supply_chain",
    "theft_loss",
    "malware",
    "data_breach",
    "extortion",
    "intrusion",
    "other",
)
MAX_SENTENCES = 16


def _weight(sentence: Sentence) -> float:
    return 3.0 if sentence.zone == "title" else max(0.35, 1.9 - 0.25 * sentence.order)


def _counts(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    if sentence.order <= 2 or any(v in sentence.text for v in victims):
        return True
    return not (any(o in sentence.text for o in others) or sentence.passing)


def _settle(scores: dict[str, float]) -> dict[str, float]:
    """What a kind says about its neighbours: encryption is more than theft, theft more than entry, entry more than an
    incident."""
    specific = max((scores[k] for k in _PRECEDENCE[:10] if k in scores), default=0.0)
    breach = scores.get("data_breach", 0.0)
    if 0.4 <= scores.get("ransomware", 0.0) < 2.0 and breach < 1.2:
        scores["ransomware"] += sum(scores.get(kind, 0.0) for kind in ("extortion", "intrusion", "other"))
    if scores.get("ransomware", 0.0) >= 2.0:
        scores["ransomware"] += 0.6 * breach + scores.get("extortion", 0.0) + 0.5 * scores.get("malware", 0.0)
    if scores.get("exposed_data", 0.0) >= 2.5:
        scores["exposed_data"] += 0.7 * breach
    for kind in ("phishing_bec", "insider", "account_takeover", "supply_chain", "theft_loss", "ddos", "defacement"):
        if scores.get(kind, 0.0) >= 3.0:
            scores[kind] += 0.45 * breach
    if breach >= 1.2:
        for kind in ("extortion", "intrusion", "other"):
            scores[kind] = 0.4 * scores.get(kind, 0.0)
    elif specific < 1.5 and scores.get("extortion", 0.0) >= 1.5:
        scores["extortion"] += scores.get("intrusion", 0.0)
    return scores


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`attack_type` claims: the best-supported kind, then others that have support of their own."""
    scores: dict[str, float] = defaultdict(float)
    spans: dict[str, tuple[float, Sentence, re.Match[str]]] = {}
    for sentence in text.sentences[:MAX_SENTENCES]:
        if not (sentence.breach or _MORE.search(sentence.lower)) or not _counts(sentence, victims, others):
            continue
        for kind, weight, pattern in _COMPILED:
            match = pattern.search(sentence.lower)
            if match is None or (
                kind not in {"intrusion", "other"} and negated(sentence.text, match.start()) and sentence.order > 1
            ):
                continue
            value = weight * _weight(sentence)
            scores[kind] += value
            if kind not in spans or value > spans[kind][0]:
                spans[kind] = (value, sentence, match)
    if not scores:
        return []
    settled = _settle(dict(scores))
    ordered = sorted((k for k in settled if k in spans), key=lambda k: (-settled[k], _PRECEDENCE.index(k)))
    total = sum(settled[k] for k in ordered) or 1.0
    claims = []
    for rank, kind in enumerate(ordered[:3]):
        _, sentence, match = spans[kind]
        span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
        confidence = 0.5 + 0.45 * settled[kind] / total if rank == 0 else 0.35 * settled[kind] / total
        claims.append(text.claim("attack_type", kind, span, (f"attack_type.{kind}", confidence)))
    return claims
