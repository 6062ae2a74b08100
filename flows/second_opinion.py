"""A stage of `understand`, there only where `[second_opinion]` is enabled: a language model is asked about stories.

One article a story is asked about (copies say the same), only for facts that no rule found (`fill`) or for all
(`weigh`). Each answer is stored as it comes, before anything is made of it: a night that is killed and started again
asks only what was on its way. An answer stays good for its text, prompt and model; when rules change and pages are read
again it is read again, not paid again. Whatever goes wrong, the rules' own claims stand and one line tells of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from breachwire.errors import ConfigError, ContentError, FetchError
from breachwire.fetching.chat import Chat
from breachwire.records import Answer, Article, Question
from breachwire.settings.second_opinion import SecondOpinion
from breachwire.store import grouping, opinions
from breachwire.store.grouping import StoredStory
from breachwire.store.opinions import Kept, Tried
from extractors import llm
from flows.house import House

LOG = logging.getLogger(__name__)
A_NIGHT = timedelta(hours=12)
"""Answers of this time count towards max_articles: a night that is started again has no second purse."""
FAILURES_IN_A_ROW = 3
"""After so many the others are not asked tonight: a server that is down or overworked will not get better by it."""
_HOPELESS = frozenset({301, 302, 303, 307, 308, 401, 402, 403, 404, 405})
"""What the next article would be answered too: wrong address, wrong key, no such model, no money left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One article, the facts wanted of it, and how to ask. `kept` is the answer, `fresh` where it came tonight."""

    article: Article
    fields: tuple[str, ...]
    question: Question
    key: str
    kept: Answer | None
    fresh: bool = False


@dataclass(slots=True)
class _Night:
    """How the asking goes: failures in a row, the last one, and whether to go on."""

    asked: int = 0
    answered: int = 0
    failed: int = 0
    in_a_row: int = 0
    stopped: bool = False
    last: str = ""
    tokens: list[Answer] = field(default_factory=list)

    def learn(self, error: FetchError) -> None:
        self.failed += 1
        self.in_a_row += 1
        self.last = error.what
        alone = (error.retry_after_s or 0) > 0  # the service asked for more time than an article has
        self.stopped = self.in_a_row >= FAILURES_IN_A_ROW or alone or error.status in _HOPELESS


def ask(house: House) -> str:
    """Asks about what waits, and stores the claims that hold. Returns what came of it in words."""
    to_ask = _prepared(house)
    night = _Night()
    if to_ask:
        house.progress.stage("second opinion", len(to_ask))
        try:
            asyncio.run(_ask_all(house, to_ask, night))
        except ConfigError as error:
            night.last, night.failed = str(error), 1
    return _told(house, len(to_ask), night)


def _prepared(house: House) -> list[Turn]:
    """What is to be asked tonight, after the turns that cost nothing were stored: those with an answer already."""
    rules, version, now = house.settings.second_opinion, version_of(house), house.clock()
    since = now - timedelta(days=rules.max_age_days)
    with house.store.session() as con:
        waiting = opinions.stories_waiting(con, version=version, run_id=house.run_id, fetched_since=since)
        stories = {s.story_id: s for s in grouping.stories_by_id(con, waiting)}
        ids = [a.article.article_id for s in stories.values() for a in s.articles]
        kept: dict[str, list[Kept]] = {}
        for answer in opinions.kept_answers(con, ids):
            kept.setdefault(answer.article_id, []).append(answer)
        turns = [turn_of(stories[i], kept, rules) for i in waiting]
        open_turns = [turn for turn in turns if turn.fields and turn.kept is None]
        done = [read(house, turn) for turn in turns if turn.kept is not None or not turn.fields]
        done += [
            Tried(article_id=turn.article.article_id, outcome="failed", error="fetched too long ago to be asked about")
            for turn in open_turns
            if turn.article.fetched_at < since
        ]
        opinions.save_turns(con, done, version=version, now=now, run_id=house.run_id)
        left = max(0, rules.max_articles - opinions.answered_since(con, now - A_NIGHT))
    return [turn for turn in open_turns if turn.article.fetched_at >= since][:left]


def version_of(house: House) -> str:
    """What `attempts` calls the rules and the settings under which an article had its turn."""
    return f"{house.rule_version}/{llm.version_of(house.settings.second_opinion)}"


def turn_of(story: StoredStory, kept: Mapping[str, Sequence[Kept]], rules: SecondOpinion) -> Turn:
    """The article of a story to ask about: one about which the answer is there, or the one that says most.

    `kept` are the answers by article.
    """
    fields = () if story.sections else llm.wanted(story.claims, rules)  # a round-up has no main incident
    found: list[Turn] = []
    for stored in story.articles:
        question = llm.question_about(stored.article, fields, rules)
        key = llm.key_of(question, rules)
        answers = (
            k.answer
            for k in kept.get(stored.article.article_id, ())
            if k.question == key and set(fields) <= set(k.fields)
        )
        turn = Turn(article=stored.article, fields=fields, question=question, key=key, kept=next(answers, None))
        found.append(turn)
    return max(found, key=lambda t: (t.kept is not None, len(t.article.body), t.article.article_id))


def read(house: House, turn: Turn) -> Tried:
    """What an article's turn comes to, given the answer. One that cannot be read leaves the article to the rules."""
    if turn.kept is None:
        return Tried(article_id=turn.article.article_id, outcome="ok")
    counts = house.tally.counts
    try:
        opinion = llm.read_answer(turn.article, turn.fields, turn.kept, house.settings.second_opinion)
    except ContentError as error:
        return Tried(article_id=turn.article.article_id, outcome="failed", error=error.why)
    except Exception as error:
        LOG.exception("second opinion on %s", turn.article.url)
        what = f"a bug, please report it: {type(error).__name__}: {error}"
        return Tried(article_id=turn.article.article_id, outcome="failed", error=what)
    counts["second_opinion_values"] += len(opinion.claims)
    if turn.fresh:  # of a kept answer, what rules have found since would be counted too
        counts["second_opinion_values_dropped"] += opinion.dropped
    return Tried(article_id=turn.article.article_id, outcome="ok", claims=opinion.claims)


