"""When did the attack happen or begin? Dates next to words of attacking, not of finding, telling or fining.

In: a Text with the article's publication date. Out: `began_on` claims with the precision that the text states. Nothing
is claimed when the words around tell of discovery only. The words stand in dates.toml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from breachwire.records import Dated
from extractors.facts.alternation import compiled
from extractors.facts.moments import WEEKDAY_BEFORE, Moment, read_moments
from extractors.facts.tables import alternatives

if TYPE_CHECKING:
    from datetime import date

    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_ATTACK = compiled(rf"\b(?:{alternatives('dates.toml', 'attack', 'words')})\b")
_BEGAN = re.compile(rf"\b(?:{alternatives('dates.toml', 'began', 'words')})\b")
_OTHER_EVENT = re.compile(rf"\b(?:{alternatives('dates.toml', 'other_event', 'words')})\b")
_DIRECT = re.compile(
    rf"(?<!\w)(?:{alternatives('dates.toml', 'direct', 'words')})\s*(?:[\w'’-]+\s+){{0,5}}"
    rf"(?:(?:{alternatives('dates.toml', 'direct', 'prepositions')})\s*)*$"
)
_FOUND = re.compile(
    r"(?i)\b(?:discovered|detected|noticed|spotted|became aware of|learned of|learnt of|identified|found)\s+"
    r"(?:\w+\s+){0,3}$"
)
_TOLD_OF = re.compile(r"(?i)\s(?:of|about|on)\s+(?:the|an?|its|their)\s+(?:\w+\s+){0,2}$")
_CLAUSE = re.compile(r"[;:]|,\s+(?:but|while|when|and|who|which|after)\b")
_DEADLINE = re.compile(r"(?i)\bby\s*$|until\s*$|deadline|countdown|clock|timer")
_DATELINE = re.compile(
    r"\s*(?:,?\s*\d{4})?\s*(?:\([\w /.]+\)\s*(?:--|[-–—])|--|[–—]|/\w+/)"
)  # "OSLO, Nov. 6 (Agency) --"
_OTHER_BEGAN = re.compile(
    r"\b(?:letters?|notices?|notifications?|mailings?|trial|hearing|inquiry|investigation|talks|work|recovery|"
    r"deliver\w+|trading|"
    r"ships?|trucks?|trains?|systems|services)\s+(?:\w+\s+){0,2}(?:began|started|starts|begins)\b|\bagain\s*$"
)
_PLANNED = re.compile(
    r"\b(?:will|would|shall|(?:set|due|moved|postponed|scheduled|expected|plans?|planned|hopes?|aims?) (?:to|for|"
    r"until)|until|next|"
    r"wird|werden|sera|será|serán)\b"
)
_OTHERS_TOO = re.compile(
    r"(?i)\b(?:similar|other|previous|such as|like|biggest|largest|string|wave|spate|rivals?|competitors?)\b"
)
_VERB = re.compile(rf"\b(?:[a-z]\w+ed|{alternatives('dates.toml', 'verbs', 'irregular')})\b")
_VERBAL = re.compile(r"\b[a-z]\w+ing\b")
_RESPONSE = re.compile(rf"\b(?:{alternatives('dates.toml', 'response', 'words')})\b")
_BOUNDARY = re.compile(
    r"[;:,()–—\"“”]|\s[-]\s|\b(?:that|which|who|whose|whom|when|while|after|because|but|and|where|although|though|"
    r"saying|"
    r"adding|how|what|whoever|as|than|if|someone|somebody|dass|weil|nachdem|als|que|cuando|tras|qui|lorsque|après)\b"
)
_EVERY = re.compile(r"\b(?:every|each|a|per|another|next|coming|to|until|for|by|jeden|cada|chaque)\s*$")
_PARTICIPLE = re.compile(r"\s*(?:\w+ly\s+)?(?:\w+ed|sent|seen|held|made)\b")
_OF_A_DAY = re.compile(
    r"\s+(?!(?:on|in|at|after|when|that|with|by|and|as|to|from|because|before|while|against|for|over)\b)[a-z]+"
)
ACCEPT = 0.45
PLAIN = 0.3
LEAD = 6
LEAD_OF_YEARS = 3


def _merit(sentence: Sentence, moment: Moment) -> float:
    """How clearly the words around the date say that the attack happened then; 0 or less: they do not."""
    text = sentence.lower
    left = text[max(0, moment.start - 90) : moment.start]
    right = text[moment.end : moment.end + 70]
    clause = WEEKDAY_BEFORE.sub("", _CLAUSE.split(left)[-1])
    far = 0.012 * min(sentence.order, 25)
    if not (_ATTACK.search(clause) or _ATTACK.search(right)) or _OTHER_BEGAN.search(clause):
        return 0.0
    if moment.named and (moment.precision != "year" or sentence.order <= LEAD_OF_YEARS):
        return 0.75 - far
    lead = clause + " ".join(text[moment.start : moment.end].split()[:-1])  # "since" and "seit" stand in the date
    direct = _DIRECT.search(clause)
    began = _BEGAN.search(lead) or _BEGAN.search(right[:40])
    if (moment.bare and not direct) or (moment.precision == "year" and not (direct and began)):
        return 0.0
    merit = 0.3 + (0.5 if direct else 0.0) + (0.35 if began else 0.0)
    events = list(_OTHER_EVENT.finditer(clause))
    if events:
        closer = (
            not direct
            or events[-1].start() > direct.start()
            or _FOUND.search(clause, 0, direct.start()) is not None
            or _TOLD_OF.search(clause, events[-1].end(), direct.start()) is not None
        )
        merit -= 0.75 if closer else 0.2
    if _OTHER_EVENT.search(right[:14]):
        merit -= 0.35
    if _DEADLINE.search(clause):
        merit -= 0.5
    merit += {"day": 0.1, "month": 0.05, "year": -0.35}[moment.precision]
    return merit - far


def _governor(left: str, right: str) -> str:
    """The verb that a date belongs to, with the words between: the last one before it in its clause, else the first
    one after it. Words with a capital are names."""
    for pattern in (_VERB, _VERBAL):
        verbs = list(pattern.finditer(left))
        if verbs:
            return left[verbs[-1].start() :].lower()
    verb = _VERB.search(right)
    return right[: verb.end()].lower() if verb else ""


_THEN = re.compile(
    rf"\s*(?:{alternatives('dates.toml', 'direct', 'spans')})\s*(?:(?:early|late|mid|the|el|le|zum)[\s-]+)*$"
)


def _ends_a_span(text: str, earlier: Moment, later: Moment) -> bool:
    """Whether two dates are "from X to Y": the second one ends it."""
    return _THEN.match(text, earlier.end, later.start) is not None


def _plain_merit(sentence: Sentence, moment: Moment, language: str | None) -> float:
    """PLAIN and less for a date in the lead whose verb tells of no finding, telling, answering or repair; else 0."""
    text = sentence.lower
    if (
        sentence.order > LEAD
        or (moment.precision == "year" and sentence.order > 1)
        or _EVERY.search(text, 0, moment.start)
    ):
        return 0.0
    begin = max(0, moment.start - 110)
    weekday = WEEKDAY_BEFORE.search(text[begin : moment.start])
    stop = begin + weekday.start() if weekday else moment.start
    breaks = [begin, *(m.end() for m in _BOUNDARY.finditer(text, begin, stop))]
    if len(breaks) > 1 and _PARTICIPLE.match(text, breaks[-1], stop):
        breaks[-1] = max(breaks[-1] - 30, breaks[-2])  # "a notice, sent in April"
    clause = text[breaks[-1] : stop]
    right = text[moment.end : moment.end + 70]
    if text[moment.start : moment.end].startswith("the ") and _OF_A_DAY.match(right):
        return 0.0  # "the Sunday shift"
    if language in (None, "en"):
        cased = text if sentence.title_case else sentence.text
        told = _governor(cased[breaks[-1] : stop], cased[moment.end : moment.end + 70]) or _governor(
            cased[begin:stop], ""
        )
        told = told.replace(" by ", " ")
    else:
        told = clause + " | " + _BOUNDARY.split(right)[0]
    if not told or _OTHER_EVENT.search(told) or _RESPONSE.search(told):
        return 0.0
    if _DEADLINE.search(clause) or _PLANNED.search(clause) or _OTHER_BEGAN.search(clause):
        return 0.0
    return PLAIN - 0.03 * sentence.order - 0.0005 * moment.start - 0.15 * (moment.precision == "year")


def _is_about_others(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether the sentence is about somebody else's attack; a passing reference that is merely dated is not."""
    if any(v in sentence.text for v in victims):
        return False
    if any(o in sentence.text for o in others):
        return True
    return sentence.order > 4 and sentence.passing and _OTHERS_TOO.search(sentence.text) is not None


