"""How many people, accounts, records or files? Only figures that the sentence ties to data taken, exposed or people
affected.

In: a Text and its passing victims. Out: `records` claims, the best one first; people before files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachwire.records import Figure
from extractors.facts.alternation import compiled
from extractors.facts.hedges import negated
from extractors.facts.numbers import Quantity, read_quantities
from extractors.facts.tables import alternatives, toml

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_PEOPLE, _ACCOUNTS, _RECORDS, _FILES = (
    "|".join(toml("records.toml")["units"][unit]) for unit in ("people", "accounts", "records", "files")
)


def _words(section: str, entry: str) -> str:
    return alternatives("records.toml", section, entry)


_DETERMINER = r"(?:(?:of |de |d['’]|di )?(?:the |its |their |our |his |these |those |his or her )?)?"
_TWO_STATES = r"(?:(?:current|former|past|present|existing) (?:and|or) (?:former|current|past|present) )?"
_NO_NOUN = (
    r"(?!(?:to|for|in|from|and|or|on|by|who|were|was|is|are|at|with|as|that|after|per|times|stores|dollars|computers|"
    r"branches|employees at|bogus|fake|junk|has|have|had|said|says|told|which|whose|will|would|can|could)\b)"
)
_FILLERS = rf"{_DETERMINER}{_TWO_STATES}(?:{_NO_NOUN}[\w'’&.-]+,?\s+){{0,4}}?(?:d['’])?"
_NO_TOTAL_NEXT = r"(?!\s+(?:of data|worldwide|in \d+ countries|a (?:day|month|year)|daily|per (?:day|month|year)))"
_NOUNS = re.compile(
    rf"(?i)\+?[\s-]+{_FILLERS}"
    rf"(?:(?P<people>(?:{_PEOPLE})\b(?!\s+(?:records?|accounts?|files|documents|e-?mail addresses)\b))|"
    rf"(?P<accounts>{_ACCOUNTS})|(?P<records>{_RECORDS})|(?P<files>{_FILES}))\b{_NO_TOTAL_NEXT}"
)
_OTHER_NOUNS = re.compile(
    rf"(?i)[\s-]+{_FILLERS}(?P<people>(?!(?:{_words('endings', 'not')})\b)"
    rf"[a-zà-ÿ'’-]{{3,}}(?:{_words('endings', 'people')}))\b{_NO_TOTAL_NEXT}"
)
_ANY_NOUN = re.compile(
    rf"(?i)[\s-]+{_DETERMINER}{_TWO_STATES}(?:{_NO_NOUN}[\w'’&.-]+\s+){{0,2}}?"
    rf"(?P<people>(?!(?:{_words('endings', 'not')})\b){_NO_NOUN}[a-zà-ÿ]{{3,}}[snre])\b{_NO_TOTAL_NEXT}"
)
_ALONE = re.compile(r"(?P<people>)(?=\s*(?:[,.;:)]|$)|\s+(?:from|and|in|on|after|not|up|were|was|had|have)\b|\s+[-–—])")
_TIED = compiled(rf"(?i)\b(?:{_words('tied', 'words')})\b")
_QUALIFIED = rf"(?:(?:{_words('qualifiers', 'words')})\s+){{0,3}}"
_DATA = rf"(?:{_words('data', 'words')})"
_DATA_OF = compiled(  # "names and addresses of some 5,000": whatever is counted, its data are spoken of
    rf"(?i)\b{_DATA}(?:\b[^.;:\d]{{0,60}}?\b(?:{_words('data', 'of')})|\s+(?:about|on|over|covering))\s+{_QUALIFIED}$"
)
_DATA_NEXT = re.compile(  # "5,000 patients' records", "5,000 people whose data"
    rf"(?i)[\s-]+(?:[\w-]+\s+){{0,4}}[\w-]+['’]s?\s+(?:[\w-]+\s+){{0,3}}{_DATA}\b|"
    rf"[^.;]{{0,110}}\b(?:{_words('data', 'whose')})\b"
)
_TALLY = re.compile(  # "raised its estimate of those affected to 27,000", "put the toll at 5,000"
    rf"(?i)\b(?:{_words('tally', 'words')})\b[^.;]{{0,130}}?\b(?:at|to|is|was|reached|auf|en|a|à)\s+{_QUALIFIED}$"
)
_REACHED = re.compile(
    r"(?i)\b(?:reached|accessed|breached|compromised|got (?:in)?to|intru\w+|hack\w+|exposed|stolen|lost|"
    r"leaked)\b[^.;]{0,80}$"
)
_CRIMINALS = re.compile(
    r"(?i)\b(?:hackers?|gang|crew|posts?|posted|seller|leak|extort\w*|attackers?|criminals?|thie(?:f|ves))\b"
)
_CLAUSE_END = re.compile(r"(?i);|,? (?:and|but) (?:no|not|none|neither)\b|, (?:but|though|although|while)\b")
_OLD = re.compile(rf"(?i)\b(?:not|instead of|rather than|up from|{_words('tally', 'before')})(?: the)?\s+{_QUALIFIED}$")
_CLAIMED = re.compile(rf"(?i)\bclaim(?:s|ed|ing)(?: to (?:have|hold|possess))?\s+{_QUALIFIED}$")
_ELSEWHERE = re.compile(rf"(?i)\b(?:{_words('elsewhere', 'words')})\b")
_SUFFERED = re.compile(r"(?i)[^,.;]{0,30}\b(?:affected|exposed|stolen|compromised|impacted|leaked|breached|hacked)\b")
_TOTALS = re.compile(
    r"(?i)\b(?:serv(?:es|ing|ed)|has|have|had|with|employ(?:s|ing|ed)?|operat\w+|boasts?|boasting|used by|"
    r"base of|community of|network of|home to|represent(?:s|ing)|supports?|supporting|runs?|owns?|"
    r"attracts?|covers?|covering|manages?|managing|provid\w+ \w+ to|popular with|treats?|workforce of|"
    r"processes|processing|insures?|reaches|claims|counts|"
    r"out of|of its|of the company['’]s|population of|towns? of|city of|borough of|village of|county of|district of|"
    r"municipality of|island of|parish of|nation of|country of|trusted by|installed|total of "
    r"[\d,.]+ of|among|beschäftigt|hat|cuenta con|tiene|compte|emploie)\s+(?:(?:more than|over|about|"
    r"around|some|nearly|almost|roughly|approximately|at least|an estimated|up to|mehr als|rund|más de|"
    r"plus de)\s+)?$"
)
_AFTER_TOTAL = re.compile(
    r"(?i)^[^,.;]{0,40}\b(?:worldwide|globally|across the (?:country|world|globe)|around the world|in "
    r"(?:\d+|more than \d+) countries|on its platform|a (?:day|year|month)|annually|active|"
    r"registered)\b(?![^.;]{0,110}(?:affected|exposed|stolen|compromised))"
)
_STATE_PART = re.compile(
    r"(?i)\b(?:in|from|including|of (?:them|whom|which|those)|among them|residents "
    r"of)\s+(?:the\s+)?(?:state of\s+)?(?:maine|texas|massachusetts|new hampshire|oregon|south carolina|"
    r"california|washington|vermont|rhode island|montana|iowa|indiana)\b"
)


MINIMUM = 100
LEAD = 2  # sentences, the headline aside
_NUMERIC = compiled(r"\d|milli|thousand|mil\b|millón|milh|miljoen|lakh|crore")
_HOLDS = re.compile(
    r"(?i)\b(?:handles?|holds?|stores?|manages?|processes|collects?|serves?) [^.;]{0,45}(?:data|"
    r"information|records|details) (?:of|on|for|from|about)\s+(?:\w+ ){0,2}$"
)


_QUALIFIERS = re.compile(rf"(?i)\b(?:between|{_words('qualifiers', 'words')})\s+$")


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


def _merit(sentence: Sentence, quantity: Quantity, unit: str) -> float:
    zone = 3.0 if sentence.zone == "title" else max(0.3, 2.2 - 0.2 * sentence.order)
    kind = {"people": 1.2, "accounts": 0.8, "records": 0.7, "files": 0.1}[unit]
    size = min(len(str(quantity.headline)), 8) * 0.15
    return zone + kind + size + 0.6


def _noun(sentence: Sentence, quantity: Quantity) -> tuple[re.Match[str], float] | None:
    """What is counted, and how much less it tells than a listed noun beside a word of theft: 0 to 1."""
    text, end = sentence.text, quantity.end
    data_of = _DATA_OF.search(text, max(0, quantity.start - 170), quantity.start)
    tally = _TALLY.search(text, max(0, quantity.start - 170), quantity.start)
    listed = _NOUNS.match(text, end)
    noun = listed or _OTHER_NOUNS.match(text, end) or (_ANY_NOUN.match(text, end) if data_of else None)
    if noun is None and (data_of or tally):
        noun = _ALONE.match(text, end)
    if noun is None:
        return None
    near = _TIED.search(text, max(0, quantity.start - 70), noun.end() + 90)
    claimed = _CLAIMED.search(text, 0, quantity.start) and _CRIMINALS.search(text)
    if not (near or data_of or tally or claimed or _DATA_NEXT.match(text, end)):
        around = text[max(0, quantity.start - 60) : noun.end() + 60]
        if listed and sentence.order <= LEAD and noun.lastgroup != "files" and not _ELSEWHERE.search(around):
            return noun, 1.2
        return None
    return noun, (0.0 if near and listed else 0.6)


def _is_total(text: str, quantity: Quantity, end: int) -> bool:
    """Whether the figure is of all that the organisation has, and the words after it do not say they were taken."""
    before = text[: quantity.start]
    owned = _TOTALS.search(before[-60:]) if not _DATA_OF.search(before[-170:]) else None
    total = owned or _AFTER_TOTAL.match(text[end : end + 90])
    holds = _HOLDS.search(before)
    if holds and not _REACHED.search(before, 0, holds.start()):
        return _SUFFERED.match(text, end) is None
    if total is None or _SUFFERED.match(text, end):
        return False
    return not (total[0].lower().startswith("claim") and _CRIMINALS.search(text))


def _in_sentence(sentence: Sentence) -> list[_Found]:
    text = sentence.text
    if not _NUMERIC.search(sentence.lower):
        return []
    found = []
    for quantity in read_quantities(text):
        if quantity.headline < MINIMUM:
            continue
        if text[quantity.end : quantity.end + 7] == "-person":
            continue
        if 1990 <= quantity.headline <= 2035 and text[quantity.start : quantity.end].isdigit():
            continue
        read_noun = _noun(sentence, quantity)
        if read_noun is None:
            continue
        noun, doubt = read_noun
        clause_end = _CLAUSE_END.search(text, noun.end(), noun.end() + 50)
        own = text[: clause_end.start() if clause_end else noun.end() + 50]
        if _is_total(text, quantity, noun.end()) or negated(own, quantity.start):
            continue
        unit = noun.lastgroup or "people"
        merit = _merit(sentence, quantity, unit) - doubt
        if _STATE_PART.search(text[noun.end() : noun.end() + 40]) or _OLD.search(text, 0, quantity.start):
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
    match = _QUALIFIERS.search(sentence, 0, start)
    return match.start() if match else start
