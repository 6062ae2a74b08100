"""`breachwire config check`: are the files of config/ right?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders, complain

if TYPE_CHECKING:
    from breachwire.settings.strict import Strict

_OPTIONAL = ("settings.toml", "watchlist.toml", "alerts.toml")


@click.group()
def config() -> None:
    """The files that a colleague tunes."""


@config.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Reads every file of config/: what each holds, or what is wrong with it (exit code 2)."""
    from breachwire.errors import BreachwireError
    from breachwire.settings.load import read
    from breachwire.settings.models import FILES

    folders: Folders = ctx.obj
    wrong = 0
    for name, model in FILES.items():
        path = folders.config / name
        if not path.is_file() and name in _OPTIONAL:
            click.echo(f"{path}: not there, " + ("defaults are used" if name == "settings.toml" else "nothing in it"))
            continue
        try:
            held = read(model, path)
        except BreachwireError as error:
            wrong += 1
            complain(str(error))
        else:
            click.echo(f"{path}: {', '.join(_counts(held))}")
    if not wrong:
        try:
            folders.settings()
        except BreachwireError as error:  # what the environment says is checked with the whole
            wrong += 1
            complain(str(error))
    ctx.exit(2 if wrong else 0)


def _counts(held: Strict) -> Iterator[str]:
    """What is in a file: "118 feeds", "5 channels, 3 rules"."""
    from breachwire.settings.keywords import Keywords

    if isinstance(held, Keywords):
        languages = {rule.lang for rule in held.terms}
        yield f"version {held.version}"
        yield f"{len(held.terms)} terms in {len(languages)} languages"
        yield f"{len(held.exclusions)} exclusions, {len(held.negatives)} negatives"
        yield f"{len(held.look.phrases) + len(held.other_languages.phrases)} phrases to look for"
        return
    for name, value in held:
        if isinstance(value, tuple | dict):
            yield f"{len(value)} {name}"
        else:
            yield f"[{name}]"
