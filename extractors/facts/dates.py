"""When did the attack happen or begin? Dates next to words of attacking, not of finding, telling or fining.

In: a Text with the article's publication date. Out: `began_on` claims with the precision that the text states. Own grammar for English, German,
Spanish and French; relative dates ("on Monday", "earlier this month") count from publication. Nothing is claimed when the words around tell of discovery only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from breachwire.records import Dated

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

Precision = Literal["day", "month", "year"]
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner enero janvier gennaio janeiro januari", "february feb februar febrero février febbraio fevereiro februari", "march mar märz marzo mars março maart",
            "april apr abril avril aprile", "may mai mayo maggio maio mei", "june jun juni junio juin giugno junho", "july jul juli julio juillet luglio julho", "august aug agosto août augustus",
            "september sep sept septiembre septembre settembre setembro", "october oct oktober octubre octobre ottobre outubro", "november nov noviembre novembre novembro", "december dec dezember diciembre décembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAYS = {
    name: number
    for number, names in enumerate(("monday mon montag lunes lundi", "tuesday tue tues dienstag martes mardi", "wednesday wed mittwoch miércoles mercredi", "thursday thu thurs donnerstag jueves jeudi", "friday fri freitag viernes vendredi", "saturday sat samstag sábado samedi", "sunday sun sonntag domingo dimanche"))
    for name in names.split()
}  # fmt: skip
_M = "|".join(sorted((m for m in _MONTHS if m not in {"mar", "sun"}), key=len, reverse=True))
_D = "|".join(sorted((d for d in _DAYS if len(d) > 4), key=len, reverse=True))
_DATE = re.compile(
    rf"(?ix)\b(?:(?P<y0>20\d\d|19[89]\d)-(?P<m0>\d\d)-(?P<d0>\d\d)\b"
    rf"|(?P<d1>[0-3]?\d)(?:st|nd|rd|th|\.)?(?:\s*(?:-|–|to|and|bis)\s*[0-3]?\d(?:st|nd|rd|th|\.)?)?\s+(?:of\s+|de\s+)?(?P<m1>{_M})\b\.?(?:,?\s+(?:de\s+|del\s+|of\s+)?(?P<y1>20\d\d|19[89]\d))?"
    rf"|(?P<m2>{_M})\b\.?\s+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s*(?:percent|million|,\d\d\d|\d))(?:\s*(?:-|–|to|and)\s*(?:(?:{_M})\b\.?\s*)?[0-3]?\d(?:st|nd|rd|th)?)?(?:,?\s+(?P<y2>20\d\d|19[89]\d))?"
    rf"|(?P<m4>{_M})(?:['’]s)?(?:\s+(?P<y6>20\d\d))?\s+(?=(?:data\s+|security\s+|cyber\s*|ransomware\s+)*(?:breach|hack|attack|intrusion|cyber-?attack|leak|incident))"
    rf"|(?P<part>(?:early|late|mid|mid-|beginning of|end of|anfang|ende|mitte)[\s-]+)?(?P<m3>{_M})\b(?!\s+(?:be|have|not|also|affect|contain|include)\b)\.?(?:,?\s+(?:of\s+|de\s+|del\s+)?(?P<y3>20\d\d|19[89]\d)|\s+(?P<rel>this|last)\s+year|\s+of\s+(?P<rel2>this|last)\s+year)?"
    rf"|(?:(?P<which>last|this|on|over the|the|am|el|le|since|early|late|from)\s+)(?:morning\s+of\s+|past\s+)?(?P<wd>{_D})\b(?:\s+(?:morning|afternoon|evening|night))?"
    rf"|(?P<wd2>{_D})(?:['’]s)?\s+(?=cyber|attack|hack|breach|incident|outage|ransomware)"
    rf"|(?P<y5>20[012]\d)\s+(?=(?:data\s+|security\s+|cyber\s*|ransomware\s+)*(?:breach|hack|attack|intrusion|cyber-?attack|leak)\b)"
    rf"|(?P<yesterday>yesterday|gestern|ayer|hier)\b|(?P<today>today|this\s+morning|heute|hoy)\b|(?P<thismonth>earlier\s+this\s+month|this\s+month|diesen\s+monat)\b|(?P<lastmonth>last\s+month|letzten\s+monat|el\s+mes\s+pasado|le\s+mois\s+dernier)\b"
    rf"|(?P<lastyear>last\s+year|letztes\s+jahr|el\s+año\s+pasado|l['’]année\s+dernière)\b|(?P<weekend>(?:over\s+the|at\s+the|last|this|the)\s+(?:past\s+)?weekend)\b|(?P<eve>christmas\s+day|christmas\s+eve|new\s+year['’]?s\s+(?:eve|day))"
    rf"|(?:in|since|as\s+early\s+as|back\s+in|as\s+far\s+back\s+as|im\s+jahr|en|during|late|early)\s+(?P<y4>20[012]\d)\b)"
)
_HINT = re.compile(
    rf"(?i)(?:19|20)\d\d|\b(?:{_M}|{_D}|yesterday|today|weekend|this morning|month|last year|christmas|new year|gestern|heute|ayer|hier|hoy|monat|mes|mois|jahr|año)\b"
)
_ATTACK = re.compile(
    r"(?i)\b(?:attack(?:ed|s|ers?)?|cyber-?attacks?|breach(?:ed|es)?|hack(?:ed|s|ers?|ing)?|hit|struck|intrusion|infiltrated|compromised|infect(?:ed|ion)|stole|stolen|took place|happened|occurred|began|started|beginning|dating back|dates back|gained (?:unauthori[sz]ed )?access|"
    r"had access|accessed|access(?:ed)? to|broke into|unauthori[sz]ed (?:access|actor|party|person|individual|third party)|between|exfiltrated|copied|downloaded|knocked|crippled|encrypted|ransomware|targeted|suffered|experienced|fell victim|leaked|exposed|data theft|incident|sent (?:an|the) e-?mail|phish\w*|shut down|went down|offline|"
    r"angriff|angegriffen|ataque|ciberataque|attaque|cyberattaque|sufrió|victime|defaced|taken over|locked|outage|disrupt\w*)\b"
)
_BEGAN = re.compile(
    r"(?i)\b(?:took place|happened|occurred|began|started|dating back|dates back|gained (?:unauthori[sz]ed )?access|had access|between|first (?:accessed|breached|compromised|entered)|lasted from|carried out|hit|struck|was hacked|were hacked|was attacked|was breached|infiltrated|suffered|breached|attacked|broke into|since|as early as|ereignete|unauthori[sz]ed (?:access|party|actor|person|individual)|obtained|acquired|stolen|stole|shut down|was sent|infection)\b"
)
_OTHER_EVENT = re.compile(
    r"(?i)\b(?:discover(?:ed|s|y)?|detect(?:ed|s)?|notic(?:ed|e)|became aware|learn(?:ed|t|s)?|identified|found|announce[ds]?|disclos(?:ed|es|ure|ing)|reveal(?:ed|s)?|report(?:ed|s|ing)?|said|says|told|confirmed|admitted|notif(?:y|ied|ication|ying)\w*|sent (?:out )?(?:letters|notices|notifications)|letter|inform(?:ed|ing|s)|filed|filing|published|posted|tweeted|statement|press release|"
    r"fined|settle\w*|agreed|arrested|sentenced|charged|indicted|pleaded|lawsuit|sued|hearing|court|ruled|deadline|until|by|expected|will|would|plans?|resume\w*|restor\w*|patch(?:ed)?|released|fixed|updated?|spotted|warned|wrote|apologi[sz]ed|completed|concluded|determined|investigation|paid|pays|class period|purchased|investors|plaintiff|copyright|"
    r"founded|launched|acquired by|merged|born|since its|quarter|results|earnings|sales|shares|on sale|for sale|listed|offered|surfaced|appeared|visited|resigned|gdpr|came into|took effect|threaten\w*|reset|urged|added|leak site)\b"
)
_DIRECT = re.compile(
    r"(?i)(?:took place|happened|occurred|began|started|beginning|attack(?:ed)?|breach(?:ed)?|hack(?:ed)?|hit|struck|access(?:ed)?|between|since|from|dating back to|dates back to|infected|incident|compromised|stolen|stole|ransomware attack|cyber-?attack|intrusion|suffered|experienced|lasted|carried out|knocked \w+ offline|offline|shut down)\s*(?:\w+\s+){0,5}(?:on|in|between|from|since|at|over|during|late|early|as|as early as|around|about|back|to|,|last|of)*\s*(?:or about\s+|the\s+(?:night|morning|evening) of\s+)?$"
)


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


def _relative(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    first = published.replace(day=1)
    if match["wd"] or match["wd2"]:
        last = (match["which"] or "").lower() == "last"
        day = _weekday(match["wd"] or match["wd2"], published, last=last)
        week_before = re.search(r"(?i)\blast week(?: on)?\s*$", match.string[: match.start()]) is not None
        return day - timedelta(
            days=7 if week_before and day.isocalendar().week == published.isocalendar().week else 0
        ), "day"
    if match["yesterday"]:
        return published - timedelta(days=1), "day"
    if match["today"]:
        return published, "day"
    if match["thismonth"]:
        return first, "month"
    if match["lastmonth"]:
        return (first - timedelta(days=1)).replace(day=1), "month"
    if match["lastyear"]:
        return date(published.year - 1, 1, 1), "year"
    if match["weekend"]:
        saturday = published - timedelta(days=(published.weekday() - 5) % 7 or (7 if published.weekday() != 6 else 0))
        return saturday.replace(day=1), "month"
    if match["eve"]:
        eve = match["eve"].lower()
        month, day = (
            (12, 25)
            if eve.endswith("as day")
            else (12, 24)
            if "christmas" in eve
            else (12, 31)
            if eve.endswith("eve")
            else (1, 1)
        )
        return date(_near_year(month, day, published), month, day), "day"
    return None


def _resolve(match: re.Match[str], published: date) -> tuple[date, Precision] | None:
    for i in "012":
        if match[f"m{i}"]:
            month = int(match["m0"]) if i == "0" else _MONTHS[match[f"m{i}"].lower()]
            day = int(match[f"d{i}"])
            if not (1 <= month <= 12 and 1 <= day <= 31):
                return None
            year = int(match[f"y{i}"]) if match[f"y{i}"] else _near_year(month, day, published)
            on = _safe(year, month, day)
            return (on, "day") if on else None
    if match["m3"]:
        if match["m3"][0].islower() and match["m3"].isascii() and not match["y3"]:
            return None
        month = _MONTHS[match["m3"].lower()]
        if match["y3"]:
            year = int(match["y3"])
        elif (match["rel"] or match["rel2"] or "").lower() == "last":
            year = published.year - 1
        else:
            year = _near_year(month, 1, published)
        return date(year, month, 1), "month"
    if match["m4"]:
        month = _MONTHS[match["m4"].lower()]
        if match["m4"][0].islower() or (month > published.month and match["m4"].lower() in {"may", "march"}):
            return None
        return date(int(match["y6"]) if match["y6"] else _near_year(month, 1, published), month, 1), "month"
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
        closer = not direct or events[-1].start() > direct.start()
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
    claims = []
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
