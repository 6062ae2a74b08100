"""One message of many alerts: watched names first, then what is new by size, what changed, and breachwire itself.

In: alerts of one channel. Out: a subject with the counts and the names that matter most, text, and the sections
that the HTML is laid out from. Pure; the order in which alerts come does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from breachwire.alerts.card import NAME, Card, from_json
from breachwire.alerts.message import TITLE, subject
from breachwire.alerts.plain import message_line
from breachwire.records import Alert

FULL, SHORT = 24, 120
"""Entries with all that is known, and after those entries of a line: some readers cut mail of more than 100 kB."""
TEXT_FULL, TEXT_LINES = 12, 60
NAMED = 3
_HEADINGS = {
    "watched": "On your watchlist",
    "new": "New",
    "changed": "Changed",
    "pulse": "breachwire itself",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert in a digest: its card, the subject that it would have had alone, and whether it is shown in full."""

    card: Card
    line: str
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Entries under one heading; `count` is how many there are, shown or not."""

    kind: str
    heading: str
    count: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The whole message, before it is HTML. `left_out` is how many alerts are only counted."""

    title: str
    body: str
    counts: str
    when: str
    sections: tuple[Section, ...]
    left_out: int


def card_in(alert: Alert) -> Card:
    """What a queued alert shows."""
    return from_json(alert.payload.get("card"), event=alert.event, headline=alert.title, lines=alert.body.splitlines())


def digest_of(alerts: Sequence[Alert]) -> Digest:
    """The digest of those alerts."""
    cards = _each_once([card_in(alert) for alert in sorted(alerts, key=lambda a: a.alert_id)])
    by_kind = {kind: sorted((c for c in cards if _kind(c) == kind), key=_rank) for kind in _HEADINGS}
    room, lines = FULL, SHORT
    sections = []
    for kind, held in by_kind.items():
        full, short = min(room, len(held)), min(lines, max(0, len(held) - room))
        room, lines = room - full, lines - short
        entries = tuple(
            Entry(card=card, line=subject(card), full=at < full) for at, card in enumerate(held[: full + short])
        )
        if held:
            sections.append(Section(kind=kind, heading=_HEADINGS[kind], count=len(held), entries=entries))
    shown = sum(len(s.entries) for s in sections)
    counts = _counts(by_kind)
    return Digest(
        title=_title(by_kind, counts),
        body=_text(sections, len(cards)),
        counts=counts,
        when=max((card.when for card in cards), default=""),
        sections=tuple(sections),
        left_out=len(cards) - shown,
    )


def _each_once(cards: Sequence[Card]) -> list[Card]:
    """One card an incident: two rules, or several nights for which the digest waited, tell it once, as it is now.

    What is new since last time is left out where nobody was told of the incident before this digest.
    """
    held: dict[str, list[Card]] = {}
    for at, card in enumerate(cards):
        held.setdefault(card.incident_id or f"{card.event} {at}", []).append(card)
    return [_as_one(sorted(group, key=lambda c: (c.when, _strength(c)))) for group in held.values()]


def _as_one(group: Sequence[Card]) -> Card:
    newest, strongest = group[-1], max(group, key=_strength)
    watched = next((c.watched for c in reversed(group) if c.watched), ())
    unheard = any(card.event == "new_incident" for card in group)
    return replace(newest, event=strongest.event, watched=watched, news=() if unheard else newest.news)


def _strength(card: Card) -> int:
    return {"watch_hit": 2, "new_incident": 1}.get(card.event, 0)


def _kind(card: Card) -> str:
    if not card.incident_id:
        return "pulse"
    if card.watched:
        return "watched"
    return "changed" if card.event == "material_change" else "new"


def _rank(card: Card) -> tuple[str, int, str, str]:
    name = card.watched[0].name.casefold() if card.watched else ""
    return name, -card.size, card.victim.casefold() or card.headline.casefold(), card.incident_id


def _counts(by_kind: dict[str, list[Card]]) -> str:
    watched, pulse = len(by_kind["watched"]), len(by_kind["pulse"])
    parts = [
        f"{watched} on your watchlist" if watched else "",
        f"{len(by_kind['new'])} new" if by_kind["new"] else "",
        f"{len(by_kind['changed'])} changed" if by_kind["changed"] else "",
        f"{pulse} about breachwire itself" if pulse else "",
    ]
    return ", ".join(filter(None, parts))


def _title(by_kind: dict[str, list[Card]], counts: str) -> str:
    """The counts, and by name whoever is watched; where nobody is, the largest."""
    first = by_kind["watched"] or sorted(by_kind["new"] + by_kind["changed"], key=_rank)
    names = list(dict.fromkeys(message_line(c.victim or c.headline, NAME) for c in first))
    if not names:
        names = [c.headline for c in by_kind["pulse"]]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return message_line(f"breachwire: {counts}: {', '.join(names[:NAMED])}{more}", TITLE)


def _text(sections: Sequence[Section], total: int) -> str:
    lines: list[str] = []
    told = 0
    for section in sections:
        if told >= TEXT_LINES:
            break
        lines += ["", f"{section.heading.upper()} ({section.count})"]
        for entry in section.entries[: TEXT_LINES - told]:
            lines += _entry(entry, full=told < TEXT_FULL)
            told += 1
    if total > told:
        lines += ["", f"and {total - told} more: breachwire alerts list"]
    return "\n".join([*lines, "", "Ask for more: breachwire show ID"]).strip()


def _entry(entry: Entry, *, full: bool) -> list[str]:
    card = entry.card
    ident = f"  ({card.incident_id})" if card.incident_id else ""
    lines = [f"- {entry.line}{ident}"]
    if full:
        reasons = [f"{w.name}: {w.reason}" for w in card.watched[:2]]
        lines += [f"    {line}" for line in (*reasons, card.sure, *card.lines, card.advice) if line]
        lines += [f"    “{card.quote}”"] if card.quote else []
        lines += [f"    {card.sources[0].url}"] if card.sources and card.sources[0].url else []
    return lines
