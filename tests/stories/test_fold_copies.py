"""What is folded with what. Each case of tests/cases/stories is one pair of texts and the answer."""

from __future__ import annotations

import itertools
import random
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.identity import digest
from breachwire.records import Story
from breachwire.settings.models import Stories
from breachwire.stories import Body, fold_copies
from breachwire.stories.copying import are_copies, read

RULES = Stories()
CASES = sorted((Path(__file__).parent.parent / "cases" / "stories").glob("*.toml"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = [
    f"{a}{b}" for a in ("bar", "mil", "ton", "ves", "kor", "lan", "dun", "pel") for b in ("o", "is", "ard", "em", "ulu")
]


def essay(seed: int, words: int = 220) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def body(name: str, words: Sequence[str], *, hours: float = 0, title: str = "", story: str | None = None) -> Body:
    return Body(
        article_id=name,
        text=" ".join(words),
        published_at=NOON + timedelta(hours=hours),
        title=title or f"{name} reports",
        story_id=story,
    )


def every_pair(bodies: Iterable[Body]) -> list[tuple[str, str, int]]:
    return [(a.article_id, b.article_id, 9) for a, b in itertools.combinations(bodies, 2)]


def fold(new: Sequence[Body], others: Sequence[Body] = ()) -> tuple[Story, ...]:
    known = {b.article_id: b for b in others}
    return fold_copies(new, known, every_pair([*new, *others]), RULES)


def groups(stories: Iterable[Story]) -> set[frozenset[str]]:
    return {frozenset(s.article_ids) for s in stories}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case(path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    texts = [body(name, case[name]["text"].split(), title=case[name]["title"]) for name in ("one", "other")]
    assert (len(fold(texts)) == 1) is case["copies"], case["why"]


@pytest.mark.parametrize("kept", [0.55, 0.7, 0.9])
def test_a_cut_copy_is_a_copy(kept: float) -> None:
    whole = essay(1)
    assert len(fold([body("a", whole), body("b", whole[: int(len(whole) * kept)], title="Other words")])) == 1


def test_a_copy_that_lost_six_words_of_a_hundred_is_a_copy() -> None:
    whole, chance = essay(2, 400), random.Random(5)
    assert len(fold([body("a", whole), body("b", [w for w in whole if chance.random() > 0.06], title="Other")])) == 1


def test_two_stories_that_quote_one_statement_are_not_copies() -> None:
    statement = essay(3, 100)
    one, other = essay(4, 110), essay(5, 110)
    assert len(fold([body("a", one + statement), body("b", other + statement)])) == 2


def test_a_short_quotation_is_not_a_copy_of_the_long_text() -> None:
    whole = essay(6, 600)
    assert len(fold([body("a", whole), body("b", whole[:80])])) == 2


def test_one_form_letter_about_two_companies_is_two_stories() -> None:
    letter = essay(7, 150)
    one = [*letter[:50], "Varenna", *letter[50:90], "Varenna", *letter[90:]]
    other = [*letter[:50], "Ostrell", *letter[50:90], "Ostrell", *letter[90:]]
    assert len(fold([body("a", one, title="Varenna sued"), body("b", other, title="Ostrell sued")])) == 2


def test_the_window_parts_texts_that_return_years_later() -> None:
    late = RULES.window / timedelta(hours=1) + 1
    assert len(fold([body("a", essay(8)), body("b", essay(8), hours=late)])) == 2


def test_the_canonical_copy_is_the_earliest_then_the_longest_then_the_first_id() -> None:
    whole = essay(9)
    (story,) = fold([body("z", whole, hours=1), body("b", whole[:200]), body("c", whole), body("a", whole)])
    assert story.canonical_id == "a"
    assert story.article_ids == ("a", "c", "b", "z")
    assert story.story_id == "s_" + digest("a")


def test_every_new_article_gets_a_story_and_untouched_ones_are_left_out() -> None:
    stories = fold([body("new", essay(10))], [body("old", essay(11), story="s_old")])
    assert groups(stories) == {frozenset({"new"})}


def test_a_copy_joins_the_story_that_is_there_with_its_members() -> None:
    old = [body("a", essay(12), story="s_kept"), body("b", essay(12)[:200], hours=1, story="s_kept")]
    (story,) = fold([body("c", essay(12), hours=-5)], old)
    assert (story.story_id, story.canonical_id, story.article_ids) == ("s_kept", "c", ("c", "a", "b"))


def test_where_a_new_article_joins_two_stories_the_older_id_stays() -> None:
    whole = essay(13, 300)
    first, second = body("b", whole[:170], story="s_1"), body("a", whole[130:], hours=4, story="s_2")
    assert len(fold([], [first, second])) == 0
    (story,) = fold([body("c", whole, hours=9)], [first, second])
    assert (story.story_id, story.article_ids) == ("s_1", ("b", "a", "c"))


def test_pairs_with_unknown_articles_are_passed_over() -> None:
    (story,) = fold_copies([body("a", essay(14))], {}, [("a", "gone", 30)], RULES)
    assert story.article_ids == ("a",)


def test_bodies_without_words_are_alone() -> None:
    assert len(fold([body("a", []), body("b", [])])) == 2


@st.composite
def newsrooms(draw: st.DrawFn) -> list[Body]:
    """Up to three texts, each printed whole or cut, at several hours."""
    made = []
    for i in range(draw(st.integers(1, 7))):
        words = essay(draw(st.integers(20, 22)))
        made.append(body(f"n{i}", words[: draw(st.integers(110, 220))], hours=draw(st.integers(0, 2000))))
    return made


@given(newsrooms(), st.randoms(use_true_random=False), st.integers(0, 7))
def test_the_order_of_arrival_makes_no_difference(made: list[Body], chance: random.Random, cut: int) -> None:
    at_once = fold(made)
    shuffled = made.copy()
    chance.shuffle(shuffled)
    assert fold(shuffled) == at_once

    first = fold(shuffled[:cut])
    of = {a: s.story_id for s in first for a in s.article_ids}
    stored = [
        Body(
            article_id=b.article_id, text=b.text, published_at=b.published_at, title=b.title, story_id=of[b.article_id]
        )
        for b in shuffled[:cut]
    ]
    second = fold(shuffled[cut:], stored)
    moved = {a for s in second for a in s.article_ids}
    both = groups(second) | {frozenset(s.article_ids) for s in first if not moved.intersection(s.article_ids)}
    assert both == groups(at_once)


@pytest.mark.parametrize("seed", range(4))
def test_neither_of_two_texts_comes_first(seed: int) -> None:
    """Where one names what the other does not, the two can be aligned in several ways of one length."""
    chance = random.Random(seed)
    for _ in range(200):
        headline = chance.choices(["Milo", "Tonard", "Vesem", "ulu", "baro", "pelem"], k=8)
        text = chance.choices(["Korum", "Lanis", "Dunard", "ulu", "baro", "pelem"], k=20)
        one = read(body("one", headline * 2, title=" ".join(headline)), RULES)
        other = read(body("other", text, title=" ".join(headline)), RULES)
        assert are_copies(one, other, RULES) is are_copies(other, one, RULES)
