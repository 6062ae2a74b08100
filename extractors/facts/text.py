"""An article prepared once for all fact modules: sentences with their spans, and the shape of its headline.

In: an Article. Out: a `Text`. Spans index `article.title` or `article.body` and are never shifted, so a quote can be
cut from them. What a sentence speaks of comes from `cues`; no fact is decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from breachwire.records import Article, Claim, Value, Zone
from extractors.facts import cues
from extractors.facts.tables import word_set

MAX_BODY = 60_000
MAX_SENTENCE = 1200
MAX_TITLE = 600
_BREAK = re.compile(r"[.!?…。]+[\"”’»')\]]*(?=\s)|\n")
_LAST_WORD = re.compile(r"[\w.]+$")
_GERMAN_MONTH = re.compile(
    r"\s(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
_NEXT = re.compile(r"\s*[\"“‘«'(\[¿¡–—-]*(.)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SMALL = re.compile(r"\b[a-zß-öø-ÿ][\w'’-]*")
_SITE_PIPE = re.compile(r"\s*(?:[|•»]|::)\s")
_SITE_DASH = re.compile(r"\s+[-–—]+\s+(?=[A-Z])")
_SITE_WORDS = re.compile(
    r"(?i)\b(?:news|times|post|guardian|register|reuters|security|online|blog|magazine|journal|today|press|"
    r"tv|radio|herald|"
    r"tribune|gazette|telegraph|observer|mirror|star|zdnet|wired|techcrunch|the hacker news|bbc|cnn|cnet|"
    r"motherboard|variety|"
    r"fortune|forbes|insider|daily|weekly|threatpost|edition|computing|\w+\.(?:com|org|net|co\.\w\w))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: characters `start` to `end` of its zone. `order` is 0 for the headline, then 1, 2, ...

    `breach`: some word of it may speak of an attack; `passing`: it looks like background on other attacks;
    `title_case`: a headline, or a first line that repeats one, Written Like This. `lower`: the text in small letters,
    character for character.
    """

    zone: Zone
    start: int
    end: int
    text: str
    order: int
    breach: bool
    passing: bool
    title_case: bool
    lower: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What every fact module reads. `headline_end` is where a site's name tacked on to the title begins.

    `lower` holds the words that the body writes without a capital, `title_case` says that The Headline Is Written So.
    """

    article: Article
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]
    headline_end: int
    title_case: bool
    lower: frozenset[str]

    @property
    def title(self) -> str:
        """The headline without the site's name."""
        return self.article.title[: self.headline_end]

    @property
    def body(self) -> str:
        """As much of the body as facts are read from."""
        return self.article.body[:MAX_BODY]

    @property
    def zones(self) -> tuple[tuple[Zone, str], ...]:
        """Both zones in reading order, each cut where reading stops."""
        return ("title", self.title), ("body", self.body)

    def sentence_at(self, zone: Zone, position: int) -> Sentence:
        """The sentence that holds that position (the nearest before it, between two)."""
        has_title = bool(self.sentences) and self.sentences[0].zone == "title"
        if zone == "title" and has_title:
            return self.sentences[0]
        index = max(0, bisect_right(self.starts, position) - 1)
        return self.sentences[min(index + int(has_title), len(self.sentences) - 1)]

    def around(self, zone: Zone, start: int, end: int) -> tuple[str, str]:
        """The words before and after a span, within its sentence."""
        sentence = self.sentence_at(zone, start)
        whole = self.article.zone(zone)
        return whole[sentence.start : start], whole[end : max(end, sentence.end)]

    def claim(
        self, field: str, value: Value, span: tuple[Zone, int, int], source: tuple[str, float], *, mention: bool = False
    ) -> Claim:
        """A claim with its quote cut from the span (zone, start, end). `source` is (rule, confidence)."""
        zone, start, end = span
        rule, confidence = source
        return Claim(
            article_id=self.article.article_id, field=field, value=value, zone=zone, start=start, end=end,
            quote=self.article.zone(zone)[start:end], rule=rule, confidence=round(min(max(confidence, 0.0), 1.0), 3),
            mention=mention,
        )  # fmt: skip