async def _ask_all(house: House, turns: Sequence[Turn], night: _Night) -> None:
    queue = deque(turns)
    async with Chat(house.settings.second_opinion, house.clock) as chat:

        async def lane() -> None:
            while queue and not night.stopped:
                await _ask_one(house, chat, queue.popleft(), night)
                house.progress.advance(1)

        await asyncio.gather(*(lane() for _ in range(house.settings.second_opinion.concurrency)))


async def _ask_one(house: House, chat: Chat, turn: Turn, night: _Night) -> None:
    """Asks about one article, and stores the answer and what it comes to together."""
    rules, kept = house.settings.second_opinion, list[Kept]()
    night.asked += 1
    try:
        answer = await chat.ask(turn.question)
    except FetchError as error:
        night.learn(error)
        tried = Tried(article_id=turn.article.article_id, outcome="retry", error=error.what)
    else:
        night.in_a_row = 0
        night.tokens.append(answer)
        tried = read(house, replace(turn, kept=answer, fresh=True))
        if tried.error:
            night.failed, night.last = night.failed + 1, tried.error
        else:
            night.answered += 1
        kept.append(
            Kept(
                article_id=turn.article.article_id,
                question=turn.key,
                fields=turn.fields,
                model=rules.model,
                answer=answer,
                asked_at=house.clock(),
                run_id=house.run_id,
            )
        )
    with house.store.session() as con:
        for each in kept:
            opinions.keep_answer(con, each)
        opinions.save_turns(con, [tried], version=version_of(house), now=house.clock(), run_id=house.run_id)


def _told(house: House, wanted_asks: int, night: _Night) -> str:
    """The counts of a night, a notice where something failed, and the stage's own words."""
    rules, counts = house.settings.second_opinion, house.tally.counts
    tokens_in = sum(answer.input_tokens for answer in night.tokens)
    tokens_out = sum(answer.output_tokens for answer in night.tokens)
    cost = tokens_in * rules.price_per_million_input_tokens + tokens_out * rules.price_per_million_output_tokens
    counts.update(
        {
            "second_opinion_articles": night.asked,
            "second_opinion_input_tokens": tokens_in,
            "second_opinion_output_tokens": tokens_out,
            "second_opinion_failures": night.failed,
            "second_opinion_cost_micros": round(cost),
            "second_opinion_values": 0,
            "second_opinion_values_dropped": 0,
        }
    )
    if night.failed:
        without = wanted_asks - night.answered
        house.tally.notices.append(
            f"second opinion: no answer about {without} of {wanted_asks} articles, the rules alone speak for them;"
            f" the last said: {night.last}"
        )
    values, dropped = counts["second_opinion_values"], counts["second_opinion_values_dropped"]
    words = f"{night.asked} articles asked about; values held {values}, dropped {dropped}; failures {night.failed}"
    return f"{words}; {tokens_in + tokens_out:,} tokens"
