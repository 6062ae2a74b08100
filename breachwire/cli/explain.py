"""`breachwire explain URL-or-FILE`: what is made of one document, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders

if TYPE_CHECKING:
    from breachwire.cli.document import Way
    from breachwire.cli.sheet import Block
    from breachwire.records import Claim, Incident, Section, Verdict


@click.command()
@click.argument("document", metavar="URL-or-FILE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text, or one JSON object.")
@click.option(
    "--second-opinion",
    "ask_model",
    is_flag=True,
    help="Ask the language model of [second_opinion] too, be it enabled or not; its claims have rules of that name.",
)
@click.pass_obj
def explain(folders: Folders, document: str, form: str, ask_model: bool) -> None:
    """What is made of one document, step by step.

    Its text, the verdict with its terms, every claim with its quote, and the row it would become; of a round-up the
    rows of its sections. A web page by its address, an HTML file, or a plain text file (a first line that looks like
    one is the title). Nothing is stored.
    """
    from breachwire.cli.document import as_object, way_of
    from breachwire.cli.output import as_json
    from breachwire.cli.sheet import Sheet

    settings = folders.settings()
    way = way_of(document, settings, datetime.now(UTC))
    if ask_model:
        from breachwire.cli.opinion import with_second_opinion

        way = with_second_opinion(way, settings)
    if form == "json":
        click.echo(as_json(as_object(way)))
        return
    sheet = Sheet()
    sheet.add(*_article(way), *_verdicts(way))
    for incident, section in zip_longest(way.incidents, way.sections):
        sheet.add(*_claims(way, section), *_row(way, incident, section))
    sheet.add(*_nearest(folders, way))
    sheet.emit()


def _article(way: Way) -> Iterator[Block]:
    from breachwire.cli.sheet import Heading, Pairs, Prose

    article = way.article
    how = {
        "full": "the document's own text",
        "feed": "the feed's text",
        "short": "short: less text than article.min_chars",
        "paywalled": "paywalled: what was shown",
    }
    count = article.body.count("\n") + 1
    paragraphs = f"{count} paragraph{'s' * (count > 1)}"
    yield Heading(article.title)
    yield Pairs(
        [
            ("address", article.url),
            ("source", article.source),
            ("author", article.author),
            ("published", article.published_at or "not stated"),
            ("language", article.language),
            (
                "body",
                f"{how[article.body_status]}, {len(article.body):,} characters in {paragraphs}",
            ),
        ]
    )
    yield Prose(article.body, 4)


def _verdicts(way: Way) -> Iterator[Block]:
    from breachwire.cli.sheet import Heading, Prose
    from breachwire.cli.why import term_lines

    verdict = way.verdict
    yield Heading(f"Relevance: {_passed(verdict)}")
    lines = [f"{look.stage}: {_passed(look)}: {look.reason}" for look in way.looks]
    terms = term_lines([asdict(t) for t in verdict.terms], [asdict(t) for t in verdict.negatives])
    yield Prose("\n".join([*lines, *([verdict.reason] if verdict.reason else []), *terms]), 2)


def _passed(verdict: Verdict) -> str:
    return f"{'kept' if verdict.kept else 'not kept'}, {verdict.score:.1f} of {verdict.threshold:.1f} needed"


def _claims(way: Way, section: Section | None) -> Iterator[Block]:
    """The claims of one section of a round-up, or of the article that is none."""
    from breachwire.cli.sheet import Heading, Prose, in_context

    claims = [c for c in way.claims if section is None or c.part == section.part]
    if section:
        yield Heading(f"Section {section.part}: {way.article.body[section.start : section.title_end]}")
        yield Prose(f"{section.score:.1f} of {way.verdict.threshold:.1f} needed, judged alone", 2)
    else:
        yield Heading("Claims" if claims else "Claims: none")
    for claim in claims:
        yield Prose(f"{_value(claim)}  ({claim.rule}, {claim.confidence:.2f})", 2)
        yield Prose(f"{claim.zone}: {in_context(way.article.zone(claim.zone), claim.start, claim.end)}", 6)


def _value(claim: Claim) -> str:
    from breachwire.cli.document import claims_by_column
    from breachwire.cli.output import cell

    columns = [(str(c["field"]), cell(c["value"])) for c in claims_by_column(claim)]
    name = "mention" if claim.mention else columns[0][0]
    if len(columns) == 1:
        return f"{name}: {columns[0][1]}"
    return ("mention, " if claim.mention else "") + ", ".join(f"{field} {value}" for field, value in columns)


def _row(way: Way, incident: Incident, section: Section | None) -> Iterator[Block]:
    from breachwire.cli.document import incident_object
    from breachwire.cli.sheet import Heading, Pairs

    becoming = "The row it would become" if way.verdict.kept else "Not kept; the row it would have become"
    yield Heading(f"Section {section.part}: the row it would become" if section else becoming)
    yield Pairs(list(incident_object(incident).items()))


def _nearest(folders: Folders, way: Way) -> Iterator[Block]:
    if not folders.published.is_file():
        return
    from breachwire.cli import published
    from breachwire.cli.nearest import nearest_articles, nearest_incidents
    from breachwire.cli.output import Table
    from breachwire.cli.sheet import Heading

    with published.opened(folders) as con:
        articles = nearest_articles(con, way.article)
        at = way.article.published_at or way.article.fetched_at
        incidents = [row for incident in way.incidents for row in nearest_incidents(con, incident, at)]
    if articles:
        yield Heading("Nearest stories")
        yield Table(columns=("alike", "source", "title", "story"), rows=articles)
    if incidents:
        yield Heading("Nearest incidents")
        yield Table(columns=("alike", "disclosed", "victim", "title", "id"), rows=list(dict.fromkeys(incidents)))
