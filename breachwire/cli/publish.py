"""`breachwire publish`: the published file, brought up to date without a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from breachwire.cli.folders import Folders
from breachwire.cli.run import now

if TYPE_CHECKING:
    from breachwire.settings.models import Publish


@click.command()
@click.option(
    "--keep",
    type=click.IntRange(min=0, max=3660),
    help="Keep so many dated copies in data/snapshots, today's included. Default: publish.keep_snapshots.",
)
@click.option("--parquet", is_flag=True, help="Also as Parquet, one file a table, in data/parquet.")
@click.option("--whole", is_flag=True, help="Write the file anew even where little or nothing changed.")
@click.pass_obj
def publish(folders: Folders, keep: int | None, parquet: bool, whole: bool) -> None:
    """Brings data/incidents.duckdb up to date with what is stored, as every run does at its end.

    Only what changed is exchanged. Readers keep the file that they have open. docs/published-file.md tells of the file.
    """
    from breachwire.store.database import Database
    from breachwire.store.lock import only_one
    from breachwire.store.publish import publish as publish_store

    settings = folders.settings()
    wishes = _wishes(settings.publish, keep=keep, parquet=parquet)
    store = settings.data_dir / "store.duckdb"
    if not store.is_file():
        from breachwire.errors import ConfigError

        raise ConfigError(
            str(store), "nothing is stored yet", "run `breachwire run` first, or name the folder with --data"
        )
    with only_one(settings.data_dir, now()):
        with Database(store).session():
            pass  # a store of an earlier version is brought up to this one
        done = publish_store(store, folders.published, wishes, whole=whole)
    how = {"written": "written", "refreshed": "brought up to date", "unchanged": "up to date already"}[done.how]
    click.echo(f"{folders.published}: {done.incidents} incidents, {how}.")
    if wishes.parquet:
        click.echo(f"{folders.published.with_name('parquet')}: the same as Parquet.")
    if wishes.keep_snapshots:
        folder = folders.published.with_name("snapshots")
        kept = len(list(folder.glob("*.duckdb")))
        click.echo(f"{folder}: {kept} dated {'copy' if kept == 1 else 'copies'}.")


def _wishes(usual: Publish, *, keep: int | None, parquet: bool) -> Publish:
    return usual.model_copy(
        update={
            "keep_snapshots": usual.keep_snapshots if keep is None else keep,
            "parquet": parquet or usual.parquet,
        }
    )
