"""Stages of `understand`: reads pages, folds copies into stories, settles which incident each story tells of."""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import duckdb

from breachwire import stories
from breachwire.archive import Archive
from breachwire.errors import ContentError, StoreError
from breachwire.records import Article, Page, Reading, Story, Verdict
from breachwire.settings import Settings
from breachwire.settings.models import Stories
from breachwire.store import grouping, reading, sketches
from breachwire.store.reading import Outcome
from extractors.article import leads_home, read_article
from extractors.facts import read_facts
from extractors.look import Lookout
from extractors.relevance import Judge
from extractors.roundup import RoundUp, read_round_up
from flows import apart, lookback, relating, settling
from flows.house import House
from flows.isolating import Lost

LOG = logging.getLogger(__name__)
BATCHES = 10
"""Batches that are asked for together, for all that wait are looked through each time: entries take some 3 kB each."""


class Tools(Protocol):
    """What reading one page takes: a House has them all."""

    @property
    def settings(self) -> Settings: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def lookout(self) -> Lookout: ...
    @property
    def judge(self) -> Judge: ...
    @property
    def facts_version(self) -> str: ...
    @property
    def reading_version(self) -> str: ...


def pages_awaiting_reading(house: House) -> list[Page]:
    """The next batches of pages that were not read under today's rules."""
    limit = BATCHES * house.settings.run.batch_size
    with house.store.session() as con:
        return reading.pages_awaiting_reading(con, rule_version=house.rule_version, limit=limit)


def read_pages(house: House, batch: Sequence[Page]) -> str:
    """Reads one batch and stores what was read."""
    outcomes = read_in_turn(house, batch)
    with house.store.session() as con:
        reading.save_readings(con, outcomes, rule_version=house.rule_version, now=house.clock(), run_id=house.run_id)
    counts = house.tally.counts
    counts["pages_read"] += len(batch)
    counts["articles_kept"] += sum(1 for outcome in outcomes if outcome.reading)
    counts["pages_unreadable"] += sum(1 for outcome in outcomes if outcome.error)
    return f"{counts['pages_read']} read, {counts['articles_kept']} report an incident"


def read_in_turn(house: House, batch: Sequence[Page]) -> list[Outcome]:
    """Each page's outcome. What is wrong with one page is its own affair, a bug of ours included."""
    reader = house.readers.apart(functools.partial(attempt, house), cpu_s=house.settings.article.read_deadline_s)
    outcomes = []
    for page, answer in zip(batch, reader.each(batch), strict=True):
        tried = _given_up(page, answer.why) if isinstance(answer, Lost) else answer
        outcome, url = replace(tried.outcome, page=page), page.entry.url
        if tried.bug:
            LOG.error("page %s\n%s", url, tried.bug)
            house.tally.failures.append(f"page {url}: a bug, please report it: {outcome.error}")
        elif outcome.error:
            (house.tally.failures if tried.damaged else house.tally.notices).append(f"page {outcome.error}")
        outcomes.append(outcome)
    return outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How reading one page ended. `damaged`: its archive is; `bug` is the traceback of one of ours, "" for none."""

    outcome: Outcome
    damaged: bool = False
    bug: str = ""


def _given_up(page: Page, why: str) -> Attempt:
    return Attempt(outcome=Outcome(page=page, error=f"{page.entry.url}: {why}"))


def attempt(tools: Tools, page: Page) -> Attempt:
    """How reading one page ends, in whatever way: raises nothing."""
    bare = replace(page, body=None)
    try:
        return Attempt(outcome=replace(read_carefully(tools, page), page=bare))
    except (ContentError, StoreError) as error:
        return Attempt(outcome=Outcome(page=bare, error=str(error)), damaged=isinstance(error, StoreError))
    except MemoryError:
        return Attempt(outcome=Outcome(page=bare, error=f"{page.entry.url}: takes more memory to read than is allowed"))
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        return Attempt(outcome=Outcome(page=bare, error=what), bug=traceback.format_exc())


def read_carefully(tools: Tools, page: Page) -> Outcome:
    """One page, from its bytes to its claims. Raises ContentError, and StoreError where the archive is damaged."""
    if page.archive_record:
        page = replace(page, body=tools.archive.read(page.archive_record).body)
    if leads_home(page):
        page = replace(page, body=None)
    skimmed = tools.lookout.skim(page)
    if not skimmed.kept:
        return Outcome(page=page, verdicts=(skimmed,), rules=tools.reading_version)
    article = read_article(page, tools.settings.article)
    round_up, verdict = judge_article(tools, article, page.entry.canonical_url)
    if not verdict.kept:
        return Outcome(page=page, verdicts=(skimmed, verdict), rules=tools.reading_version)
    said = read_claims(tools, article, round_up, verdict)
    return Outcome(page=page, verdicts=(skimmed, verdict), reading=said, rules=tools.reading_version)


def judge_article(tools: Tools, article: Article, address: str) -> tuple[RoundUp, Verdict]:
    """Whether an article reports incidents, as a whole or in its sections. Decisions go by its entry's `address`."""
    round_up = read_round_up(article, tools.judge)
    verdict = round_up.verdict(tools.judge.judge(article))
    return round_up, replace(verdict, url=address)


