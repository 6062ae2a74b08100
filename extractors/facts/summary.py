"""The one or two sentences that say most: victim, attack and a figure, as they stand in the body.

In: a Text, the victim's names and the claims so far. Out: one `summary` claim whose value is its own quote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

MAX_CHARACTERS = 420
MIN_CHARACTERS = 40
_FIELDS = {"records": 1.2, "attack_type": 0.5, "began_on": 0.4, "threat_actor": 0.6, "ransom": 0.5, "claim_status": 0.3}


def _merit(sentence: Sentence, victims: tuple[str, ...], marks: list[tuple[int, float]]) -> float:
    text = sentence.text
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS:
        return 0.0
    merit = 1.5 / (1 + 0.35 * (sentence.order - 1))
    merit += 1.4 * any(v in text for v in victims) + 1.0 * sentence.breach
    merit += sum(weight for position, weight in marks if sentence.start <= position < sentence.end)
    return merit - 0.8 * text.startswith(('"', "“", "‘")) - 0.6 * (sentence.order > 4 and sentence.passing)


def read(text: Text, victims: tuple[str, ...], claims: Sequence[Claim]) -> list[Claim]:
    """At most one claim; none where no sentence of the body speaks of a breach."""
    marks = [(c.start, _FIELDS[c.field]) for c in claims if c.zone == "body" and c.field in _FIELDS and not c.mention]
    body = [s for s in text.sentences if s.zone == "body"][:40]
    merits = [_merit(s, victims, marks) for s in body]
    if not merits or max(merits) < 1.5:
        return []
    best = max(range(len(body)), key=lambda i: (merits[i], -i))
    start, end = body[best].start, body[best].end
    follows = best + 1
    if (
        follows < len(body)
        and merits[follows] >= 0.75 * merits[best]
        and body[follows].end - start <= MAX_CHARACTERS
        and "\n" not in text.body[end : body[follows].start]
    ):
        end = body[follows].end
    return [
        text.claim(
            "summary",
            text.body[start:end],
            ("body", start, end),
            ("summary.sentences", min(0.9, 0.3 + 0.1 * merits[best])),
        )
    ]
