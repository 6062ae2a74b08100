"""Sketches, and the join that finds who shares them, on a real database in memory."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.settings.models import Stories
from breachwire.stories import CANDIDATES_SQL, sketch

RULES = Stories()
NOTICE = "Thank you for reading the Marlow Echo, please allow notifications to get the news first each morning. "


def text(seed: int, words: int = 200) -> str:
    return " ".join(f"w{(seed * 7919 + i * 31) % 5003}" for i in range(words))


def candidates(bodies: dict[str, str], new: list[str], rules: Stories = RULES) -> list[tuple[str, str]]:
    con = duckdb.connect()
    con.execute("CREATE TABLE sketches (article_id VARCHAR, hash BIGINT, size UTINYINT)")
    made = {a: sketch(body, rules) for a, body in bodies.items()}
    rows = [{"article_id": a, "hash": h, "size": len(hashes)} for a, hashes in made.items() for h in hashes]
    con.execute("INSERT INTO sketches BY NAME SELECT unnest($rows, max_depth := 2)", {"rows": rows})
    found = con.execute(
        CANDIDATES_SQL,
        {
            "new_ids": new,
            "common_share": rules.common_share,
            "min_shared": rules.min_shared,
            "sketch_size": rules.sketch_size,
        },
    ).fetchall()
    return [(a, b) for a, b, _ in found]


def test_the_same_text_gives_the_same_hashes_everywhere() -> None:
    assert sketch("one two three four", RULES) == (-7387175912842257710,)


def test_a_sketch_is_sorted_distinct_and_fits_bigint() -> None:
    made = sketch(text(1), RULES)
    assert len(made) == RULES.sketch_size
    assert list(made) == sorted(set(made))
    assert all(-(1 << 63) <= h < 1 << 63 for h in made)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bank’s “files” leaked today", "the banks 'files' leaked today"),
        ("Société Lérins was hit on Monday", "societe lerins was hit on monday"),
        ("It lost 33. 7 million rows there", "It lost 33.7 million rows there"),
    ],
)
def test_case_quotes_and_accents_do_not_matter(one: str, other: str) -> None:
    assert sketch(one, RULES) == sketch(other, RULES)


@pytest.mark.parametrize(("body", "size"), [("", 0), ("...", 0), ("two words", 1), ("one two three four five", 2)])
def test_short_bodies_give_fewer(body: str, size: int) -> None:
    assert len(sketch(body, RULES)) == size


def test_scripts_without_spaces_give_many_words() -> None:
    assert len(sketch("病院のサーバーが攻撃を受けた", RULES)) > 5


@given(st.text(max_size=300))
def test_any_text_has_a_sketch(body: str) -> None:
    assert len(sketch(body, RULES)) <= RULES.sketch_size


def test_a_cut_copy_is_a_candidate_and_another_text_is_not() -> None:
    bodies = {"a": text(1), "b": " ".join(text(1).split()[:110]), "c": text(2)}
    assert candidates(bodies, ["b", "c"]) == [("b", "a")]


def test_two_new_ones_are_paired_once() -> None:
    assert candidates({"a": text(1), "b": text(1)}, ["a", "b"]) == [("a", "b")]


def test_short_bodies_need_fewer_shared_hashes() -> None:
    brief = "Orlo Foods says a stolen key opened its warehouse system"
    assert candidates({"a": brief, "b": brief + " on Friday"}, ["a"]) == [("a", "b")]


def test_what_very_many_bodies_share_is_boilerplate() -> None:
    rules = Stories(common_share=5)
    bodies = {f"a{i}": NOTICE + text(i, 30) for i in range(1, 9)}
    assert candidates(bodies, list(bodies), rules) == []
    assert candidates(bodies, list(bodies), Stories(common_share=50)) != []


def test_no_new_ids_give_no_pairs() -> None:
    assert candidates({"a": text(1)}, []) == []
