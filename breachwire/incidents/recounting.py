"""The tellings of a story: one where its articles are about one incident, one a section where they are round-ups.

In: a story's articles with their claims and sections. Out: tellings. Copies of a round-up are cut and rearranged by
those who print them, so sections are put together by their victims, not by their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from breachwire.incidents.names import agreement, key_of
from breachwire.incidents.tellings import Member, Telling
from breachwire.records import Article, Claim, Section

LEAD_CHARS = 600
_ONE = ("same", "alias", "part", "initials", "spelling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An article of a story: `trust` is its feed's, `score` its relevance score as a whole."""

    article: Article
    trust: float = 0.5
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one article says of one incident: a section, or all of it."""

    member: Member
    claims: tuple[Claim, ...]
    score: float
    lead: str


def tellings_of(
    story_id: str, printed: Sequence[Printed], claims: Sequence[Claim], sections: Sequence[Section]
) -> tuple[Telling, ...]:
    """The tellings of one story (one article at least), in the order of the first article's sections.

    A copy that was not split joins the section about its victim. Where there is none it joins the first, without its
    claims: nobody can tell which section they belong to.
    """
    split = {s.article_id for s in sections}
    whole = [_whole(p, claims) for p in printed if p.article.article_id not in split]
    if not split:
        return (_telling(story_id, 0, whole),)
    groups: list[list[_Piece]] = []
    for p in printed:
        own = [_section(p, s, claims) for s in sections if s.article_id == p.article.article_id]
        for piece, group in [(piece, _group_of(piece, groups)) for piece in own]:
            if group is None or any(other.member.article_id == piece.member.article_id for other in group):
                groups.append([piece])
            else:
                group.append(piece)
    for piece in whole:
        group = _group_of(piece, groups)
        if group is not None:
            group.append(piece)
        else:
            groups[0].append(_Piece(piece.member, (), piece.score, piece.lead))
    return tuple(_telling(story_id, number, pieces) for number, pieces in enumerate(groups, start=1))


def one_victim(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists of names, as written, call one victim."""
    mine, theirs = (tuple(dict.fromkeys(key_of(n) for n in ns)) for ns in (names, others))
    return bool(mine and theirs) and agreement(mine, theirs)[0] in _ONE


def _group_of(piece: _Piece, groups: Sequence[list[_Piece]]) -> list[_Piece] | None:
    """The group about the same victim: one that calls it alike before one that only may mean it."""
    names = _victims([piece])
    keys = {key_of(n) for n in names}
    alike = (g for g in groups if keys & {key_of(n) for n in _victims(g)})
    return next(alike, None) or next((g for g in groups if one_victim(names, _victims(g))), None)


def _victims(pieces: Sequence[_Piece]) -> list[str]:
    stated = (c for p in pieces for c in p.claims if c.field == "victim" and not c.mention)
    return list(dict.fromkeys(c.value for c in stated if isinstance(c.value, str)))


def _telling(story_id: str, part: int, pieces: Sequence[_Piece]) -> Telling:
    longest = max(pieces, key=lambda p: p.member.body_chars)
    return Telling(
        story_id=story_id,
        part=part,
        articles=tuple(p.member for p in pieces),
        claims=tuple(c for p in pieces for c in p.claims),
        verdict_score=max(p.score for p in pieces),
        lead=longest.lead,
    )


def _whole(printed: Printed, claims: Sequence[Claim]) -> _Piece:
    article = printed.article
    own = tuple(c for c in claims if c.article_id == article.article_id)
    return _Piece(_member(printed, article.title, len(article.body)), own, printed.score, article.body[:LEAD_CHARS])


def _section(printed: Printed, section: Section, claims: Sequence[Claim]) -> _Piece:
    body = printed.article.body
    text = body[section.text_start : section.end]
    member = _member(printed, body[section.start : section.title_end], len(text), section)
    own = tuple(c for c in claims if (c.article_id, c.part) == (section.article_id, section.part))
    return _Piece(member, own, section.score, text[:LEAD_CHARS])


def _member(printed: Printed, title: str, chars: int, section: Section | None = None) -> Member:
    article = printed.article
    return Member(
        article_id=article.article_id,
        url=article.url,
        source=article.source,
        title=title,
        language=article.language,
        published_at=article.published_at or article.fetched_at,
        fetched_at=article.fetched_at,
        trust=printed.trust,
        body_chars=chars,
        part=section.part if section else 0,
        title_start=section.start if section else 0,
    )
