"""Names that a text writes with capitals: runs of words that may be an organisation, a person, a place or a product.

In: a Text. Out: `Name`s in reading order, spans into their zone. Which of them is a victim is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TypeAlias

from breachwire.records import Zone
from extractors.facts.kinds import is_kind_word
from extractors.facts.nameless import NATIONAL, is_german_noun, is_no_name
from extractors.facts.places import place
from extractors.facts.small_names import small_names
from extractors.facts.tables import common_words, key, organisations, word_set
from extractors.facts.text import Sentence, Text
from extractors.facts.tokens import TOKEN, Token, read_tokens

_GAP = re.compile(
    r"\. | (?:& |of the |of |for the |for |de la |de los |de las |de l[’']|del |des |de |du |della |delle |"
    r"di |do |da |dos |van |von |der |and |y |e )?|,? (?=(?:Inc|Ltd|LLC|Corp|LLP|L\.L\.C|Co|Inc)\b)"
)
_POSSESSIVE = re.compile(r"['’]s (?=\S)")
_INSTITUTION = re.compile(
    r"(?:['’]s)? (?:(?:international|city|town|county|district|regional|state|federal|national|public|"
    r"central|general|foreign|interior|finance|health|defen[cs]e|education|justice|police|school|election|"
    r"water|transit|"
    r"affairs|transport|labou?r|tax|social|security|electoral|high|technical|medical|veterans) "
    r"){0,3}(?:airport|council|university|police department|police force|police|schools|school district|"
    r"library|hospital trust|ministry|parliament|army|navy|air force|"
    r"courts?|tax office|treasury|embassy|commission|department|port|metro|transit agency|water utility|"
    r"stock exchange|football federation|football association)\b"
)
_OFFICIAL = frozenset(("department", "ministry", "office", "commission", "ministerio", "ministère", "ministero"))
_GERMAN_KIND = re.compile(
    r"(?i)(?:\w(?:angriff|angriffs|attacke|kette|konzerns?|herstellers?|anbieters?|händlers?|dienstleisters?|unternehmens?|"
    r"betreibers?|versicherers?|gesellschaft|zulieferers?|verein(?:e?s)?|konzerns?|firma|kanzlei|bauers?|seite|seiten|"
    r"brauerei|manufaktur|plattform|verband(?:e?s)?|gruppe|dienst|portale?s?|händlerin|tochter)|spedition|reederei|logistikers?|kanzlei|"
    r"versicherers?|zulieferers?|verein(?:e?s)?|anbieters?|herstellers?|händlers?|dienstleisters?|gruppe|konzerns?|firma|unternehmens?)$"
)
_ARTICLE = re.compile(r"^(?:La|El|Le|Los|Las|Les|Die|Der|Das|Il|Lo|De|Het|O|A|As|Os)\s+(?=([\w-]+))")
_OWNED = re.compile(r"-(?:owned|based|listed|backed|headquartered|linked|run|led)$")
_SAINT = frozenset(("St", "Ste", "Mt", "Ft"))
MAX_TOKENS = 9
MAX_SENTENCES = 34
Capitals: TypeAlias = Sequence[re.Match[str]]
"""The words with a capital of one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A run of capitalised words. `opens` says that it stands at the head of its sentence or of a quotation."""

    text: str
    zone: Zone
    start: int
    end: int
    order: int
    opens: bool
    key: str


@cache
def _breaking() -> frozenset[str]:
    return word_set("words.toml", "names", "breaks")


def _seen_capitals(text: Text, capitals: Sequence[Capitals]) -> frozenset[str]:
    """Words that the body capitalises inside its sentences: evidence that they are names."""
    return frozenset(
        match[0].lower()
        for sentence, matches in zip(text.sentences, capitals, strict=True)
        if not sentence.title_case
        for match in matches
        if match.start() > 2 and sentence.text[match.start() - 1] not in "\"“‘'(:"
    )


@lru_cache(maxsize=8192)
def _describes(token: str) -> bool:
    """Whether a capitalised word tells what a name beside it is: "Versandhändler", "Ruritanian-owned"."""
    return _GERMAN_KIND.search(token) is not None or _OWNED.search(token) is not None


class _Breaker:
    """Says which capitalised tokens end a run in this text, from the words that it writes small elsewhere."""

    def __init__(self, text: Text, capitals: Sequence[Capitals]) -> None:
        self.german = text.article.language == "de"
        self._lower = text.lower
        self._capitals = _seen_capitals(text, capitals)
        self._common = common_words()

    def _is_common(self, small: str) -> bool:
        """The word, or the word without an ending, is in the list of common words."""
        if small in self._common:
            return True
        return len(small) > 4 and any(
            small.endswith(e) and small[: -len(e)] in self._common for e in ("s", "es", "ed", "d", "ing")
        )

    def breaks(self, token: str, *, loose: bool, opens: bool) -> bool:
        """`loose`: the token stands where every word is capitalised; `opens`: where any word would be."""
        small = token.lower().rstrip(".")
        if small in _breaking():
            return True
        if not (loose or opens):
            return False
        common = self._is_common(small)
        if token.isupper() and len(token) > 1 and not (loose and common):
            return False
        if any(c.isupper() or c.isdigit() for c in token[1:]):
            return common
        if small in self._capitals and (opens or small not in self._lower):
            return common and opens and small in self._lower
        hyphened = opens and "-" in small and any(self._is_common(part) for part in small.split("-"))
        return hyphened or common or small in self._lower


def _joins(run: list[Token], gap: str, following: Token) -> bool:
    """Whether a connecting word keeps a name together: "University of X" does, "Details of X" does not."""
    link = gap.strip().rstrip(",").removesuffix(" the")
    heads = {t.text.lower() for t in run}
    if not link or link == "&":
        return True
    if link == ".":
        return run[-1].text in _SAINT
    if link == "of":
        return run[-1].text.lower() in word_set("words.toml", "names", "of_heads")
    if link in {"der", "des"}:
        return bool(heads & word_set("kinds.toml", "heads", "words"))
    if link == "for":
        return bool(heads & word_set("words.toml", "names", "for_heads"))
    if link == "and":
        together = key(" ".join([t.text for t in run] + ["and", following.text]))
        return together in organisations() or (bool(_OFFICIAL & heads) and len(run) > 1)
    return (
        link in word_set("words.toml", "names", "links")
        and not is_no_name(following.text)
        and (link not in {"y", "e"} or bool(_OFFICIAL & heads))
    )


def _opens(text: str, start: int, head: int) -> bool:
    """Whether any word would be written with a capital there: at the `head` of a sentence, of a quotation or a
    clause."""
    if start <= head or text[start - 1] in '"“‘':
        return True
    return text[max(0, start - 2) : start] in {": ", "- ", "– ", "— ", "! ", "? "}


def _runs(sentence: Sentence, capitals: Capitals, breaker: _Breaker) -> list[tuple[int, int, bool]]:
    """Spans within the sentence, with whether the run's first word had to be capitalised anyway."""
    text, loose = sentence.text, sentence.title_case
    spans: list[tuple[int, int, bool]] = []
    head = len(text) - len(text.lstrip(" \"“‘'(—–-"))
    run: list[Token] = []
    opens_run = False

    def close() -> None:
        if run:
            spans.append((run[0].start, run[-1].end, opens_run))
        run.clear()

    for token in read_tokens(text, capitals):
        opens = _opens(text, token.start, head)
        small = token.text.lower()
        joined = bool(run) and text[run[-1].end : token.start] == " "
        tail = loose and joined and small in word_set("words.toml", "names", "strong_tails")
        head = (
            loose and small in word_set("words.toml", "names", "of_heads") and text[token.end : token.end + 4] == " of "
        )
        if (
            (
                not run
                and is_kind_word(small)
                and key(" ".join(text[token.start :].split(None, 2)[:2])) not in organisations()
            )
            or (not run and breaker.german and is_german_noun(small))
            or _describes(token.text)
            or (run and token.text == "The")
        ):
            close()
            continue
        if not (tail or head) and breaker.breaks(token.text, loose=loose, opens=opens):
            close()
            continue
        if run:
            gap = text[run[-1].end : token.start]
            if not (_GAP.fullmatch(gap) and _joins(run, gap, token) and len(run) < MAX_TOKENS):
                close()
        if not run:
            opens_run = opens
        run.append(token)
    close()
    return spans


