"""`breachwire demo`: three nights of a fictional newsroom on loopback, and what they found."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, note

if TYPE_CHECKING:
    from breachwire.cli.published import Rows
    from breachwire.records import Alert
    from breachwire.sample.server import Newsroom

MARK = ".breachwire-demo"
QUERY = """\
SELECT victim, attack_type, records_min, claim_status, source_count
FROM incidents WHERE records_min IS NOT NULL ORDER BY records_min DESC LIMIT 5"""
_SETTINGS = """\
# The demo's newsroom stands on loopback addresses, which a run refuses unless they are named here.
[run]
engine = "direct"

[fetch]
allow_networks = ["127.2.0.0/16"]
per_host_delay_s = 0
"""
_ALERTS = """\
[channels.demo]
kind = "file"
path = "alerts.jsonl"

[[rules]]
name = "everything"
events = ["watch_hit", "material_change", "new_incident"]
channels = ["demo"]
"""


@click.command()
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/demo"),
    show_default=True,
    metavar="DIR",
    help="Where config and data of the demo are written; made afresh each time.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the newsroom; 0 takes a free one.")
@click.pass_obj
def demo(folders: Folders, /, keep: Path, port: int) -> None:
    """Three nights of a fictional newsroom, on loopback.

    Ends with the incidents, a query to try, and two alerts.
    """
    from breachwire.sample.server import serve

    _make_fresh(keep)
    here = Folders(config=keep / "config", data=keep / "data")
    with serve(_shipped("_sample", "data/sample"), port=port) as newsroom:
        _write_config(here.config, folders.config, newsroom)
        for number in (1, 2, 3):
            newsroom.turn_to(number)
            _run_night(here, number)
    _show(here)


def _make_fresh(folder: Path) -> None:
    """An empty folder; one that holds anything but an earlier demo is left alone. Raises ConfigError."""
    from breachwire.errors import ConfigError

    try:
        if folder.exists() and any(folder.iterdir()):
            if not (folder / MARK).is_file():
                raise ConfigError(f"--keep {folder}", "holds something that is not a demo", "name an empty folder")
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("breachwire demo writes this folder afresh each time.\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--keep {folder}", f"cannot be written: {error.strerror}", "name another folder") from None


def _shipped(in_wheel: str, in_checkout: str) -> Path:
    """A folder that comes with the program: inside an installed wheel, or in the repository."""
    package = Path(__file__).parents[1]
    installed = package / in_wheel
    return installed if installed.is_dir() else package.parent / in_checkout


def _write_config(target: Path, config: Path, newsroom: Newsroom) -> None:
    """The usual config, with the newsroom's feeds, one watched name, and every alert in a file."""
    shutil.copytree(config if config.is_dir() else _shipped("_config", "config"), target)
    (target / "settings.toml").write_text(_SETTINGS, encoding="utf-8")
    (target / "alerts.toml").write_text(_ALERTS, encoding="utf-8")
    listed = (
        f"[[feeds]]\nurl = {_toml(url)}\ntitle = {_toml(name)}\nlanguage = {_toml(language)}\n"
        for url, name, language in newsroom.feeds
    )
    (target / "feeds.toml").write_text("\n".join(listed), encoding="utf-8")
    (target / "watchlist.toml").write_text(f"[[names]]\nname = {_toml(_most_told(newsroom))}\n", encoding="utf-8")


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _most_told(newsroom: Newsroom) -> str:
    """The victim that most articles report: a name worth watching."""
    told = Counter(str(row["main"]["victim"]) for row in newsroom.truth() if isinstance(row["main"], dict))
    return min(told, key=lambda name: (-told[name], name))


def _run_night(here: Folders, number: int) -> None:
    from breachwire.cli.run import now
    from flows.night import night

    back = timedelta(days=3 - number)
    report = night(here.settings(), clock=lambda: now() - back)
    counts = report.counts
    said = [
        f"{counts.get('pages_read', 0)} pages read",
        f"{counts.get('articles_kept', 0)} report an incident",
        f"{len(report.new)} new incidents",
        f"{len(report.changed)} changed",
    ]
    click.echo(f"Night {number}: {', '.join(said)} ({sum(report.seconds.values()):.1f} s)")
    for failure in report.failures:
        note(f"  worth a look: {failure}")


def _show(here: Folders) -> None:
    from breachwire.alerts.channels.terminal import as_text
    from breachwire.cli import filtering, published
    from breachwire.cli.guard import guarded
    from breachwire.cli.output import Table, emit
    from breachwire.cli.render import incident_table
    from breachwire.store.values import incident_from

    with published.opened(here) as con:
        incidents = [incident_from(row) for row in filtering.incidents(con, filtering.Wanted(limit=100)).named()]
        queued = published.ask(con, "SELECT * FROM alerts ORDER BY created_at DESC, position DESC")
    click.echo("")
    emit(incident_table(incidents, title=f"{len(incidents)} incidents"), "table")
    click.echo(f"\nThe file is {here.published}. Ask it anything:\n")
    command = f"{_as_typed()} --data {here.data}"
    click.echo(f'{command} query "{QUERY}"\n')
    answer = guarded(here.published, QUERY, seconds=30, max_rows=10)
    emit(Table(columns=answer.columns, rows=answer.rows), "table")
    if incidents:
        best = max(incidents, key=lambda i: (i.source_count, i.confidence))
        click.echo(f"\nAnd see why: {command} show {best.incident_id}")
    for words, alert in _two_alerts(queued):
        click.echo(f"\n{words}:\n\n{as_text(alert.title, alert.body)}")
    click.echo(f"\nAll alerts are in {here.data / 'alerts.jsonl'}; {command} alerts list shows what became of them.")


def _as_typed() -> str:
    """What to type to call this program again: its name where the shell finds it, else the path from here."""
    found = Path(sys.argv[0])
    if found.name != "breachwire" or shutil.which("breachwire") == str(found.absolute()):
        return "breachwire"
    return os.path.relpath(found)


def _two_alerts(queued: Rows) -> list[tuple[str, Alert]]:
    """One alert for a watched name, and one for a figure that grew, the newest of each, as far as there are any."""
    import json

    from breachwire.records import Alert

    names = ("alert_id", "incident_id", "revision", "event", "rule", "channel", "title", "body")
    found: dict[str, Alert] = {}
    for row in queued.named():
        kinds = json.loads(row["payload"]).get("kinds", ())
        grown = "An alert for a figure that grew" if "figure_doubled" in kinds else ""
        words = "An alert for a watched name" if row["event"] == "watch_hit" else grown
        if words:
            found.setdefault(words, Alert(**{name: row[name] for name in names}))
    return sorted(found.items(), reverse=True)
