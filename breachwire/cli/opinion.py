"""What the language model adds to one document: the way to try an endpoint and a model before a night pays for them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import click

from breachwire.cli.document import Way, rows_of
from breachwire.errors import ConfigError
from breachwire.records import Answer, Question
from breachwire.settings import Settings


def with_second_opinion(way: Way, settings: Settings) -> Way:
    """The way with the model's claims among the others, and a line on stderr about tokens and what was dropped.

    Raises ConfigError, FetchError, or ContentError where the answer cannot be read.
    """
    from breachwire.fetching.chat import Chat
    from extractors import llm

    rules = settings.second_opinion
    if not rules.model:
        where = "[second_opinion] in settings.toml"
        raise ConfigError(where, "names no model", "docs/second-opinion.md tells how to choose one")
    if way.sections:
        click.echo("second opinion: not asked, a round-up has no main incident", err=True)
        return way
    fields = llm.wanted(way.claims, rules)
    if not fields:
        click.echo("second opinion: not asked, the rules found every fact", err=True)
        return way

    async def asked(question: Question) -> Answer:
        async with Chat(rules, lambda: datetime.now(UTC)) as chat:
            return await chat.ask(question)

    answer = asyncio.run(asked(llm.question_about(way.article, fields, rules)))
    opinion = llm.read_answer(way.article, fields, answer, rules)
    words = f"values held {len(opinion.claims)}, dropped {opinion.dropped}"
    tokens = f"tokens in {answer.input_tokens}, out {answer.output_tokens}"
    click.echo(f"second opinion: {words}; {tokens}", err=True)
    claims = (*way.claims, *opinion.claims)
    return replace(way, claims=claims, incidents=rows_of(way.article, way.verdict, claims))
