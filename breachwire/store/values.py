"""Incidents out of rows, and claim values as JSON text and back: strings as they are, others under their kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from breachwire.records import Dated, Figure, Incident, Money, Value


def dumps(value: Value) -> str:
    """The value as JSON text."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps({type(value).__name__.lower(): asdict(value)}, default=str)


def loads(text: str) -> Value:
    """The value that `dumps` wrote. Raises ValueError for anything else."""
    raw = json.loads(text)
    match raw:
        case str():
            return raw
        case {"figure": fields}:
            return Figure(**fields)
        case {"money": fields}:
            return Money(amount=Decimal(fields["amount"]), currency=fields["currency"])
        case {"dated": fields}:
            return Dated(on=date.fromisoformat(fields["on"]), precision=fields["precision"])
    raise ValueError(f"not a stored value: {text[:80]}")


def incident_from(row: Mapping[str, Any]) -> Incident:
    """The record in a row of `incidents` or `incident_revisions`: other columns are passed over, NULL is default."""
    stated: dict[str, Any] = {f.name: row[f.name] for f in fields(Incident) if row[f.name] is not None}
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in stated.items()}
    return Incident(**values)
