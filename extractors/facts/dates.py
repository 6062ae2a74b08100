"""When did the attack happen or begin? Dates next to words of attacking, not of finding, telling or fining.

In: a Text with the article's publication date. Out: `began_on` claims with the precision that the text states. Own
grammar for English, German, Spanish and French; relative dates ("on Monday", "earlier this month") count from
publication. Nothing is claimed when the words around tell of discovery only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from breachwire.records import Dated
from extractors.facts.tables import meanings

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

Precision = Literal["day", "month", "year"]
_MONTHS = {word: int(number) for word, number in meanings("months").items()}
_DAYS = {word: int(number) for word, number in meanings("weekdays").items()}
_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_D = "|".join(sorted(_DAYS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?ix)\b(?:(?P<y0>20\d\d|19[89]\d)-(?P<m0>\d\d)-(?P<d0>\d\d)\b"
    rf"|(?P<d1>[0-3]?\d)(?:st|nd|rd|th|\.)?(?:\s*(?:-|–|to|and|bis)\s*[0-3]?\d(?:st|nd|rd|th|"
    rf"\.)?)?\s+(?:of\s+|de\s+)?(?P<m1>{_M})\b\.?(?:,?\s+(?:de\s+|del\s+|of\s+)?(?P<y1>20\d\d|19[89]\d))?"
    rf"|(?P<m2>{_M})\b\.?\s+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s*(?:percent|million|,\d\d\d|"
    rf"\d))(?:\s*(?:-|–|to|and)\s*(?:(?:{_M})\b\.?\s*)?[0-3]?\d(?:st|nd|rd|th)?)?(?:,?\s+(?P<y2>20\d\d|"
    rf"19[89]\d))?"
    rf"|(?P<m4>{_M})(?:['’]s)?(?:\s+(?P<y6>20\d\d))?\s+(?=(?:data\s+|security\s+|cyber\s*|"
    rf"ransomware\s+)*(?:breach|hack|attack|intrusion|cyber-?attack|leak|incident))"
    rf"|(?P<part>(?:early|late|mid|mid-|beginning of|end of|anfang|ende|"
    rf"mitte)[\s-]+)?(?P<m3>{_M})\b(?!\s+(?:be|have|not|also|affect|contain|include)\b)\.?(?:,?\s+(?:of\s+|"
    rf"de\s+|del\s+)?(?P<y3>20\d\d|19[89]\d)|\s+(?P<rel>this|last)\s+year|\s+of\s+(?P<rel2>this|"
    rf"last)\s+year)?"
    rf"|(?:(?P<which>last|this|on|over the|the|am|el|le|since|early|late|from)\s+)(?:morning\s+of\s+|"
    rf"past\s+)?(?P<wd>{_D})\b(?:\s+(?:morning|afternoon|evening|night))?"
    rf"|(?P<wd2>{_D})(?:['’]s)?\s+(?=cyber|attack|hack|breach|incident|outage|ransomware)"
    rf"|(?P<y5>20[012]\d)\s+(?=(?:data\s+|security\s+|cyber\s*|ransomware\s+)*(?:breach|hack|attack|"
    rf"intrusion|cyber-?attack|leak)\b)"
    rf"|(?P<yesterday>yesterday|gestern|ayer|hier)\b|(?P<today>today|this\s+morning|heute|hoy)\b|"
    rf"(?P<thismonth>earlier\s+this\s+month|this\s+month|diesen\s+monat)\b|(?P<lastmonth>last\s+month|"
    rf"letzten\s+monat|el\s+mes\s+pasado|le\s+mois\s+dernier)\b"
    rf"|(?P<lastyear>last\s+year|letztes\s+jahr|el\s+año\s+pasado|l['’]année\s+dernière)\b|"
    rf"(?P<weekend>(?:over\s+the|at\s+the|last|this|the)\s+(?:past\s+)?weekend)\b|(?P<eve>christmas\s+day|"
    rf"christmas\s+eve|new\s+year['’]?s\s+(?:eve|day))"
    rf"|(?:in|since|as\s+early\s+as|back\s+in|as\s+far\s+back\s+as|im\s+jahr|en|during|late|"
    rf"early)\s+(?P<y4>20[012]\d)\b)"
)
_HINT = re.compile(
    rf"(?i)(?:19|20)\d\d|\b(?:{_M}|{_D}|yesterday|today|weekend|this morning|month|last year|christmas|new "
    rf"year|gestern|heute|ayer|hier|hoy|monat|mes|mois|jahr|año)\b"
)
_ATTACK = re.compile(
    r"(?i)\b(?:attack(?:ed|s|ers?)?|cyber-?attacks?|breach(?:ed|es)?|hack(?:ed|s|ers?|ing)?|hit|struck|"
    r"intrusion|infiltrated|compromised|infect(?:ed|ion)|stole|stolen|took place|happened|occurred|began|"
    r"started|beginning|dating back|dates back|gained (?:unauthori[sz]ed )?access|"
    r"had access|accessed|access(?:ed)? to|broke into|unauthori[sz]ed (?:access|actor|party|person|"
    r"individual|third party)|between|exfiltrated|copied|downloaded|knocked|crippled|encrypted|ransomware|"
    r"targeted|suffered|experienced|fell victim|leaked|exposed|data theft|incident|sent (?:an|the) e-?mail|"
    r"phish\w*|shut down|went down|offline|"
    r"angriff|angegriffen|ataque|ciberataque|attaque|cyberattaque|sufrió|victime|entwendet|gestohlen|"
    r"erbeutet|robaron|robados|volées|dérobées|defaced|taken over|locked|"
    r"outage|disrupt\w*)\b"
)
_BEGAN = re.compile(
    r"(?i)\b(?:took place|happened|occurred|began|started|dating back|dates back|gained (?:unauthori[sz]ed "
    r")?access|had access|between|first (?:accessed|breached|compromised|entered)|lasted from|carried out|"
    r"hit|struck|was hacked|were hacked|was attacked|was breached|infiltrated|suffered|breached|attacked|"
    r"broke into|since|as early as|ereignete|unauthori[sz]ed (?:access|party|actor|person|individual)|"
    r"obtained|acquired|stolen|stole|shut down|was sent|infection)\b"
)
_OTHER_EVENT = re.compile(
    r"(?i)\b(?:discover(?:ed|s|y)?|detect(?:ed|s)?|notic(?:ed|e)|became aware|learn(?:ed|t|s)?|identified|"
    r"found|announce[ds]?|disclos(?:ed|es|ure|ing)|reveal(?:ed|s)?|report(?:ed|s|ing)?|said|says|told|"
    r"confirmed|admitted|notif(?:y|ied|ication|ying)\w*|sent (?:out )?(?:letters|notices|notifications)|"
    r"letter|inform(?:ed|ing|s)|filed|filing|published|posted|tweeted|statement|press release|"
    r"fined|settle\w*|agreed|arrested|sentenced|charged|indicted|pleaded|lawsuit|sued|hearing|court|ruled|"
    r"deadline|until|by|expected|will|would|plans?|resume\w*|restor\w*|patch(?:ed)?|released|fixed|"
    r"updated?|spotted|warned|wrote|apologi[sz]ed|completed|concluded|determined|investigation|paid|pays|"
    r"class period|purchased|investors|plaintiff|copyright|"
    r"founded|launched|acquired by|merged|born|since its|quarter|results|earnings|sales|shares|on sale|for "
    r"sale|listed|offered|surfaced|appeared|visited|resigned|gdpr|came into|took effect|threaten\w*|reset|"
    r"urged|added|leak site)\b"
)
_DIRECT = re.compile(
    r"(?i)(?:took place|happened|occurred|began|started|beginning|attack(?:ed)?|breach(?:ed)?|hack(?:ed)?|"
    r"hit|struck|access(?:ed)?|between|since|from|dating back to|dates back to|infected|incident|"
    r"compromised|stolen|stole|ransomware attack|cyber-?attack|intrusion|suffered|experienced|lasted|"
    r"carried out|knocked \w+ offline|offline|shut down|angriff|angegriffen|wurden?|ataque|ciberataque|"
    r"sufrió|cyberattaque|attaque|piratage)\s*(?:\w+\s+){0,5}(?:on|in|am|im|el|en|le|between|from|since|at|"
    r"over|during|late|early|as|as early as|around|about|back|to|,|last|of)*\s*(?:or about\s+|"
    r"the\s+(?:night|morning|evening) of\s+)?$"
)

_FOUND = re.compile(
    r"(?i)\b(?:discovered|detected|noticed|spotted|became aware of|learned of|learnt of|identified|"
    r"found)\s+(?:\w+\s+){0,3}$"
)
_LAST_WEEK = re.compile(r"(?i)\blast week(?: on)?\s*$")


@dataclass(frozen=True, slots=True)
class _Found:
    on: date
    precision: Precision
    match: re.Match[str]


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near_year(month: int, day: int, published: date) -> int:
    """The year of the last such day that is not after publication (a week's grace for time zones and plans)."""
    guess = _safe(published.year, month, min(day, 28)) or published
    return published.year if guess <= published + timedelta(days=7) else published.year - 1


def _weekday(name: str, published: date, *, last: bool) -> date:
    back = (published.weekday() - _DAYS[name.lower()]) % 7
    return published - timedelta(days=back + (7 if last and back == 0 else 0))


def _weekend_month(published: date) -> date:
    """The first of the month in which the last weekend before publication began."""
    saturday = published - timedelta(days=(published.weekday() - 5) % 7 or 7)
    return saturday.replace(day=1)


def _holiday(name: str, published: date) -> date:
    name = name.lower()
    if "christmas" in name:
        month, day = 12, 24 if name.endswith("eve") else 25
    else:
        month, day = (12, 31) if name.endswith("eve") else (1, 1)
    return date(_near_year(month, day, published), month, day)


def _named_day(match: re.Match[str], published: date) -> tuple[date, Precision]:
    """A weekday: the last one; a week earlier after "last week on"."""
    last = (match["which"] or "").lower() == "last"
    day = _weekday(match["wd"] or match["wd2"], published, last=last)
    week_before = _LAST_WEEK.search(match.string, 0, match.start()) is not None
    if week_before and day.isocalendar().week == published.isocalendar().week:
        day -= timedelta(days=7)
    return day, "day"


def _relative(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    """Dates that count from publication."""
    first = published.replace(day=1)
    answers: tuple[tuple[str, date, Precision], ...] = (
        ("yesterday", published - timedelta(days=1), "day"),
        ("today", published, "day"),
        ("thismonth", first, "month"),
        ("lastmonth", (first - timedelta(days=1)).replace(day=1), "month"),
        ("lastyear", date(published.year - 1, 1, 1), "year"),
        ("weekend", _weekend_month(published), "month"),
    )
    if match["wd"] or match["wd2"]:
        return _named_day(match, published)
    if match["eve"]:
        return _holiday(match["eve"], published), "day"
    return next(((on, precision) for group, on, precision in answers if match[group]), None)


def _day(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    """ "2025-03-12", "12 March 2025", "March 12"."""
    form = next(i for i in "012" if match[f"m{i}"])
    month = int(match["m0"]) if form == "0" else _MONTHS[match[f"m{form}"].lower()]
    day = int(match[f"d{form}"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = int(match[f"y{form}"]) if match[f"y{form}"] else _near_year(month, day, published)
    on = _safe(year, month, day)
    return (on, "day") if on else None


def _month(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    """ "March 2025", "in March", "March's attack", "June of last year". A month written small in ASCII is taken for a
    word ("may")."""
    name = match["m3"] or match["m4"]
    stated = match["y3"] or match["y6"]
    if name[0].islower() and name.isascii() and not stated:
        return None
    month = _MONTHS[name.lower()]
    if stated:
        year = int(stated)
    elif (match["rel"] or match["rel2"] or "").lower() == "last":
        year = published.year - 1
    else:
        year = _near_year(month, 1, published)
    return date(year, month, 1), "month"


def _resolve(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    if match["m0"] or match["m1"] or match["m2"]:
        return _day(match, published)
    if match["m3"] or match["m4"]:
        return _month(match, published)
    if match["y4"] or match["y5"]:
        return date(int(match["y4"] or match["y5"]), 1, 1), "year"
    return _relative(match, published)


def _merit(sentence: Sentence, match: re.Match[str], precision: Precision) -> float:
    """How clearly the words around the date say that the attack happened then; 0 or less: they do not."""
    text = sentence.text
    left = text[max(0, match.start() - 90) : match.start()]
    right = text[match.end() : match.end() + 70]
    clause = re.split(r"[;:]|,\s+(?:but|while|when|and|who|which|after)\b", left)[-1]
    if not (_ATTACK.search(clause) or _ATTACK.search(right)):
        return 0.0
    merit = 0.3
    direct = _DIRECT.search(clause)
    if match["wd2"] or match["m4"] or match["y5"]:
        return 0.75 - 0.012 * min(sentence.order, 25)
    if precision == "year" and not direct:
        return 0.0
    if direct:
        merit += 0.5
    if _BEGAN.search(clause) or _BEGAN.search(right[:40]):
        merit += 0.35
    events = list(_OTHER_EVENT.finditer(clause))
    if events:
        closer = (
            not direct or events[-1].start() > direct.start() or _FOUND.search(clause, 0, direct.start()) is not None
        )
        merit -= 0.75 if closer else 0.2
    if _OTHER_EVENT.search(right[:14]):
        merit -= 0.35
    if re.search(r"(?i)\bby\s*$|until\s*$|deadline", clause):
        merit -= 0.5
    merit += {"day": 0.1, "month": 0.05, "year": -0.15}[precision]
    return merit - 0.012 * min(sentence.order, 25)


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`began_on` claims, the best one first; none without a publication date."""
    if text.article.published_at is None:
        return []
    published = text.article.published_at.date()
    found: list[tuple[float, Sentence, _Found]] = []
    for sentence in text.sentences:
        if not (sentence.breach and _ATTACK.search(sentence.text) and _HINT.search(sentence.text)):
            continue
        named = any(v in sentence.text for v in victims)
        if not named and (any(o in sentence.text for o in others) or (sentence.order > 4 and _comparison(sentence))):
            continue
        for match in _DATE.finditer(sentence.text):
            resolved = _resolve(match, published)
            if resolved is None or resolved[0] > published or resolved[0].year < 1995:
                continue
            merit = _merit(sentence, match, resolved[1])
            if merit >= 0.45:
                found.append((merit, sentence, _Found(resolved[0], resolved[1], match)))
    claims: list[Claim] = []
    seen: set[tuple[date, str]] = set()
    for merit, sentence, item in sorted(found, key=lambda f: -f[0]):
        if (item.on, item.precision) in seen:
            continue
        seen.add((item.on, item.precision))
        span = (sentence.zone, sentence.start + item.match.start(), sentence.start + item.match.end())
        confidence = 0.35 + 0.4 * merit if not claims else 0.3
        claims.append(
            text.claim(
                "began_on",
                Dated(on=item.on, precision=item.precision),
                span,
                (f"began_on.{item.precision}", confidence),
            )
        )
    return claims[:5]


def _comparison(sentence: Sentence) -> bool:
    """A passing reference that is not merely dated."""
    return (
        sentence.passing
        and re.search(
            r"(?i)\b(?:similar|other|previous|such as|like|biggest|largest|string|wave|spate|rivals?|competitors?)\b",
            sentence.text,
        )
        is not None
    )
