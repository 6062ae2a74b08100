"""Which sections of an article report an incident of their own, and whether that makes it a round-up.

In: an article and the judge. Out: a `RoundUp` with the sections that count, and their claims with spans in the whole
article. A section counts where it is an incident when judged alone, and names a victim.

What is one incident stays whole. A headline that announces a round-up needs two sections about different victims. Any
other article needs three with headings or labels that name their victims, or a headline that strings theirs together;
and no name of the headline or the introduction may run through most of the sections, for then it is the one cause or
the one victim that they are all about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from breachwire.identity import fold
from breachwire.records import Article, Claim, Section, Verdict
from extractors.facts import read_facts
from extractors.relevance import Judge
from extractors.roundup.layout import Span, first_sentence_end, headed_sections, paragraphs
from extractors.roundup.signs import is_announced, is_joined, is_topic, looks_back

FEWEST = 2
FEWEST_UNANNOUNCED = 3
MOST_OF_THEM = 0.6
"""Share of the sections that must count where no headline announces a round-up; and share of those that count which a
name from headline or introduction may run through."""
MOST_SECTIONS = 60
"""More sections than this are a directory; only the first are read."""

_BEFORE = re.compile(
    r"\b(?:in|since|back in|during) (?:19|20)\d\d\b|\blast year\b|\bearlier this year\b|\bpreviously\b|"
    r"\b(?:years?|months?) (?:ago|earlier|before)\b|\bin that (?:case|attack|incident)\b|\bsimilar(?:ly)?\b|"
    r"\b(?:not|n['’]t) the first\b|\b(?:unlike|echoes|recalls|reminiscent)\b|\blatest in a\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundUp:
    """What was found. `of` counts all sections. Where it is no round-up, `sections` and `claims` are empty.

    `reporting` is how many sections report an incident, also where those were too few to split the article.
    """

    of: int = 0
    reporting: int = 0
    sections: tuple[Section, ...] = ()
    claims: tuple[Claim, ...] = ()

    def verdict(self, verdict: Verdict) -> Verdict:
        """The article's verdict with what its sections say: kept where they were split."""
        verb = "reports" if self.reporting == 1 else "report"
        said = f"a round-up: {self.reporting} of {self.of} sections {verb} an incident"
        if self.sections:
            return replace(verdict, kept=True, reason=f"{said}; {verdict.reason}" if verdict.kept else said)
        if self.of and not verdict.kept:
            return replace(
                verdict, reason=f"{said}, too few; {verdict.reason.removeprefix('a round-up of several stories; ')}"
            )
        return verdict


@dataclass(frozen=True, slots=True)
class _Part:
    """A section that counts: its number among all, its score, its claims as they stand in the article, its victim."""

    number: int
    span: Span
    score: float
    claims: tuple[Claim, ...]
    victims: tuple[str, ...]


def read_round_up(article: Article, judge: Judge) -> RoundUp:
    """The incidents that an article lists, or an empty RoundUp where it is about one, or about none.

    Pure. `quote == article.zone(zone)[start:end]` holds for every claim; `part` is the section's number, from 1.
    """
    if looks_back(article.title):
        return RoundUp()
    announced, joined = is_announced(article.title), is_joined(article.title)
    spans, first = headed_sections(article.body)
    spans = spans[:MOST_SECTIONS]
    parts = _parts(article, spans, judge, brief=announced or joined)
    expected = announced or (joined and _named_in(article.title, _together(parts)) >= FEWEST)
    if _is_split(article, parts, len(spans), article.body[:first], expected=expected):
        return _round_up(article, parts, len(spans))
    if not announced and not joined:
        return RoundUp()
    lines = paragraphs(article.body)[:MOST_SECTIONS]
    loose = _joined_up(article.body, lines, article, judge)
    of = sum(not any(p.span.start < line.start < p.span.end for p in loose) for line in lines)
    named = announced or _named_in(article.title, loose) >= FEWEST
    if named and _stand_alone(article, loose):
        return _round_up(article, loose, of)
    if not announced:
        return RoundUp()
    return RoundUp(of=len(spans) or of, reporting=len(parts) if spans else len(loose))


def _parts(article: Article, spans: Sequence[Span], judge: Judge, *, brief: bool) -> list[_Part]:
    """The sections that count; facts are read only where so many are incidents by their score that it may matter."""
    scored = [(n, s, _score(article, s, judge, brief=brief)) for n, s in enumerate(spans, start=1)]
    likely = [(n, s, score) for n, s, score in scored if score >= judge.keep]
    if not brief and len(likely) < FEWEST_UNANNOUNCED:
        return []
    return [part for n, s, score in likely if (part := _read(article, n, s, score)) is not None]


def _score(article: Article, span: Span, judge: Judge, *, brief: bool) -> float:
    """The section judged alone. A `brief` says in its first sentence what an article says in its headline as well:

    where its heading only names somebody, or there is none, that sentence counts as headline too.
    """
    heading, text = span.heading(article.body), span.text(article.body)
    score = judge.score(heading, text, article.language)
    if brief and not any(t.zone == "headline" for t in score.terms):
        sentence = text[: first_sentence_end(text)]
        score = judge.score(f"{heading}: {sentence}" if heading else sentence, text, article.language)
    return score.value


