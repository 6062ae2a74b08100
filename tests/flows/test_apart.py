"""What a person split is not folded back: whatever copies come, the two stay two stories and two incidents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from breachwire.records import Article, Claim, Entry, Page, Reading, Verdict
from breachwire.settings import Settings, load
from breachwire.store.database import Database
from breachwire.store.reading import Outcome, save_readings
from breachwire.store.replaying import Stamp
from breachwire.stories import sketch
from flows.deciding import Wish, decide
from flows.regrouping import before, fold_anew, settle_anew
from flows.settling import settle
from flows.understanding import fold_awaiting

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SYLLABLES = ("bar", "mil", "ton", "ves", "kor", "lan", "dun", "pel", "ost", "har")
TITLE = "Velmark Foods hacked"


def sentences(seed: int, count: int) -> list[str]:
    draw = random.Random(seed)
    return [" ".join("".join(draw.choices(SYLLABLES, k=3)) for _ in range(14)) + "." for _ in range(count)]


WHOLE = sentences(1, 14)
FIRST = [*WHOLE[:9]]
SECOND = [*WHOLE[:2], *WHOLE[7:]]
"""Both are cut out of WHOLE, and copies of it; of one another they are not."""


def read(name: str, body: Sequence[str], settings: Settings, *, hours: int) -> Outcome:
    text, url, at = " ".join(body), f"http://127.0.0.1/{name}", NOON + timedelta(hours=hours)
    common: dict[str, Any] = {"article_id": f"a_{name}", "url": url, "canonical_url": url, "title": TITLE}
    article = Article(
        **common, feed_id=None, source=name, body=text, body_status="full", fetched_at=at, published_at=at
    )
    verdict = Verdict(
        url=url,
        stage="judge",
        kept=True,
        score=9.0,
        threshold=5.0,
        terms=(),
        negatives=(),
        reason="",
        rule_version="1",
    )
    victim = Claim(
        article_id=f"a_{name}",
        field="victim",
        value="Velmark Foods",
        zone="title",
        start=0,
        end=13,
        quote="Velmark Foods",
        rule="r",
        confidence=0.9,
    )
    page = Page(
        entry=Entry(**common, feed_id="f"), source=name, final_url=url, body=None, content_type=None, fetched_at=at
    )
    made = sketch(text, settings.stories, title=TITLE)
    reading = Reading(article=article, verdict=verdict, claims=(victim,), sketch=made)
    return Outcome(page=page, verdicts=(verdict,), reading=reading)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(ROOT / "config", tmp_path)


def night(settings: Settings, *outcomes: Outcome) -> None:
    with Database(settings.data_dir / "store.duckdb").session() as con:
        save_readings(con, outcomes, rule_version="1", now=NOON, run_id="r")
        fold_awaiting(con, settings.stories)
        settle(con, settings, now=NOON, run_id="r")


def rows(settings: Settings, sql: str) -> dict[str, str]:
    with Database(settings.data_dir / "store.duckdb").session() as con:
        return {a.removeprefix("a_"): b for a, b in con.execute(sql).fetchall()}


def incident_of(settings: Settings) -> dict[str, str]:
    return rows(settings, "SELECT article_id, incident_id FROM incident_articles WHERE role = 'main'")


def story_of(settings: Settings) -> dict[str, str]:
    return rows(settings, "SELECT article_id, story_id FROM articles")


def parted(settings: Settings) -> tuple[str, str]:
    """The first text's incident, and the one that the second was split off into."""
    night(settings, read("first", FIRST, settings, hours=0), read("second", SECOND, settings, hours=1))
    here = incident_of(settings)
    assert len(set(story_of(settings).values())) == 2
    assert here["first"] == here["second"]
    wish = Wish(kind="split", incident=here["first"], articles=("a_second",), who="ada")
    other = decide(settings, [wish], clock=lambda: NOON).decisions[0].other_id
    assert other
    return here["first"], other


def test_without_a_split_the_whole_text_makes_one_story_of_both(settings: Settings) -> None:
    night(settings, read("first", FIRST, settings, hours=0), read("second", SECOND, settings, hours=1))
    night(settings, read("whole", WHOLE, settings, hours=2))
    assert len(set(story_of(settings).values())) == 1


@pytest.mark.parametrize("hours", [-3, 2])
def test_a_text_that_both_copy_goes_to_the_one_it_is_most_like(settings: Settings, hours: int) -> None:
    one, other = parted(settings)
    night(settings, read("whole", WHOLE, settings, hours=hours))
    where, told = story_of(settings), incident_of(settings)
    assert where["first"] != where["second"]
    assert (told["first"], told["second"]) == (one, other)
    assert where["whole"] in (where["first"], where["second"])


def test_nor_does_a_chain_of_copies_that_came_in_one_night(settings: Settings) -> None:
    one, other = parted(settings)
    chain = [read("c1", WHOLE[:11], settings, hours=2), read("c2", [*WHOLE[:2], *WHOLE[4:]], settings, hours=3)]
    night(settings, *chain, read("whole", WHOLE, settings, hours=4))
    where, told = story_of(settings), incident_of(settings)
    assert where["first"] != where["second"]
    assert (told["first"], told["second"]) == (one, other)
    assert set(told.values()) == {one, other}


def test_a_replay_keeps_them_apart_too(settings: Settings) -> None:
    one, other = parted(settings)
    night(settings, read("whole", WHOLE, settings, hours=2))
    placed = incident_of(settings)
    with Database(settings.data_dir / "store.duckdb").session() as con:
        was = before(con)
        fold_anew(con, settings, was)
        settle_anew(con, settings, was, Stamp(rule_version="1", facts_version="1", now=NOON, run_id="p"))
    assert (placed["first"], placed["second"]) == (one, other)
    assert incident_of(settings) == placed
    where = story_of(settings)
    assert where["first"] != where["second"]


def test_once_the_split_is_taken_back_copies_are_folded_again(settings: Settings) -> None:
    one, _ = parted(settings)
    decide(settings, [Wish(kind="undo", undoes=1, who="ada")], clock=lambda: NOON)
    night(settings, read("whole", WHOLE, settings, hours=2))
    assert len(set(story_of(settings).values())) == 1
    assert set(incident_of(settings).values()) == {one}
