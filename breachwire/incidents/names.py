"""When two names of victims are one victim.

In: folded keys. Out: how they agree, as a word that stands in the reason. Names alone never decide: see `weighing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from rapidfuzz import fuzz

from breachwire.identity import fold

Agreement: TypeAlias = Literal["same", "alias", "part", "initials", "spelling", "first word", "generic", "none"]

_DOMAIN = re.compile(r" (?:com|net|org|io|gov|edu|co uk|com au|co nz|info)$")
_BEFORE_BRACKET = re.compile(
    r"((?:[A-Z0-9][\w&.\u2019'-]*[ ](?:(?:of|and|for|the|de|der|du|di)[ ])*){1,8})\(([A-Z][A-Za-z0-9&.-]{1,14})\)"
)
_SMALL = frozenset(re.findall(r"\w+", "of and for the de der des du di da do la le van von y e et und"))

_COMPASS = frozenset(re.findall(r"\w+", "new north northern south southern east eastern west western saint st states"))

GENERIC = frozenset(
    re.findall(
        r"\w+",
        """
    academy administration agency airline airlines airport airports airways america american asset associates
    association authority bank banking banks board branch bureau business businesses capital care center centers central
    centre chain city clinic clinics club college commission committee communications community company conglomerate
    consulting contractor cooperative corporate council county court credit customers data dental department digital
    district east eastern education electric energy enterprise enterprises europe european exchange federal federation
    finance financial firm firms first foods foundation fund general global government hacker healthcare health
    hospital hospitals hotel hotels industries institute insurance insurer international it lab laboratory law library
    local management market media medical members memorial mental ministry mobile municipality museum national network
    networks new north northern office official officials online organisation organization partner partners party
    patients pharmacy physicians plant police port power practice prison private provider public railway regional
    registry region research residents restaurant retail retailer royal saint school schools security service services
    shop shopping site society software solutions south southern st state states station store stores students studios
    supermarket system systems technologies technology telecom town trust union united university users utility
    valley village water website west western works world
    banco banca banque bancaire caisse clinica clinique comune ayuntamiento gemeente gemeinde hopital hospitalier
    krankenhaus klinik klinikum landkreis mairie ministerio ministero ministere ospedale prefeitura stadt stadtwerke
    universidad universidade universita universitat universite universiteit ville ziekenhuis
    """,
    )
)
"""Words that many victims share: none of them, nor any number of them together, is a name to recognise a victim by."""

PLACES = frozenset(
    re.findall(
        r"\w+",
        """
    africa african alabama alaska arab argentina arizona arkansas asia asian aussie australia australian austria
    austrian belgian belgium berlin brazil brazilian britain british brussels bulgaria california canada canadian
    carolina chile china chinese colombia colorado connecticut croatia czech dakota danish delaware denmark deutschland
    dutch egypt england english estonia eu europa finland finnish florida france french georgia german germany ghana
    greece greek hampshire hawaii hong hungary idaho illinois india indian indiana indonesia iowa iran iranian ireland
    irish israel israeli italian italy japan japanese jersey kansas kentucky kenya kong korea korean london louisiana
    maine malaysia maryland massachusetts mexican mexico michigan minnesota mississippi missouri montana moscow nebraska
    netherlands nevada nigeria norway norwegian ohio oklahoma ontario oregon pakistan paris pennsylvania philippine
    philippines poland polish portugal quebec romania russia russian scotland scottish singapore spain spanish sweden
    swedish swiss switzerland taiwan tennessee texas thai thailand tokyo turkey turkish uk ukraine ukrainian usa utah
    vermont vietnam virginia wales washington welsh wisconsin wyoming york zealand
    """,
    )
)
"""Countries, their peoples and larger parts: in many victims' names, and in the news for everything else."""

PLACE_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    city town government municipality municipal village council of hall
    stadt gemeinde gemeente kommun kommune commune ville mairie ayuntamiento comune municipio prefeitura de di
    """,
    )
)
"""Words that a place keeps or drops as the writer likes: the city of X is X."""

_KINDS = """
university univ uni universidad universidade universita universitat universite universiteit
hospital hospitals hopital krankenhaus klinikum ospedale ziekenhuis sykehus
clinic clinics clinica clinique klinik kliniken
school schools
bank banco banca banque
ministry ministere ministerio ministero ministerium
telecom telecommunications telekom
library bibliothek bibliotheque biblioteca
airport flughafen aeroport aeropuerto aeroporto
insurance assurance versicherung
port porto puerto
saint st
"""
_ONE_KIND = {word: line.split()[0] for line in _KINDS.strip().splitlines() for word in line.split()}
"""Kinds of organisations as other languages, and short forms, call them: each line is one kind."""

WIDELY_NAMED = frozenset(
    re.findall(
        r"\w+",
        """
    adobe airbnb amazon android apple att aws bitcoin cisco chrome dropbox ebay facebook fbi fedex gmail google icloud
    ibm instagram intel iphone ios linkedin mastercard meta microsoft mozilla nasa netflix nhs nsa openai oracle paypal
    pentagon reddit salesforce samsung sap skype snapchat snowflake sony telegram tesla tiktok twitter uber visa vmware
    whatsapp windows wordpress x yahoo youtube zoom
    """,
    )
)
"""Names that stand in the news every day, and have many incidents: the name has to be helped by something else."""


FOLDED = 1 << 15
PAIRS = 1 << 17
"""Names, and pairs of names, whose folding is remembered: a replay asks for each of them a dozen times."""


@lru_cache(maxsize=FOLDED)
def key_of(name: str) -> str:
    """A name folded for matching: as `identity.fold`, and without the ending of a domain."""
    return _DOMAIN.sub("", fold(name))


@lru_cache(maxsize=FOLDED)
def telling_words(key: str) -> tuple[str, ...]:
    """The words of a folded name that are neither small nor generic; none for "the university hospital"."""
    return tuple(w for w in key.split() if w not in GENERIC and w not in PLACES and w not in _SMALL)


@lru_cache(maxsize=FOLDED)
def words_that_name(key: str) -> tuple[str, ...]:
    """The words that a text must hold to name `key`: the telling ones, or all where only one of many tells."""
    words, whole = telling_words(key), bare_words(key)
    return whole if len(words) == 1 and len(whole) > 2 else words


@lru_cache(maxsize=FOLDED)
def bare_words(key: str) -> tuple[str, ...]:
    """The words of a folded name without small ones and those that a place may drop."""
    return tuple(w for w in key.split() if w not in _SMALL and w not in PLACE_WORDS)


@lru_cache(maxsize=FOLDED)
def is_widely_named(key: str) -> bool:
    """Whether a name says little, because it has many incidents or is an everyday product's."""
    return bool(words := telling_words(key)) and WIDELY_NAMED.issuperset(words)


