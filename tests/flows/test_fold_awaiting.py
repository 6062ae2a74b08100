"""Copies folded through the store: nights in any order, nights that come twice, texts that are edited later."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from breachwire.identity import article_id
from breachwire.records import Article, Entry, Page, Reading, Verdict
from breachwire.settings.models import Stories
from breachwire.store.database import Database
from breachwire.store.reading import Outcome, save_readings
from breachwire.stories import sketch
from flows.understanding import fold_awaiting

RULES = Stories()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SYLLABLES = ("bar", "mil", "ton", "ves", "kor", "lan", "dun", "pel", "ost", "har")


def text(seed: int) -> list[str]:
    """Twelve sentences of twelve words."""
    draw = random.Random(seed)
    words = (lambda: "".join(draw.choices(SYLLABLES, k=3)),) * 12
    return [" ".join(word() for word in words) + "." for _ in range(12)]


def printed(number: int, sentences: Sequence[str], hours: int = 0) -> Article:
    """An article of a site of its own."""
    url = f"https://site-{number}.example/story"
    return Article(
        article_id=article_id(url),
        url=url,
        canonical_url=url,
        feed_id="f_1",
        source=f"Site {number}",
        title=f"{sentences[0].split(' ')[number % 5]} tells of its day",
        author=None,
        published_at=NOON + timedelta(hours=hours),
        fetched_at=NOON,
        language="en",
        body=" ".join(sentences),
        body_status="full",
        archive_record=None,
    )


def arrive(store: Database, articles: Sequence[Article]) -> None:
    """One night: the articles are read and folded."""
    outcomes = [_outcome(article) for article in articles]
    with store.session() as con:
        save_readings(con, outcomes, rule_version="1", now=NOON, run_id="r_1")
        fold_awaiting(con, RULES)


def _outcome(article: Article) -> Outcome:
    entry = Entry(
        article_id=article.article_id,
        feed_id=article.feed_id,
        url=article.url,
        canonical_url=article.canonical_url,
        guid=None,
        title=article.title,
        summary="",
        content=None,
        author=None,
        published_at=article.published_at,
        updated_at=None,
        language="en",
    )
    page = Page(entry=entry, source=article.source, final_url=article.url, body=None, content_type="", fetched_at=NOON)
    verdict = Verdict(
        url=article.url,
        stage="article",
        kept=True,
        score=5.0,
        threshold=3.0,
        terms=(),
        negatives=(),
        reason="",
        rule_version="1",
    )
    made = Reading(article=article, verdict=verdict, claims=(), sketch=sketch(article.body, RULES, title=article.title))
    return Outcome(page=page, verdicts=(), reading=made)


def stories(store: Database) -> dict[str, frozenset[str]]:
    """Story ids, with the articles of each."""
    with store.session() as con:
        rows = con.execute("SELECT story_id, list(article_id) FROM articles GROUP BY story_id").fetchall()
    return {story: frozenset(ids) for story, ids in rows}


@st.composite
def newsrooms(draw: st.DrawFn) -> list[Article]:
    """Two to eight articles: three texts, whole or cut, with or without a foreign line, at several hours."""
    made = []
    for number in range(draw(st.integers(2, 8))):
        sentences = text(draw(st.integers(1, 3)))[: draw(st.integers(6, 12))]
        if draw(st.booleans()):
            sentences.insert(draw(st.integers(2, 5)), f"READ MORE: {text(90 + number)[0]}")
        made.append(printed(number, sentences, draw(st.integers(0, 400))))
    return made


@settings(max_examples=5, deadline=None)
@given(newsrooms(), st.data())
def test_nights_in_any_order_give_the_same_stories_and_coming_twice_changes_nothing(
    made: list[Article], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(made))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(made)), max_size=3)))
    nights = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(made)], strict=True)]
    with TemporaryDirectory() as folder:
        at_once, by_night = Database(Path(folder) / "one.duckdb"), Database(Path(folder) / "many.duckdb")
        arrive(at_once, made)
        for night in nights:
            arrive(by_night, night)
        before = stories(by_night)
        assert set(before.values()) == set(stories(at_once).values())
        arrive(by_night, shuffled)
        assert stories(by_night) == before


def test_an_article_edited_later_keeps_its_story(tmp_path: Path) -> None:
    store = Database(tmp_path / "store.duckdb")
    one, copy = printed(1, text(1)), printed(2, text(1), hours=1)
    arrive(store, [one, copy])
    (before,) = stories(store)
    arrive(store, [replace(copy, body=" ".join(text(2)), title="Another headline altogether")])
    assert stories(store) == {before: frozenset({one.article_id, copy.article_id})}


def test_a_late_original_joins_its_copies_and_the_story_keeps_its_id(tmp_path: Path) -> None:
    store = Database(tmp_path / "store.duckdb")
    copies = [printed(1, text(1)[:8], hours=3), printed(2, text(1)[:9], hours=4)]
    arrive(store, copies)
    (before,) = stories(store)
    arrive(store, [printed(3, text(1), hours=-5)])
    assert list(stories(store)) == [before]
    assert len(stories(store)[before]) == 3
