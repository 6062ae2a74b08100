"""What does the victim do? From words beside its name, from the name itself, from whose data it was; then a table.

In: a Text, its names, the victim's names. Out: `sector` claims of the vocabulary, the best first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.facts.kinds import kind_after, kind_before, kind_of_name
from extractors.facts.tables import key, organisations, toml
from extractors.facts.text import lowered

if TYPE_CHECKING:
    from breachwire.records import Claim, Zone
    from extractors.facts.names import Name
    from extractors.facts.text import Text

_COMPILED = tuple(
    (sector, re.compile(r"\b(?:" + "|".join(words) + r")\b")) for sector, words in toml("sector.toml")["words"].items()
)
_NAME_WORDS = re.compile(
    r"(?i)\b(?:(?P<education>university|college|schools?|academy|universität|hochschule|universidad|"
    r"université|università)|(?P<health>hospitals?|health|healthcare|clinic|medical|dental|"
    r"pediatrics|rehabilitation|rehab|blood|pharmacy|nhs|klinik\w*|care|klinikum|krankenhaus|cancer)|"
    r"(?P<finance>bank|bancorp|credit union|federal credit union|insurance|financial|capital|lending|"
    r"mortgage|pay|banco|banque|assurances?|versicherung|loans?|life|mutual)|"
    r"(?P<transport>airlines?|airways|air|airport|railway|rail|logistics|shipping|port|transit|freight|"
    r"cargo|ferries|lines)|(?P<public>ministry|department|city of|county|council|town of|police|government|"
    r"commission|agency|court|parliament|army|navy|air force|library|bureau|borough|municipality|"
    r"ministerio|ayuntamiento|senate|authority|district attorney|public|electoral|stadt|landkreis)|"
    r"(?P<telecom>telecom\w*|mobile|wireless|cellular|telefónica|telekom|broadband|communications|"
    r"internet)|"
    r"(?P<energy>energy|power|electric|oil|petroleum|water|gas|utilities|stadtwerke)|"
    r"(?P<hospitality>hotels?|resorts?|brewhouse|restaurants?|inn|cafe|travel)|(?P<manufacturing>motors?|"
    r"automotive|foods|brewery|steel|pharma\w*|chemicals?|manufacturing|industries|aerospace|energy "
    r"solution|precision)|(?P<professional>law|llp|consulting|partners|advisors|legal|staffing|marketing|"
    r"real estate|solicitors|accountants)|(?P<nonprofit>foundation|church|charity|diocese|red cross|"
    r"society|scouts|association)|"
    r"(?P<entertainment>games|gaming|casino|studios|football|racing|entertainment|pictures|lottery|club|"
    r"anime)|(?P<technology>software|technologies|technology|systems|cloud|tech|solutions|networks|labs|"
    r"data|security)|(?P<media>newspapers?|post|times|tribune|news|radio|television|media|broadcasting)|"
    r"(?P<retail>stores?|supermarkets?|market|shop|retail|furniture|flowers))\b"
)
_CONTEXT_AFTER = re.compile(r"^(?:\s*\([^)]{1,40}\))?\s*(?:,|\bis\b|\bwas\b|['’]s\b|—|–|-)\s*([^.;]{0,90})")
ACCEPT = 1.0
_SPEAKERS = frozenset(
    ("law firm", "lawyers", "police", "court", "courts", "journalists", "newspaper")
)  # they speak of victims in any sector
SECTOR_OF_OWNERS = {
    "patients": "health",
    "students": "education",
    "pupils": "education",
    "passengers": "transport",
    "guests": "hospitality",
    "shoppers": "retail",
    "policyholders": "finance",
    "players": "entertainment",
    "gamers": "entertainment",
    "subscribers": "telecom",
    "donors": "nonprofit",
    "residents": "public",
    "voters": "public",
    "citizens": "public",
    "taxpayers": "public",
}
_OWNERS = re.compile(r"(?i)\b(" + "|".join(SECTOR_OF_OWNERS) + r")\b")
Span = tuple["Zone", int, int]


class _Votes:
    """Sums of weights by sector, with the span that weighs most."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self.spans: dict[str, tuple[float, Span, str]] = {}

    def add(self, sector: str, weight: float, span: Span, rule: str) -> None:
        """One piece of evidence."""
        self.weights[sector] += weight
        if sector not in self.spans or weight > self.spans[sector][0]:
            self.spans[sector] = (weight, span, rule)

    def scan(self, piece: str, offset: tuple[Zone, int], weight: float, rule: str) -> None:
        """Every sector that a piece of text speaks of, once; later words are nearer to what follows, and weigh more
        before a name."""
        small = lowered(piece)
        for sector, pattern in _COMPILED:
            match = pattern.search(small)
            if match is None or (rule == "sector.words" and match[0].lower() in _SPEAKERS):
                continue
            zone, base = offset
            scale = 0.5 if sector == "public" and rule == "sector.words" else 1.0
            self.add(sector, scale * weight, (zone, base + match.start(), base + match.end()), rule)


