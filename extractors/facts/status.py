"""How sure is it? Denied, attempted, claimed by the attacker alone, reported with a hedge, or confirmed.

In: a Text and the victim's names. Out: `claim_status` claims, the best first. What a kept article states as a fact,
or the victim, the police or a regulator says, is `confirmed`; hedged statements ("alleged", "reportedly",
"investigating claims") with nobody confirming are `reported`. The phrases are those of status.toml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from extractors.facts import cues
from extractors.facts.attack import table as attacks
from extractors.facts.hedges import negated, withheld
from extractors.facts.phrases import Rows, written_out
from extractors.facts.tables import toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

Where: TypeAlias = "tuple[Sentence, re.Match[str]]"
HEAD = 4  # sentences after the headline that tell what a text is about
FIRM_WITHIN = 12  # sentences after those in which a confirmation counts against a hedge
MAX_SENTENCES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence and what its phrases say, by the `says` of status.toml."""

    sentence: Sentence
    says: Mapping[str, re.Match[str]]


@cache
def table() -> tuple[tuple[str, ...], Rows]:
    """What each row of status.toml says, and the rows."""
    read = toml("status.toml")
    return tuple(row["says"] for row in read["row"]), Rows(written_out(read))


def _told(sentence: Sentence) -> Told:
    says, rows = table()
    return Told(sentence=sentence, says={says[number]: m for number, m in rows.search(sentence.lower).items()})


def _first(what: str, sentences: Iterable[Told]) -> Where | None:
    return next(((told.sentence, told.says[what]) for told in sentences if what in told.says), None)


def _firm(sentences: Iterable[Told]) -> Where | None:
    """Where somebody confirms, unless it is told that nobody did ("has yet to confirm")."""
    for told in sentences:
        match = told.says.get("firm")
        if match and not withheld(told.sentence.lower, match.start()):
            return told.sentence, match
    return None


def _happened(sentences: Iterable[Told]) -> bool:
    """Whether some sentence says, without denying it, that the attack succeeded."""
    return any("happened" in t.says and not negated(t.sentence.text, t.says["happened"].start()) for t in sentences)


def _open(head: tuple[Told, ...], rest: tuple[Told, ...]) -> tuple[str, float, Where] | None:
    """Denied, attempted, claimed or reported, if nothing more certain is told."""
    title = tuple(t for t in head if t.sentence.zone == "title") or head[:1]
    denied = _first("denied", title) or _first("denied", head) or _first("denied_plainly", rest)
    if denied:
        return "denied", 0.75, denied
    attempted = _first("attempted", title) or _first("attempted", head[:3])
    if attempted and not _happened(head):
        return "attempted", 0.75, attempted
    if _firm(head) or _firm(rest[:FIRM_WITHIN]):
        return None
    stated, hedged = _first("stated", title), _first("hedged", title)
    plain = _first("told", head) or _first("told", rest[:FIRM_WITHIN])
    claimed = (
        _first("claimed", title)
        or _first("credit", title)
        or (None if stated and not hedged else _first("claimed", head[:3]))
    )
    if claimed and not plain:
        return "claimed", 0.65, claimed
    return ("reported", 0.6, hedged) if hedged and not plain else None


def _confirmed(head: tuple[Told, ...], rest: tuple[Told, ...]) -> Iterator[tuple[float, Where | None]]:
    """Where a text that is not in doubt says what happened, the surest first."""
    yield 0.7, _first("firm", head) or _first("told", head) or _first("confirmed", head) or _first("confirmed", rest)
    yield 0.45, _breach(head) or _breach(rest)


def _breach(sentences: Iterable[Told]) -> Where | None:
    """The first words that speak of an attack."""
    for told in sentences:
        match = cues.BREACH.search(told.sentence.lower)
        found = attacks()[1].search(told.sentence.lower) if match is None else {}
        if match or found:
            return told.sentence, match or next(iter(found.values()))
    return None


def _is_about(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a sentence is about this victim: headline, first line, its name, or nobody else's and no background."""
    if sentence.order <= 1 or any(v in sentence.text for v in victims):
        return True
    return not (any(o in sentence.text for o in others) or (sentence.order > 3 and sentence.passing))


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`claim_status`: one claim, or none for a text without any word of a breach."""
    own = [_told(s) for s in text.sentences[:MAX_SENTENCES] if _is_about(s, victims, others)]
    head = tuple(t for t in own if t.sentence.order <= HEAD)
    rest = tuple(t for t in own if t.sentence.order > HEAD)
    status, confidence, where = _open(head, rest) or ("confirmed", 0.0, None)
    if where is None:
        confidence, where = next((found for found in _confirmed(head, rest) if found[1]), (0.0, None))
    if where is None:
        return []
    sentence, match = where
    span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
    return [text.claim("claim_status", status, span, (f"claim_status.{status}", confidence))]
