"""What of a change is worth a message: figure doubled, actor named, confirmed, denied, ransom stated. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from breachwire.alerts.words import how_many, money
from breachwire.records import Change, Incident

GROWN = 2
"""A figure that grew less is the same news: half of all corrections are roundings and recounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newness:
    """One thing that is new: `kind` is one of vocabulary.CHANGES, `mark` is the same where the same is told again."""

    kind: str
    mark: str
    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """In one line: "figure: 300,000 people → 1,200,000 people"."""
        return f"{self.label}: {self.before or 'not stated'} → {self.after}"


def upper_figure(incident: Incident) -> int:
    """The larger end of the number affected; 0 where none is stated."""
    return max(incident.records_min or 0, incident.records_max or 0)


def material(change: Change, told: tuple[int, str] | None = None) -> tuple[Newness, ...]:
    """What is new since the revision before; a figure since the one that was `told` last, where one was."""
    return tuple(_news(change, told))


def _news(change: Change, told: tuple[int, str] | None) -> Iterator[Newness]:
    now, before = change.incident, change.previous
    if before is None:
        return
    yield from _figure(now, before, told)
    if now.threat_actor and now.threat_actor != before.threat_actor:
        yield Newness(
            kind="actor_named",
            mark=f"actor_named {now.threat_actor}",
            label="actor",
            before=before.threat_actor or "",
            after=now.threat_actor,
        )
    if now.claim_status != before.claim_status and now.claim_status in ("confirmed", "denied"):
        yield Newness(
            kind=now.claim_status,
            mark=now.claim_status,
            label="status",
            before=before.claim_status or "",
            after=now.claim_status,
        )
    if now.ransom_amount is not None and before.ransom_amount is None:
        yield Newness(kind="ransom_stated", mark="ransom_stated", label="ransom", before="", after=money(now))


def _figure(now: Incident, before: Incident, told: tuple[int, str] | None) -> Iterator[Newness]:
    was, unit = told or (upper_figure(before), before.records_unit or "")
    grown = upper_figure(now)
    if was and grown >= GROWN * was and unit == (now.records_unit or "") and grown > upper_figure(before):
        same = was == upper_figure(before)
        yield Newness(
            kind="figure_doubled",
            mark=f"figure_doubled {grown} {unit}",
            label="figure",
            before=how_many(before) if same else f"{was:,} {unit or 'records'}",
            after=how_many(now),
        )
