"""A decision by hand, from the wish to the published file: looked up, kept, settled at once, in one transaction.

In: wishes as people type them. Out: the decisions that were taken and what they changed. A wish that is true already
takes no decision, so a command that was stopped at any instant can be given again. Nobody is alerted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import duckdb

from breachwire import identity
from breachwire.errors import ConfigError
from breachwire.incidents import ByHand
from breachwire.incidents.by_hand_values import checked
from breachwire.records import Change, Decision
from breachwire.settings import Settings
from breachwire.store import by_hand, grouping
from breachwire.store.by_hand import Reporting
from breachwire.store.database import Database
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from flows.relating import relate
from flows.settling import Scope, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants, as typed: ids may be shortened, articles may be addresses; `undoes` is a number."""

    kind: Literal["merge", "split", "set", "withdraw", "undo"]
    who: str
    because: str | None = None
    incident: str = ""
    other: str = ""
    articles: tuple[str, ...] = ()
    field: str = ""
    value: str = ""
    undoes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The decisions taken, one change for each incident that they touched, and what is good to know."""

    decisions: tuple[Decision, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


class _AlreadySo(Exception):  # noqa: N818 - no error: nothing is left to do
    """The wish is true already; its text says why."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a wish is looked up in. `notes` grows."""

    con: duckdb.DuckDBPyConnection
    hand: ByHand
    notes: list[str]

    def incident(self, asked: str, *, live: bool = False) -> str:
        """The incident that an id or the beginning of one means, by now. Raises ConfigError."""
        found = by_hand.ids_beginning(self.con, asked) if asked else []
        if not found:
            near = by_hand.ids_near(self.con, asked) if asked else []
            hint = f"did you mean {' or '.join(near)}?" if near else "see breachwire incidents"
            raise ConfigError(asked[:40] or "ID", "no incident has an id that begins so", hint)
        if len(found) > 1:
            more = " and more" if len(found) == 10 else ""
            raise ConfigError(asked[:40], f"is the beginning of {', '.join(found)}{more}", "give more of it")
        now = self._stands(found[0])
        if now != found[0]:
            self.notes.append(f"{found[0]} was merged into {now}")
        if live and by_hand.standings(self.con, [now])[now].withdrawn:
            by_whom = next((d for d in self.hand.about([now]) if d.kind == "withdraw" and self.hand.holds(d)), None)
            hint = f"take that back first: breachwire undo {by_whom.decision}" if by_whom else ""
            raise ConfigError(now, "is withdrawn" if by_whom else "is withdrawn: no article supports it", hint)
        return now

    def _stands(self, incident_id: str) -> str:
        """Where an incident is by now: merged away by hand, or by the rules, as its newest revision says."""
        now = self.hand.survivor(incident_id)
        into = by_hand.standings(self.con, [now])[now].merged_into
        return self._stands(into) if into else now


def decide(
    settings: Settings, wishes: Sequence[Wish], *, clock: Callable[[], datetime], dry_run: bool = False
) -> Outcome:
    """Takes all those decisions, or none, and publishes. A dry run tells what would come of it and leaves no trace.

    Raises ConfigError for a wish that cannot be, LockedError while a night runs, StoreError.
    """
    store = Database(settings.data_dir / "store.duckdb")
    if not store.path.is_file():
        raise ConfigError(
            str(store.path), "no incidents yet", "run `breachwire run` first, or name the folder with --data"
        )
    taken: list[Decision] = []
    changes: list[Change] = []
    notes: list[str] = []
    with only_one(settings.data_dir, clock()):
        with store.session() as con:
            for wish in wishes:
                try:
                    decision = _drafted(wish, _Desk(con, ByHand(by_hand.decisions(con)), notes), clock())
                except _AlreadySo as why:
                    notes.append(str(why))
                    continue
                changes += carry_out(con, settings, decision)
                taken.append(decision)
            if dry_run:
                con.rollback()
                con.begin()
        if not dry_run:
            publish(store.path, settings.data_dir / "incidents.duckdb", settings.publish)
    return Outcome(decisions=tuple(taken), changes=_as_one(changes), notes=tuple(dict.fromkeys(notes)))


def carry_out(con: duckdb.DuckDBPyConnection, settings: Settings, decision: Decision) -> list[Change]:
    """Keeps a decision and settles everything that it bears on. Returns what changed."""
    by_hand.save(con, [decision])
    hand = ByHand(by_hand.decisions(con))
    ids = hand.related(i for i in (decision.incident_id, decision.other_id) if i)
    about = {a for d in hand.about(ids) for a in d.article_ids}
    scope = Scope(stories=by_hand.stories_around(con, ids, about), incidents=ids)
    run_id = f"{by_hand.BY_HAND}{decision.decision}"
    changes, _ = settle(con, settings, now=decision.decided_at, run_id=run_id, scope=scope)
    for mention in by_hand.mentions(con, ids):
        by_hand.move_mention(con, mention, hand.survivor(mention.by_rules))
    relate(con, settings, now=decision.decided_at, run_id=run_id)
    return changes


