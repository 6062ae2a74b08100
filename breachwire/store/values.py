"""Claim values as JSON text and back: strings as they are, the others as an object under the name of their kind."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from breachwire.records import Dated, Figure, Money, Value


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
