"""A name's words as they are compared: one alphabet, one spelling, no legal form.

In: a name as somebody writes it. Out: lists of lower-case words, two where the name has letters that are written in two
ways ("Müller" is "muller" and "mueller"). Cyrillic follows ISO 9 and Greek ISO 843 as far as newspapers do; other
scripts stay as they are, and match only themselves.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

CYRILLIC = dict(
    zip(
        "абвгдезийклмнопрстуфыэіґўј",
        re.findall(
            r"\S+",
            """
    a b v g d e z i y k l m n o p r s t u f y e i g u j
    """,
        ),
        strict=True,
    )
) | {
    "ё": "e",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
CYRILLIC |= {"є": "ye", "ї": "yi", "ђ": "dj", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj"}
GREEK = dict(
    zip(
        "αβγδεζηικλμνξοπρστυφωςχθψ",
        re.findall(
            r"\S+",
            """
    a v g d e z i i k l m n x o p r s t y f o s ch th ps
    """,
        ),
        strict=True,
    )
)
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ß": "ss"}
    | CYRILLIC
    | GREEK
)
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "đ": "dj", "ё": "yo"})
_TWO_WAYS = re.compile("[äöüåøđё]")

LEGAL = frozenset(
    re.findall(
        r"\S+",
        """
    inc incorporated corp corporation ltd limited plc llc llp lp co company group holding holdings gmbh ag se kg
    mbh kgaa ohg ug ev eg sa sas sarl srl spa snc sca bv nv bvba cvba vof ab publ as asa oy oyj aps a/s pty pte
    pvt private sdn bhd kk kabushiki kaisha gk sl slu sau cv sapi ltda limitada eireli lda tbk persero jsc ojsc
    pjsc ooo oao zao pao ao doo dd ad sro spol zoo spzoo kft zrt nyrt bt ou uab sia pllc pc ooc gesmbh ges cie
    sal saog qpsc kscp psc fze fzco proprietary
    """,
    )
)
_LEGAL_BEFORE = frozenset(
    re.findall(
        r"\S+",
        """
    ooo oao zao pao ao pt cv tov ip
    """,
    )
)
_LINKS = frozenset(["and", "und", "et", "og", "och", "&"])
SMALL = frozenset(
    re.findall(
        r"\S+",
        """
    of and for the de der des die das du di da do dos das del della la le les los el of van von zu a an in at
    """,
    )
)

_ONE_SPELLING = {
    word: line.split()[0]
    for line in """
    university univ uni universidad universidade universita universitat universite universiteit universitet
    hospital hospitals hopital krankenhaus ospedale ziekenhuis sykehus hosp
    clinic clinics clinica clinique klinik kliniken klinika
    bank banco banca banque banka trapeza
    ministry ministere ministerio ministero ministerium
    telecom telecommunications telekom telecoms telecomunicacoes
    library bibliothek bibliotheque biblioteca
    airport flughafen aeroport aeropuerto aeroporto airports
    insurance assurance versicherung
    port porto puerto hafen
    saint st ste sankt
    mount mt
    fort ft
    center centre centers centres
    technology technologies tech
    service services
    system systems
    solution solutions
    industry industries
    laboratory laboratories lab labs
    pharmaceutical pharmaceuticals pharma
    international intl
    department dept
    association assn assoc
    national natl
    government govt
    brothers bros
    manufacturing mfg
    labor labour
    organization organisation
    aluminum aluminium
    defense defence
    theater theatre
    gray grey
    city stadt town ville ayuntamiento comune gemeinde gemeente kommune kommun municipality municipio mairie prefeitura
    and und et og och
    0 zero
    1 one i
    2 two ii
    3 three iii
    4 four iv
    5 five
    6 six vi
    7 seven vii
    8 eight viii
    9 nine ix
    10 ten
    11 eleven xi
    12 twelve xii
    13 thirteen xiii
    14 xiv
    """.strip().splitlines()
    for word in line.split()
}
_WITHIN = (("paed", "ped"), ("haem", "hem"), ("anaes", "anes"))
_AT_THE_END = (("our", "or"), ("isation", "ization"))
_POSSESSIVE = re.compile(r"['’`]s\b")
_APOSTROPHE = re.compile(r"['’`´]")
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_WORD = re.compile(r"\w+")
_DOMAIN_END = re.compile(r"\.(?:com|net|org|io|gov|edu|ai|app|info|biz|co\.\w\w|com\.\w\w|[a-z]{2})$")


def word_lists(name: str) -> tuple[tuple[str, ...], ...]:
    """The name's words without its legal form, once for each way to write its letters. None is empty."""
    lowered = unicodedata.normalize("NFC", name).casefold() if not name.isascii() else name.lower()
    found = [_words(lowered)]
    if not name.isascii() and _TWO_WAYS.search(lowered):
        found.append(_words(lowered.translate(_WRITTEN_OUT)))
    return tuple(dict.fromkeys(words for words in found if words))