def _candidates(
    text: Text, published: date, victims: tuple[str, ...], others: tuple[str, ...]
) -> list[tuple[float, Sentence, Moment]]:
    found = []
    for sentence in text.sentences:
        moments = list(read_moments(sentence.text, sentence.lower, published))
        if not moments or _is_about_others(sentence, victims, others):
            continue
        attack = _ATTACK.search(sentence.lower) is not None
        for earlier, moment in zip((None, *moments), moments, strict=False):
            if earlier and _ends_a_span(sentence.lower, earlier, moment):
                continue
            if sentence.order <= 2 and moment.start < 60 and _DATELINE.match(sentence.text, moment.end):
                continue
            merit = _merit(sentence, moment) if attack else 0.0
            if merit < ACCEPT:
                merit = _plain_merit(sentence, moment, text.article.language)
            if merit > 0:
                found.append((merit, sentence, moment))
    return sorted(found, key=lambda f: -f[0])


def _stands_beside(best: tuple[float, Sentence, Moment], merit: float, moment: Moment) -> bool:
    """Whether a date is worth telling beside the best one: it is part of it, or no finer and of its kind (a finer date
    would be believed before it)."""
    first = best[2]
    shown = {"day": 10, "month": 7, "year": 4}
    if moment.on.isoformat()[: shown[first.precision]] == first.on.isoformat()[: shown[first.precision]]:
        return True
    return shown[moment.precision] <= shown[first.precision] and (merit >= ACCEPT) == (best[0] >= ACCEPT)


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`began_on` claims, the best one first; none without a publication date."""
    if text.article.published_at is None:
        return []
    claims: list[Claim] = []
    seen: set[tuple[date, str]] = set()
    candidates = _candidates(text, text.article.published_at.date(), victims, others)
    for merit, sentence, moment in candidates:
        if (moment.on, moment.precision) in seen or not _stands_beside(candidates[0], merit, moment):
            continue
        seen.add((moment.on, moment.precision))
        span = (sentence.zone, sentence.start + moment.start, sentence.start + moment.end)
        value = Dated(on=moment.on, precision=moment.precision)
        confidence = 0.35 + 0.4 * merit if not claims else 0.3
        claims.append(text.claim("began_on", value, span, (f"began_on.{moment.precision}", confidence)))
    return claims[:5]