def _as_one(changes: Sequence[Change]) -> tuple[Change, ...]:
    """One change for each incident: from how it was before the first decision to how it is after the last."""
    found: dict[str, Change] = {}
    for change in changes:
        key = change.incident.incident_id
        first = found.get(key, change)
        both = tuple(dict.fromkeys((*first.changed, *change.changed)))
        found[key] = replace(change, previous=first.previous, changed=both)
    return tuple(found[key] for key in sorted(found))


def _drafted(wish: Wish, desk: _Desk, now: datetime) -> Decision:
    """The decision that a wish comes to. Raises ConfigError, or _AlreadySo where it is true already."""
    number = max((d.decision for d in desk.hand.decisions), default=0) + 1
    draft = Decision(
        decision=number, kind=wish.kind, incident_id="", because=wish.because or None, who=wish.who, decided_at=now
    )
    drafts = {"merge": _merge, "split": _split, "set": _set, "withdraw": _withdraw, "undo": _undo}
    return drafts[wish.kind](wish, desk, draft)


def _merge(wish: Wish, desk: _Desk, draft: Decision) -> Decision:
    into, other = desk.incident(wish.incident, live=True), desk.incident(wish.other, live=True)
    if into == other:
        raise _AlreadySo(f"{into}: nothing to merge, both ids mean this incident")
    articles = {r.article_id for i in (into, other) for r in by_hand.reporting(desk.con, i)}
    return replace(draft, incident_id=into, other_id=other, article_ids=tuple(sorted(articles)))


def _split(wish: Wish, desk: _Desk, draft: Decision) -> Decision:
    incident_id = desk.incident(wish.incident)
    held = by_hand.reporting(desk.con, incident_id)
    earlier = [d for d in desk.hand.about([incident_id]) if d.kind == "split" and desk.hand.holds(d)]
    chosen: set[str] = set()
    for asked in wish.articles:
        article = _article(asked, held)
        if article is None:
            wanted = identity.article_id(identity.canonical_url(asked)) if "://" in asked else asked
            for d in earlier:
                if d.incident_id == incident_id and any(a.startswith(wanted) for a in d.article_ids):
                    raise _AlreadySo(f"{asked} was split off into {d.other_id} by decision {d.decision}")
            shown = ", ".join(dict.fromkeys(r.article_id for r in held[:5]))
            raise ConfigError(asked[:100], f"is no article that reports {incident_id}", f"those are {shown}")
        chosen.add(article)
    stories = {r.story_id for r in held if r.article_id in chosen}
    leaving = {r.article_id for r in held if r.story_id in stories}
    if all(r.story_id in stories for r in held):
        raise ConfigError(incident_id, "nothing would be left of it: these are all its articles, copies included")
    if more := leaving - chosen:
        desk.notes.append(f"copies of the same text go with it: {', '.join(sorted(more))}")
    other, tail = "", 0
    while not other or grouping.was_minted(desk.con, other):
        other = identity.incident_id(min(leaving), f"by hand {draft.decision} {tail}")
        tail += 1
    return replace(draft, incident_id=incident_id, other_id=other, article_ids=tuple(sorted(leaving)))


def _article(asked: str, held: Sequence[Reporting]) -> str | None:
    """The article among those that an id, the beginning of one, or an address means."""
    canonical = identity.canonical_url(asked)
    for r in held:
        if asked in (r.article_id, r.url) or canonical == r.canonical_url:
            return r.article_id
    if "://" in asked:
        wanted = {identity.article_id(canonical)}
        found = {r.article_id for r in held} & wanted
    else:
        found = {r.article_id for r in held if asked and r.article_id.startswith((asked, f"a_{asked}"))}
    if len(found) > 1:
        raise ConfigError(asked[:100], f"is the beginning of {', '.join(sorted(found))}", "give more of it")
    return next(iter(found), None)


def _set(wish: Wish, desk: _Desk, draft: Decision) -> Decision:
    value = checked(wish.field, wish.value)
    incident_id = desk.incident(wish.incident)
    for d in desk.hand.values(incident_id):
        if (d.field, d.value, d.incident_id) == (wish.field, value, incident_id):
            raise _AlreadySo(f"{incident_id}: {d.field} was set to that by decision {d.decision}")
    return replace(draft, incident_id=incident_id, field=wish.field, value=value)


def _withdraw(wish: Wish, desk: _Desk, draft: Decision) -> Decision:
    incident_id = desk.incident(wish.incident)
    if desk.hand.is_withdrawn(incident_id):
        raise _AlreadySo(f"{incident_id} is withdrawn already")
    return replace(draft, incident_id=incident_id)


def _undo(wish: Wish, desk: _Desk, draft: Decision) -> Decision:
    known = {d.decision: d for d in desk.hand.decisions}
    if wish.undoes not in known:
        hint = f"the last one is {max(known)}" if known else "none was taken yet"
        raise ConfigError(f"undo {wish.undoes}", "there is no such decision", f"{hint}: see breachwire by-hand")
    former = known[wish.undoes]
    if former.kind == "undo":
        what = f"is itself an undo, of decision {former.undoes}"
        raise ConfigError(f"undo {wish.undoes}", what, "give the first command again instead")
    if not desk.hand.holds(former):
        raise _AlreadySo(
            f"decision {former.decision} was taken back by decision {desk.hand.undone[former.decision].decision}"
        )
    return replace(draft, incident_id=former.incident_id, other_id=former.other_id, undoes=former.decision)
