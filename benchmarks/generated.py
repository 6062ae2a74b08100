"""News that nobody wrote, in any amount, with copies whose truth is known.

In: the sentences of data/sample. Out: articles by number, the same number giving the same article on every machine, and
edited copies of them. Four words in ten of a borrowed sentence are exchanged, so two articles share phrases as news
does, not sentences. No two articles are one text, but some are hard to tell apart on purpose:

    boilerplate   one article in seven ends with its site's notice, one of 40
    statement     one in twenty quotes a statement of three sentences, one of 4,000, in full
    form letter   `form_letter`: another article's text about another organisation, with other figures

The edits are those that desks make: headline, dateline, cut tail, spelling, quotes, lost link words, moved paragraphs,
READ MORE lines, lists of other headlines, agency tails. Reads no clock and no database.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from breachwire.sample import read_sample

_SENTENCE_END = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“])")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = 50
"""All articles fall within these days, so the `window` of the settings parts none: the dearest case for the join."""

DATELINES = ("VELMARE (Wirepost) — ", "OSTRELL, (WP) - ", "HARROWGATE: ", "(Wirepost) - ", "PORT LUMEN — ")
POINTERS = ("READ MORE:", "Also read:", "RELATED:", "Don't miss:", "See also:")
TAILS = (
    "(Reporting by the Wirepost night desk; editing by the morning desk)",
    "Copyright Wirepost. All rights reserved. This text may not be printed or passed on without the agency's leave.",
    "With inputs from agencies",
    "This item was taken from an agency feed; our desk has changed nothing but the headline.",
)
PREFIXES = ("UPDATE 1-", "Exclusive: ", "Report: ", "In brief: ", "LIVE: ")
SPELLINGS = (("organisation", "organization"), ("centre", "center"), ("programme", "program"), ("isation", "ization"))
_STARTS = ("Bar", "Mil", "Ton", "Ves", "Kor", "Lan", "Dun", "Pel", "Ost", "Har", "Vel", "Quil", "Sar", "Tre", "Win")
_ENDS = ("ova", "mere", "ard", "ington", "ulu", "rell", "gate", "feld", "acre", "stead", "ison", "mont", "ley", "wick")
_NOTICES, _STATEMENTS = 40, 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An article as a site prints it. `origin` is the number of the text that it is, or is a copy of."""

    origin: int
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    edits: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)


