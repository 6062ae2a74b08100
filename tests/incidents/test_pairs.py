"""Hard pairs of tellings: one incident, or two. Each line of tests/cases/incidents/pairs is one pair and the answer.

`0 | victim | facts | title / lead || days later | victim | facts | title / lead`, with `-` for no victim and `apart` in
front where they are two incidents. `xfail` in front of all: known to fail; the line above says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from breachwire.incidents import Telling, from_json, joins, match, profile, to_json
from breachwire.records import Article, Claim
from breachwire.settings.models import Incidents
from extractors.facts import ties
from extractors.facts.names import read_names
from extractors.facts.text import prepare

RULES = Incidents()
FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
FACTS = {"began": "began_on", "n": "records", "actor": "threat_actor", "cc": "country"}
Make = Callable[..., Telling]


def cases() -> Iterator[Any]:
    for path in sorted((Path(__file__).parent.parent / "cases" / "incidents" / "pairs").glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip() and not line.startswith("#"):
                marks = [pytest.mark.xfail(strict=True)] if line.startswith("xfail ") else []
                yield pytest.param(line.removeprefix("xfail "), id=f"{path.stem}-{number}", marks=marks)


def read(line: str, telling: Make) -> tuple[Telling, Telling, bool]:
    apart = line.startswith("apart ")
    one, other = line.removeprefix("apart ").split(" || ")
    return read_telling("1", one, telling), read_telling("2", other, telling), not apart


def read_telling(name: str, text: str, telling: Make) -> Telling:
    days, victim, facts, told = (part.strip() for part in text.split(" | "))
    title, _, lead = told.partition(" / ")
    given: dict[str, Any] = {} if victim == "-" else {"victim": victim}
    kind, *rest = facts.split(" ", 1)
    given["attack_type"] = kind
    for key, value in facts_in(rest[0] if rest else ""):
        given[FACTS[key]] = int(value) if key == "n" else value
    made = telling(name, at=FIRST + timedelta(days=int(days)), title=title, lead=lead, **given)
    return replace(made, claims=(*made.claims, *ties_in(made, given.get("victim"))))


def ties_in(made: Telling, victim: str | None) -> tuple[Claim, ...]:
    """What the text says that it came through, or was part of, as the rules read it."""
    (its,) = made.articles
    read = prepare(
        Article(
            article_id=its.article_id,
            url=its.url,
            canonical_url=its.url,
            feed_id=None,
            source=its.source,
            title=its.title,
            body=made.lead,
            body_status="full",
            fetched_at=its.fetched_at,
        )
    )
    return tuple(ties.read(read, read_names(read), (victim,) if victim else ()))


def facts_in(text: str) -> Iterator[tuple[str, str]]:
    """`n=900 actor=Gray Heron`: a value goes on until the next key."""
    words: list[str] = []
    for word in text.split():
        if "=" in word:
            if words:
                yield split(words)
            words = [word]
        else:
            words.append(word)
    if words:
        yield split(words)


def split(words: list[str]) -> tuple[str, str]:
    key, _, value = " ".join(words).partition("=")
    return key, value


@pytest.mark.parametrize("line", list(cases()))
def test_pair_in_one_night_and_over_two_in_either_order(line: str, telling: Make) -> None:
    one, other, together = read(line, telling)
    found = {"one night": len({m.group for m in match([one, other], (), RULES)}) == 1}
    for first, second in ((one, other), (other, one)):
        known = from_json(to_json(profile("i_known", [first])))
        (its,) = match([second], [known], RULES)
        found[f"{first.story_id} first"] = its.incident_id == "i_known"
    stored = [profile("i_1", [one]), profile("i_2", [other])]
    found["both stored"] = bool(joins(stored[:1], stored[1:], RULES))
    assert set(found.values()) == {together}, found
