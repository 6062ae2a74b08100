"""`breachwire replay`: everything stored is understood again under today's rules; what would change, and only then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders

if TYPE_CHECKING:
    from breachwire.cli.output import Table
    from breachwire.records import Change, Incident
    from breachwire.store.regrouping import Fate
    from flows.replaying import Replayed

SHOWN = 20
FAILURES_SHOWN = 10


@click.command(
    epilog="Exit codes: 0 done, whether anything differs or not; 1 some pages could not be read and keep what they"
    " said; 2 bad usage or configuration; 3 a night or another replay is under way; 4 the store is damaged or missing."
)
@click.option("--accept", is_flag=True, help="Make the store say so: each difference becomes a revision, published.")
@click.option("--alert", "alerts", is_flag=True, help="With --accept: send the alerts that the differences call for.")
@click.option(
    "--from",
    "source",
    type=click.Choice(["store", "archive"]),
    default="store",
    show_default=True,
    help="store: kept texts are judged as they are stored, pages that were turned away are read from the archive."
    " archive: every page is extracted anew, which takes three times as long.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read.")
@click.option("--limit", type=click.IntRange(0), default=SHOWN, show_default=True, help="Incidents shown of each kind.")
@click.option("--only", "field", metavar="FIELD", help="Show only incidents whose column FIELD differs.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="json: all, whatever --limit."
)
@click.pass_context
def replay(ctx: click.Context, /, **asked: object) -> None:
    """What would change if everything stored were read under today's rules.

    Texts and archived pages are judged, read, folded and settled again in a copy; incidents keep their ids. Nothing is
    changed without --accept, and nobody is alerted without --alert.
    """
    from breachwire.cli.progress import progress_for_stderr
    from breachwire.cli.run import now
    from flows.replaying import Options, Replay

    field = _known(str(asked["field"])) if asked["field"] else ""
    if asked["alerts"] and not asked["accept"]:
        raise click.UsageError("--alert goes with --accept: without it nothing changes that one could be told of")
    folders: Folders = ctx.obj
    options = Options(workers=int(str(asked["workers"])), from_archive=asked["source"] == "archive")
    made = Replay(folders.settings(), options, clock=now, progress=progress_for_stderr())
    done = made.accept(alerts=bool(asked["alerts"])) if asked["accept"] else made.look()
    if asked["form"] == "json":
        _as_json(done, field)
    else:
        _tell(done, field, int(str(asked["limit"])))
    ctx.exit(1 if done.failures else 0)


def _known(field: str) -> str:
    """The column's name. Raises UsageError with the nearest one where there is none."""
    import difflib

    from breachwire.records import Incident

    if field in Incident.__slots__:
        return field
    near = difflib.get_close_matches(field, Incident.__slots__, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise click.UsageError(f"--only: there is no column {field!r}{hint}")


def _chosen(done: Replayed, field: str) -> list[tuple[Change, Fate]]:
    return [(c, f) for c, f in done.fates if not field or field in c.changed]


def _tell(done: Replayed, field: str, limit: int) -> None:
    """Counts, fields, then the first of each kind, and what to do next."""
    from breachwire.cli.sheet import Heading, Prose, Sheet
    from breachwire.plaintext import one_line
    from breachwire.store.regrouping import KINDS

    chosen = _chosen(done, field)
    by_kind = {kind: [(c, f) for c, f in chosen if f.kind == kind] for kind in KINDS}
    sheet = Sheet()
    read, kept, known = (done.counts.get(name, 0) for name in ("pages_read", "articles_kept", "pages_known"))
    sheet.add(Heading("Replay: " + (", ".join(f"{len(v)} {k}" for k, v in by_kind.items() if v) or "no difference")))
    same = f" {known:,} were read under these very rules before and are not read again." if known else ""
    sheet.add(Prose(f"{read:,} documents read again, {kept:,} report an incident.{same}", 2))
    if fields := by_field(chosen):
        sheet.add(Heading("By field"), Prose(", ".join(f"{name} {count}" for name, count in fields.items()), 2))
    for kind, found in by_kind.items():
        if found[:limit]:
            sheet.add(Heading(f"{kind.capitalize()}: {len(found)}"), _table(found[:limit]))
            if len(found) > limit:
                sheet.add(Prose(f"and {len(found) - limit} more: --limit {len(found)}, or --format json", 2))
    if done.failures:
        lines = [one_line(line, 300) for line in done.failures[:FAILURES_SHOWN]]
        more = len(done.failures) - len(lines)
        sheet.add(Heading(f"Worth a look: {len(done.failures)}"))
        sheet.add(Prose("\n".join([*lines, *([f"and {more} more"] if more else [])]), 2))
    sheet.emit()
    click.echo("\n" + _ending(done))


def _ending(done: Replayed) -> str:
    if done.accepted:
        told = f"{done.alerts} alerts queued" if done.alerts else "no alerts"
        return f"Accepted as run {done.run_id}, {told}: breachwire show ID has the history of each."
    if done.fates:
        return "Nothing is changed yet: breachwire replay --accept makes it so."
    return "Nothing is changed."


def by_field(found: Sequence[tuple[Change, Fate]]) -> dict[str, int]:
    """How many incidents that stay differ in each column, the most first."""
    counts = Counter(name for change, fate in found if fate.kind == "changed" for name in change.changed)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _table(found: Sequence[tuple[Change, Fate]]) -> Table:
    """The incidents of one kind: what they are called, and old -> new."""
    from breachwire.cli.output import Table

    return Table(
        columns=("victim", "title", "what", "id"),
        rows=[(_row(c).victim, _row(c).title, _what(c, f), c.incident.incident_id) for c, f in found],
        narrow=("title",),
    )


def _row(change: Change) -> Incident:
    """The row that says most: what was lost is named as it was."""
    return change.incident if change.incident.article_count or change.previous is None else change.previous


def _what(change: Change, fate: Fate) -> str:
    from breachwire.cli.render import differences

    if fate.kind == "changed" and change.previous:
        return differences(change.previous, change.incident)
    words = {"merged": "into", "split": "from"}.get(fate.kind)
    if words:
        return f"{words} {fate.other_id}"
    count = _row(change).article_count
    return f"{count} article{'' if count == 1 else 's'}"


def _as_json(done: Replayed, field: str) -> None:
    """One object: counts by kind and field, and every difference with its old and new values."""
    from breachwire.cli.output import as_json
    from breachwire.store.regrouping import KINDS

    chosen = _chosen(done, field)
    told = {
        "run_id": done.run_id,
        "made_at": done.made_at,
        "accepted": done.accepted,
        "alerts": done.alerts,
        "documents": done.counts.get("pages_read", 0),
        "documents_known": done.counts.get("pages_known", 0),
        "articles": done.counts.get("articles_kept", 0),
        "counts": {kind: sum(1 for _, f in chosen if f.kind == kind) for kind in KINDS},
        "fields": by_field(chosen),
        "incidents": [
            {
                "kind": fate.kind,
                "incident_id": change.incident.incident_id,
                "other_id": fate.other_id,
                "title": _row(change).title,
                "victim": _row(change).victim,
                "changes": {
                    name: {"old": getattr(change.previous, name, None), "new": getattr(change.incident, name, None)}
                    for name in change.changed
                },
            }
            for change, fate in chosen
        ],
        "failures": list(done.failures),
    }
    click.echo(as_json(told))
