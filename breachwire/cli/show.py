"""`breachwire show ID`: all that is known about one incident, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from breachwire.cli.folders import Folders

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from breachwire.cli.edits import Earlier
    from breachwire.cli.published import Rows, Source
    from breachwire.cli.sheet import Block
    from breachwire.incidents import ByHand
    from breachwire.records import Decision, Evidence, Incident

SENTENCE = 60
"""Characters from which a quote needs no context."""


@click.command()
@click.argument("incident", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "md"]),
    default="text",
    help="text; one JSON object; or Markdown, to be pasted.",
)
@click.pass_obj
def show(folders: Folders, incident: str, form: str) -> None:
    """One incident, with the words behind every value.

    The row, names on the watchlist that it hits, related incidents, how its figures came to be, each value with its
    quote and source, the articles with copies folded, and what changed when.

    ID may be shortened to any beginning that no other incident shares.
    """
    from dataclasses import asdict

    from breachwire.cli import edits, figures, published
    from breachwire.cli.output import as_json
    from breachwire.cli.related import related_blocks, related_objects
    from breachwire.cli.sheet import Prose, Sheet
    from breachwire.incidents import ByHand
    from breachwire.store.values import incident_from

    with published.opened(folders) as con:
        asked = only(con, incident)
        incident_id = published.survivor(con, asked)
        hand = ByHand(published.decided(con))
        history = published.revisions(con, incident_id)
        evidence = published.evidence(con, incident_id)
        sources = published.sources(con, incident_id)
        texts = edits.earlier_texts(con, [s.article_id for s in sources])
        causes = edits.causes(con, incident_id)
        related = published.related(con, incident_id)
        hits = figures.watch_hits(con, incident_id)
    told = [(row, incident_from(row)) for row in history.named()]
    counted = figures.figures(told, evidence, sources)
    if form == "json":
        others = {"related": related_objects(related), **edits.as_objects(texts, causes)}
        others |= {"figures": [asdict(figure) for figure in counted], "watch_hits": list(hits.named())}
        click.echo(as_json(_object(history, evidence, sources) | _decided_object(hand, asked, incident_id) | others))
        return
    sheet = Sheet()
    newest, incident_now = told[-1]
    if asked != incident_id:
        sheet.add(Prose(f"{asked} was merged into {incident_id}, which is shown here."))
    sheet.add(*_row(incident_now, newest))
    sheet.add(*figures.watch_blocks(hits))
    sheet.add(*_decided(hand, incident_id))
    sheet.add(*related_blocks(related))
    sheet.add(*figures.figure_blocks(counted))
    sheet.add(*_evidence(evidence, sources, hand.values(incident_id)))
    sheet.add(*_articles(sources, texts))
    sheet.add(*_history(told, edits.by_revision(causes)))
    sheet.emit("md" if form == "md" else "table")


def only(con: DuckDBPyConnection, asked: str) -> str:
    """The one incident whose id begins so. Raises UsageError."""
    from breachwire.cli import published

    found = published.ids_beginning(con, asked)
    if not found:
        near = published.ids_near(con, asked)
        hint = f"did you mean {' or '.join(near)}?" if near else "see breachwire incidents"
        raise click.UsageError(f"no incident has an id that begins with {asked[:40]!r}: {hint}")
    if len(found) > 1:
        more = " and more" if len(found) == 10 else ""
        raise click.UsageError(f"{asked[:40]!r} is the beginning of {', '.join(found)}{more}: give more of it")
    return found[0]


def _object(history: Rows, evidence: Sequence[Evidence], sources: Sequence[Source]) -> dict[str, object]:
    from dataclasses import asdict

    rows = list(history.named())
    return {
        "incident": {k: v for k, v in rows[-1].items() if k != "changed"},
        "evidence": [asdict(item) for item in evidence],
        "articles": [{k: v for k, v in asdict(item).items() if k != "body"} for item in sources],
        "revisions": rows,
    }


def _decided_object(hand: ByHand, asked: str, incident_id: str) -> dict[str, object]:
    from dataclasses import asdict

    decisions = hand.about(hand.related([incident_id]))
    shown = [asdict(d) | {"holds": hand.holds(d) and d.kind != "undo"} for d in decisions]
    return {"asked": asked, "by_hand": shown}


def _decided(hand: ByHand, incident_id: str) -> list[Block]:
    """What people decided about the incident and those that it was merged or split with."""
    from breachwire.cli.output import Table
    from breachwire.cli.render import decision_words, holds_words
    from breachwire.cli.sheet import Heading, Prose

    rows = [
        (d.decision, d.decided_at, d.who, decision_words(d), d.because, holds_words(hand, d))
        for d in hand.about(hand.related([incident_id]))
    ]
    columns = ("decision", "when (UTC)", "who", "what", "because", "holds")
    words = Prose("Withdrawn by hand: what else is told of it is added here, and stays out of the view incidents.", 2)
    away = [words] if hand.is_withdrawn(incident_id) else []
    return [Heading("Decided by hand"), *away, Table(columns=columns, rows=rows)] if rows else []


def _row(incident: Incident, row: dict[str, Any]) -> list[Block]:
    from breachwire.alerts.words import attack_words, how_many
    from breachwire.cli.figures import ransom_words
    from breachwire.cli.render import sources_words
    from breachwire.cli.sheet import Heading, Pairs, Prose

    began = incident.began_on
    forms = {"month": "%B %Y", "year": "%Y"}
    state = "withdrawn" if row["withdrawn"] else f"merged into {row['merged_into']}" if row["merged_into"] else None
    return [
        Heading(incident.title),
        *([Prose(incident.summary, 2)] if incident.summary else []),
        Pairs(
            [
                ("id", f"{incident.incident_id}, revision {row['revision']}"),
                ("state", state),
                ("victim", incident.victim),
                ("also written", [name for name in incident.victim_names if name != incident.victim]),
                ("domain", incident.victim_domain),
                ("sector, country", ", ".join(filter(None, (incident.sector, incident.country)))),
                ("attack", attack_words(incident) if incident.attack_type else None),
                ("status", incident.claim_status),
                ("actor", incident.threat_actor),
                ("malware", incident.malware),
                ("CVEs", incident.cves),
                ("how many", how_many(incident)),
                ("data", incident.data_types),
                ("ransom", ransom_words(incident)),
                ("began", began.strftime(forms.get(incident.began_precision or "day", "%Y-%m-%d")) if began else None),
                ("disclosed", incident.disclosed_on),
                ("sources", sources_words(incident)),
                ("confidence", f"{incident.confidence:.0%}"),
            ]
        ),
    ]


def _evidence(evidence: Sequence[Evidence], sources: Sequence[Source], decided: Sequence[Decision]) -> list[Block]:
    """Each value once, with its surest quote; what was accepted first, what lost under it. `decided` set values."""
    from breachwire.cli.output import cell
    from breachwire.cli.sheet import Heading, Prose

    by_id = {s.article_id: s for s in sources}
    blocks: list[Block] = []
    if evidence or decided:
        blocks.append(Heading("Why: the words behind each value (+ accepted, - not)"))
    for d in decided:
        receipt = f"(by hand: decision {d.decision}, {d.who}: {d.because or 'no reason given'})"
        blocks += [Prose(d.field or "", 2), Prose(f"+ {cell(d.value) or 'not stated'}  {cell(receipt)}", 4)]
    shown = [item for item in evidence if item.field != "victim_names"]  # the same words stand under victim
    for field, items in groupby(shown, key=lambda item: item.field):
        values: dict[tuple[bool, str], list[Evidence]] = {}
        for item in items:
            values.setdefault((not item.accepted, item.value), []).append(item)
        blocks.append(Prose(field, 2))
        for _, said in sorted(values.items(), key=lambda pair: pair[0][0]):
            blocks.extend(_value(said, by_id))
    return blocks


def _value(said: Sequence[Evidence], by_id: Mapping[str, Source]) -> Iterator[Block]:
    """The value with who says so, and the surest quote in its sentence."""
    from breachwire.cli.output import cell
    from breachwire.cli.sheet import Prose, in_context

    best = said[0]
    names = dict.fromkeys(by_id[e.article_id].source if e.article_id in by_id else e.article_id for e in said)
    first, *others = names
    also = f"; also {cell(others)}" if others else ""
    mark = "+" if best.accepted else "-"
    yield Prose(f"{mark} {cell(best.value)}  ({first}, {best.zone}, {best.rule}, {best.confidence:.2f}{also})", 4)
    article = by_id.get(best.article_id)
    if article is not None and len(best.quote) < SENTENCE:
        yield Prose(in_context(article.zone(best.zone), best.char_start, best.char_end), 8)
    elif best.quote != best.value:
        yield Prose(f"«{cell(best.quote)}»", 8)


def _articles(sources: Sequence[Source], texts: Sequence[Earlier]) -> list[Block]:
    """Articles with one story_id carry the same text: the first stands for its copies."""
    from breachwire.cli.edits import edit_lines
    from breachwire.cli.output import cell
    from breachwire.cli.sheet import Heading, Prose

    stories: dict[str, list[Source]] = {}
    for item in sources:
        stories.setdefault(f"{item.role} {item.story_id or item.article_id}", []).append(item)
    blocks: list[Block] = [Heading("Articles")] if sources else []
    for first, *copies in stories.values():
        role = " (names it in passing)" if first.role == "mention" else ""
        lines = [
            f"{cell(first.published_at) or 'no date':<16}  {first.source}: {cell(first.title)}{role}",
            f"  {cell(first.url)}",
            *(f"  {cell(line)}" for line in edit_lines([e for e in texts if e.article_id == first.article_id])),
        ]
        if copies:
            shown = ", ".join(dict.fromkeys(copy.source for copy in copies))
            lines.append(f"  same text: {cell(shown)}" + (f" ({len(copies)} copies)" if len(copies) > 1 else ""))
        blocks.append(Prose("\n".join(lines), 2))
    return blocks


def _history(revisions: Sequence[tuple[dict[str, Any], Incident]], because: Mapping[int, str]) -> list[Block]:
    from breachwire.cli.output import Table
    from breachwire.cli.render import differences
    from breachwire.cli.sheet import Heading

    rows = []
    before: Incident | None = None
    for row, incident in revisions:
        words = differences(before, incident) if before else "first stored"
        behind = f" [{because[row['revision']]}]" if before and row["revision"] in because else ""
        rows.append((row["revision"], row["revised_at"], _standing_words(row, words) + behind))
        before = incident
    return [Heading("History"), Table(columns=("revision", "when (UTC)", "what changed"), rows=rows)]


def _standing_words(row: dict[str, Any], words: str) -> str:
    """What a revision changed, with what became of the incident, and which decision wrote it."""
    stands = []
    if "merged_into" in row["changed"]:
        stands.append(f"merged into {row['merged_into']}" if row["merged_into"] else "no longer merged")
    if "withdrawn" in row["changed"]:
        stands.append("withdrawn" if row["withdrawn"] else "no longer withdrawn")
    if stands and words == "nothing":
        words = ""
    number = row["run_id"].removeprefix("by-hand-")
    said = "; ".join(filter(None, (*stands, words)))
    return said if number == row["run_id"] else f"{said} (by hand, decision {number})"
