"""Which columns of an incident changed. What of that is worth a message is for `alerts` to say."""

from __future__ import annotations

from dataclasses import fields

from breachwire.records import Incident

_COLUMNS = tuple(f.name for f in fields(Incident) if f.name != "incident_id")
_EMPTY: tuple[object, ...] = (None, (), "")


def changed_fields(old: Incident | None, new: Incident) -> tuple[str, ...]:
    """Columns that differ, in the row's order; of a new incident all that hold something."""
    if old is None:
        return tuple(c for c in _COLUMNS if getattr(new, c) not in _EMPTY)
    return tuple(c for c in _COLUMNS if getattr(old, c) != getattr(new, c))
