"""A store made anew from WARC files alone, on one page.

    shelve       the archive's files, linked into the new folder; the one that may still grow is copied
    read         entry by entry, in the order in which they were archived: page | judged | facts
    settle       copies and incidents, at the same places where the nights did, with their dates and run ids
    publish      and nobody is alerted
    compare      with the store that is there, where it can be read

The old data folder is only read. A rebuild that was killed leaves a note in the new folder and is begun anew there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from breachwire.archive import NightOver, files
from breachwire.errors import BreachwireError, ConfigError, StoreError
from breachwire.settings import Settings
from breachwire.settings.models import Alerts
from breachwire.store import by_hand, polling, rebuilding
from breachwire.store.comparing import Comparison, compare
from breachwire.store.database import Database
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from flows.collecting import configured_feeds
from flows.engines import Direct
from flows.house import House, open_house
from flows.past_nights import Night
from flows.report import Progress
from flows.rereading import reread_all
from flows.shelf import Shelf, shelve

UNFINISHED = "rebuild-unfinished"
_MADE = ("store.duckdb", "store.duckdb.wal", "incidents.duckdb", "run.lock", UNFINISHED)


class Rebuilding(Direct):
    """The stages of a rebuild are called directly; `runs` says what they were part of."""

    name = "rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to go about it. `source` is the archive; `alone`: nothing but its files is used, no decision by hand."""

    source: Path
    workers: int = 2
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A rebuild that is over. `carried` says what came from elsewhere, `failures` what could not be read.

    `other_rules`: the store that it was compared with was read under other rules than today's.
    """

    folder: Path
    counts: dict[str, int]
    carried: tuple[str, ...]
    failures: tuple[str, ...]
    comparison: Comparison | None
    not_compared: str = ""
    other_rules: bool = False


def rebuild(
    settings: Settings, into: Path, options: Options, *, clock: Callable[[], datetime], progress: Progress
) -> Rebuilt:
    """Makes a whole new data folder. Raises ConfigError, LockedError while a night is under way, StoreError."""
    _prepare(settings, into, options)
    quiet = settings.second_opinion.model_copy(update={"max_articles": 0})
    own = settings.model_copy(update={"data_dir": into, "alerts": Alerts(), "second_opinion": quiet})
    with only_one(into, clock()):
        _discard(into)
        (into / UNFINISHED).write_text("this folder was not finished; breachwire archive rebuild begins it anew\n")
        store = Database(into / "store.duckdb")
        if options.source == settings.data_dir / "archive":
            with only_one(settings.data_dir, clock()):
                shelve(options.source, into / "archive", progress)
                carried = () if options.alone else _carry(settings, store)
        else:
            shelve(options.source, into / "archive", progress)
            carried = () if options.alone else _carry(settings, store)
        house = open_house(own, clock=clock, engine=Rebuilding(), progress=progress)
        shelf = _read_all(house, options.workers)
        progress.stage("publish", None)
        incidents = publish(store.path, into / "incidents.duckdb").incidents
        progress.done("publish", f"{incidents} incidents in {into / 'incidents.duckdb'}")
        (into / UNFINISHED).unlink()
    comparison, why = _compared(settings, store.path)
    counts = dict(shelf.counts) | {"incidents": incidents, "articles": _articles(store)}
    return Rebuilt(
        folder=into,
        counts=counts,
        carried=carried,
        failures=(*shelf.damage, *house.tally.failures),
        comparison=comparison,
        not_compared=why,
        other_rules=_other_rules(settings, store.path),
    )


def _prepare(settings: Settings, into: Path, options: Options) -> None:
    """Refuses what would touch anything that is there. Raises ConfigError or StoreError."""
    if into.resolve() in (settings.data_dir.resolve(), options.source.resolve()):
        raise ConfigError(f"--into {into}", "is in use", "give a folder that is not there yet: nothing is overwritten")
    if settings.data_dir.resolve() in into.resolve().parents:
        raise ConfigError(f"--into {into}", "is inside the data folder", "give a folder beside it")
    if into.is_dir() and any(into.iterdir()) and not (into / UNFINISHED).is_file():
        raise ConfigError(
            f"--into {into}", "is not empty", "give a folder that is not there yet: nothing is overwritten"
        )
    if next(files.warc_files(options.source), None) is None:
        raise StoreError(str(options.source), "holds no WARC file", "give the folder with the years in it: --from")


def _discard(into: Path) -> None:
    """Takes away what a rebuild that was killed left behind."""
    if (into / UNFINISHED).is_file():
        shutil.rmtree(into / "archive", ignore_errors=True)
        for name in _MADE:
            if name != "run.lock":
                (into / name).unlink(missing_ok=True)


def _carry(settings: Settings, store: Database) -> tuple[str, ...]:
    """Takes over what is in no WARC file: what people decided, and answers that were paid for. Says what, in words."""
    words: list[str] = []
    for name in ("store.duckdb", "incidents.duckdb"):
        path = settings.data_dir / name
        try:
            decisions = rebuilding.decisions_by_hand(path)
        except BreachwireError:
            continue
        with store.session() as con:
            by_hand.save(con, decisions)
        words.append(f"{len(decisions)} decisions by hand from {path}")
        break
    else:
        words.append(
            f"no decisions by hand: neither store.duckdb nor incidents.duckdb in {settings.data_dir} can be read"
        )
    try:
        count = 0
        for rows in rebuilding.kept_answers(settings.data_dir / "store.duckdb"):
            with store.session() as con:
                rebuilding.save_answers(con, rows)
            count += len(rows)
    except BreachwireError:
        return tuple(words)
    return (*words, f"{count} answers of a language model") if count else tuple(words)


def _read_all(house: House, workers: int) -> Shelf:
    """Reads the whole archive in order, and settles where the nights did."""
    feeds = configured_feeds(house.settings)
    with house.store.session() as con:
        polling.sync_feeds(con, feeds)
    folder = house.settings.data_dir / "archive"
    size = sum(p.stat().st_size for p in files.warc_files(folder))
    shelf = Shelf(folder=folder, size=size, titles={f.feed_id: f.title for f in feeds}, progress=house.progress)
    house.progress.stage("read the archive, percent", 100)
    night = Night(house=house)
    for batch in reread_all(house.settings, shelf.documents(), workers=workers):
        for reread in batch:
            while isinstance(over := shelf.waiting.popleft(), NightOver):
                night.settle(over)
            night.add(over, reread)
        night.save()
    for over in shelf.waiting:
        if isinstance(over, NightOver):
            night.settle(over)
    night.settle_rest()
    shelf.counts["nights"] = night.nights
    words = f"{shelf.counts['pages']} pages of {night.nights} nights, {shelf.counts['damaged']} damaged"
    house.progress.done("read the archive", words)
    return shelf


def _articles(store: Database) -> int:
    with store.session() as con:
        row = con.execute("SELECT count(*) FROM articles").fetchone()
    return int(row[0]) if row else 0


def _compared(settings: Settings, new: Path) -> tuple[Comparison | None, str]:
    """The new store beside the old one, or what was published of that; why not, where neither can be read."""
    why = ""
    for name in ("store.duckdb", "incidents.duckdb"):
        path = settings.data_dir / name
        if path.is_file():
            try:
                return compare(path, new), ""
            except BreachwireError as error:
                why = why or str(error)
    return None, why or "there is no store to compare with"


def _other_rules(settings: Settings, new: Path) -> bool:
    """Whether the old store says that its pages were read under other rules than those of the new one."""
    try:
        before = rebuilding.read_under(settings.data_dir / "store.duckdb")
    except BreachwireError:
        return False
    return bool(before) and not before <= rebuilding.read_under(new)
