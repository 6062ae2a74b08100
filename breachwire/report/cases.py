"""Stored rows to what the page of one incident shows. Pure.

A claim about a figure, a ransom or a date is spread over several columns of `evidence`: those of one span belong
together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from breachwire.records import Decision, Incident
from breachwire.report import words
from breachwire.report.shapes import Fact, Quote, Step, Told, Value

QUOTE = 700
"""Characters of a quote on a page; the published file has all of it."""
COLUMNS = {
    "Victim": ("victim",),
    "Domain": ("victim_domain",),
    "Affected": ("records_min", "records_max"),
    "Attack": ("attack_type",),
    "Status": ("claim_status",),
    "Threat actor": ("threat_actor",),
    "Malware": ("malware",),
    "Vulnerabilities": ("cves",),
    "Data": ("data_types",),
    "Ransom demanded": ("ransom_amount",),
    "Began": ("began_on",),
    "Sector": ("sector",),
    "Country": ("country",),
}
"""The columns whose evidence stands behind each line."""
_SAID = {
    "attack_type": words.attack,
    "claim_status": words.status,
    "data_types": words.data_type,
    "sector": words.sector,
    "country": words.country,
}
# The end of a sentence: a capital follows, or a letter of a script that has none (Hebrew to Sinhala).
_SENTENCE = re.compile(r"[.!?…؟۔।][\"'”’»)]*\s+(?=[\"'“‘«(]*[A-ZÀ-ÞΑ-ΩА-Я0-9\u0590-\u0dff])|[。！？][」』”]*")


class Said(NamedTuple):
    """A row of evidence with its article, and up to 200 characters on both sides of the quote.

    A tuple, since there are some thirty an incident: as a frozen dataclass each takes four times as long to make.
    """

    incident_id: str
    field: str
    value: str
    article_id: str
    zone: str
    char_start: int
    char_end: int
    quote: str
    rule: str
    confidence: float
    accepted: bool
    before: str
    after: str
    source: str
    url: str
    day: date | None


class Printed(NamedTuple):
    """A row of articles, with its part in an incident and the titles that it had before edits."""

    incident_id: str
    article_id: str
    role: str
    source: str
    url: str
    title: str
    published_at: datetime | None
    story_id: str | None
    edits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A row of incident_revisions."""

    incident: Incident
    revision: int
    at: datetime
    by: str
    because: str
    merged_into: str | None
    withdrawn: bool


def facts_of(incident: Incident, said: Sequence[Said], decided: Sequence[Decision]) -> tuple[Fact, ...]:
    """Every line that the row fills or that some article speaks of."""
    spans = _spans(said)
    by_field: dict[str, list[Said]] = defaultdict(list)
    for row in said:
        by_field[row.field].append(row)
    hands = {d.field: f"set by hand by {d.who}" + (f": {d.because}" if d.because else "") for d in decided}
    made = []
    for label, shown in words.facts(incident).items():
        columns = COLUMNS.get(label, ())
        values = _values([row for column in columns for row in by_field[column]], spans)
        hand = next((hands[c] for c in (*columns, "records") if label == "Affected" or c in columns if c in hands), "")
        if shown or values:
            made.append(Fact(label=label, shown=shown, values=values, decided=hand))
    return tuple(made)


def figures_of(said: Sequence[Said], revisions: Sequence[Revision]) -> tuple[Value, ...]:
    """The number of those affected as told over time, each where it was told first.

    Told are figures that the row shows or ever showed, and the surest one of each later article that has none of those:
    other numbers are passing ones. None where all give the same.
    """
    spans = _spans(said)
    told: dict[tuple[str | None, ...], list[Said]] = defaultdict(list)
    for row in sorted(_telling(said, revisions), key=lambda r: (r.day or date.max, -r.confidence, r.source)):
        ends = spans[_span(row)]
        low, high = ends.get("records_min"), ends.get("records_max")
        told[low or high, high or low].append(row)
    if len(told) < 2:
        return ()
    return tuple(
        Value(
            words=_words(group[0], spans),
            accepted=any(row.accepted for row in group),
            quote=_quote(group[0], tuple(dict.fromkeys(row.source for row in group if row.source != group[0].source))),
        )
        for group in told.values()
    )


def _telling(said: Sequence[Said], revisions: Sequence[Revision]) -> list[Said]:
    rows = [row for row in said if row.field in ("records_min", "records_max")]
    ever = {str(n) for r in revisions for n in (r.incident.records_min, r.incident.records_max) if n is not None}
    shown = [row for row in rows if row.accepted or row.value in ever]
    articles = {row.article_id for row in shown}
    first = min((row.day for row in shown if row.day), default=date.max)
    later: dict[str, Said] = {}
    for row in rows:
        if row.article_id not in articles and row.day and row.day > first:
            best = later.get(row.article_id)
            if best is None or row.confidence > best.confidence:
                later[row.article_id] = row
    return [*shown, *later.values()]


def summary_of(said: Sequence[Said]) -> Quote | None:
    """Where the summary is from."""
    return next((_quote(row) for row in said if row.field == "summary" and row.accepted), None)