def has_legal_form(name: str) -> bool:
    """Whether the name as written ends with a legal form: "Anchor, Inc."."""
    return _raw_words(name.casefold())[-1:] != [] and _raw_words(name.casefold())[-1] in LEGAL


def _words(text: str) -> tuple[str, ...]:
    words = _without_legal_form(_raw_words(text))
    return tuple([one_spelling(word) if at or len(word) > 1 else word for at, word in enumerate(words)])


def _raw_words(text: str) -> list[str]:
    """Lower-case words in one alphabet; runs of single letters are one word, "the" is none."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_PLAIN))
        text = "".join(c for c in text if not unicodedata.combining(c)).translate(_PLAIN)
    text = _DOMAIN_END.sub("", text) if "." in text and " " not in text.strip() else text
    if "'" in text or "’" in text or "`" in text or "´" in text:
        text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    text = _DOTTED.sub("", text) if "." in text else text
    text = text.replace("&", " and ").replace("+", " and ") if "&" in text or "+" in text else text
    words = [word for word in _WORD.findall(text) if word != "the"]
    return _joined_initials(words) if any(len(word) == 1 for word in words) else words


def _joined_initials(words: list[str]) -> list[str]:
    """Single letters that follow one another as one word: "j p tarrow" is "jp tarrow", "a s" is "as"."""
    kept: list[str] = []
    run = False
    for word in words:
        if len(word) == 1 and word.isalpha() and word.isascii() and run:
            kept[-1] += word
        else:
            kept.append(word)
        run = len(word) == 1 and word.isalpha()
    return kept


def _without_legal_form(words: list[str]) -> list[str]:
    kept = words
    while len(kept) > 1 and (kept[-1] in LEGAL or (kept[-1] in _LINKS and kept is not words)):
        kept = kept[:-1]
    if len(kept) > 1 and kept[0] in _LEGAL_BEFORE:
        kept = kept[1:]
    return kept


@lru_cache(maxsize=1 << 16)
def one_spelling(word: str) -> str:
    """A word as American English, or the language of its kind, spells it: "centre" is "center", "iv" is "4"."""
    word = _ONE_SPELLING.get(word, word)
    if len(word) > 4:
        for end, instead in _AT_THE_END:
            word = word[: -len(end)] + instead if word.endswith(end) else word
        if "ae" in word:
            for part, instead in _WITHIN:
                word = word.replace(part, instead)
    return word


_ALIKE = (("dj", "d"), ("kh", "h"), ("ph", "f"), ("ck", "k"))
_LETTERS = str.maketrans({"w": "v", "y": "i", "j": "i", "q": "k"})
_HARD_C, _DOUBLED = re.compile(r"c(?![eih])"), re.compile(r"(.)\1+")


@lru_cache(maxsize=1 << 16)
def loose(word: str) -> str:
    """What the spellings of one word by different ears have in common: no doubled letters or plural, one k, f, i."""
    for letters, one in _ALIKE:
        word = word.replace(letters, one)
    word = word.translate(_LETTERS).replace("ts", "z").replace("tz", "z")
    word = _DOUBLED.sub(r"\1", _HARD_C.sub("k", word) if "c" in word else word)
    return word[:-1] if len(word) > 4 and word.endswith("s") else word
