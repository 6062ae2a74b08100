"""The parts of `show` that tell how the figures of an incident came to be, and whose watchlist it hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from breachwire.alerts.words import how_many
from breachwire.cli.output import Table, cell
from breachwire.cli.published import ask
from breachwire.cli.sheet import Block, Heading, Prose

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from breachwire.cli.published import Rows, Source
    from breachwire.records import Evidence, Incident

_RECORDS = ("records_min", "records_max", "records_unit", "records_qualifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What an incident's row said from one revision on: `what` is "how many" or "ransom"; "" in `said`: not stated.

    `quote` and `source` are of the surest article that says so; empty where none does any longer.
    """

    revision: int
    since: datetime
    what: str
    said: str
    quote: str
    source: str


def figures(
    revisions: Sequence[tuple[Mapping[str, Any], Incident]], evidence: Sequence[Evidence], sources: Sequence[Source]
) -> list[Figure]:
    """Each figure that the row has shown, oldest first."""
    names = {s.article_id: s.source for s in sources}
    found: list[Figure] = []
    shown = {"how many": "", "ransom": ""}
    for row, incident in revisions:
        for what, said in (("how many", how_many(incident)), ("ransom", ransom_words(incident))):
            if said == shown[what]:
                continue
            shown[what] = said
            best = next(_behind(evidence, incident, what), None) if said else None
            found.append(
                Figure(
                    revision=row["revision"],
                    since=row["revised_at"],
                    what=what,
                    said=said,
                    quote=best.quote if best else "",
                    source=names.get(best.article_id, best.article_id) if best else "",
                )
            )
    return found


def ransom_words(incident: Incident) -> str:
    """ "2,000,000.00 USD", "" where none is stated."""
    if incident.ransom_amount is None:
        return ""
    return f"{incident.ransom_amount:,.2f} {incident.ransom_currency or ''}".strip()


def _behind(evidence: Sequence[Evidence], incident: Incident, what: str) -> Iterator[Evidence]:
    """Evidence for what that revision said, surest first."""
    fields = _RECORDS[:2] if what == "how many" else ("ransom_amount",)
    wanted = {(name, str(value)) for name in fields if (value := getattr(incident, name)) is not None}
    return (item for item in evidence if (item.field, item.value) in wanted)


def figure_blocks(found: Sequence[Figure]) -> list[Block]:
    """The history of the figures, where they have one: a single figure stands with its quote among the values."""
    counted = [figure.what for figure in found]
    rows = [
        (f.since, f.what, f.said or "no longer stated", f"«{cell(f.quote)}» ({f.source})" if f.quote else None)
        for f in found
        if counted.count(f.what) > 1
    ]
    columns = ("since (UTC)", "figure", "what the row said", "because")
    return [Heading("Figures over time"), Table(columns=columns, rows=rows)] if rows else []


def watch_hits(con: DuckDBPyConnection, incident_id: str) -> Rows:
    """The names on the watchlist that an incident hits, best first."""
    return ask(con, "SELECT * FROM watch_hits WHERE incident_id = $id ORDER BY score DESC, name", {"id": incident_id})


def watch_blocks(hits: Rows) -> list[Block]:
    """One line a name on the watchlist."""
    lines: list[Block] = [
        Prose(f"{cell(hit['name'])}: matched {cell(hit['matched'])}, {cell(hit['reason'])}", 2) for hit in hits.named()
    ]
    return [Heading("On your watchlist"), *lines] if lines else []
