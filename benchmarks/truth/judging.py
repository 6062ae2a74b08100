"""Does a row agree with what a text states? One judgement a field.

    right    both say something and agree         missed   the text states it, the row is empty
    wrong    both say something and differ        extra    the row says something and the text states none

`extra` is only judged where the labels are sure that nothing is stated: records, threat_actor, malware, ransom. There
is no judgement where neither says anything. Kinds of data are judged one by one, for an incident has several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from benchmarks.truth import names
from benchmarks.truth.labels import Label
from benchmarks.truth.shares import Judgement
from breachwire.records import Incident

NEAR = 0.05  # a figure that differs by no more is the same one, rounded
ATTACKS = {"extortion": "other", "intrusion": "other", "unknown": None}  # the labels' broader words
STATUSES = {"suspected": "reported", "claimed_by_actor": "claimed"}
NO_SECTOR = (None, "unknown", "other")
_LENGTHS = {"day": 10, "month": 7, "year": 4}  # characters of an ISO date that are known


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The columns of an incident that are judged; everything empty is an incident that was not found."""

    victim: str | None = None
    attack_type: str | None = None
    claim_status: str | None = None
    sector: str | None = None
    country: str | None = None
    records_min: int | None = None
    records_max: int | None = None
    threat_actor: str | None = None
    malware: str | None = None
    ransom_amount: Decimal | None = None
    ransom_currency: str | None = None
    began_on: date | None = None
    began_precision: str | None = None
    data_types: tuple[str, ...] = ()


COLUMNS = tuple(field.name for field in fields(Row))


def row_of(incident: Incident) -> Row:
    """The judged columns of an incident."""
    return Row(**{name: getattr(incident, name) for name in COLUMNS})


def judge(field: str, row: Row, label: Label) -> Judgement | None:
    """The judgement on one of FIELDS; None where there is nothing to judge."""
    return FIELDS[field](row, label)


def judge_together(field: str, row: Row, labels: Sequence[Label]) -> Judgement | None:
    """The judgement on an incident that several texts report, each with a label of its own.

    Figures grow and articles differ: a row that agrees with one of them is right, otherwise most of them decide.
    """
    verdicts = [v for v in (judge(field, row, label) for label in labels) if v]
    if not verdicts:
        return None
    return "right" if "right" in verdicts else Counter(verdicts).most_common(1)[0][0]


def judge_data_types(row: Row, label: Label) -> list[Judgement]:
    """One judgement for each kind of data that either side names; none where the label is silent about kinds."""
    if label.data_types is None:
        return []
    given, stated = set(row.data_types), set(label.data_types)
    counts: dict[Judgement, set[str]] = {"right": given & stated, "extra": given - stated, "missed": stated - given}
    return [judgement for judgement, kinds in counts.items() for _ in kinds]


def _victim(row: Row, label: Label) -> Judgement | None:
    if label.victim_unnamed or not label.victim:
        return None
    if not row.victim:
        return "missed"
    return _agree(names.same_name([row.victim], [label.victim, *label.victim_aliases]))


def _records(row: Row, label: Label) -> Judgement | None:
    given = [figure for figure in (row.records_min, row.records_max) if figure is not None]
    stated = [figure for figure in (label.records, *label.records_alt) if figure]
    if not given:
        return "missed" if label.records else None
    if not stated:
        return "extra"
    return _agree(any(abs(g - s) <= NEAR * s for g in given for s in stated))


def _ransom(row: Row, label: Label) -> Judgement | None:
    stated = names.read_sum(label.ransom_demand)
    if row.ransom_amount is None:
        return "missed" if stated else None
    if not stated:
        return "extra"
    currency, amount = stated
    return _agree(row.ransom_currency == currency and abs(float(row.ransom_amount) - amount) <= NEAR * amount)


def _began_on(row: Row, label: Label) -> Judgement | None:
    """As precise as both are; but a row that knows the year alone is wrong where the text names a month."""
    if not label.occurred or label.occurred_in_doubt:
        return None
    if row.began_on is None:
        return "missed"
    known = _LENGTHS.get(row.began_precision or "day", 4)
    shared = min(len(label.occurred), known)
    fine_enough = known >= min(len(label.occurred), 7)
    return _agree(fine_enough and row.began_on.isoformat()[:shared] == label.occurred[:shared])


def _attack_type(row: Row, label: Label) -> Judgement | None:
    return _word(ATTACKS.get(row.attack_type or "", row.attack_type), label.attack)


def _claim_status(row: Row, label: Label) -> Judgement | None:
    given, stated = (STATUSES.get(word or "", word) for word in (row.claim_status, label.status))
    return _word(given, stated)


def _sector(row: Row, label: Label) -> Judgement | None:
    """ "other" is no answer on either side."""
    if label.sector in NO_SECTOR:
        return None
    return _word(None if row.sector in NO_SECTOR else row.sector, label.sector)


def _country(row: Row, label: Label) -> Judgement | None:
    return _word(row.country, label.country)


def _threat_actor(row: Row, label: Label) -> Judgement | None:
    return _name(row.threat_actor, label.actor, names.same_actor)


def _malware(row: Row, label: Label) -> Judgement | None:
    return _name(row.malware, label.malware, names.same_malware)


def _word(given: str | None, stated: str | None) -> Judgement | None:
    if not stated:
        return None
    return _agree(given.casefold() == stated.casefold()) if given else "missed"


def _name(given: str | None, stated: str | None, same: Callable[[str, str], bool]) -> Judgement | None:
    if not stated:
        return "extra" if given else None
    return _agree(same(given, stated)) if given else "missed"


def _agree(same: bool) -> Judgement:
    return "right" if same else "wrong"


FIELDS: dict[str, Callable[[Row, Label], Judgement | None]] = {
    "victim": _victim,
    "attack_type": _attack_type,
    "claim_status": _claim_status,
    "sector": _sector,
    "country": _country,
    "records": _records,
    "threat_actor": _threat_actor,
    "malware": _malware,
    "ransom": _ransom,
    "began_on": _began_on,
}
STATED = {
    "attack_type": "attack",
    "claim_status": "status",
    "threat_actor": "actor",
    "ransom": "ransom_demand",
    "began_on": "occurred",
}
"""The label's name of a field, where it has another."""


def given_and_stated(field: str, row: Row, label: Label) -> tuple[str, str]:
    """Both sides of a judgement in words, to be shown to a person."""
    stated = getattr(label, STATED.get(field, field))
    if field == "records":
        return f"{row.records_min} to {row.records_max}", f"{stated}, also {label.records_alt}"
    if field == "ransom":
        return f"{row.ransom_currency} {row.ransom_amount}", str(stated)
    if field == "began_on":
        return f"{row.began_on} ({row.began_precision})", str(stated)
    return str(getattr(row, field)), str(stated)
