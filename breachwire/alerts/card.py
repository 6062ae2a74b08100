"""What a message shows, in the pieces that its forms are laid out from: plain text, HTML, a line of a digest.

A card is made when an alert is queued and goes through the outbox's JSON, so that whoever sends needs nothing else.
Every text in it is one harmless line: what a form adds is layout, and (in HTML) escaping once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from breachwire.alerts.plain import message_line, safe_url

SOURCES = 5
"""Sources that are named; the others are counted."""
LINE, NAME, QUOTE = 200, 60, 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A watched name that is hit, and why. `role` is what it is in the incident, a term of vocab_watch_role."""

    name: str
    reason: str
    role: str = "victim"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One outlet with its first story: `url` is "" where it must not become a link; `copies` are folded into it."""

    name: str
    url: str
    copies: int = 0
    stories: int = 1

    @property
    def more(self) -> str:
        """What else there is of it: " (2 stories, 1 copy)"; empty for a single text."""
        said = [f"{self.stories} stories"] if self.stories > 1 else []
        said += [f"{self.copies} {'copy' if self.copies == 1 else 'copies'}"] if self.copies else []
        return f" ({', '.join(said)})" if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that is new since last time."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a message says. Empty texts are not shown. `size` is the upper figure, to sort by.

    A card of the pulse (about breachwire itself) has only `event`, `headline`, `lines`, `advice` and `when`.
    """

    event: str
    headline: str
    when: str = ""
    incident_id: str = ""
    victim: str = ""
    attack: str = ""
    place: str = ""
    began: str = ""
    figure: str = ""
    figure_short: str = ""
    status: str = ""
    status_words: str = ""
    actor: str = ""
    ransom: str = ""
    sure: str = ""
    quote: str = ""
    quote_from: str = ""
    size: int = 0
    more_sources: int = 0
    is_test: bool = False
    watched: tuple[Watched, ...] = ()
    news: tuple[News, ...] = ()
    sources: tuple[Source, ...] = ()
    lines: tuple[str, ...] = ()
    advice: str = ""


def to_json(card: Card) -> dict[str, Any]:
    """The card as JSON values."""
    return asdict(card)


def from_json(held: object, *, event: str, headline: str, lines: Sequence[str] = ()) -> Card:
    """The card in a stored payload; where there is none (an older version queued it), one made of title and body.

    What is stored passes the same cleaning again: a row may have been written by anybody who can write the store.
    """
    if not isinstance(held, Mapping):
        return Card(
            event=event, headline=message_line(headline, LINE), lines=tuple(message_line(x, LINE) for x in lines)
        )
    known = {f.name: held[f.name] for f in fields(Card) if f.name in held}
    plain: dict[str, Any] = {"event": event, "headline": message_line(headline, LINE)}
    plain |= {name: message_line(value, QUOTE + LINE) for name, value in known.items() if isinstance(value, str)}
    plain |= {name: int(known.get(name) or 0) for name in ("size", "more_sources")}
    return Card(
        **plain,
        is_test=bool(known.get("is_test")),
        watched=tuple(
            Watched(
                name=_line(w, "name"),
                reason=_line(w, "reason"),
                role=_line(w, "role") or "victim",
                tags=_lines(w.get("tags")),
            )
            for w in _objects(known.get("watched"))
        ),
        news=tuple(
            News(label=_line(n, "label"), before=_line(n, "before"), after=_line(n, "after"))
            for n in _objects(known.get("news"))
        ),
        sources=tuple(
            Source(
                name=_line(s, "name"),
                url=safe_url(str(s.get("url") or "")),
                copies=int(s.get("copies") or 0),
                stories=int(s.get("stories") or 1),
            )
            for s in _objects(known.get("sources"))
        ),
        lines=_lines(known.get("lines")),
    )


def _objects(held: object) -> list[Mapping[str, Any]]:
    return [item for item in held if isinstance(item, Mapping)] if isinstance(held, list | tuple) else []


def _line(held: Mapping[str, Any], name: str) -> str:
    return message_line(str(held.get(name) or ""), LINE)


def _lines(held: object) -> tuple[str, ...]:
    return tuple(message_line(str(item), LINE) for item in held) if isinstance(held, list | tuple) else ()
