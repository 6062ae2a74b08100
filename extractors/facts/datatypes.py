"""Which kinds of data were taken or exposed?

In: a Text. Out: one `data_type` claim for each kind that a sentence about stolen, exposed or accessed data names and
does not deny. Terms of the vocabulary only; `other` is claimed where nothing else is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.facts.alternation import compiled
from extractors.facts.hedges import negated
from extractors.facts.tables import alternatives, toml

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_WORDS = {kind: "|".join(words) for kind, words in toml("datatypes.toml")["kinds"].items()}
_KIND = re.compile(  # these patterns are matched on small letters
    rf"\b(?:{'|'.join(f'(?P<{kind}>{words})' for kind, words in _WORDS.items())})\b"
)
_KINDS = compiled(rf"\b(?:{'|'.join(_WORDS.values())})\b")  # finds what _KIND does, and sooner: groups hinder it
_TAKEN = compiled(rf"\b(?:{alternatives('datatypes.toml', 'taken', 'words')})\b")
_NONE_OF = re.compile(  # "no card data was taken", "but not passwords"
    r"\b(?:no|not|nor|neither|without|except|excluding|apart from|keine?|ohne|ni|sin|ningún|aucune?|sauf|pas de|"
    r"nessun\w*|senza|nem|geen)"
    r"(?: (?:the|any|their|its|full|customer|customers['’]|user))*\s+(?:[\w-]+(?:,| or| nor| oder| ni| ou) ){0,3}$"
)
_UNTOUCHED = re.compile(
    r"[^.;,]{0,60}\b(?:(?:was|were|is|are|been) (?:not|never)|(?:was|were|is|are)n['’]t|(?:kept|stored|"
    r"held) (?:elsewhere|separately)|unaffected|untouched|"
    r"remain(?:s|ed)? (?:safe|secure|encrypted)|nicht betroffen|nicht hinterlegt|no se vieron|n['’]ont pas)\b"
)
_ADVICE = re.compile(
    r"\b(?:should|must|advis\w+|recommend\w*|urg(?:e|es|ed|ing)|chang(?:e|ing) (?:their|your|all|its)|"
    r"reset\w*|monitor\w*|be (?:wary|cautious|alert)|vigilant|never|offer(?:s|ing|ed)|free (?:credit|"
    r"identity)|encourag\w+|enable|freeze|two-factor|security (?:tips|posture)|reus\w+|strong passwords)\b"
)
_OTHER = re.compile(
    r"\b(?:personal (?:information|data|details)|sensitive (?:information|data)|(?:internal|"
    r"confidential|corporate|proprietary) (?:data|documents|files|information)|source code|customer data|"
    r"user data|staff data|employee data|student data)\b"
)


def _usable(sentence: Sentence) -> bool:
    if not _TAKEN.search(sentence.lower) or _ADVICE.search(sentence.lower):
        return False
    return not (sentence.order > 3 and sentence.passing and "includ" not in sentence.text)


def _denied(sentence: Sentence, kind: re.Match[str]) -> bool:
    """Whether the sentence says that this kind of data was not among what was taken."""
    if negated(sentence.text, kind.start()) or _UNTOUCHED.match(sentence.lower, kind.end()):
        return True
    return _NONE_OF.search(sentence.lower, max(0, kind.start() - 60), kind.start()) is not None


def read(text: Text, others: tuple[str, ...]) -> list[Claim]:
    """`data_type` claims, each kind once, where it is first said."""
    claims: dict[str, Claim] = {}
    fallback: Claim | None = None
    for sentence in text.sentences:
        if any(o in sentence.text for o in others) or not _usable(sentence):
            continue
        for match in _KINDS.finditer(sentence.lower):
            named = _KIND.match(sentence.lower, match.start())
            kind = named.lastgroup if named else None
            if kind and kind not in claims and not _denied(sentence, match):
                span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
                claims[kind] = text.claim(
                    "data_type", kind, span, (f"data_type.{kind}", max(0.5, 0.85 - 0.02 * sentence.order))
                )
        other = _OTHER.search(sentence.lower)
        if other and fallback is None and not negated(sentence.text, other.start()):
            span = (sentence.zone, sentence.start + other.start(), sentence.start + other.end())
            fallback = text.claim("data_type", "other", span, ("data_type.unspecified", 0.4))
    if not claims and fallback:
        return [fallback]
    return list(claims.values())