def _beside(text: Text, names: tuple[Name, ...], victim_keys: set[str], votes: _Votes) -> None:
    """Words right before and right after the victim's name: "retailer Acme", "Acme, a bank"."""
    used = 0
    for name in names:
        if name.key not in victim_keys or used >= 8:
            continue
        used += 1
        weight = 1.6 if name.order <= 3 else 1.1
        left, right = text.around(name.zone, name.start, name.end)
        kind = kind_before(left)
        if kind:
            offset = name.start - len(left)
            votes.add(kind.sector, 2 * weight, (name.zone, offset + kind.start, offset + kind.end), "sector.apposition")
        kind = kind_after(right)
        if kind:
            span = (name.zone, name.end + kind.start, name.end + kind.end)
            votes.add(kind.sector, 2 * weight, span, "sector.apposition")
        before = re.search(r"(?:[\w&'’-]+\s+){1,5}[\"“‘']?$", left)
        if before and not re.search(r"[,.;:]\s*$", left):
            words = re.split(
                r"(?i)\b(?:at|on|by|of|from|against|for|in|the|a|an|that|said|and|to|with|breached|hacked|"
                r"targeting|hit)\s+",
                before[0],
            )[-1]
            votes.scan(words, (name.zone, name.start - len(words)), 2 * weight, "sector.apposition")
        after = _CONTEXT_AFTER.match(right)
        if after and re.match(
            r"(?i)\s*(?:an?|the|one of|which|who|operator|owner|maker|part of|(?:[a-z-]+ )?(?:[a-z-]+ "
            r")?(?:firm|company|chain|group|provider|giant))\b",
            after[1],
        ):
            votes.scan(after[1][:70], (name.zone, name.end + after.start(1)), weight, "sector.apposition")


def _in_names(names: tuple[Name, ...], victim_keys: set[str], votes: _Votes) -> None:
    seen: set[str] = set()
    for name in names:
        if name.key not in victim_keys or name.key in seen:
            continue
        seen.add(name.key)
        for match in _NAME_WORDS.finditer(name.text):
            if match.lastgroup:
                votes.add(
                    match.lastgroup,
                    2.6,
                    (name.zone, name.start + match.start(), name.start + match.end()),
                    "sector.name",
                )
        kind = kind_of_name(name.text)
        if kind and not _NAME_WORDS.search(name.text):
            span = (name.zone, name.start + kind.start, name.start + kind.end)
            votes.add(kind.sector, 2.6, span, "sector.name")
        known = organisations().get(name.key)
        if known:
            votes.add(known.sector, 4.0, (name.zone, name.start, name.end), "sector.table")


def _in_text(text: Text, victims: tuple[str, ...], votes: _Votes) -> None:
    """Headline and lead; "the retailer said" anywhere early; whose data it was."""
    for sentence in text.sentences[:5]:
        weight = 0.9 if sentence.zone == "title" else max(0.25, 0.75 - 0.08 * sentence.order)
        named = any(v in sentence.text for v in victims)
        votes.scan(
            sentence.text,
            (sentence.zone, sentence.start),
            weight * (1.0 if named or sentence.order <= 2 else 0.6),
            "sector.words",
        )
        for match in re.finditer(
            r"\b[Tt]he ((?:[a-z-]+ ){0,2}[a-z-]+?)(?:['’]s)? (?=said|says|has|had|was|is|confirmed|told|"
            r"did|also|serves|operates|which|revealed|added|discovered|disclosed|notified)",
            sentence.text,
        ):
            votes.scan(match[1], (sentence.zone, sentence.start + match.start(1)), 1.4, "sector.referent")
        owners = _OWNERS.search(sentence.text)
        if owners:
            span = (sentence.zone, sentence.start + owners.start(), sentence.start + owners.end())
            votes.add(SECTOR_OF_OWNERS[owners[1].lower()], 0.8 * weight, span, "sector.owners")


def read(text: Text, names: tuple[Name, ...], victims: tuple[str, ...]) -> list[Claim]:
    """`sector`: one claim where the evidence is enough."""
    votes = _Votes()
    victim_keys = {key(v) for v in victims}
    _beside(text, names, victim_keys, votes)
    _in_names(names, victim_keys, votes)
    _in_text(text, victims, votes)
    ranked = sorted(votes.weights.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < ACCEPT:
        return []
    sector, weight = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    _, span, rule = votes.spans[sector]
    return [text.claim("sector", sector, span, (rule, 0.4 + 0.5 * weight / (weight + second + 1)))]
