"""`breachwire doctor`: is everything there that a night needs? One line a check, with what to do."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import click

from breachwire.cli.folders import Folders

FREE_WARN, FREE_FAIL = 2 << 30, 200 << 20
"""Bytes of free disk: a night of 10,000 pages archives about 400 MB and publishing needs the database twice."""
_RESTORE = "put a copy of it back, or make it anew: `breachwire archive rebuild --into NEWFOLDER`"
_API_WAIT_S = 3.0
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one check."""

    grade: Literal["ok", "warn", "fail"]
    what: str
    words: str
    hint: str = ""


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Is everything there that a night needs?

    One line a check, with what to do. Exit code 1 where something fails.
    """
    from breachwire.plaintext import one_line

    failed = False
    for finding in examine(ctx.obj):
        failed = failed or finding.grade == "fail"
        mark = click.style(f"{finding.grade:<4}", fg=_COLOURS[finding.grade])
        hint = f" -> {finding.hint}" if finding.hint else ""
        click.echo(f"{mark}  {finding.what}: {one_line(finding.words + hint, 400)}")
    ctx.exit(1 if failed else 0)


def examine(folders: Folders) -> Iterator[Finding]:
    """All findings, in the order in which they should be mended."""
    checks: tuple[Callable[[Folders], Iterator[Finding]], ...] = (
        _python, _config, _data, _store, _published, _channels, _second_opinion, _prefect,
    )  # fmt: skip
    for check in checks:
        yield from check(folders)


def _python(folders: Folders) -> Iterator[Finding]:  # noqa: ARG001 - all checks are called alike
    import breachwire

    words = f"{sys.version.split()[0]}, breachwire {breachwire.__version__}"
    yield Finding(grade="ok", what="python", words=words)


def _config(folders: Folders) -> Iterator[Finding]:
    from breachwire.errors import BreachwireError

    try:
        settings = folders.settings()
    except BreachwireError as error:
        yield Finding(grade="fail", what="config", words=str(error), hint="see `breachwire config check`")
        return
    feeds = len(settings.sources.feeds)
    words = f"{settings.config_dir} is valid: {feeds} feeds, {len(settings.watchlist.names)} watched names"
    if feeds:
        yield Finding(grade="ok", what="config", words=words)
    else:
        yield Finding(grade="warn", what="config", words=words, hint="add feeds to feeds.toml")


def _data(folders: Folders) -> Iterator[Finding]:
    try:
        folders.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folders.data):
            pass
        free = shutil.disk_usage(folders.data).free
    except OSError as error:
        hint = "make it writable, or choose another with --data"
        yield Finding(grade="fail", what="data folder", words=f"{folders.data}: {error.strerror}", hint=hint)
        return
    yield Finding(grade="ok", what="data folder", words=f"{folders.data} is writable")
    words = f"{free / (1 << 30):.1f} GB free"
    if free >= FREE_WARN:
        yield Finding(grade="ok", what="disk", words=words)
    else:
        grade: Literal["warn", "fail"] = "warn" if free >= FREE_FAIL else "fail"
        yield Finding(grade=grade, what="disk", words=words, hint="make room: publishing needs the database twice")


def _store(folders: Folders) -> Iterator[Finding]:
    import duckdb

    from breachwire.store.database import migrations

    if not folders.store.is_file():
        yield Finding(grade="ok", what="store", words="not there yet: the first `breachwire run` makes it")
        return
    try:
        with duckdb.connect(str(folders.store), read_only=True) as con:
            row = con.execute("SELECT max(version) FROM schema_migrations").fetchone()
    except duckdb.IOException as error:
        words = str(error).splitlines()[0]
        if "lock" in words.lower():
            yield Finding(grade="warn", what="store", words=f"in use: {words}", hint="a run is under way; wait for it")
        else:
            yield Finding(grade="fail", what="store", words=words, hint=_RESTORE)
        return
    except duckdb.Error as error:
        words = f"{folders.store}: {str(error).splitlines()[0]}"
        yield Finding(grade="fail", what="store", words=words, hint=_RESTORE)
        return
    version, known = row[0] if row else 0, max(migrations())
    words = f"{folders.store}, schema version {version}"
    if version == known:
        yield Finding(grade="ok", what="store", words=words)
    elif version < known:
        yield Finding(grade="ok", what="store", words=f"{words}: the next run brings it to {known}")
    else:
        yield Finding(
            grade="fail", what="store", words=f"{words}, this program knows {known}", hint="use the newer one"
        )


def _published(folders: Folders) -> Iterator[Finding]:
    from breachwire.cli import published
    from breachwire.errors import BreachwireError

    if not folders.published.is_file():
        words = f"{folders.published} is not there yet"
        yield Finding(grade="warn", what="published file", words=words, hint="run `breachwire run`")
        return
    try:
        with published.opened(folders) as con:
            counts = published.ask(
                con, "SELECT (SELECT count(*) FROM incidents), (SELECT count(*) FROM articles)"
            ).rows[0]
            last = published.last_run(con)
            feeds = published.ask(
                con,
                "SELECT count(*) FILTER (WHERE state IN ('failing', 'gone')), count(*)"
                " FROM feeds WHERE state <> 'removed'",
            ).rows[0]
    except BreachwireError as error:
        yield Finding(grade="fail", what="published file", words=str(error))
        return
    when = f", last run {last['started_at']:%Y-%m-%d %H:%M} UTC ({last['outcome']})" if last else ""
    yield Finding(grade="ok", what="published file", words=f"{counts[0]} incidents, {counts[1]} articles{when}")
    words = f"{feeds[0]} of {feeds[1]} are failing"
    if feeds[0]:
        yield Finding(grade="warn", what="feeds", words=words, hint="breachwire feeds check --wrong")
    else:
        yield Finding(grade="ok", what="feeds", words=words)


def _channels(folders: Folders) -> Iterator[Finding]:
    from breachwire.alerts.channels.secrets import value_of
    from breachwire.errors import BreachwireError, ChannelError
    from breachwire.settings.channels import references

    try:
        channels = folders.settings().alerts.channels
    except BreachwireError:
        return  # said under config
    unset = []
    for name, channel in channels.items():
        for reference in references(channel):
            try:
                value_of(reference, name)
            except ChannelError as error:
                unset.append(str(error))
    if unset:
        hint = "set the variable or write the file, or take the channel out"
        yield Finding(grade="warn", what="alerts", words="; ".join(unset), hint=hint)
    else:
        yield Finding(grade="ok", what="alerts", words=f"{len(channels)} channels; try `breachwire alerts test`")


def _second_opinion(folders: Folders) -> Iterator[Finding]:
    """Asks the endpoint for its list of models, which costs nothing; the key is sent and never shown."""
    from breachwire.errors import BreachwireError, ConfigError, FetchError

    try:
        rules = folders.settings().second_opinion
    except BreachwireError:
        return  # said under config
    if not rules.enabled:
        yield Finding(grade="ok", what="second opinion", words="off: no language model is asked")
        return
    from breachwire.fetching.chat import probe

    hint = "the night goes on without it; see docs/second-opinion.md"
    try:
        host, status = probe(rules)
    except ConfigError as error:
        yield Finding(grade="warn", what="second opinion", words=str(error), hint=hint)
        return
    except FetchError as error:
        words = f"on, but {urlsplit(error.url).hostname} gives no answer: {error.what}"
        yield Finding(grade="warn", what="second opinion", words=words, hint=hint)
        return
    key = "with a key" if rules.api_key_env or rules.api_key_file else "without a key"
    words = f"on: {rules.model} at {host}, {key}, {rules.max_articles} articles a night at most"
    if status in (401, 403):
        yield Finding(grade="warn", what="second opinion", words=f"{words}; it answers {status}", hint="mend the key")
    else:
        yield Finding(grade="ok", what="second opinion", words=f"{words}; it answers")


def _prefect(folders: Folders) -> Iterator[Finding]:  # noqa: ARG001 - all checks are called alike
    import urllib.request

    api = os.environ.get("PREFECT_API_URL", "")
    if not api:
        yield Finding(grade="ok", what="engine", words="direct: PREFECT_API_URL is not set")
        return
    host = urlsplit(api).hostname or "?"
    if not api.startswith(("http://", "https://")):
        yield Finding(
            grade="fail", what="engine", words="PREFECT_API_URL is not an http address", hint="mend or unset it"
        )
        return
    try:
        with urllib.request.urlopen(api.rstrip("/") + "/health", timeout=_API_WAIT_S) as reply:  # noqa: S310 - http only
            status = reply.status
    except OSError as error:
        words = f"the Prefect API at {host} does not answer: {error}"
        yield Finding(grade="fail", what="engine", words=words, hint="start it, or run with --engine direct")
        return
    yield Finding(grade="ok", what="engine", words=f"Prefect at {host} answers ({status})")
