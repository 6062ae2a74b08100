"""`merge`, `split`, `set`, `withdraw`, `undo` and `by-hand`, as a person types them and sees them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from breachwire.records import Article, Claim, Entry, Page, Reading, Story, Verdict
from breachwire.settings import load
from breachwire.store import grouping
from breachwire.store.database import Database
from breachwire.store.lock import only_one
from breachwire.store.publish import publish
from breachwire.store.reading import Outcome, save_readings
from flows.settling import settle

Desk = Any
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)


def read(name: str, victim: str) -> Outcome:
    article_id, url, title = f"a_{name}", f"http://127.0.0.1/{name}", f"{victim} hacked"
    common: dict[str, Any] = {"article_id": article_id, "url": url, "canonical_url": url, "title": title}
    article = Article(
        **common, feed_id=None, source="Desk", body=f"{title}, it said.", body_status="full", fetched_at=NOW
    )
    said = Claim(
        article_id=article_id,
        field="victim",
        value=victim,
        zone="title",
        start=0,
        end=len(victim),
        quote=victim,
        rule="r",
        confidence=0.9,
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
    page = Page(
        entry=Entry(**common, feed_id="f"), source="Desk", final_url=url, body=None, content_type=None, fetched_at=NOW
    )
    return Outcome(page=page, verdicts=(verdict,), reading=Reading(article=article, verdict=verdict, claims=(said,)))


@pytest.fixture
def ids(empty_desk: Desk) -> dict[str, str]:
    """A store with three incidents on the desk: the id of each by its first article."""
    settings = load(empty_desk.config, empty_desk.data)
    store = Database(empty_desk.data / "store.duckdb")
    told = {"v1": "Velmark Foods", "v2": "Velmark Foods", "o1": "Orlo Freight", "t1": "Tamsin Dairy"}
    with store.session() as con:
        save_readings(con, [read(*t) for t in told.items()], rule_version="1", now=NOW, run_id="r")
        grouping.save_stories(
            con, [Story(story_id=f"s_{n}", canonical_id=f"a_{n}", article_ids=(f"a_{n}",)) for n in told]
        )
        settle(con, settings, now=NOW, run_id="r")
        found = con.execute("SELECT article_id[3:], incident_id FROM incident_articles").fetchall()
    publish(store.path, empty_desk.data / "incidents.duckdb")
    return dict(found)


def test_a_merge_is_told_listed_and_shown(empty_desk: Desk, ids: dict[str, str]) -> None:
    done = empty_desk("merge", ids["v1"], ids["o1"][:-3], ids["t1"], "--because", "one attack", "--who", "ada")
    assert done.exit_code == 0, done.output
    assert f"merged into {ids['v1']}" in done.stdout
    assert "2 articles  4 articles" in done.stdout
    assert "decision 2: merge" in done.stderr
    assert "breachwire undo 2 1" in done.stderr
    rows = json.loads(empty_desk("incidents", "--format", "json").stdout)
    assert [(r["incident_id"], r["article_count"]) for r in rows] == [(ids["v1"], 4)]
    shown = empty_desk("show", ids["o1"]).stdout
    assert shown.startswith(f"{ids['o1']} was merged into {ids['v1']}, which is shown here.")
    assert "Decided by hand" in shown
    assert "(by hand, decision 1)" in shown
    as_json = json.loads(empty_desk("show", ids["o1"], "--format", "json").stdout)
    assert (as_json["asked"], as_json["incident"]["incident_id"]) == (ids["o1"], ids["v1"])
    assert [(d["kind"], d["who"], d["because"], d["holds"]) for d in as_json["by_hand"]] == [
        ("merge", "ada", "one attack", True)
    ] * 2
    assert "merge" in empty_desk("by-hand").stdout
    again = empty_desk("merge", ids["v1"], ids["o1"])
    assert (again.exit_code, "nothing changed" in again.stderr) == (0, True)


def test_a_split_and_its_undo(empty_desk: Desk, ids: dict[str, str]) -> None:
    done = empty_desk("split", ids["v1"], "http://127.0.0.1/v2", "--format", "json")
    new = [r["id"] for r in json.loads(done.stdout) if r["before"] == "new"]
    assert len(new) == 1
    assert len(json.loads(empty_desk("incidents", "--format", "json").stdout)) == 4
    undone = empty_desk("undo", "1")
    assert f"merged into {ids['v1']}" in undone.stdout
    assert "breachwire undo" not in undone.stderr
    assert len(json.loads(empty_desk("incidents", "--format", "json").stdout)) == 3
    listed = json.loads(empty_desk("by-hand", new[0], "--format", "json").stdout)
    assert [(d["decision"], d["kind"], d["undoes"], d["holds"]) for d in listed] == [
        (1, "split", None, False),
        (2, "undo", 1, False),
    ]
    assert "no, undone by 2" in empty_desk("by-hand").stdout


def test_a_value_is_shown_with_who_set_it(empty_desk: Desk, ids: dict[str, str]) -> None:
    assert "say why, with --because" in empty_desk("set", ids["o1"], "sector", "transport").stderr
    done = empty_desk("set", ids["o1"], "sector", "transport", "--because", "so their site", "--who", "ada")
    assert "sector: not stated -> transport" in done.stdout
    assert "+ transport  (by hand: decision 1, ada: so their site)" in empty_desk("show", ids["o1"]).stdout
    (row,) = json.loads(empty_desk("incidents", "--sector", "transport", "--format", "json").stdout)
    assert (row["revision"], row["run_id"]) == (2, "by-hand-1")
    empty_desk("set", ids["o1"], "sector", "", "--because", "not sure")
    assert json.loads(empty_desk("incidents", "--sector", "transport", "--format", "json").stdout) == []


def test_a_withdrawn_one_says_so(empty_desk: Desk, ids: dict[str, str]) -> None:
    dry = empty_desk("withdraw", ids["t1"], "--dry-run")
    assert "would withdraw" in dry.stderr
    assert len(json.loads(empty_desk("incidents", "--format", "json").stdout)) == 3
    assert "withdrawn, 1 article" in empty_desk("withdraw", ids["t1"]).stdout
    assert len(json.loads(empty_desk("incidents", "--format", "json").stdout)) == 2
    shown = empty_desk("show", ids["t1"]).stdout
    assert "Withdrawn by hand: what else is told of it is added here" in shown
    assert "withdrawn (by hand, decision 1)" in shown
    refused = empty_desk("merge", ids["o1"], ids["t1"])
    assert (refused.exit_code, "breachwire undo 1" in refused.stderr) == (2, True)


def test_nothing_is_decided_where_it_cannot_be(empty_desk: Desk, ids: dict[str, str]) -> None:
    near = empty_desk("withdraw", ids["o1"][:-1] + "1")
    assert (near.exit_code, ids["o1"] in near.stderr) == (2, True)
    assert ids["o1"] in empty_desk("show", "orlo freight").stderr
    assert "did you mean 'sector'" in empty_desk("set", ids["o1"], "sectr", "x", "--because", "y").stderr
    with only_one(empty_desk.data, NOW):
        assert empty_desk("withdraw", ids["o1"]).exit_code == 3
    assert empty_desk("by-hand").stderr == "nothing was decided by hand yet\n"


def test_without_a_store_none_is_made(empty_desk: Desk) -> None:
    result = empty_desk("withdraw", "i_1")
    assert result.exit_code == 2
    assert "run `breachwire run` first" in result.stderr
    assert list(Path(empty_desk.data).iterdir()) == []