def told_of(printed: Sequence[Printed]) -> tuple[Told, ...]:
    """The articles, reports before mentions, earliest first; those of one text are one, the first of them."""
    texts: dict[tuple[str, str], list[Printed]] = {}
    for row in printed:
        texts.setdefault((row.role, row.story_id or row.article_id), []).append(row)
    return tuple(
        Told(
            source=first.source,
            url=first.url,
            title=first.title,
            published_at=first.published_at,
            mention=first.role == "mention",
            copies=tuple(dict.fromkeys(row.source for row in copies)),
            edits=first.edits,
        )
        for first, *copies in texts.values()
    )


def steps_of(revisions: Sequence[Revision]) -> tuple[Step, ...]:
    """What changed when, newest first."""
    made = []
    before: Revision | None = None
    for row in revisions:
        said = _differences(before, row) if before else ("First stored",)
        number = row.by.removeprefix("by-hand-")
        because = row.because if number == row.by else f"by hand, decision {number}"
        made.append(Step(revision=row.revision, at=row.at, words=said, because=because if before else ""))
        before = row
    return tuple(reversed(made))


def _differences(before: Revision, after: Revision) -> tuple[str, ...]:
    said = []
    if before.withdrawn != after.withdrawn:
        said.append("Withdrawn" if after.withdrawn else "No longer withdrawn")
    if before.merged_into != after.merged_into:
        said.append(f"Merged into {after.merged_into}" if after.merged_into else "No longer merged")
    old, new = words.facts(before.incident), words.facts(after.incident)
    for label, value in new.items():
        if value != old[label]:
            said.append(f"{label}: {old[label] or 'not stated'} → {value or 'not stated'}")
    more = after.incident.article_count - before.incident.article_count
    if more:
        said.append(f"{abs(more)} {'more' if more > 0 else 'fewer'} article{'' if abs(more) == 1 else 's'}")
    return tuple(said) or ("Other wording or dates",)


def _values(rows: Iterable[Said], spans: dict[tuple[str, str, int, int], dict[str, str]]) -> tuple[Value, ...]:
    """Each value once, those that the row shows first, with its surest quote."""
    groups: dict[tuple[bool, str], list[Said]] = {}
    for row in rows:
        groups.setdefault((not row.accepted, _words(row, spans)), []).append(row)
    made = []
    for (rejected, told), group in sorted(groups.items(), key=lambda pair: pair[0][0]):
        best = max(group, key=lambda row: row.confidence)
        also = tuple(dict.fromkeys(row.source for row in group if row.source != best.source))
        made.append(Value(words=told, accepted=not rejected, quote=_quote(best, also)))
    return tuple(made)


def _spans(said: Iterable[Said]) -> dict[tuple[str, str, int, int], dict[str, str]]:
    found: dict[tuple[str, str, int, int], dict[str, str]] = defaultdict(dict)
    for row in said:
        if row.field.startswith(("records_", "ransom_", "began_")):
            found[_span(row)][row.field] = row.value
    return found


def _span(row: Said) -> tuple[str, str, int, int]:
    return row.article_id, row.zone, row.char_start, row.char_end


def _words(row: Said, spans: dict[tuple[str, str, int, int], dict[str, str]]) -> str:
    """A claim in words. A value that is not of its column's form is shown as it stands."""
    try:
        if row.field.startswith("records_"):
            parts = spans[_span(row)]
            low, high = parts.get("records_min"), parts.get("records_max")
            ends = (None if low is None else int(low), None if high is None else int(high))
            return words.figure(*ends, parts.get("records_unit"), parts.get("records_qualifier"))
        if row.field == "ransom_amount":
            return words.ransom(Decimal(row.value), spans[_span(row)].get("ransom_currency"))
        if row.field == "began_on":
            return words.began(date.fromisoformat(row.value), spans[_span(row)].get("began_precision"))
    except (ValueError, InvalidOperation):
        return row.value
    return _SAID[row.field](row.value) if row.field in _SAID else row.value


def _quote(row: Said, also: tuple[str, ...] = ()) -> Quote:
    before, after = _within_sentence(row.before, row.after, row.quote)
    return Quote(
        before=before,
        said=row.quote if len(row.quote) <= QUOTE else row.quote[: QUOTE - 1] + "…",
        after=after,
        source=row.source,
        url=row.url,
        day=row.day,
        rule=row.rule,
        confidence=row.confidence,
        also=also,
    )


def _within_sentence(before: str, after: str, quote: str) -> tuple[str, str]:
    """What stands around a quote, cut at the ends of its sentence and paragraph, or at a word."""
    left = before.rpartition("\n")[2]
    ends = list(_SENTENCE.finditer(left + quote[:1]))
    if ends:
        left = left[ends[-1].end() :]
    elif len(left) == len(before) and len(before) >= 200:
        left = "… " + left.partition(" ")[2]
    right = after.partition("\n")[0]
    if quote.rstrip()[-1:] in (".", "!", "?", "…"):
        return left, ""
    end = _SENTENCE.search(right)
    if end:
        right = right[: end.end()].rstrip()
    elif len(right) == len(after) and len(after) >= 200:
        right = right.rpartition(" ")[0] + " …"
    return left, right