class Press:
    """Prints article number N, and copies of it. Draws sentences and words from the sample's English articles."""

    def __init__(self, sample: Path) -> None:
        bodies = [a.body for a in read_sample(sample).articles if a.site.language == "en"]
        lines = [line for body in bodies for line in body.split("\n") if line.strip()]
        parts = (s for line in lines for s in _SENTENCE_END.split(line))
        self._sentences = [s.split(" ") for s in parts if len(s.split()) > 5]
        words = sorted({w for s in self._sentences for w in s})
        self._plain = [w for w in words if w.isalpha() and w.islower() and len(w) > 3]

    def article(self, number: int) -> Printed:
        """Article `number`: 4 to 16 paragraphs of one to three sentences; one in ten is a brief of two sentences."""
        chance = random.Random(number)
        brief = chance.random() < 0.1
        paragraphs = [
            " ".join(self._sentence(chance) for _ in range(2 if brief else chance.choice((1, 2, 2, 3))))
            for _ in range(1 if brief else chance.randint(4, 16))
        ]
        if not brief and chance.random() < 0.05:
            paragraphs.insert(chance.randrange(1, 4), self._fixed("statement", chance.randrange(_STATEMENTS)))
        if chance.random() < 0.14:
            paragraphs.append(self._fixed("notice", chance.randrange(_NOTICES)))
        title = _headline_of(paragraphs, chance)
        when = _EPOCH + timedelta(minutes=chance.randrange(_DAYS * 1440))
        return Printed(origin=number, title=title, paragraphs=tuple(paragraphs), published_at=when)

    def form_letter(self, number: int, article: Printed) -> Printed:
        """The same letter about somebody else: other name in title and text, other figures; a text of its own."""
        chance = random.Random(number)
        before, after = self._name(chance), self._name(chance)
        figures = {str(n): str(chance.randrange(10, 90_000)) for n in range(10)}

        def about(name: str, other: bool) -> tuple[str, ...]:
            said = [f"{name} wrote to those concerned. {p} {name} gave no more details." for p in article.paragraphs]
            return tuple(re.sub(r"\d", lambda m: figures[m[0]], p) for p in said) if other else tuple(said)

        other = number % 2 == 1
        name = after if other else before
        return replace(article, origin=number, title=f"{name} {article.title}", paragraphs=about(name, other))

    def copy(self, article: Printed, seed: int) -> Printed:
        """The article as another desk prints it, up to two days later."""
        chance = random.Random(f"{article.origin} {seed}")
        title, paragraphs, edits = article.title, list(article.paragraphs), []
        for edit, share in _EDITS.items():
            if chance.random() < share:
                if edit == "headline":
                    title = self._headline(article, chance)
                else:
                    paragraphs = self._edited(edit, paragraphs, chance)
                edits.append(edit)
        when = article.published_at + timedelta(minutes=chance.randrange(2 * 1440))
        return replace(article, title=title, paragraphs=tuple(paragraphs), edits=tuple(edits), published_at=when)

    @staticmethod
    def _headline(article: Printed, chance: random.Random) -> str:
        first = _SENTENCE_END.split(article.paragraphs[0])[0]
        new = _headline_of(article.paragraphs, chance)
        words = article.title.split(" ")
        return chance.choice((first, chance.choice(PREFIXES) + article.title, " ".join(words[:-2] or words), new))

    def _edited(self, edit: str, paragraphs: list[str], chance: random.Random) -> list[str]:  # noqa: PLR0911
        match edit:
            case "dateline":
                return [chance.choice(DATELINES) + paragraphs[0], *paragraphs[1:]]
            case "cut" if len(paragraphs) > 5:
                return paragraphs[: max(4, int(len(paragraphs) * chance.uniform(0.45, 0.9)))]
            case "spelling":
                for one, other in SPELLINGS:
                    paragraphs = [p.replace(one, other) for p in paragraphs]
            case "quotes":
                return [p.translate(_STRAIGHT) for p in paragraphs]
            case "lost words":
                return [paragraphs[0], *(_without_links(p, chance) for p in paragraphs[1:])]
            case "moved" if len(paragraphs) > 5:
                k = chance.randrange(2, len(paragraphs) - 1)
                return (
                    [*paragraphs[:k], paragraphs[k + 1], paragraphs[k], *paragraphs[k + 2 :]]
                    if k + 1 < len(paragraphs)
                    else paragraphs
                )
            case "pointer" if len(paragraphs) > 1:
                k = chance.randrange(1, len(paragraphs))
                return [*paragraphs[:k], f"{chance.choice(POINTERS)} {self._foreign(chance)}", *paragraphs[k:]]
            case "list" if len(paragraphs) > 1:
                return [*paragraphs, "You may also like", *(self._foreign(chance) for _ in range(4))]
            case "tail":
                return [*paragraphs, chance.choice(TAILS)]
        return paragraphs

    def _foreign(self, chance: random.Random) -> str:
        return " ".join(self._sentence(chance).split(" ")[:9])

    def _fixed(self, kind: str, number: int) -> str:
        chance = random.Random(f"{kind} {number}")
        text = " ".join(self._sentence(chance) for _ in range(3))
        return f"“{text}”" if kind == "statement" else text

    def _sentence(self, chance: random.Random) -> str:
        """A sentence of the sample, four words in ten exchanged: plain for plain, names and figures for new ones."""
        draw, plain = chance.random, self._plain
        words = chance.choice(self._sentences)
        made = []
        for word in words:
            if draw() > 0.4:
                made.append(word)
            elif word[:1].isdigit():
                made.append(str(int(draw() * 9_000)))
            elif word[:1].isupper():
                made.append(self._name(chance))
            else:
                made.append(plain[int(draw() * len(plain))])
        return " ".join(made)

    def _name(self, chance: random.Random) -> str:
        draw = chance.random
        middle = _STARTS[int(draw() * len(_STARTS))].lower() if draw() < 0.7 else ""
        return _STARTS[int(draw() * len(_STARTS))] + middle + _ENDS[int(draw() * len(_ENDS))]


_STRAIGHT = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'"})
_EDITS = {
    "headline": 0.7,
    "dateline": 0.5,
    "cut": 0.45,
    "spelling": 0.4,
    "quotes": 0.4,
    "lost words": 0.3,
    "moved": 0.3,
    "pointer": 0.4,
    "list": 0.35,
    "tail": 0.5,
}
"""How often each edit is made, as the newsroom beside this repository makes them."""


def _headline_of(paragraphs: Sequence[str], chance: random.Random) -> str:
    """Six to ten words of the first forty, in their order: what a desk makes of a lead."""
    words = " ".join(paragraphs[:2]).split(" ")[:40]
    kept = sorted(chance.sample(range(len(words)), min(len(words), chance.randint(6, 10))))
    return " ".join(words[k].strip(".,;:“”") for k in kept)


def _without_links(paragraph: str, chance: random.Random) -> str:
    """Words that lost their link in conversion: one capitalised word in sixteen is gone."""
    return " ".join(w for w in paragraph.split(" ") if not (w[:1].isupper() and chance.random() < 0.06))
