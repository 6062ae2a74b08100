"""Negation and modality: is a thing stated, denied, attempted, or only claimed?

In: a sentence, or the words of one before a position. Out: yes or no. Used by status, records, data types.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.facts.alternation import compiled

_NEGATED = compiled(
    r"(?i)\b(?:no (?:evidence|indication|sign|signs|proof|suggestion|reason to believe|customer|personal|"
    r"patient|sensitive|financial|payment|user|student|data|passwords?|bank|credit|card|confirmation)|"
    r"(?:do|does|did) not (?:believe|think|appear|include|contain|affect|have access|involve|"
    r"store|hold|get|gain|obtain|access|compromise)|(?:do|does|did)n['’]t (?:believe|think|appear|include|"
    r"contain|affect|have access|involve|store|hold|get|gain|obtain|access)|(?:is|are|was|were|been|has|"
    r"have) not (?:been |thought |believed |yet |currently |at risk|directly )?\s*(?:affected|"
    r"impacted|accessed|compromised|stolen|exposed|taken|involved|included|breached|leaked|part)|(?:is|are|"
    r"was|were)n['’]t (?:affected|impacted|accessed|compromised|stolen|exposed|taken|involved)|not "
    r"(?:thought|believed) to|unaffected|none of (?:the|its|our|their)|without (?:any )?(?:access|"
    r"evidence)|"
    r"neither|denie[sd]|denying|rul(?:ed|es|ing) out|rather than|unable to (?:access|steal|obtain)|not "
    r"compromised|not affected|excluding|no (?:ransom|demand|money|files|records|names|addresses|account)|nothing|"
    r"keine?(?:rlei)? (?:hinweise|anhaltspunkte|anzeichen|kundendaten|patientendaten|daten|lösegeld\w*)|nicht "
    r"(?:betroffen|abgeflossen|gestohlen|entwendet|kompromittiert|verschlüsselt)|no hay (?:evidencia|indicios|pruebas)|"
    r"sin (?:indicios|evidencias?|pruebas) de|ningún dato|no se (?:vieron|han visto|vio|filtraron|robaron)|no "
    r"(?:fueron|resultaron|quedaron) (?:afectad|comprometid|robad)[oa]s|aucune? (?:donnée|preuve|indice))\b"
)
_TURN = re.compile(r"(?i)\b(?:but|however|although|though|while|except)\b|;")


@lru_cache(maxsize=64)
def _negations(sentence: str) -> tuple[tuple[int, int], ...]:
    """Where a sentence denies something. Kept for a moment: attack, status and data types ask about the same ones."""
    return tuple(match.span() for match in _NEGATED.finditer(sentence))


def negated(sentence: str, position: int) -> bool:
    """Whether what stands at that position of the sentence is denied: a negation before it, or after it in its
    clause."""
    for start, end in _negations(sentence):
        between = sentence[end:position] if end <= position else sentence[position:start]
        if not _TURN.search(between):
            return True
    return False


_WITHHELD = compiled(
    r"(?:\bnot|n['’]t|\byet to|\bunable to|\bdeclin\w+ to|\brefus\w+ to|\bneither|\bnor|\bnever|\bwithout|"
    r"\bunless|\bif|\b(?:hackers?|gang|group|crew) (?:has |have |had )?(?:also )?)\b[^,;.:]{0,30}$"
)


def withheld(sentence: str, position: int) -> bool:
    """Whether what stands at that position, in small letters, was not done: "has yet to confirm", "would not admit"."""
    return _WITHHELD.search(sentence, max(0, position - 60), position) is not None
