"""`merge`, `split`, `set`, `withdraw`, `undo` and `by-hand`: what a person knows better than the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from breachwire.cli.folders import Folders, note
from breachwire.cli.output import form_option

if TYPE_CHECKING:
    from breachwire.records import Decision
    from flows.deciding import Wish

_F = TypeVar("_F", bound=Callable[..., Any])


def _options(command: _F) -> _F:
    """Adds what all decisions have in common."""
    because = click.option("--because", metavar="WORDS", help="The reason; it is kept beside the decision.")
    who = click.option("--who", metavar="NAME", help="Who decides. Default: your log-in name.")
    dry = click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
    return because(who(dry(form_option(command))))


@click.command()
@click.argument("incident", metavar="ID")
@click.argument("others", metavar="OTHER...", nargs=-1, required=True)
@_options
@click.pass_obj
def merge(folders: Folders, /, incident: str, others: tuple[str, ...], **options: Any) -> None:
    """Two incidents are one.

    ID stays, each OTHER becomes a part of it. What is told of any of them from now on belongs to ID. Ids may
    be shortened to any beginning that no other incident
    shares.
    """
    _decide(folders, [{"kind": "merge", "incident": incident, "other": other} for other in others], **options)


@click.command()
@click.argument("incident", metavar="ID")
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@_options
@click.pass_obj
def split(folders: Folders, /, incident: str, articles: tuple[str, ...], **options: Any) -> None:
    """Some articles are about another incident.

    They leave ID and become one of their own. ARTICLE is an id, the beginning of one, or an address. Copies
    of the same text go along, now and later.
    """
    _decide(folders, [{"kind": "split", "incident": incident, "articles": articles}], **options)


@click.command("set")
@click.argument("incident", metavar="ID")
@click.argument("field", metavar="FIELD")
@click.argument("value", metavar="VALUE")
@_options
@click.pass_obj
def set_value(folders: Folders, /, incident: str, field: str, value: str, **options: Any) -> None:
    """A value, whatever the articles say.

    FIELD is a column of incidents. An empty VALUE ("") means "not stated". Items of a list are separated by
    commas. --because is required.
    """
    if not (options["because"] or "").strip():
        raise click.UsageError("say why, with --because: the reason stands where others look for the quote")
    _decide(folders, [{"kind": "set", "incident": incident, "field": field, "value": value}], **options)


@click.command()
@click.argument("incident", metavar="ID")
@_options
@click.pass_obj
def withdraw(folders: Folders, /, incident: str, **options: Any) -> None:
    """It is no incident.

    It leaves the view `incidents`, and stays away whatever else is told of it.
    """
    _decide(folders, [{"kind": "withdraw", "incident": incident}], **options)


@click.command()
@click.argument("decisions", metavar="DECISION...", nargs=-1, required=True, type=click.IntRange(min=1))
@_options
@click.pass_obj
def undo(folders: Folders, /, decisions: tuple[int, ...], **options: Any) -> None:
    """Takes decisions back, in any order.

    DECISION is a number that `breachwire by-hand` shows.
    """
    _decide(folders, [{"kind": "undo", "undoes": number} for number in decisions], **options)


@click.command("by-hand")
@click.argument("incident", metavar="[ID]", required=False)
@form_option
@click.pass_obj
def by_hand(folders: Folders, incident: str | None, form: str) -> None:
    """The decisions that people took.

    About one incident and those that it was merged or split with, or about all; oldest first, those taken back too.
    """
    from breachwire.cli import published
    from breachwire.cli.output import emit
    from breachwire.cli.show import only
    from breachwire.incidents import ByHand

    with published.opened(folders) as con:
        hand = ByHand(published.decided(con))
        shown: Sequence[Decision] = hand.decisions
        if incident:
            incident_id = only(con, incident)
            shown = hand.about(hand.related([incident_id]))
    emit(_listed(hand, shown), form, data=_columns(hand, shown))
    if not shown:
        note("nothing was decided by hand yet")


def _listed(hand: Any, shown: Sequence[Decision]) -> Any:
    from breachwire.cli.output import Table
    from breachwire.cli.render import decision_words, holds_words

    rows = [(d.decision, d.decided_at, d.who, decision_words(d), d.because, holds_words(hand, d)) for d in shown]
    return Table(
        columns=("decision", "when (UTC)", "who", "what", "because", "holds"), rows=rows, narrow=("when (UTC)",)
    )


def _columns(hand: Any, shown: Sequence[Decision]) -> Any:
    from dataclasses import astuple, fields

    from breachwire.cli.output import Table
    from breachwire.records import Decision

    names = (*(f.name for f in fields(Decision)), "holds")
    return Table(columns=names, rows=[(*astuple(d), hand.holds(d) and d.kind != "undo") for d in shown])


def _decide(folders: Folders, wishes: Sequence[dict[str, Any]], *, form: str, dry_run: bool, **said: Any) -> None:
    """Carries the wishes out and prints what they changed."""
    from breachwire.cli.output import emit
    from breachwire.cli.render import decision_words, effect_table
    from breachwire.cli.run import now
    from flows.deciding import Wish, decide

    who = said["who"] or _login()
    wanted: list[Wish] = [Wish(**wish, who=who, because=said["because"]) for wish in wishes]
    done = decide(folders.settings(), wanted, clock=now, dry_run=dry_run)
    for words in done.notes:
        note(words)
    for d in done.decisions:
        note(f"would {decision_words(d)}" if dry_run else f"decision {d.decision}: {decision_words(d)}")
    if done.changes or form != "table":
        emit(effect_table(done.changes), form)
    if not done.changes:
        note("nothing changes" if dry_run else "nothing changed")
    if dry_run:
        note("a dry run: nothing was kept")
    elif numbers := [str(d.decision) for d in reversed(done.decisions) if d.kind != "undo"]:
        note(f"to take it back: breachwire undo {' '.join(numbers)}")


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody's user id, as in some containers
        return "unknown"