def _is_break(text: str, start: int, end: int) -> bool:
    if text[start] == "\n":
        return True
    following = _NEXT.match(text, end)
    if following is None:
        return True
    if text[start] == "." and end == start + 1:
        word = _LAST_WORD.search(text, max(0, start - 12), start)
        last = word[0].lower() if word else ""
        if last in word_set("words.toml", "text", "abbreviations") or (len(last) == 1 and last.isalpha()):
            return False
        if last[-1:].isdigit() and (following[1].isdigit() or (len(last) <= 2 and _GERMAN_MONTH.match(text, end))):
            return False
    return not following[1].islower()


def split(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text. Line breaks always end one; abbreviations and split figures never do."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() >= start and _is_break(text, match.start(), match.end()):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for begin, end in spans:
        piece = text[begin:end]
        left = begin + len(piece) - len(piece.lstrip())
        right = begin + len(piece.rstrip())
        if right > left:
            trimmed.extend(_cut(text, left, right))
    return trimmed


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A span in pieces of at most MAX_SENTENCE characters, cut at spaces if there are any: no pattern sees more."""
    pieces = []
    while end - start > MAX_SENTENCE:
        space = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        stop = space if space > 0 else start + MAX_SENTENCE
        pieces.append((start, stop))
        start = stop + (space > 0)
    return [*pieces, (start, end)] if end > start else pieces


def headline_end(title: str) -> int:
    """Where the headline itself ends and " | Section | Site" or " - Site" begins; len(title) if nothing is tacked
    on."""
    end = len(title)
    pipe = _SITE_PIPE.search(title)
    if pipe and pipe.start() >= 20:
        end = pipe.start()
    dashes = [m for m in _SITE_DASH.finditer(title, 0, end) if m.start() >= 20]
    if dashes:
        tail = title[dashes[-1].end() : end]
        words = tail.split()
        if len(words) <= 5 and (_SITE_WORDS.search(tail) or all(w[0].isupper() for w in words if w[0].isalpha())):
            end = dashes[-1].start()
    return len(title[:end].rstrip())


def is_title_case(title: str) -> bool:
    """Whether Most Long Words of a Headline Are Capitalised (or ALL OF IT IS)."""
    words = [w for w in _WORD.findall(title) if len(w) > 3][1:]
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.7 * len(words)


def lowered(text: str) -> str:
    """Small letters at the same positions: the few that would become two characters stay as they are."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _sentence(whole: str, span: tuple[Zone, int, int], order: int) -> Sentence:
    zone, start, end = span
    text = whole[start:end]
    lower = lowered(text)
    breach = cues.BREACH.search(lower) is not None
    return Sentence(
        zone=zone,
        start=start,
        end=end,
        text=text,
        order=order,
        breach=breach,
        lower=lower,
        passing=breach and cues.in_passing(lower),
        title_case=is_title_case(text) if order == 0 else order <= 2 and len(text) > 50 and is_title_case(text),
    )


def prepare(article: Article) -> Text:
    """Splits an article once. The headline is one sentence, whatever its punctuation."""
    end = headline_end(article.title[:MAX_TITLE])
    sentences: list[Sentence] = []
    if end:
        sentences.append(_sentence(article.title, ("title", 0, end), 0))
    spans = split(article.body[:MAX_BODY])
    for order, (start, stop) in enumerate(spans, start=1):
        sentences.append(_sentence(article.body, ("body", start, stop), order))
    title = article.title[:end]
    return Text(
        article=article,
        sentences=tuple(sentences),
        starts=tuple(start for start, _ in spans),
        headline_end=end,
        title_case=is_title_case(title),
        lower=frozenset(_SMALL.findall(article.body[:MAX_BODY])),
    )