_ORDER: tuple[Agreement, ...] = ("same", "alias", "initials", "part", "spelling", "first word", "generic", "none")
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


def agreement(one: Sequence[str], other: Sequence[str]) -> tuple[Agreement, str]:
    """The best agreement between two lists of keys, and the key of `one` that agrees ("" with "none")."""
    ranked = [
        (_RANK[kind], i + j, a)
        for i, a in enumerate(one)
        for j, b in enumerate(other)
        if (kind := _of_two(a, b)) != "none"
    ]
    if not ranked:
        return "none", ""
    rank, place, key = min(ranked)
    return ("alias" if rank == 0 and place else _ORDER[rank]), key


def aliases_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Other names that a text gives one of `names` with brackets: "Varenna Rail Authority (VRA)", either way round."""
    keys = {key_of(n) for n in names}
    found: dict[str, str] = {}
    for match in _BEFORE_BRACKET.finditer(text):
        short, words = key_of(match[2]), match[1].split()
        for tail in (" ".join(words[i:]) for i in range(len(words))):
            long = key_of(tail)
            if long in keys and short not in keys:
                found[short] = match[2]
            elif short in keys and long not in keys and is_initialism(short, long):
                found[long] = tail
    return tuple(found.values())


@lru_cache(maxsize=FOLDED)
def short_forms(key: str) -> tuple[str, ...]:
    """What a name of several words may be written as: in one word, or its initials with and without the small words."""
    words = key.split()
    if len(words) < 2:
        return ()
    told = [w for w in words if w not in _SMALL]
    initials = ("".join(w[0] for w in words), "".join(w[0] for w in told)) if len(words) > 2 else ()
    return tuple(dict.fromkeys((_bare(key), *initials)))


def is_initialism(short: str, long: str) -> bool:
    """Whether two to six letters are the first ones of three words or more, with or without the small ones."""
    words = long.split()
    letters = short.replace(" ", "")
    if not 2 <= len(letters) <= 6 or len(words) < 3 or " " in short:
        return False
    return letters in ("".join(w[0] for w in words), "".join(w[0] for w in words if w not in _SMALL))


@lru_cache(maxsize=PAIRS)
def _of_two(a: str, b: str) -> Agreement:
    short, long = sorted((a, b), key=lambda k: (len(k.split()), len(k), k))
    if not telling_words(short) or not telling_words(long):
        return _of_generic_words(a) if a == b and " " in a else "none"
    if _bare(a) == _bare(b) or _kind_and_name(a) == _kind_and_name(b):
        return "same"
    if is_initialism(short, long):
        return "initials"
    few, many = short.split(), long.split()
    if set(few) <= set(many):
        if len(few) >= 2 and len(few) >= 0.7 * len(many):
            return "part"
        if many[: len(few)] == few and len(telling_words(short)[0]) >= 3:
            return "first word"
    return "spelling" if _misspelt(few, many) else "none"


def _of_generic_words(key: str) -> Agreement:
    """One name twice, without a telling word: an organisation of one place is one, "national bank" may be many."""
    words = set(key.split()) - _SMALL
    return "same" if words & PLACES and words & GENERIC - _COMPASS else "generic"


@lru_cache(maxsize=FOLDED)
def _bare(key: str) -> str:
    """A name without the words that a place may drop, written as one word: "Quill Feather" is Quillfeather."""
    return "".join(_ONE_KIND.get(w, w) for w in key.split() if w not in PLACE_WORDS) or key


@lru_cache(maxsize=FOLDED)
def _kind_and_name(key: str) -> tuple[str, ...]:
    """The words of a name in no order, kinds of organisations in one language: the Port of X is X Port."""
    kept = {_ONE_KIND.get(w, w) for w in key.split() if w not in PLACE_WORDS and w not in _SMALL}
    if "school" in kept:
        kept -= {"unified", "district", "public"}
    return tuple(sorted(kept))


def _misspelt(one: Sequence[str], other: Sequence[str]) -> bool:
    """Word by word equal or nearly so: compass points and numbers are too short to be misspelt."""
    if len(one) != len(other):
        return False
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return all(min(len(a), len(b)) >= 6 and a.isalpha() and b.isalpha() and fuzz.ratio(a, b) >= 85 for a, b in pairs)
