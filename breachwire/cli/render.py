"""Incidents and changes in words: the tables that `run`, `demo`, `incidents` and `show` print. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from breachwire.alerts.words import attack_words, how_many
from breachwire.cli.output import Table, cell
from breachwire.plaintext import one_line
from breachwire.records import Change, Decision, Incident

if TYPE_CHECKING:
    from breachwire.incidents import ByHand

# Columns that grow with every further article: told as "1 more article", not one by one.
_GROWTH = frozenset(
    [
        "article_count",
        "source_count",
        "source_urls",
        "last_published_at",
        "first_published_at",
        "languages",
        "confidence",
    ]
)
_QUIET = _GROWTH | {"victim_key", "victim_names", "primary_article_id", "first_seen_at", "revision", "summary", "title"}


def incident_table(incidents: Sequence[Incident], *, title: str = "") -> Table:
    """One row an incident, for eyes."""
    columns = ("disclosed", "victim", "attack", "how many", "status", "country", "sector", "actor", "sources", "id")
    return Table(
        columns=columns,
        rows=[
            (
                incident.disclosed_on,
                incident.victim or f"? ({one_line(incident.title, 50)})",
                attack_words(incident) if incident.attack_type else None,
                how_many(incident) or None,
                incident.claim_status,
                incident.country,
                incident.sector,
                incident.threat_actor,
                sources_words(incident),
                incident.incident_id,
            )
            for incident in incidents
        ],
        title=title,
        narrow=("sources", "actor", "sector", "country", "disclosed"),
    )


def sources_words(incident: Incident) -> str:
    """ "3" or, with syndicated copies, "3 (5 articles)"."""
    if incident.article_count > incident.source_count:
        return f"{incident.source_count} ({incident.article_count} articles)"
    return str(incident.source_count)


def change_table(changes: Sequence[Change], *, title: str = "") -> Table:
    """One row an incident that was known before: what is different."""
    return Table(
        columns=("victim", "what changed", "sources", "id"),
        rows=[
            (c.incident.victim or c.incident.title, what_changed(c), sources_words(c.incident), c.incident.incident_id)
            for c in changes
        ],
        title=title,
        narrow=("sources",),
    )


def what_changed(change: Change) -> str:
    """ "how many: 5,000 people -> 20,000 people; status: claimed -> confirmed", or how many articles came."""
    if change.previous is None:
        return "new"
    return differences(change.previous, change.incident)


def differences(before: Incident, after: Incident) -> str:
    """The values that differ between two revisions, in words."""
    parts = []
    if how_many(before) != how_many(after):
        parts.append(f"how many: {how_many(before) or 'not stated'} -> {how_many(after) or 'not stated'}")
    for field in fields(Incident):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name not in _QUIET and not field.name.startswith("records_"):
            parts.append(f"{field.name}: {_short(old)} -> {_short(new)}")
    if not parts:
        more = after.article_count - before.article_count
        if more:
            count = abs(more)
            parts.append(f"{count} {'more' if more > 0 else 'fewer'} article{'s' if count > 1 else ''}")
        else:
            differing = [f.name for f in fields(Incident) if getattr(before, f.name) != getattr(after, f.name)]
            parts.append(", ".join(differing) or "nothing")
    return "; ".join(parts)


def effect_table(changes: Sequence[Change]) -> Table:
    """One row an incident that decisions by hand touched: what it was, what it is."""
    rows = []
    for c in changes:
        now, before = c.incident, c.previous
        was = "new" if before is None else _standing(before.article_count, None, withdrawn="withdrawn" in c.changed)
        was = "merged away" if before and "merged_into" in c.changed and not c.merged_into else was
        if c.withdrawn and "withdrawn" in c.changed and before:
            was = _standing(before.article_count, None, withdrawn=False)
        same = before is not None and before.article_count == now.article_count
        what = differences(before, now) if before and (same or now.article_count) else ""
        is_now = _standing(now.article_count, c.merged_into, withdrawn=c.withdrawn)
        rows.append((now.incident_id, now.victim or one_line(now.title, 50), was, is_now, what))
    return Table(columns=("id", "victim", "before", "after", "what changed"), rows=rows)


def _standing(articles: int, merged_into: str | None, *, withdrawn: bool) -> str:
    if merged_into:
        return f"merged into {merged_into}"
    counted = f"{articles} article{'' if articles == 1 else 's'}"
    return f"withdrawn, {counted}" if withdrawn else counted


def decision_words(d: Decision) -> str:
    """ "merge i_b into i_a", "set sector of i_a: health"."""
    match d.kind:
        case "merge":
            return f"merge {d.other_id} into {d.incident_id}"
        case "split":
            count = len(d.article_ids)
            return f"split {d.other_id} off {d.incident_id}: {count} article{'' if count == 1 else 's'}"
        case "set":
            return f"set {d.field} of {d.incident_id}: {d.value or 'not stated'}"
        case "withdraw":
            return f"withdraw {d.incident_id}"
    return f"undo decision {d.undoes}"


def holds_words(hand: ByHand, d: Decision) -> str:
    """Whether a decision holds; empty for one that takes another back."""
    if d.kind == "undo":
        return ""
    return "yes" if hand.holds(d) else f"no, undone by {hand.undone[d.decision].decision}"


def _short(value: object) -> str:
    text = cell(value)
    return "not stated" if not text else text if len(text) <= 60 else text[:59] + "…"