def _possessives(text: str, spans: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Spans of names written with 's inside ("Ada's Books"), for neighbours that stand joined by one."""
    joined = []
    for left, right in pairwise(spans):
        gap = text[left[1] : right[0]]
        if _POSSESSIVE.fullmatch(gap):
            joined.append((left[0], right[1], left[2]))
    return joined


def _keeps_possessive(text: Text, whole: str, head: str) -> bool:
    """ "Ada's Books" is one name when a table or a tail says so, or when the text never has "Ada" without "'s
    Books"."""
    if key(whole) in organisations():
        return True
    tail = whole.rsplit(" ", 1)[-1].lower()
    both = text.title + "\n" + text.body
    alone = both.count(head) - both.count(whole)
    if tail in word_set("words.toml", "names", "org_tails"):
        return alone <= 0 or tail in {"hospital", "college", "school", "brewhouse", "restaurants", "club"}
    return alone <= 0 and both.count(whole) >= 2


def _with_small(text: str, spans: list[tuple[int, int, bool]], small: re.Pattern[str]) -> list[tuple[int, int, bool]]:
    """Spans with the names written small, each with the capitals that follow it ("noorda Living")."""
    for match in small.finditer(text):
        following = next((s for s in spans if s[0] == match.end() + 1 and text[match.end()] == " "), None)
        if following:
            spans = [s for s in spans if s != following]
        spans = [*spans, (match.start(), following[1] if following else match.end(), False)]
    return spans


def read_names(text: Text) -> tuple[Name, ...]:
    """All names of headline and body in reading order; longer readings of possessives replace their parts."""
    capitals = [list(TOKEN.finditer(sentence.text)) for sentence in text.sentences]
    breaker = _Breaker(text, capitals)
    small = small_names(text)
    written_small = (
        re.compile(rf"(?<![\w.@-])(?:{'|'.join(map(re.escape, sorted(small)))})(?: & co)?(?![\w.@-])")
        if small
        else None
    )
    names: list[Name] = []
    for sentence, matches in zip(text.sentences[:MAX_SENTENCES], capitals, strict=False):
        spans = _runs(sentence, matches, breaker)
        for start, end, opens in _possessives(sentence.text, spans):
            head = re.split(r"['’]s ", sentence.text[start:end])[0]
            if _keeps_possessive(text, sentence.text[start:end], head):
                spans = [s for s in spans if s[1] <= start or s[0] >= end] + [(start, end, opens)]
        if written_small:
            spans = _with_small(sentence.text, spans, written_small)
        for start, end, opens in sorted(spans):
            name = _trim(sentence.text[start:end])
            if len(name) < 2 or is_no_name(name):
                continue
            begin = sentence.start + start + sentence.text[start:end].index(name)
            name = _extended(name, text.article.zone(sentence.zone)[begin + len(name) : sentence.end])
            names.append(
                Name(
                    text=name,
                    zone=sentence.zone,
                    start=begin,
                    end=begin + len(name),
                    order=sentence.order,
                    opens=opens,
                    key=key(name),
                )
            )
    return tuple(names)


def _trim(name: str) -> str:
    """Without punctuation, and without the article before a kind: "La Universidad de X"."""
    name = name.strip(" ,-–—!?:;\"“”‘’'")
    article = _ARTICLE.match(name)
    if article and article[1].lower() in word_set("kinds.toml", "heads", "words"):
        return name[article.end() :]
    return name


def _extended(name: str, right: str) -> str:
    """A place or nationality with the institution written small behind it: "Exampleville airport", "Ruritanian
    foreign ministry"."""
    found = place(key(name))
    if found is None or found[1] == "institution":
        return name
    match = _INSTITUTION.match(right)
    if match is None or (found[1] in {"country", "demonym"} and match[0].strip() in NATIONAL):
        return name
    return name + match[0]
