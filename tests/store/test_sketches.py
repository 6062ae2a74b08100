"""Sketches in a real store, and the join that finds who shares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from breachwire.records import Article, Reading, Verdict
from breachwire.settings.models import Stories
from breachwire.store.database import migrate, migrations
from breachwire.store.sketches import candidate_pairs, forget_sketches, save_sketches
from breachwire.stories import sketch

RULES = Stories()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOTICE = "Thank you for reading the Marlow Echo, please allow notifications to get the news first each morning. "


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    migrate(con, ":memory:")
    return con


def text(seed: int, words: int = 200) -> str:
    return " ".join(f"w{(seed * 7919 + i * 31) % 5003}" for i in range(words))


def reading(article_id: str, body: str, when: datetime | None = NOON) -> Reading:
    """An article of that text; without a time it was fetched at noon."""
    article = Article(
        article_id=article_id,
        url=f"https://press.example/{article_id}",
        canonical_url=f"https://press.example/{article_id}",
        feed_id="f_1",
        source="Press",
        title="",
        author=None,
        published_at=when,
        fetched_at=NOON,
        language="en",
        body=body,
        body_status="full",
        archive_record=None,
    )
    verdict = Verdict(
        url=article.url,
        stage="article",
        kept=True,
        score=1.0,
        threshold=0.0,
        terms=(),
        negatives=(),
        reason="",
        rule_version="1",
    )
    return Reading(article=article, verdict=verdict, sketch=sketch(body, RULES))


def store(con: duckdb.DuckDBPyConnection, bodies: Mapping[str, str], when: datetime | None = NOON) -> None:
    save_sketches(con, [reading(a, body, when) for a, body in bodies.items()])


def pairs(con: duckdb.DuckDBPyConnection, new: Sequence[str], rules: Stories = RULES) -> list[tuple[str, str]]:
    return [(a, b) for a, b, _ in candidate_pairs(con, new, rules)]


def test_a_cut_copy_is_a_candidate_and_another_text_is_not(con: duckdb.DuckDBPyConnection) -> None:
    store(con, {"a": text(1), "b": " ".join(text(1).split()[:110]), "c": text(2)})
    assert pairs(con, ["b", "c"]) == [("b", "a")]


def test_two_new_ones_are_paired_once(con: duckdb.DuckDBPyConnection) -> None:
    store(con, {"a": text(1), "b": text(1)})
    assert candidate_pairs(con, ["a", "b"], RULES) == [("a", "b", RULES.sketch_size)]


def test_short_bodies_need_fewer_shared_hashes(con: duckdb.DuckDBPyConnection) -> None:
    brief = "Orlo Foods says a stolen key opened its warehouse system"
    store(con, {"a": brief, "b": brief + " on Friday"})
    assert pairs(con, ["a"]) == [("a", "b")]


def test_no_new_ids_unknown_ones_and_empty_texts_give_no_pairs(con: duckdb.DuckDBPyConnection) -> None:
    assert pairs(con, ["a"]) == []
    store(con, {"a": text(1), "b": "", "c": ""})
    assert pairs(con, []) == []
    assert pairs(con, ["b", "c", "unknown"]) == []


def test_what_very_many_bodies_share_is_boilerplate(con: duckdb.DuckDBPyConnection) -> None:
    bodies = {f"a{i}": NOTICE + text(i, 30) for i in range(1, 9)}
    store(con, bodies)
    assert pairs(con, list(bodies), Stories(common_share=50)) != []
    assert con.execute("SELECT count(*) FROM boilerplate").fetchone() == (0,)
    assert pairs(con, list(bodies), Stories(common_share=5)) == []


def test_boilerplate_is_remembered_once_and_gives_the_same_pairs(con: duckdb.DuckDBPyConnection) -> None:
    bodies = {f"a{i}": NOTICE + text(i, 30) for i in range(1, 9)} | {"b1": NOTICE + text(99), "b2": NOTICE + text(99)}
    store(con, bodies)
    few = Stories(common_share=5)
    first = candidate_pairs(con, list(bodies), few)
    kept = con.execute("SELECT hash, held FROM boilerplate ORDER BY hash").fetchall()
    assert {held for _, held in kept} == {8, 10}
    assert candidate_pairs(con, list(bodies), few) == first
    assert [(a, b) for a, b, _ in first] == [("b1", "b2")]
    assert con.execute("SELECT hash, held FROM boilerplate ORDER BY hash").fetchall() == kept


def test_a_higher_share_takes_back_what_was_boilerplate(con: duckdb.DuckDBPyConnection) -> None:
    bodies = {f"a{i}": NOTICE + text(i, 30) for i in range(1, 9)}
    store(con, bodies)
    assert pairs(con, list(bodies), Stories(common_share=5)) == []
    assert len(pairs(con, list(bodies), Stories(common_share=50))) == 28


@pytest.mark.parametrize(("days", "found"), [(60, True), (-60, True), (90, False), (-90, False)])
def test_only_the_window_is_read(con: duckdb.DuckDBPyConnection, days: int, *, found: bool) -> None:
    store(con, {"a": text(1)}, NOON + timedelta(days=days))
    store(con, {"b": text(1)})
    assert pairs(con, ["b"]) == ([("b", "a")] if found else [])


@pytest.mark.parametrize("when", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_any_date_has_a_window(con: duckdb.DuckDBPyConnection, when: datetime) -> None:
    store(con, {"a": text(1), "b": text(1)}, when)
    assert pairs(con, ["a"]) == [("a", "b")]


def test_a_text_without_a_date_counts_from_when_it_was_fetched(con: duckdb.DuckDBPyConnection) -> None:
    store(con, {"a": text(1)}, None)
    assert con.execute("SELECT DISTINCT published_on FROM sketch_hashes").fetchall() == [(date(2026, 3, 2),)]


def test_a_sketch_is_replaced_and_forgotten(con: duckdb.DuckDBPyConnection) -> None:
    store(con, {"a": text(1), "b": text(2), "c": text(1)})
    forget_sketches(con, ["a", "unknown"])
    store(con, {"a": text(2)})
    assert pairs(con, ["a"]) == [("a", "b")]
    forget_sketches(con, ["a", "b", "c"])
    for table in ("sketched_articles", "sketch_hashes"):
        assert con.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_sketches_of_an_older_store_are_taken_over(tmp_path: Path) -> None:
    con = duckdb.connect(str(tmp_path / "store.duckdb"))
    for version, (_, sql) in sorted(migrations().items()):
        if version < 10:
            con.execute(sql)
    made = {"a": text(1), "b": " ".join(text(1).split()[:110]), "c": text(2)}
    for article_id, body in made.items():
        article = reading(article_id, body).article
        con.execute(
            "INSERT INTO articles BY NAME SELECT ? AS article_id, ? AS url, ? AS canonical_url, 'f_1' AS feed_id, "
            "'Press' AS source, '' AS title, ? AS fetched_at, 'en' AS language, ? AS body, 'full' AS body_status, "
            "1.0 AS verdict_score",
            [article_id, article.url, article.canonical_url, NOON, body],
        )
        hashes = sketch(body, RULES)
        con.execute("INSERT INTO sketches SELECT ?, unnest(?), ?", [article_id, list(hashes), len(hashes)])
    con.execute(migrations()[10][1])
    expected = candidate_pairs(con, list(made), RULES)
    taken = con.execute(
        "SELECT article_id, size, list_sort(list(hash)) AS hashes FROM sketch_hashes "
        "JOIN sketched_articles USING (article) GROUP BY ALL ORDER BY article_id"
    ).fetchall()
    con.close()
    fresh = duckdb.connect()
    migrate(fresh, ":memory:")
    store(fresh, made)
    assert expected == candidate_pairs(fresh, list(made), RULES) == [("a", "b", expected[0][2])]
    assert (
        taken
        == fresh.execute(
            "SELECT article_id, size, list_sort(list(hash)) AS hashes FROM sketch_hashes "
            "JOIN sketched_articles USING (article) GROUP BY ALL ORDER BY article_id"
        ).fetchall()
    )
