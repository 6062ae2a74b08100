"""A replay, on one page: everything stored is understood again under today's rules, in a copy.

    copy         the store file, while nobody writes
    read again   texts and turned-away pages | judged | facts       on several processors, where a rule is another
    fold anew    copies, from nothing        then, if enabled, the second opinion's kept answers
    settle anew  incidents, from nothing     with the ids that they had
    accept       only if asked: the copy takes the store's place, where nothing was written meanwhile; then published

The copy stands in `replay/` in the data folder, with a note that is written last: a replay that was killed leaves no
note, and its copy is thrown away by the next. One that ended can be accepted later, as long as store and rules are the
same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import duckdb

from breachwire.errors import BreachwireError
from breachwire.records import Change
from breachwire.settings import Settings
from breachwire.store import regrouping, replaying
from breachwire.store.database import Database
from breachwire.store.lock import only_one
from breachwire.store.regrouping import Fate
from breachwire.store.replaying import Stamp
from flows import second_opinion, telling
from flows.engines import Direct
from flows.house import House, open_house
from flows.regrouping import before, fold_anew, settle_anew
from flows.report import Progress, Tally
from flows.rereading import Reread, reread_all
from flows.retelling import alert, note_hits
from flows.rules import all_rules

TRIES = 3
"""How often `accept` begins anew where something else wrote into the store meanwhile."""


class Replaying(Direct):
    """The stages of a replay are called directly; `runs` says what they were part of."""

    name = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to go about it. `from_archive`: every page is extracted again, not only those that were turned away."""

    workers: int = 2
    from_archive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is written beside a copy that is finished: of which store and rules it was made, and what came of it."""

    run_id: str
    made_at: str
    store: str
    rules: str
    counts: dict[str, int]
    seconds: dict[str, float]
    failures: list[str]
    notices: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A replay that is over: what became of each incident that is not what it was, and what could not be read."""

    run_id: str
    made_at: datetime
    fates: tuple[tuple[Change, Fate], ...]
    counts: dict[str, int]
    failures: tuple[str, ...]
    accepted: bool = False
    alerts: int = 0


