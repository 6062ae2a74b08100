"""What of an incident is news.

In: the row as it was (None for a new incident) and as it is. Out: the columns that differ, and whether that is worth
waking somebody, with the words for it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

from breachwire.records import Incident

GROWN = 2
"""A figure is news when it is at least this many times what it was."""

_COLUMNS = tuple(f.name for f in fields(Incident) if f.name != "incident_id")
_EMPTY: tuple[object, ...] = (None, (), "")


def changed_fields(old: Incident | None, new: Incident) -> tuple[str, ...]:
    """Columns that differ, in the row's order; of a new incident all that hold something."""
    if old is None:
        return tuple(c for c in _COLUMNS if getattr(new, c) not in _EMPTY)
    return tuple(c for c in _COLUMNS if getattr(old, c) != getattr(new, c))


def material(old: Incident | None, new: Incident) -> Literal["new_incident", "material_change"] | None:
    """The event that a row is, or None where it only gained an article or a detail."""
    if old is None:
        return "new_incident"
    return "material_change" if material_words(old, new) else None


def material_words(old: Incident, new: Incident) -> tuple[str, ...]:
    """What is news, one phrase each: "240,000 people, was 50,000"; "confirmed, was claimed"; empty where nothing is."""
    said = []
    if (
        old.records_min
        and new.records_min
        and old.records_unit == new.records_unit
        and new.records_min >= GROWN * old.records_min
    ):
        said.append(f"{new.records_min:,} {new.records_unit}, was {old.records_min:,}")
    if new.threat_actor and not old.threat_actor:
        said.append(f"{new.threat_actor} named as the attacker")
    if new.claim_status in ("confirmed", "denied") and new.claim_status != old.claim_status:
        said.append(new.claim_status + (f", was {old.claim_status}" if old.claim_status else ""))
    if new.ransom_amount is not None and old.ransom_amount is None:
        said.append(f"ransom of {new.ransom_currency} {new.ransom_amount:,f} demanded")
    return tuple(said)
