"""The words behind each value of an incident's row.

In: the row and all claims. Out: one `Evidence` for each column of each claim, `accepted` where the row shows its value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from breachwire.incidents.choosing import Stated, rounded
from breachwire.records import Claim, Dated, Evidence, Figure, Incident, Money

PLAIN = ("sector", "country", "attack_type", "claim_status", "threat_actor", "malware", "victim_domain")
"""Fields whose claim is the column's text as it is."""

LISTS = {"cve": "cves", "data_type": "data_types"}
"""Fields of which each claim is one item of a list column."""

TEXT_BORNE = (
    *PLAIN,
    *LISTS.values(),
    "title",
    "summary",
    "victim",
    "victim_names",
    "records_min",
    "records_max",
    "records_unit",
    "records_qualifier",
    "ransom_amount",
    "ransom_currency",
    "began_on",
    "began_precision",
)
"""Columns that come out of articles: none of them holds a value without an accepted row of evidence."""


def evidence(incident: Incident, all_stated: Sequence[Stated], summary: Claim | None) -> list[Evidence]:
    """Rows for all claims, each once, in a fixed order. `summary` is the claim that the row shows as its summary."""
    rows = []
    for s in all_stated:
        claim = s.claim
        for column, value, accepted in _columns(incident, claim, summary):
            rows.append(
                Evidence(
                    incident_id=incident.incident_id,
                    field=column,
                    value=value,
                    article_id=claim.article_id,
                    zone=claim.zone,
                    char_start=claim.start,
                    char_end=claim.end,
                    quote=claim.quote,
                    rule=claim.rule,
                    confidence=claim.confidence,
                    accepted=accepted,
                )
            )
    return sorted(dict.fromkeys(rows), key=_order)


def _order(e: Evidence) -> tuple[str, bool, float, str, str, str, int, int, str]:
    return e.field, not e.accepted, -e.confidence, e.value, e.article_id, e.zone, e.char_start, e.char_end, e.rule


def _columns(row: Incident, claim: Claim, summary: Claim | None) -> Iterator[tuple[str, str, bool]]:
    """Column, text of the value, and whether the row shows it, for each column that one claim speaks of."""
    value = claim.value
    if isinstance(value, Figure):
        yield from _of_figure(row, value)
    elif isinstance(value, Money):
        shown = (row.ransom_amount, row.ransom_currency) == (rounded(value.amount), value.currency)
        yield "ransom_amount", f"{value.amount:f}", shown
        yield "ransom_currency", value.currency, shown
    elif isinstance(value, Dated):
        shown = (row.began_on, row.began_precision) == (value.on, value.precision)
        yield "began_on", value.on.isoformat(), shown
        yield "began_precision", value.precision, shown
    elif claim.field == "victim":
        yield "victim", value, value == row.victim
        yield "victim_names", value, value in row.victim_names
    elif claim.field == "summary":
        yield "summary", value, claim == summary and value == row.summary
    elif claim.field in LISTS:
        column = LISTS[claim.field]
        yield column, value, value in getattr(row, column)
    elif claim.field in PLAIN:
        yield claim.field, value, value == getattr(row, claim.field)


def _of_figure(row: Incident, value: Figure) -> Iterator[tuple[str, str, bool]]:
    lowest = value.minimum or None  # "up to 5,000" has no lower end
    shown = (row.records_min, row.records_max, row.records_unit) == (lowest, value.maximum, value.unit)
    if lowest is not None:
        yield "records_min", str(lowest), shown
    if value.maximum is not None:
        yield "records_max", str(value.maximum), shown
    yield "records_unit", value.unit, shown
    yield "records_qualifier", value.qualifier, shown and row.records_qualifier == value.qualifier