class Replay:
    """One replay in one data folder. Settings, clock and progress are handed in, as to a night."""

    def __init__(
        self, settings: Settings, options: Options, *, clock: Callable[[], datetime], progress: Progress
    ) -> None:
        self.settings, self.options, self._clock, self._progress = settings, options, clock, progress
        self.folder = settings.data_dir / "replay"
        self.store, self.copy = settings.data_dir / "store.duckdb", self.folder / "store.duckdb"
        self._note = self.folder / "finished.json"

    def look(self) -> Replayed:
        """What would change. Nothing is changed. Raises LockedError while a night or another replay is under way."""
        with only_one(self.folder, self._clock()):
            return self._told(self._finished() or self._make())

    def accept(self, *, alerts: bool) -> Replayed:
        """The same, and the store says so from now on. Raises as `look` does."""
        for _ in range(TRIES):
            with only_one(self.folder, self._clock()):
                note = self._finished() or self._make()
                told = self._told(note)
                with only_one(self.settings.data_dir, self._clock()):
                    if replaying.digest_of(self.store) == note.store:
                        queued = self._put_in_place(note, alerts=alerts)
                        return replace(told, accepted=True, alerts=queued)
        raise BreachwireError(f"{self.store} was written to during each of {TRIES} replays; try again when it is quiet")

    def _finished(self) -> Note | None:
        """The note of an earlier replay, if it was one of this store under these rules."""
        try:
            note = Note(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if not self.copy.is_file() or note.rules != self._rules():
            return None
        with only_one(self.settings.data_dir, self._clock()):
            return note if replaying.digest_of(self.store) == note.store else None

    def _rules(self) -> str:
        return all_rules(self.settings) + ("-archive" if self.options.from_archive else "")

    def _make(self) -> Note:
        """The replay itself, in a fresh copy. Whatever stops it, the copy goes."""
        rules = self._rules()
        self._discard()
        try:
            with only_one(self.settings.data_dir, self._clock()):
                digest = replaying.take_copy(self.store, self.copy)
            house = self._house(self.copy)
            house.begin()
            _understand_again(house, self.options)
        except BaseException:
            self._discard()
            raise
        tally = house.tally
        note = Note(
            run_id=house.run_id,
            made_at=self._clock().isoformat(),
            store=digest,
            rules=rules,
            counts=dict(tally.counts),
            seconds=tally.seconds,
            failures=tally.failures,
            notices=tally.notices,
        )
        beside = self._note.with_suffix(".new")
        beside.write_text(json.dumps(asdict(note)), "utf-8")
        beside.replace(self._note)
        return note

    def _house(self, store: Path, note: Note | None = None) -> House:
        """The house of a replay: nobody is asked for a second opinion, kept answers are read again."""
        house = replace(self._opened, store=Database(store), tally=Tally())
        if note:
            house.tally.counts.update(note.counts)
            house.tally.seconds.update(note.seconds)
            house.tally.failures.extend(note.failures)
            house = replace(house, run_id=note.run_id)
        return house

    @cached_property
    def _opened(self) -> House:
        quiet = self.settings.second_opinion.model_copy(update={"max_articles": 0})
        settings = self.settings.model_copy(update={"second_opinion": quiet})
        return open_house(settings, clock=self._clock, engine=Replaying(), progress=self._progress)

    def _told(self, note: Note) -> Replayed:
        with Database(self.copy).session() as con:
            fates = regrouping.changes_and_fates(con)
        return Replayed(
            run_id=note.run_id,
            made_at=datetime.fromisoformat(note.made_at),
            fates=tuple(fates),
            counts=note.counts,
            failures=tuple(note.failures),
        )

    def _put_in_place(self, note: Note, *, alerts: bool) -> int:
        """Makes the copy the store, and publishes it. Returns how many alerts were queued."""
        house = self._house(self.copy, note)
        with house.store.session() as con:
            queued = alert(con, house) if alerts else note_hits(con, house)
            regrouping.forget_fates(con)
        replaying.put_in_place(self.copy, self.store)
        self._discard()
        house = replace(house, store=Database(self.store))
        if alerts:
            house.stage("send alerts", telling.send_alerts)
        house.stage("publish", telling.publish)
        return queued

    def _discard(self) -> None:
        for path in (self._note, self.copy, self.copy.with_name(self.copy.name + ".wal")):
            path.unlink(missing_ok=True)


def _understand_again(house: House, options: Options) -> None:
    """The stages, each with the copy to itself."""
    with house.store.session() as con:
        was = before(con)
    house.stage("read again", lambda h: _read_again(h, options))
    house.stage("fold copies anew", lambda h: _in_session(h, lambda con: fold_anew(con, h.settings, was)))
    if house.settings.second_opinion.enabled:
        house.stage("second opinions that are kept", second_opinion.ask)

    def settle(con: duckdb.DuckDBPyConnection) -> str:
        changes = settle_anew(con, house.settings, was, _stamp(house))
        return f"{len(changes)} incidents differ"

    house.stage("settle incidents anew", lambda h: _in_session(h, settle))


def _in_session(house: House, work: Callable[[duckdb.DuckDBPyConnection], str]) -> str:
    with house.store.session() as con:
        return work(con)


def _stamp(house: House) -> Stamp:
    return Stamp(
        rule_version=house.rule_version,
        facts_version=house.facts_version,
        reading_version=house.reading_version,
        now=house.clock(),
        run_id=house.run_id,
    )


def _read_again(house: House, options: Options) -> str:
    """Reads every document again that today's rules have not read; what says the same as before is not written."""
    stamp, counts = _stamp(house), house.tally.counts
    with house.store.session() as con:
        replaying.forget_opinions(con, version=second_opinion.version_of(house))
        total = replaying.count_pages(con)
        known = 0 if options.from_archive else replaying.pass_over_what_was_read(con, stamp)
        house.progress.stage("read again", total - known)
        documents = replaying.stored_documents(con, stamp, with_texts=not options.from_archive)
        if total > known:
            for batch in reread_all(house.settings, documents, workers=options.workers):
                _write(con, batch, stamp)
                house.progress.advance(len(batch))
                counts["pages_read"] += len(batch)
                counts["pages_unreadable"] += sum(1 for r in batch if r.outcome.error)
                house.tally.failures.extend(r.damaged for r in batch if r.damaged)
        counts["pages_known"] += known
        counts["articles_kept"] += replaying.count_kept(con)
    return f"{counts['pages_read']} read, {counts['articles_kept']} report an incident"


def _write(con: duckdb.DuckDBPyConnection, batch: Sequence[Reread], stamp: Stamp) -> None:
    same = [r for r in batch if r.same]
    replaying.save_unchanged(con, [(r.outcome.page.entry.article_id, r.score) for r in same], stamp)
    replaying.save_verdicts(con, [v for r in same for v in r.outcome.verdicts], stamp)
    replaying.save_changed(con, [r.outcome for r in batch if not r.same], stamp)
