"""`breachwire search WORDS`: incidents that hold them, best first, with the words in their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from breachwire.cli.asking import Day
from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from rich.text import Text

    from breachwire.cli.output import Table
    from breachwire.cli.searching import Hit, Snippet


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--since", type=Day(), help="First disclosed on or after: 2026-01-31, or 7d, 2w, 6m, 1y back.")
@click.option(
    "--limit", type=click.IntRange(min=1, max=1000), default=20, show_default=True, metavar="N", help="At most so many."
)
@click.option("--titles", is_flag=True, help="Leave out the articles' texts.")
@form_option
@click.pass_obj
def search(folders: Folders, words: tuple[str, ...], since: date | None, limit: int, titles: bool, form: str) -> None:
    """Incidents that hold all the words, wherever they stand.

    Those that hold them in a victim's name come first, then in the title, then in summary, actor, malware, CVE ids,
    headlines and quotes, then in the text of the leading article. A word also finds longer ones that begin with it;
    case, accents and quotation marks do not matter. The macro search of the published file finds the same.

    \b
    breachwire search hospital ransom
    breachwire search CVE-2026-1234 --since 30d --format json
    """
    from breachwire.cli import published, searching
    from breachwire.cli.output import emit, on_terminal

    with published.opened(folders) as con:
        asked = searching.words_of(con, " ".join(words))
        hits = searching.search(con, asked, since=since, most=limit, texts=not titles)
        near = [] if hits else searching.spelt_alike(con, asked)
    if form in ("table", "md") and not hits:
        pass
    elif form == "table":
        _draw(hits) if on_terminal() else _print(hits)
    else:
        emit(_for_eyes(hits), form, data=_for_programs(hits))
    if not hits:
        hint = f"did you mean {' or '.join(near)}?" if near else "try fewer words, or their beginnings"
        note(f"no incident holds {' and '.join(asked)}{' since ' + str(since) if since else ''}: {hint}")
    elif len(hits) == limit:
        note(f"the first {limit}: there may be more, see --limit")


def _heads(hit: Hit) -> tuple[str, str, str]:
    """Day, victim with country and sector, id."""
    from breachwire.cli.output import cell

    row = hit.row
    beside = ", ".join(filter(None, (row["country"], row["sector"], row["attack_type"])))
    victim = cell(row["victim"]) or "victim not stated"
    return cell(row["disclosed_on"]) or "no date   ", victim + (f" ({beside})" if beside else ""), row["incident_id"]


def marked(snippet: Snippet) -> str:
    """The text with « and » around the words, as `show` marks quotes."""
    parts, at = [], 0
    for start, end in snippet.spans:
        parts += [snippet.text[at:start], "«", snippet.text[start:end], "»"]
        at = end
    return "".join([*parts, snippet.text[at:]])


def _print(hits: Sequence[Hit]) -> None:
    from breachwire.cli.output import cell

    for hit in hits:
        day, victim, incident_id = _heads(hit)
        click.echo(f"{day}  {victim}  {incident_id}")
        if hit.snippet.place != "title":
            click.echo(f"    {cell(hit.row['title'])}")
        click.echo(f"    {marked(hit.snippet)}  [{cell(hit.snippet.place)}]")


def _draw(hits: Sequence[Hit]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from breachwire.cli.output import cell

    console = Console(markup=False, highlight=False, emoji=False)
    for number, hit in enumerate(hits):
        day, victim, incident_id = _heads(hit)
        head = Text(("\n" if number else "") + day + "  ").append(victim, style="bold")
        console.print(head.append("  ").append(incident_id, style="dim"))
        if hit.snippet.place != "title":
            console.print(Padding(Text(cell(hit.row["title"])), (0, 0, 0, 4)))
        console.print(Padding(_styled(hit.snippet), (0, 0, 0, 4)))


def _styled(snippet: Snippet) -> Text:
    """The words stand out by weight and a line under them, not by colour alone."""
    from rich.text import Text

    from breachwire.cli.output import cell

    text = Text(snippet.text)
    for start, end in snippet.spans:
        text.stylize("bold underline", start, end)
    return text.append(f"  [{cell(snippet.place)}]", style="dim")


def _for_eyes(hits: Sequence[Hit]) -> Table:
    from breachwire.cli.output import Table

    rows = [(*_heads(hit)[:2], hit.row["title"], marked(hit.snippet), hit.row["incident_id"]) for hit in hits]
    return Table(columns=("disclosed", "victim", "title", "where", "id"), rows=rows)


def _for_programs(hits: Sequence[Hit]) -> Table:
    from breachwire.cli.output import Table

    columns = tuple(hits[0].row) if hits else ()
    rows = [(*hit.row.values(), hit.snippet.place, marked(hit.snippet)) for hit in hits]
    return Table(columns=(*columns, "found_in", "snippet"), rows=rows)