def _read(article: Article, number: int, span: Span, score: float) -> _Part | None:
    """A section's claims, moved to where they stand in the article; None where it names no victim."""
    body = article.body
    alone = replace(article, title=span.heading(body), body=span.text(body))
    claims = []
    for claim in read_facts(alone):
        at = span.start if claim.zone == "title" else span.text_start
        claims.append(replace(claim, zone="body", start=claim.start + at, end=claim.end + at, part=number))
    victims = tuple(str(c.value) for c in claims if c.field == "victim" and not c.mention)
    only_heads = all(is_topic(v) and v not in alone.body for v in victims)
    return None if only_heads else _Part(number, span, score, tuple(claims), victims)


def _is_split(article: Article, parts: Sequence[_Part], of: int, intro: str, *, expected: bool) -> bool:
    """Whether sections with headings or labels are incidents apart; `expected` where the headline says so."""
    together = _together(parts)
    if len(together) < FEWEST or _share_a_cause(article, intro, together):
        return False
    return expected or (
        len(together) >= FEWEST_UNANNOUNCED
        and len(parts) >= MOST_OF_THEM * of
        and all(_is_named(part, part.span.heading(article.body)) for part in together)
        and _named_in(f"{article.title}\n{intro}", together) != 1
        and not _own_victim(article, intro)
    )


def _together(parts: Sequence[_Part]) -> list[_Part]:
    """One part a victim: what a later section says of the same victim belongs to the first."""
    found: list[_Part] = []
    for part in parts:
        same = next((n for n, other in enumerate(found) if _same_victim(part, other)), None)
        if same is None:
            found.append(part)
        else:
            first = found[same]
            moved = tuple(replace(c, part=first.number) for c in part.claims if c.field != "summary")
            found[same] = _Part(
                first.number, first.span, first.score, first.claims + moved, first.victims + part.victims
            )
    return found


def _same_victim(a: _Part, b: _Part) -> bool:
    return any(_same_name(fold(x), fold(y)) for x in a.victims for y in b.victims)


def _same_name(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return bool(short) and (f"{long} ".startswith(f"{short} ") or long.endswith(f" {short}"))


def _share_a_cause(article: Article, intro: str, parts: Sequence[_Part]) -> bool:
    """Whether an organisation of headline or introduction stands in most of the sections: they are one incident."""
    from extractors.facts.names import read_names
    from extractors.facts.places import is_place
    from extractors.facts.text import prepare

    text = prepare(replace(article, body=intro))
    own = {fold(v) for part in parts for v in part.victims}
    for name in {n.key: n.text for n in read_names(text) if not is_place(n.key) and fold(n.text)}.values():
        holding = sum(name in part.span.text(article.body) for part in parts)
        if fold(name) not in own and holding >= FEWEST and holding >= MOST_OF_THEM * len(parts):
            return True
    return any(
        sum(_is_named(part, other.span.text(article.body)) for other in parts if other is not part)
        >= max(FEWEST - 1, MOST_OF_THEM * (len(parts) - 1))
        for part in parts
    )


def _own_victim(article: Article, intro: str) -> bool:
    """Whether headline and introduction report an attack on somebody by themselves."""
    claims = read_facts(replace(article, body=intro))
    return any(c.field == "victim" and not c.mention for c in claims)


def _named_in(text: str, parts: Sequence[_Part]) -> int:
    """How many parts' victims a text names."""
    return sum(_is_named(part, text) for part in parts)


def _is_named(part: _Part, text: str) -> bool:
    words = f" {fold(text)} "
    return any(f" {fold(v)} " in words for v in part.victims if fold(v))


def _joined_up(body: str, spans: Sequence[Span], article: Article, judge: Judge) -> list[_Part]:
    """Paragraphs that begin with a victim of their own, each with those behind it that name the same victim."""
    found: list[_Part] = []
    for number, span in enumerate(spans, start=1):
        if found and _is_named(found[-1], span.text(body)):
            last = found.pop()
            wider = replace(last.span, end=span.end)
            found.append(_read(article, last.number, wider, last.score) or last)
            continue
        score = _score(article, span, judge, brief=True)
        part = _read(article, number, span, score) if score >= judge.keep else None
        if part is not None and not _BEFORE.search(body[span.start : span.title_end]):
            found.append(part)
    return found


def _stand_alone(article: Article, parts: Sequence[_Part]) -> bool:
    """Whether there are several, about different victims, and none speaks of another's: background would."""
    if len(parts) < FEWEST or len(_together(parts)) < len(parts):
        return False
    if len(parts) < FEWEST_UNANNOUNCED and _named_in(article.title, parts) == 1:
        return False
    if _share_a_cause(article, article.body[: parts[0].span.start], parts):
        return False
    texts = {part.number: part.span.text(article.body) for part in parts}
    return not any(_is_named(part, text) for part in parts for number, text in texts.items() if number != part.number)


def _round_up(article: Article, parts: Sequence[_Part], of: int) -> RoundUp:
    together = _together(parts)
    sections = tuple(
        Section(
            article_id=article.article_id,
            part=part.number,
            start=part.span.start,
            title_end=part.span.shown_end(article.body),
            text_start=part.span.text_start,
            end=part.span.end,
            score=part.score,
        )
        for part in together
    )
    claims = tuple(claim for part in together for claim in part.claims)
    return RoundUp(of=of, reporting=len(parts), sections=sections, claims=claims)