def read_claims(tools: Tools, article: Article, round_up: RoundUp, verdict: Verdict) -> Reading:
    """All that an article that is kept says."""
    return Reading(
        article=article,
        verdict=verdict,
        claims=round_up.claims or read_facts(article),
        sketch=stories.sketch(article.body, tools.settings.stories, title=article.title),
        sections=round_up.sections,
        facts_version=tools.facts_version,
    )


def fold_copies(house: House) -> str:
    """Puts every kept article that has no story yet into one: its own, or that of the text it copies."""
    with house.store.session() as con:
        articles, found = fold_awaiting(con, house.settings.stories)
    return f"{articles} articles in {len(found)} stories"


def fold_awaiting(con: duckdb.DuckDBPyConnection, rules: Stories) -> tuple[int, tuple[Story, ...]]:
    """Folds the articles that have no story yet; returns how many they were, and the stories that they are now in."""
    new = grouping.articles_awaiting_story(con)
    ids = [stored.article.article_id for stored in new]
    pairs = candidates(con, ids, rules)
    others = grouping.articles_and_their_copies(con, {other for _, other, _ in pairs} - set(ids))
    found = apart.fold_copies(
        con,
        [text_of(stored) for stored in new],
        {stored.article.article_id: text_of(stored) for stored in others},
        pairs,
        rules,
    )
    grouping.save_stories(con, found)
    return len(new), found


def candidates(con: duckdb.DuckDBPyConnection, ids: Sequence[str], rules: Stories) -> list[tuple[str, str, int]]:
    """Pairs of those articles and others, stored or among them, that share enough to be read side by side."""
    if not ids:
        return []
    return sketches.candidate_pairs(con, ids, rules)


def text_of(stored: grouping.StoredArticle) -> stories.Body:
    """An article as copies are looked for."""
    article = stored.article
    return stories.Body(
        article_id=article.article_id,
        text=article.body,
        published_at=article.published_at or article.fetched_at,
        title=article.title,
        story_id=stored.story_id,
    )


def look_for_new_names(house: House) -> str:
    """Looks for names that are new or changed on the watchlist in the incidents that earlier runs stored."""
    with house.store.session() as con:
        hits, alerts = lookback.look_back(con, house.settings, now=house.clock(), run_id=house.run_id)
    house.tally.counts["watch_hits_past"] = hits
    return f"{hits} past incidents hit; {alerts} alerts queued"


def settle_incidents(house: House) -> str:
    """Settles which incident every changed story tells of, and what each incident's row now says."""
    with house.store.session() as con:
        changes, alerts = settling.settle(con, house.settings, now=house.clock(), run_id=house.run_id)
    house.tally.changes += changes
    new = sum(1 for change in changes if change.previous is None)
    house.tally.counts.update({"incidents_new": new, "incidents_changed": len(changes) - new, "alerts_queued": alerts})
    return f"{new} new incidents, {len(changes) - new} changed; {alerts} alerts queued"


def relate_incidents(house: House) -> str:
    """Notes which incidents are related, though they are not one, and which no longer are."""
    with house.store.session() as con:
        count = relating.relate(con, house.settings, now=house.clock(), run_id=house.run_id)
    house.tally.counts["relations_changed"] = count
    return f"{count} relations new or changed"
